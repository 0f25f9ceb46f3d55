//! Fetching a model that can be fetched.

use std::fs;

use crate::server::{Answer, Server};
use crate::site::{Site, model_file, says, sha1, sha256};

#[test]
fn a_model_is_fetched_and_held_to_the_checksum_it_came_with() {
    let content = model_file(300_000, 1);
    let server = Server::of(content.clone());
    let site = Site::new(&format!("size_bytes = 300000\nurl = \"{}/v1\"", server.url));
    let manifest = site.read("models/manifest.toml");
    says(&site.model(&["list"]).done(), &["m  not here", "jiesu model pull m", "size 1 MB"]);

    let said = site.model(&["pull", "m"]).done();
    says(&said, &[&format!("{}/v1/m.bin", server.url), &sha256(&content), "recogniser = \"m\"", "100 %"]);
    assert_eq!(server.targets(), ["/v1/m.bin"]);
    assert_eq!(site.read("models/m.bin"), content);
    assert_eq!(site.names(), ["checksums.toml", "m.bin", "manifest.toml"]);
    assert_eq!(site.read("models/manifest.toml"), manifest, "what is packaged is only read");
    says(&site.model(&["list"]).done(), &["m  here"]);
    says(&site.model(&["verify"]).done(), &["its SHA-256 is right"]);

    let mut other = content;
    other[200_000] ^= 1;
    site.write("models/m.bin", &other);
    says(&site.model(&["verify"]).refused(), &["damaged or another one", "checksums.toml", &sha256(&other)]);
}

#[test]
fn what_is_here_and_right_is_not_fetched_again() {
    let content = model_file(5_000, 1);
    let server = Server::of(content.clone());
    let sums = format!("sha256 = \"{}\"", sha256(&content));
    let site = Site::new(&format!("{sums}\nurl = \"{}\"", server.url));
    site.write("models/m.bin", &content);
    says(&site.model(&["pull", "m"]).done(), &["was here already", "its SHA-256 is right"]);
    assert_eq!(server.targets(), [""; 0]);
}

#[test]
fn a_damaged_file_that_is_here_is_put_aside_and_fetched_anew() {
    let content = model_file(5_000, 1);
    let server = Server::of(content.clone());
    let site = Site::new(&format!("sha256 = \"{}\"\nurl = \"{}\"", sha256(&content), server.url));
    site.write("models/m.bin", b"half of it");
    says(&site.model(&["pull", "m"]).done(), &["damaged", "m.bin.rejected"]);
    assert_eq!(site.read("models/m.bin"), content);
    assert_eq!(site.read("models/m.bin.rejected"), b"half of it");
}

#[test]
fn the_publishers_sha1_is_checked_and_the_sha256_noted() {
    let content = model_file(5_000, 1);
    let server = Server::of(content.clone());
    let site = Site::new(&format!("sha1 = \"{}\"\nurl = \"{}\"", sha1(&content), server.url));
    says(&site.model(&["pull", "m"]).done(), &["its SHA-1 is the publisher's", &sha256(&content)]);
    let noted = String::from_utf8(site.read("models/checksums.toml")).expect("text");
    says(&noted, &[&sha256(&content), &server.url]);
}

#[test]
fn a_model_of_several_files_comes_whole() {
    let (encoder, tokens) = (model_file(70_000, 1), b"one 1\ntwo 2\n".to_vec());
    let shelf = [("/x/encoder.onnx", encoder.clone()), ("/x/tokens.txt", tokens.clone())];
    let server = Server::start(move |_, request| {
        let found = shelf.iter().find(|(target, _)| *target == request.target);
        found.map_or(Answer::status(404), |(_, content)| Answer::file(content))
    });
    let files = "files = [{ file = \"s/encoder.onnx\" }, { file = \"s/tokens.txt\", size_bytes = 12 }]";
    let entry = Site::entry("s");
    let site = Site::with_manifest(&format!(
        "{entry}engine = \"sherpa-onnx\"\nurl = \"{}/x\"\n{files}\n",
        server.url
    ));
    says(&site.model(&["pull", "s"]).done(), &["encoder.onnx", "tokens.txt", "not in this build yet"]);
    assert_eq!((site.read("models/s/encoder.onnx"), site.read("models/s/tokens.txt")), (encoder, tokens));
    says(&site.model(&["list"]).done(), &["s  here", "engine sherpa-onnx, not in this build yet"]);
}

#[test]
fn redirects_are_followed_to_another_server() {
    let content = model_file(80_000, 1);
    let store = Server::of(content.clone());
    let to = format!("{}/store/abc?signature=1", store.url);
    let hub = Server::start(
        move |before, _| if before == 0 { Answer::redirect("/again") } else { Answer::redirect(&to) },
    );
    let site = Site::new(&format!("sha256 = \"{}\"\nurl = \"{}\"", sha256(&content), hub.url));
    site.model(&["pull", "m"]).done();
    assert_eq!(hub.targets(), ["/m.bin", "/again"]);
    assert_eq!(store.targets(), ["/store/abc?signature=1"]);
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn the_mirror_gives_what_the_publisher_does_not() {
    let content = model_file(5_000, 1);
    let gone = Server::start(|_, _| Answer::status(404));
    let mirror = Server::of(content.clone());
    let site = Site::new(&format!("url = \"{}\"\nmirror = \"{}/copy\"", gone.url, mirror.url));
    says(&site.model(&["pull", "m"]).done(), &[&format!("from {}/copy/m.bin", mirror.url)]);
    assert_eq!(gone.targets(), ["/m.bin"]);
    assert_eq!(site.read("models/m.bin"), content);
}

#[test]
fn a_mirror_of_ones_own_may_be_laid_out_like_the_publishers_site_or_flat() {
    let content = model_file(5_000, 1);
    for target in ["/org/repo/m.bin", "/deep/m.bin", "/m.bin"] {
        let shelf = content.clone();
        let mirror =
            Server::start(
                move |_, request| {
                    if request.target == target { Answer::file(&shelf) } else { Answer::status(404) }
                },
            );
        let entry = Site::entry("m");
        let site = Site::with_manifest(&format!(
            "{entry}file = \"deep/m.bin\"\nurl = \"https://models.invalid/org/repo\"\n"
        ));
        site.model(&["pull", "m", "--from", &mirror.url]).done();
        assert_eq!(site.read("models/deep/m.bin"), content, "{target}");
    }
}

#[test]
fn a_folder_or_the_settings_serve_a_site_without_internet() {
    let content = model_file(5_000, 1);
    let sum = sha256(&content);
    for settings in [false, true] {
        let site = Site::new(&format!("sha256 = \"{sum}\"\nurl = \"https://models.invalid\""));
        let stick = site.write("stick/m.bin", &content);
        let stick = stick.parent().expect("a folder").display().to_string();
        let said = if settings {
            site.write("jiesu.toml", format!("[speech]\nmodels_from = {stick:?}\n").as_bytes());
            site.model(&["pull", "m"])
        } else {
            site.model(&["pull", "m", "--from", &stick])
        };
        says(&said.done(), &["stick/m.bin", "its SHA-256 is right"]);
        assert_eq!(site.read("models/m.bin"), content);
    }
}

#[test]
fn a_proxy_is_used_where_one_is_set_and_passed_by_where_it_should_be() {
    let content = model_file(80_000, 1);
    let shelf = content.clone();
    let proxy = Server::start(move |_, request| match request.method.as_str() {
        "CONNECT" => Answer::status(200),
        _ => Answer::range(&shelf, "\"v1\"", request),
    });
    // No name server knows it: only by the proxy can it be reached.
    let site = Site::new("url = \"http://models.invalid/v1\"");
    site.model_with(&["pull", "m"], &[("HTTP_PROXY", &proxy.url)]).done();
    assert_eq!(proxy.targets(), ["models.invalid:80", "/v1/m.bin"]);
    assert_eq!(site.read("models/m.bin"), content);

    fs::remove_file(site.path("models/m.bin")).expect("removed");
    site.model(&["pull", "m", "--proxy", &proxy.url]).done();
    assert_eq!(proxy.requests().len(), 4);

    fs::remove_file(site.path("models/m.bin")).expect("removed");
    site.write("jiesu.toml", format!("[speech]\nmodels_proxy = {:?}\n", proxy.url).as_bytes());
    site.model(&["pull", "m"]).done();
    assert_eq!(proxy.requests().len(), 6);

    fs::remove_file(site.path("models/m.bin")).expect("removed");
    fs::remove_file(site.path("jiesu.toml")).expect("removed");
    let around = [("HTTP_PROXY", proxy.url.as_str()), ("NO_PROXY", "invalid")];
    site.model_with(&["pull", "m"], &around).refused();
    assert_eq!(proxy.requests().len(), 6, "NO_PROXY is heeded");
    says(
        &site.model(&["pull", "m", "--proxy", "gopher://p"]).refused(),
        &["gopher://p", "no proxy's address"],
    );
}
