//! A file that breaks off: it goes on where it stopped where that is safe, and begins anew where it is not.

use std::fs::File;

use crate::server::{Answer, Server};
use crate::site::{Site, model_file, says, sha256};

const HALF: usize = 150_000;
const WHOLE: usize = 300_000;

fn site_of(server: &Server, content: &[u8]) -> Site {
    Site::new(&format!("size_bytes = {WHOLE}\nsha256 = \"{}\"\nurl = \"{}\"", sha256(content), server.url))
}

/// Breaks the first answer at half, fails until `down` are answered, and then is as `then` says.
fn breaking(
    content: &[u8],
    down: usize,
    then: impl Fn(&[u8], &crate::server::Request) -> Answer + Send + 'static,
) -> Server {
    let content = content.to_vec();
    Server::start(move |before, request| match before {
        0 => Answer::range(&content, "\"v1\"", request).breaking_after(HALF),
        _ if before <= down => Answer::status(503),
        _ => then(&content, request),
    })
}

#[test]
fn a_broken_connection_is_gone_on_with_at_once() {
    let content = model_file(WHOLE, 1);
    let server = breaking(&content, 0, |content, request| Answer::range(content, "\"v1\"", request));
    let site = site_of(&server, &content);
    says(&site.model(&["pull", "m"]).done(), &["trying again", "going on after 150000 bytes"]);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("range"), None);
    assert_eq!(requests[1].header("range"), Some("bytes=150000-"));
    assert_eq!(requests[1].header("if-range"), Some("\"v1\""));
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn the_next_run_goes_on_where_the_last_one_stopped() {
    let content = model_file(WHOLE, 1);
    let server = breaking(&content, 2, |content, request| Answer::range(content, "\"v1\"", request));
    let site = site_of(&server, &content);
    let said = site.model(&["pull", "m"]).refused();
    says(&said, &["HTTP 503", "150000 bytes of it are kept", "m.bin.part", "the same command goes on"]);
    assert!(!site.path("models/m.bin").exists());
    says(&site.model(&["list"]).done(), &["in part (1 MB of 1 MB)", "goes on"]);

    site.model(&["pull", "m"]).done();
    assert_eq!(server.requests().last().expect("asked").header("range"), Some("bytes=150000-"));
    assert_eq!(site.read("models/m.bin"), content);
    assert_eq!(site.names(), ["m.bin", "manifest.toml"]);
}

#[test]
fn a_part_of_an_older_file_is_not_joined_to_a_newer_one() {
    let (older, newer) = (model_file(WHOLE, 1), model_file(WHOLE, 2));
    let now = newer.clone();
    let server = breaking(&older, 2, move |_, request| Answer::range(&now, "\"v2\"", request));
    let site = site_of(&server, &newer);
    site.model(&["pull", "m"]).refused();
    says(&site.model(&["pull", "m"]).done(), &["sends the whole file again"]);
    assert_eq!(site.read("models/m.bin"), newer);
}

#[test]
fn a_server_that_knows_no_ranges_is_read_from_the_beginning() {
    let content = model_file(WHOLE, 1);
    let server = breaking(&content, 0, |content, _| Answer::file(content).with("ETag", "\"v1\""));
    let site = site_of(&server, &content);
    says(&site.model(&["pull", "m"]).done(), &["sends the whole file again"]);
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn a_server_that_sends_another_piece_is_asked_for_the_whole() {
    let content = model_file(WHOLE, 1);
    let server = breaking(&content, 0, |content, request| match request.header("range") {
        Some(_) => {
            let span = format!("bytes 1000-{}/{WHOLE}", WHOLE - 1);
            Answer { status: 206, ..Answer::file(&content[1_000..]).with("Content-Range", &span) }
        }
        None => Answer::file(content),
    });
    let site = site_of(&server, &content);
    says(&site.model(&["pull", "m"]).done(), &["another piece"]);
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn a_part_that_is_whole_already_is_only_checked() {
    let content = model_file(WHOLE, 1);
    let server = Server::of(content.clone());
    let site = site_of(&server, &content);
    site.write("models/m.bin.part", &content);
    site.write("models/m.bin.part.from", format!("{}/m.bin\n\"v1\"\n", server.url).as_bytes());
    site.model(&["pull", "m"]).done();
    assert_eq!(server.requests()[0].header("range"), Some("bytes=300000-"));
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn a_connection_that_never_gets_beyond_the_middle_is_given_up() {
    let content = model_file(WHOLE, 1);
    let server = Server::start(move |_, _| Answer::file(&content).breaking_after(HALF));
    let site = Site::new(&format!("url = \"{}\"", server.url));
    says(&site.model(&["pull", "m"]).refused(), &["after 150000"]);
    assert!(!site.path("models/m.bin").exists());
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn two_do_not_fetch_the_same_file_at_once() {
    let content = model_file(WHOLE, 1);
    let server = Server::of(content.clone());
    let site = site_of(&server, &content);
    let part = File::create(site.path("models/m.bin.part")).expect("made");
    part.lock().expect("locked");
    says(&site.model(&["pull", "m"]).refused(), &["m.bin.part", "another process"]);
    drop(part);
    site.model(&["pull", "m"]).done();
    assert_eq!(server.requests().len(), 1);
}
