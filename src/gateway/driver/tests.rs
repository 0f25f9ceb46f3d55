//! The driver by hand, one step at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

#[tokio::test]
async fn what_a_session_said_last_comes_before_the_sweep() {
    let config = GatewayConfig::new(([127, 0, 0, 1], 0).into());
    let (mut gateway, _telephone, mut calls) = Gateway::bind(config).await.unwrap();
    let phone = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let addr = phone.local_addr().unwrap();
    let invite = format!(
        "INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP {addr};branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
         From: <sip:2@h>;tag=1\r\nTo: <sip:1@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:2@{addr}>\r\nContent-Length: 0\r\n\r\n"
    );
    let now = Instant::now();
    gateway.endpoint.handle_message(now, Peer { protocol: Protocol::Udp, addr }, invite.as_bytes());
    gateway.drain();
    // The session refuses and is gone, before the gateway looks at either.
    let IncomingLeg { leg, .. } = calls.try_recv().unwrap();
    leg.reject(488, "Not Acceptable Here").await;
    drop(leg);
    gateway.sweep(now);
    gateway.drain();
    let mut statuses = Vec::new();
    let mut datagram = [0; 2_000];
    for _ in 0..2 {
        let length = phone.recv(&mut datagram).await.unwrap();
        statuses.push(String::from_utf8_lossy(&datagram[8..length.min(11)]).into_owned());
    }
    assert_eq!(statuses, ["100", "488"]);
}
