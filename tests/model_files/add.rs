//! A model brought on a stick.

use std::fs;
use std::path::Path;

use crate::site::{Site, display, model_file, says, sha1, sha256};

#[test]
fn a_known_file_is_known_by_its_checksum_whatever_its_name() {
    let content = model_file(90_000, 1);
    for sum in [format!("sha256 = \"{}\"", sha256(&content)), format!("sha1 = \"{}\"", sha1(&content))] {
        let site = Site::new(&format!("size_bytes = 90000\n{sum}"));
        let stick = site.write("stick/download (1).bin", &content);
        says(
            &site.model(&["add", &display(&stick)]).done(),
            &["m: copied to models/m.bin", &sha256(&content)],
        );
        assert_eq!(site.read("models/m.bin"), content);
        says(&site.model(&["verify", "m"]).done(), &["its SHA-256 is right"]);
        assert!(!site.path("models/site.toml").exists());
        site.model(&["add", &display(&stick)]).done();
    }
}

#[test]
fn a_known_name_with_other_content_is_refused() {
    let content = model_file(90_000, 1);
    let site = Site::new(&format!("size_bytes = 90000\nsha256 = \"{}\"", sha256(&content)));
    let other = site.write("stick/m.bin", &model_file(90_000, 2));
    says(
        &site.model(&["add", &display(&other)]).refused(),
        &["damaged or another one", "SHA-256", "--name NAME"],
    );
    let short = site.write("stick/m.bin", &content[..80_000]);
    says(&site.model(&["add", &display(&short)]).refused(), &["size is 80000, the manifest says 90000"]);
    says(&site.model(&["add", &display(&short), "--name", "m"]).refused(), &["size is 80000"]);
    assert_eq!(site.names(), ["manifest.toml"]);
}

#[test]
fn a_model_without_a_known_checksum_is_taken_by_name_and_held_to_what_came() {
    let site = Site::new("how = \"Convert it.\"");
    let content = model_file(90_000, 1);
    let stick = site.write("stick/ggml-model.bin", &content);
    says(&site.model(&["add", &display(&stick)]).refused(), &["does not know", "--name", "checksum: m"]);
    says(&site.model(&["add", &display(&stick), "--name", "m"]).done(), &["copied to models/m.bin", "noted"]);
    site.write("models/m.bin", &model_file(90_000, 2));
    says(&site.model(&["verify", "m"]).refused(), &["checksums.toml"]);
}

#[test]
fn files_of_a_model_that_has_several_are_added_together() {
    let entry = Site::entry("s");
    let files = "files = [{ file = \"s/encoder.onnx\", size_bytes = 70000 }, { file = \"s/tokens.txt\", size_bytes = 3 }]";
    let site = Site::with_manifest(&format!("{entry}engine = \"sherpa-onnx\"\n{files}\n"));
    let encoder = site.write("stick/encoder.onnx", &model_file(70_000, 1));
    let tokens = site.write("stick/tokens.txt", b"a 1");
    site.model(&["add", &display(&encoder), &display(&tokens)]).done();
    assert_eq!(site.read("models/s/tokens.txt"), b"a 1");
    says(&site.model(&["list"]).done(), &["s  here"]);
    let odd = site.write("stick/odd.bin", &model_file(70_000, 3));
    says(&site.model(&["add", &display(&odd), "--name", "s"]).refused(), &["encoder.onnx, tokens.txt"]);
}

#[test]
fn a_model_of_the_sites_own_gets_an_entry_and_is_used() {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR"));
    let site = Site::with_manifest("");
    let stick = display(&tree.join("models/demo/ggml-demo.bin"));
    let said = site.model(&["add", &stick]).refused();
    says(&said, &["a Whisper model", "--name NAME --languages"]);
    let words = ["add", &stick, "--name", "our-own", "--languages", "zh,en", "--licence", "ours"];
    says(&site.model(&words).done(), &["models/our-own.bin", "site.toml", "recogniser = \"our-own\""]);
    assert_eq!(site.read("models/manifest.toml"), b"", "what is packaged is only read");
    says(
        &site.model(&["list"]).done(),
        &["our-own  here  (the site's own)", "languages zh en", "licence: ours"],
    );
    says(&site.model(&["verify"]).done(), &["its SHA-256 is right"]);

    site.write("jiesu.toml", b"[speech]\nrecogniser = \"our-own\"\n");
    let sound = display(&tree.join("audio_fixtures/sentences/sentence_1.wav"));
    says(&site.jiesu(&["transcribe", &sound], &[]).done(), &["caller"]);
}

#[test]
fn a_second_model_of_the_sites_leaves_the_first_and_its_comments() {
    let site = Site::with_manifest("");
    let before = format!("# Ours, of the year 2026.\n{}file = \"a.bin\"\n", Site::entry("a"));
    site.write("models/site.toml", before.as_bytes());
    let stick = site.write("stick/b.bin", &model_file(90_000, 1));
    site.model(&["add", &display(&stick), "--name", "b", "--languages", "en"]).done();
    let after = String::from_utf8(site.read("models/site.toml")).expect("text");
    assert!(after.starts_with(before.trim_end()), "{after}");
    says(&site.model(&["list"]).done(), &["a  not here", "b  here"]);
}

#[test]
fn what_is_no_model_or_has_no_place_is_refused_and_nothing_is_left_behind() {
    let site = Site::with_manifest("");
    let named =
        |file: &Path, name: &str| site.model(&["add", &display(file), "--name", name, "--languages", "zh"]);
    for (content, what) in [
        (&b"GGUF\x03\0\0\0"[..], "llama.cpp"),
        (b"PK\x03\x04", "convert-h5-to-ggml.py"),
        (b"<html>", "a web page"),
        (b"", "empty"),
    ] {
        let file = site.write("stick/x.bin", content);
        says(&named(&file, "x").refused(), &["no Whisper model", what]);
    }
    let file = site.write("stick/x.bin", &model_file(90_000, 1));
    says(&named(&file, "../x").refused(), &["cannot be a model's name"]);
    says(&named(&site.path("stick/none.bin"), "x").refused(), &["none.bin cannot be read"]);
    let languages = ["add", &display(&file), "--name", "x", "--languages", "Mandarin"];
    says(&site.model(&languages).refused(), &["two letters"]);
    assert_eq!(site.names(), ["manifest.toml"]);

    site.write("models/x.bin", b"something else");
    says(&named(&file, "x").refused(), &["models/x.bin is there already"]);
    assert_eq!(site.read("models/x.bin"), b"something else");
    fs::remove_file(site.path("models/x.bin")).expect("removed");
    named(&file, "x").done();
}
