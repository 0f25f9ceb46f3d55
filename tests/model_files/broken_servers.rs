//! Servers that fail or give something else, and disks that are full: nothing wrong is ever used, and what to do
//! is said.

use std::os::unix::fs::symlink;

use crate::server::{Answer, Server};
use crate::site::{Site, model_file, says, sha1, sha256};

#[test]
fn a_server_that_fails_for_a_while_is_asked_again() {
    let content = model_file(5_000, 1);
    let shelf = content.clone();
    let server = Server::start(move |before, request| match before {
        0 => Answer::status(503),
        1 => Answer::status(429),
        _ => Answer::range(&shelf, "\"v1\"", request),
    });
    let site = Site::new(&format!("url = \"{}\"", server.url));
    says(&site.model(&["pull", "m"]).done(), &["HTTP 503", "HTTP 429", "trying again"]);
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn where_no_server_gives_it_what_to_put_where_is_said() {
    let content = model_file(5_000, 1);
    let broken = Server::start(|_, _| Answer::status(500));
    let closed = Server::start(|_, _| Answer::status(403));
    let site = Site::new(&format!(
        "size_bytes = 5000\nsha1 = \"{}\"\nurl = \"{}\"\nmirror = \"{}\"",
        sha1(&content),
        broken.url,
        closed.url
    ));
    let said = site.model(&["pull", "m"]).refused();
    says(
        &said,
        &[
            &format!("{}/m.bin", broken.url),
            "HTTP 500",
            &format!("{}/m.bin", closed.url),
            "HTTP 403 (not allowed",
            "as   models/m.bin",
            "5000 bytes, SHA-1",
            "jiesu model add /PATH/TO/FILE --name m",
            "--proxy",
            "--from",
        ],
    );
    assert_eq!((broken.requests().len(), closed.requests().len()), (3, 1), "403 will not pass, 500 may");
    assert_eq!(site.names(), ["manifest.toml"], "nothing is left behind");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let site = Site::new("url = \"http://127.0.0.1:1\"");
    says(
        &site.model(&["pull", "m"]).refused(),
        &["http://127.0.0.1:1/m.bin", "refused", "as   models/m.bin"],
    );
}

#[test]
fn redirects_without_end_are_given_up() {
    let server = Server::start(|_, _| Answer::redirect("/again"));
    let site = Site::new(&format!("url = \"{}\"", server.url));
    says(&site.model(&["pull", "m"]).refused(), &["redirects"]);
    assert!(server.requests().len() < 40);
}

#[test]
fn a_file_with_another_checksum_is_put_aside_and_not_used() {
    let (right, wrong) = (model_file(5_000, 1), model_file(5_000, 2));
    let shelf = wrong.clone();
    let server = Server::start(move |_, _| Answer::file(&shelf));
    for sum in [format!("sha256 = \"{}\"", sha256(&right)), format!("sha1 = \"{}\"", sha1(&right))] {
        let site = Site::new(&format!("size_bytes = 5000\n{sum}\nurl = \"{}\"", server.url));
        says(
            &site.model(&["pull", "m"]).refused(),
            &["damaged or another one", "m.bin.rejected", "not used"],
        );
        assert_eq!(site.names(), ["m.bin.rejected", "manifest.toml"]);
        assert_eq!(site.read("models/m.bin.rejected"), wrong);
        says(&site.model(&["verify", "m"]).refused(), &["not here"]);
    }
}

#[test]
fn after_a_wrong_file_the_mirror_is_asked() {
    let (right, wrong) = (model_file(5_000, 1), model_file(5_000, 2));
    let (server, mirror) = (Server::of(wrong), Server::of(right.clone()));
    let sum = sha256(&right);
    let site =
        Site::new(&format!("sha256 = \"{sum}\"\nurl = \"{}\"\nmirror = \"{}\"", server.url, mirror.url));
    site.model(&["pull", "m"]).done();
    assert_eq!(site.read("models/m.bin"), right);
}

#[test]
fn a_firewalls_page_is_not_taken_for_a_model() {
    let server = Server::start(|_, _| Answer::file(b"<!DOCTYPE html><title>Sign in</title>"));
    let site = Site::new(&format!("url = \"{}\"", server.url));
    says(&site.model(&["pull", "m"]).refused(), &["a web page", "put aside"]);
    assert!(!site.path("models/m.bin").exists());
}

#[test]
fn a_file_of_another_size_is_not_even_fetched() {
    let server = Server::of(model_file(5_000, 1));
    let site = Site::new(&format!("size_bytes = 5001\nurl = \"{}\"", server.url));
    says(&site.model(&["pull", "m"]).refused(), &["5000 bytes where 5001 are expected"]);
    assert_eq!(site.names(), ["manifest.toml"]);
    let stick = site.write("stick/m.bin", &model_file(4_000, 1));
    let folder = stick.parent().expect("a folder").display().to_string();
    says(&site.model(&["pull", "m", "--from", &folder]).refused(), &["4000 bytes where 5001"]);
}

#[test]
fn a_folder_without_it_is_named() {
    let site = Site::new("url = \"https://models.invalid\"");
    site.write("stick/other.bin", b"x");
    let folder = site.path("stick").display().to_string();
    let said = site.model(&["pull", "m", "--from", &folder]).refused();
    says(&said, &[&format!("{folder}/m.bin"), "no such file there"]);
}

#[test]
fn a_model_that_nobody_publishes_says_how_to_make_it() {
    let site = Site::new("how = \"Convert it with the program convert.\"");
    let said = site.model(&["pull", "m"]).refused();
    says(&said, &["Convert it with the program convert.", "models/m.bin", "jiesu model add"]);
}

#[test]
fn a_disk_without_room_is_seen_before_anything_is_fetched() {
    let server = Server::of(model_file(5_000, 1));
    let site = Site::new(&format!("size_bytes = {}\nurl = \"{}\"", 1_u64 << 60, server.url));
    let said = site.model(&["pull", "m"]).refused();
    says(&said, &["no room", "1152921504606846976 more bytes", "make room"]);
    assert_eq!(server.targets(), [""; 0]);
    assert_eq!(site.names(), ["manifest.toml"]);
}

#[test]
fn a_disk_that_fills_up_meanwhile_is_named_and_no_other_server_is_bothered() {
    let content = model_file(300_000, 1);
    let (server, mirror) = (Server::of(content.clone()), Server::of(content));
    let site = Site::new(&format!("url = \"{}\"\nmirror = \"{}\"", server.url, mirror.url));
    symlink("/dev/full", site.path("models/m.bin.part")).expect("linked");
    let said = site.model(&["pull", "m"]).refused();
    says(
        &said,
        &[
            "m.bin.part cannot be written",
            "No space left on device",
            "make room there",
            "run the same command",
        ],
    );
    assert!(!site.path("models/m.bin").exists());
    assert_eq!((server.requests().len(), mirror.requests().len()), (1, 0));
}
