//! The driver by hand, one step at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiesu_sip::endpoint::IncomingCall;

use super::*;
use crate::gateway::Trunk;

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

/// A call from 127.0.0.1 that asserts a number, as the session gets it.
async fn offered(trunks: Vec<Trunk>) -> Option<IncomingCall> {
    let config = GatewayConfig { trunks, ..GatewayConfig::new(([127, 0, 0, 1], 0).into()) };
    let (mut gateway, _telephone, mut calls) = Gateway::bind(config).await.unwrap();
    let addr = "127.0.0.1:5099".parse().unwrap();
    let invite = format!(
        "INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP {addr};branch=z9hG4bK1\r\nMax-Forwards: 70\r\n\
         From: <sip:2@h>;tag=1\r\nTo: <sip:1@h>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nPrivacy: header; id\r\n\
         P-Asserted-Identity: <sip:13800006921@h>\r\nContact: <sip:2@{addr}>\r\nContent-Length: 0\r\n\r\n"
    );
    gateway.endpoint.handle_message(
        Instant::now(),
        Peer { protocol: Protocol::Udp, addr },
        invite.as_bytes(),
    );
    gateway.drain();
    calls.try_recv().ok().map(|incoming| incoming.call)
}

#[tokio::test]
async fn who_is_no_trunk_asserts_nothing_and_with_a_list_is_not_heard() {
    let trunk = |addr: &str, accept: &[&str]| Trunk {
        name: "telecom".to_owned(),
        address: format!("sip:{addr}").parse().unwrap(),
        peer: Peer { protocol: Protocol::Udp, addr: addr.parse().unwrap() },
        accept: accept.iter().map(|network| network.parse().unwrap()).collect(),
        register: None,
    };
    for trunks in [vec![trunk("127.0.0.1:5060", &[])], vec![trunk("192.0.2.1:5060", &["127.0.0.0/8"])]] {
        let call = offered(trunks).await.unwrap();
        assert_eq!(call.asserted_identity.unwrap().uri.user_name().as_deref(), Some("13800006921"));
        assert!(call.withheld);
    }
    for trunks in [vec![], vec![trunk("192.0.2.1:5060", &[])]] {
        assert_eq!(offered(trunks).await.unwrap().asserted_identity, None);
    }
    assert_eq!(offered(vec![trunk("192.0.2.1:5060", &["192.0.2.0/24"])]).await, None);
}
