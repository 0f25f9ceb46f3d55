//! The fuzz targets over the committed corpus. A crash that fuzzing finds becomes one more file there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{fs, path::Path};

use proptest::prelude::*;

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
fn authorization_holds_on_its_corpus() {
    run("authorization", targets::authorization);
}

#[test]
fn rtp_holds_on_its_corpus() {
    run("rtp", targets::rtp);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_target_holds_on_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        targets::sip_message(&bytes);
        targets::stream_framer(&bytes);
        targets::endpoint(&bytes);
        targets::sdp(&bytes);
        targets::rtp(&bytes);
        targets::authorization(&bytes);
    }

    #[test]
    fn authorization_holds_on_anything_made_of_the_words_of_digest(text in digest_words()) {
        targets::authorization(text.as_bytes());
    }

    #[test]
    fn every_target_holds_on_anything_made_of_the_words_of_sip(text in words()) {
        targets::sip_message(text.as_bytes());
        targets::stream_framer(text.as_bytes());
        targets::endpoint(format!("%%m\n{text}%%a%%m\n{text}%%h").as_bytes());
    }
}

/// A request line, and then whatever the grammar is made of, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Via: SIP/2.0/UDP h;branch=z9hG4bK1",
        "From: <sip:a@b>;tag=1",
        "To: <sip:a@b>",
        "To: <sip:a@b>;tag=$TAG",
        "Call-ID: 1",
        "CSeq: 1 INVITE",
        "CSeq: 2 BYE",
        "Contact: <sip:a@192.0.2.1>",
        "Content-Length: 4",
        "l:",
        "Record-Route: <sip:h;lr>",
        "\r\n",
        "\r\n ",
        "\n",
        "\"",
        "\\",
        "<",
        ">",
        ";",
        ",",
        "=",
        ":",
        " ",
        "\t",
        "@",
        "[",
        "]",
        "sip:",
        "\0",
        "é",
        "%",
        "0",
    ]);
    let start = prop::sample::select(vec![
        "INVITE sip:a@b SIP/2.0\r\n",
        "BYE sip:a SIP/2.0\r\n",
        "SIP/2.0 200 OK\r\n",
        "",
    ]);
    let lines = prop::collection::vec((word, prop::sample::select(vec!["\r\n", "\r\n", "\r\n", ""])), 0..40);
    (start, lines).prop_map(|(start, lines)| {
        lines.into_iter().fold(start.to_owned(), |text, (word, end)| text + word + end)
    })
}

/// The scheme, and then pieces of its fields in any order.
fn digest_words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "username=\"8001\"",
        "realm=\"jiesu\"",
        "nonce=\"0\"",
        "uri=\"sip:192.0.2.200\"",
        "response=\"0\"",
        "algorithm=MD5",
        "algorithm=SHA-256",
        "qop=auth",
        "qop=\"auth\"",
        "nc=00000001",
        "cnonce=\"c\"",
        "opaque=\"\\\"\"",
        "stale=true",
        "\"",
        "\\",
        "=",
        "<",
        "\0",
        "\r\n ",
        "é",
    ]);
    let pieces = prop::collection::vec((word, prop::sample::select(vec![", ", ", ", ",", " ", ""])), 0..14);
    pieces.prop_map(|pieces| {
        pieces.into_iter().fold("Digest ".to_owned(), |text, (word, end)| text + word + end)
    })
}
