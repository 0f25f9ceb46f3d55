//! The fuzz targets over the committed corpus. A crash that fuzzing finds becomes one more file there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

#[path = "../fuzz/targets.rs"]
mod targets;

/// Runs each file of the corpus, each of its halves, and the file with single bytes changed.
fn run(name: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    target(b"");
    for file in files {
        let data = fs::read(&file).unwrap();
        target(&data);
        target(&data[..data.len() / 2]);
        target(&data[data.len() / 2..]);
        for at in (0..data.len()).step_by(7) {
            let mut changed = data.clone();
            changed[at] ^= 0x20;
            target(&changed);
        }
    }
}

#[test]
fn sip_message_holds_on_its_corpus() {
    run("sip_message", targets::sip_message);
}

#[test]
fn stream_framer_holds_on_its_corpus() {
    run("stream_framer", targets::stream_framer);
}

#[test]
fn endpoint_holds_on_its_corpus() {
    run("endpoint", targets::endpoint);
}

#[test]
fn sdp_holds_on_its_corpus() {
    run("sdp", targets::sdp);
}

#[test]
fn rtp_holds_on_its_corpus() {
    run("rtp", targets::rtp);
}
