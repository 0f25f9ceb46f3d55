//! Clients that take connections and say nothing: the desk goes on answering the others.

use std::sync::Arc;
use std::time::Duration;

use jiesu::http::ServeLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::test_desk::TestDesk;

#[tokio::test]
async fn connections_that_say_nothing_are_closed_and_make_room() {
    let limits = ServeLimits { connections: 2, head_time: Duration::from_millis(500) };
    let desk = TestDesk::start_with(Arc::new(tempfile::tempdir().unwrap()), limits).await;
    let address = desk.base.strip_prefix("http://").unwrap();
    let mut slow = Vec::new();
    for said in ["", "GET /api/status HTTP/1.1\r\nhost: desk\r\n"] {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(said.as_bytes()).await.unwrap();
        slow.push(connection);
    }
    // All places are taken: this one is answered only once they were closed.
    assert_eq!(desk.sign_in("agent").await.get("/api/status").await["live_calls"], 0);
    for mut connection in slow {
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{answer:?}");
    }
}
