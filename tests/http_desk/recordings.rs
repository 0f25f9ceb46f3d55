//! A recording is heard in parts, and while it is being written.

use jiesu::domain::{Call, EventKind, RecordingState};
use reqwest::{Method, Response};

use crate::test_desk::{SignedIn, TestDesk};

/// A header as a recorder writes it at the beginning: it counts nothing yet.
fn open_file(frames: u32) -> Vec<u8> {
    let mut file =
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x40\x1f\0\0\0\x7d\0\0\x04\0\x10\0data\0\0\0\0".to_vec();
    for frame in 0..frames {
        file.extend_from_slice(&frame.to_le_bytes());
    }
    file
}

async fn with_state(desk: &TestDesk, call: &Call, recording: RecordingState) {
    let call = Call { recording, ..call.clone() };
    desk.journal.record(Some(call.id), EventKind::Call { call: Box::new(call) });
    desk.journal.flush().await;
}

async fn ask(person: &SignedIn, call: &Call, range: Option<&str>) -> Response {
    let mut request = person.request(Method::GET, &format!("/api/calls/{}/recording", call.id));
    if let Some(range) = range {
        request = request.header("range", range);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn an_open_recording_has_a_header_that_fits_what_is_there() {
    let desk = TestDesk::start().await;
    let supervisor = desk.sign_in("supervisor").await;
    let call = desk.call("02266660001").await;
    with_state(&desk, &call, RecordingState::Open).await;
    let mut file = open_file(100);
    // Half a frame is being written.
    file.extend_from_slice(&[1, 2]);
    let open = jiesu::call::recording::open_path(desk.directory.path(), call.id);
    std::fs::write(open, &file).unwrap();

    let response = ask(&supervisor, &call, None).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "audio/wav");
    assert_eq!(response.headers()["accept-ranges"], "bytes");
    let wav = response.bytes().await.unwrap();
    assert_eq!(wav.len(), 44 + 400);
    assert_eq!(wav[40..44], 400_u32.to_le_bytes());
    assert_eq!(wav[4..8], 436_u32.to_le_bytes());
    assert_eq!(wav[44..], file[44..444]);

    let part = ask(&supervisor, &call, Some("bytes=40-47")).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 40-47/444");
    assert_eq!(part.bytes().await.unwrap(), wav.slice(40..48), "over the header's end");
    let tail = ask(&supervisor, &call, Some("bytes=-4")).await;
    assert_eq!(tail.bytes().await.unwrap(), wav.slice(440..));
    let outside = ask(&supervisor, &call, Some("bytes=444-")).await;
    assert_eq!(outside.status(), 416);
    assert_eq!(outside.headers()["content-range"], "bytes */444");
}

#[tokio::test]
async fn a_closed_recording_comes_as_it_lies_on_disk() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    let closed = RecordingState::Closed { samples: 50_000, sha256: String::new(), recovered: false };
    with_state(&desk, &call, closed).await;
    let file = open_file(50_000);
    std::fs::write(desk.recording_path(&call), &file).unwrap();
    assert_eq!(ask(&agent, &call, None).await.bytes().await.unwrap(), file);
    let part = ask(&agent, &call, Some("bytes=100000-180000")).await;
    assert_eq!(part.headers()["content-length"], "80001");
    assert_eq!(part.bytes().await.unwrap(), file[100_000..=180_000]);
}

#[tokio::test]
async fn where_nothing_was_recorded_there_is_nothing() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    assert_eq!(ask(&agent, &call, None).await.status(), 404);
    with_state(&desk, &call, RecordingState::Failed).await;
    assert_eq!(ask(&agent, &call, None).await.status(), 404, "the file is gone");
}
