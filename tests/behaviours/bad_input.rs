//! What is wrong is said, with what to do about it.

use std::fs;
use std::net::UdpSocket;

use crate::support::phone::{PlacedCall, truncated};
use crate::support::ports;
use crate::support::script::fixtures;
use crate::support::service::Service;
use crate::support::settings::Settings;

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = ports::free();
    let _holder = UdpSocket::bind(taken).expect("the port was free");
    let mut service = Service::prepare(Settings { sip: Some(taken), ..Settings::default() });
    service.launch();
    assert!(!service.end().await.success());
    let log = service.log();
    assert!(log.contains(&taken.to_string()) && log.contains("sip.listen_udp"), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_page_port_in_use_is_named() {
    let taken = ports::free();
    let _holder = std::net::TcpListener::bind(taken).expect("the port was free");
    let mut service = Service::prepare(Settings { http: Some(taken), ..Settings::default() });
    service.launch();
    assert!(!service.end().await.success());
    let log = service.log();
    assert!(log.contains(&taken.to_string()) && log.contains("http.listen"), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

/// The service with a copy of the models' folder that something was done to; what it says at its end.
async fn with_models(harm: impl FnOnce(&std::path::Path)) -> String {
    let models = tempfile::tempdir().expect("a folder");
    let tree = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    fs::create_dir(models.path().join("demo")).expect("made");
    for file in ["manifest.toml", "demo/ggml-demo.bin"] {
        fs::copy(tree.join(file), models.path().join(file)).expect("copied");
    }
    harm(models.path());
    let mut service =
        Service::prepare(Settings { models: Some(models.path().to_owned()), ..Settings::default() });
    service.launch();
    assert!(!service.end().await.success());
    service.log()
}

#[tokio::test]
async fn a_missing_model_file_is_named() {
    let log =
        with_models(|models| fs::remove_file(models.join("demo/ggml-demo.bin")).expect("removed")).await;
    assert!(log.contains("ggml-demo.bin") && !log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_damaged_model_file_is_named_with_both_checksums() {
    let log = with_models(|models| {
        let path = models.join("demo/ggml-demo.bin");
        let mut bytes = fs::read(&path).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).expect("written");
    })
    .await;
    let checksums = log.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() == 64).count();
    assert!(log.contains("ggml-demo.bin") && checksums >= 2 && !log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_truncated_recording_is_refused_before_anybody_is_called() {
    let service = Service::start(Settings::reading(&["gas_smell"])).await;
    let agent = service.sign_in("agent").await;
    for bytes in [0, 11, 30, 200_001] {
        let piece = truncated(&service, "gas_smell", bytes);
        let report = PlacedCall::playing(&service, 0, &piece, "13600007722").report().await;
        assert!(!report.status.success(), "{bytes} bytes: {}", report.stdout);
        assert!(report.stderr.contains("truncated.wav"), "{bytes} bytes: {}", report.stderr);
        assert!(!report.stderr.contains("panicked"), "{}", report.stderr);
    }
    assert_eq!(agent.get("/api/calls").await["items"], serde_json::json!([]));
    assert!(fixtures().join("gas_smell.wav").exists(), "the recording itself is left alone");
}
