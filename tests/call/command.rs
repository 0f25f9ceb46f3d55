//! `jiesu call` as a person runs it: its reports and exit codes.

use std::path::{Path, PathBuf};
use std::process::Output;

use jiesu::audio::wav;
use jiesu::audio::wav::Wav;
use tokio::process::Command;

use super::support::{GREETING_HZ, Options, Phone, Service, free_addr, share_of, tone};

/// A stereo file: 400 Hz left, 700 Hz right.
fn recording(directory: &Path, ms: u64) -> PathBuf {
    let (left, right) = (tone(400.0, ms), tone(700.0, ms));
    let mut bytes = wav::header(2, 8_000, 4 * left.len() as u64).to_vec();
    for (left, right) in left.iter().zip(&*right) {
        bytes.extend(left.to_le_bytes());
        bytes.extend(right.to_le_bytes());
    }
    let path = directory.join("call.wav");
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn jiesu_call(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiesu")).arg("call").args(arguments).output().await.unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test]
async fn a_recording_is_played_on_both_sides_and_what_was_heard_is_reported() {
    let directory = tempfile::tempdir().unwrap();
    let file = recording(directory.path(), 2_500);
    let heard = directory.path().join("heard.wav");
    let phone = free_addr();
    let service = Service::start(Options { seats: vec![("8001", phone)], ..Options::default() }).await;
    let output = jiesu_call(&[
        file.to_str().unwrap(),
        "--to",
        &service.uri("8001").to_string(),
        "--agent",
        file.to_str().unwrap(),
        "--agent-listen",
        &phone.to_string(),
        "--agent-rings",
        "100",
        "--dtmf",
        "7",
        "--hear",
        heard.to_str().unwrap(),
        "--json",
    ])
    .await;
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["result"], "as_planned");
    assert_eq!(report["caller"]["lost"], 0);
    assert_eq!(report["agent"]["keys"], "7");
    let tones = report["agent"]["tones"].as_array().unwrap();
    assert!(tones.iter().any(|tone| tone["hz"] == 400 && tone["ms"].as_u64() >= Some(1_500)), "{report}");
    let heard = Wav::read(&heard).unwrap().channels.remove(0);
    assert!(share_of(&heard[800..2_400], GREETING_HZ) > 0.9);
    service.stop().await;
}

#[tokio::test]
async fn a_truncated_file_is_not_played() {
    let directory = tempfile::tempdir().unwrap();
    let file = recording(directory.path(), 500);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() - 100]).unwrap();
    let output = jiesu_call(&[file.to_str().unwrap()]).await;
    assert_eq!(output.status.code(), Some(4));
    let error = text(&output.stderr);
    assert!(error.contains("call.wav") && error.contains("100 bytes are missing"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_printed_with_its_status() {
    let directory = tempfile::tempdir().unwrap();
    let file = recording(directory.path(), 500);
    let mut phone = Phone::new().await;
    let target = format!("sip:1@{}", phone.addr());
    let arguments = [file.to_str().unwrap(), "--to", &target];
    let (output, ()) = tokio::join!(jiesu_call(&arguments), async {
        phone.ring().await.leg.reject(486, "Busy Here").await;
    });
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stdout).contains("486 Busy Here"), "{}", text(&output.stdout));
}

#[tokio::test]
async fn nobody_answering_is_said() {
    let directory = tempfile::tempdir().unwrap();
    let file = recording(directory.path(), 500);
    let mut phone = Phone::new().await;
    let target = format!("sip:1@{}", phone.addr());
    let arguments = [file.to_str().unwrap(), "--to", &target, "--answer-limit", "1"];
    let (output, _ringing) = tokio::join!(jiesu_call(&arguments), phone.ring());
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
}

#[tokio::test]
async fn only_a_jiesu_on_this_machine_can_be_hurried() {
    let directory = tempfile::tempdir().unwrap();
    let file = recording(directory.path(), 1_000);
    let file = file.to_str().unwrap();
    // Refused before anything is sent: the address is of those kept for documentation.
    let output = jiesu_call(&[file, "--to", "sip:1@192.0.2.1", "--speed", "2"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("--speed"), "{}", text(&output.stderr));

    let stranger = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let target = format!("sip:1@{}", stranger.local_addr().unwrap());
    let arguments = [file, "--to", &target, "--speed", "2"];
    let (output, ()) = tokio::join!(jiesu_call(&arguments), async {
        let mut datagram = [0; 2_000];
        let (length, from) = stranger.recv_from(&mut datagram).await.unwrap();
        let request = text(&datagram[..length]);
        assert!(request.starts_with("OPTIONS"), "{request}");
        let kept =
            |line: &&str| ["Via:", "From:", "To:", "Call-ID:", "CSeq:"].iter().any(|n| line.starts_with(n));
        let headers: Vec<_> = request.lines().filter(kept).collect();
        let answer = format!(
            "SIP/2.0 200 OK\r\n{}\r\nServer: Other/1.0\r\nContent-Length: 0\r\n\r\n",
            headers.join("\r\n")
        );
        stranger.send_to(answer.as_bytes(), from).await.unwrap();
    });
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("Other/1.0"), "{}", text(&output.stderr));

    let service = Service::start(Options::default()).await;
    let output = jiesu_call(&[file, "--to", &service.uri("1").to_string(), "--speed", "2"]).await;
    assert_eq!(output.status.code(), Some(0), "{}{}", text(&output.stdout), text(&output.stderr));
    service.stop().await;
}

#[tokio::test]
async fn each_end_of_a_call_has_an_exit_code_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let file = recording(directory.path(), 1_500);
    let file = file.to_str().unwrap();
    // A wrong option is not taken for a refused call.
    for wrong in [["--to", "nowhere"], ["--linger", "18446744073709551615"], ["--dtmf", "x"]] {
        let output = jiesu_call(&[[file].as_slice(), &wrong].concat()).await;
        assert_eq!(output.status.code(), Some(1), "{wrong:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(wrong[0]), "{}", text(&output.stderr));
    }
    let help = jiesu_call(&["--help"]).await;
    assert_eq!(help.status.code(), Some(0));
    for code in 0..=7 {
        assert!(text(&help.stdout).contains(&format!("\n  {code}  ")), "{code} is explained");
    }

    let mut phone = Phone::new().await;
    let target = format!("sip:1@{}", phone.addr());
    let arguments = [file, "--to", &target];
    let (output, ()) = tokio::join!(jiesu_call(&arguments), async {
        let mut sound = super::support::open_media().await;
        let call = phone.ring().await;
        call.leg.accept(sound.answer(&call.call.offer.unwrap()).unwrap().0).await;
        call.leg.hang_up().await;
    });
    assert_eq!(output.status.code(), Some(5), "{}", text(&output.stderr));

    let (output, ()) = tokio::join!(jiesu_call(&arguments), async {
        phone.ring().await.leg.accept(b"no description".to_vec()).await;
    });
    assert_eq!(output.status.code(), Some(7), "{}", text(&output.stderr));

    // The caller is done before the greeting is.
    let service = Service::start(Options { greeting_ms: 10_000, ..Options::default() }).await;
    let listen = free_addr().to_string();
    let target = service.uri("1").to_string();
    let output = jiesu_call(&[file, "--to", &target, "--agent", file, "--agent-listen", &listen]).await;
    assert_eq!(output.status.code(), Some(6), "{}", text(&output.stdout));
    service.stop().await;
}
