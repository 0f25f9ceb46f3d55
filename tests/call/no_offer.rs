//! An INVITE without a session description: the service offers, and the caller's ACK answers.

use std::net::SocketAddr;
use std::time::Duration;

use jiesu::domain::EndCause;
use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::Packet;
use tokio::net::UdpSocket;
use tokio::time::timeout;

use super::support::{GREETING_HZ, LOCALHOST, Options, Service, assert_ended, share_of};

/// A caller made of nothing but text.
struct TextPhone {
    socket: UdpSocket,
    service: SocketAddr,
    to: String,
}

impl TextPhone {
    async fn of_a_caller(service: &Service) -> Self {
        Self {
            socket: UdpSocket::bind((LOCALHOST, 0)).await.unwrap(),
            service: service.addr,
            to: format!("<sip:12345@{}>", service.addr),
        }
    }

    async fn send(&self, method: &str, sequence: &str, body: &str) {
        let own = self.socket.local_addr().unwrap();
        let Self { service, to, .. } = self;
        let length = body.len();
        let request = format!(
            "{method} sip:12345@{service} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-{method}\r\n\
             From: <sip:1@{own}>;tag=a\r\nTo: {to}\r\nCall-ID: no-offer\r\nCSeq: {sequence} {method}\r\n\
             Contact: <sip:1@{own}>\r\nMax-Forwards: 70\r\nContent-Type: application/sdp\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        // A message without a body names no type of one.
        let request =
            if body.is_empty() { request.replace("Content-Type: application/sdp\r\n", "") } else { request };
        self.socket.send_to(request.as_bytes(), service).await.unwrap();
    }

    /// Waits for the response with this status.
    async fn response(&self, status: u16) -> String {
        self.message(&format!("SIP/2.0 {status} ")).await
    }

    /// Waits for the message that begins like this.
    async fn message(&self, beginning: &str) -> String {
        let mut datagram = [0; 4_000];
        loop {
            let (length, _) =
                timeout(Duration::from_secs(5), self.socket.recv_from(&mut datagram)).await.unwrap().unwrap();
            let text = String::from_utf8_lossy(&datagram[..length]).into_owned();
            if text.starts_with(beginning) {
                return text;
            }
        }
    }
}

#[tokio::test]
async fn an_ack_that_answers_nothing_ends_the_call() {
    let service = Service::start(Options::default()).await;
    let mut phone = TextPhone::of_a_caller(&service).await;
    phone.send("INVITE", "1", "").await;
    let answer = phone.response(200).await;
    phone.to = answer.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
    phone.send("ACK", "1", "").await;
    phone.message("BYE ").await;
    assert_ended(&service.desk.ended().await, EndCause::Failed);
    service.stop().await;
}

#[tokio::test]
async fn the_service_offers_and_the_acks_answer_counts() {
    let service = Service::start(Options::default()).await;
    let sound = UdpSocket::bind((LOCALHOST, 0)).await.unwrap();
    let mut phone = TextPhone::of_a_caller(&service).await;
    phone.send("INVITE", "1", "").await;
    let answer = phone.response(200).await;
    assert!(answer.contains("m=audio"), "the 200 holds the offer: {answer}");
    phone.to = answer.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
    let port = sound.local_addr().unwrap().port();
    let description = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
    );
    phone.send("ACK", "1", &description).await;

    let (mut heard, mut datagram) = (Vec::new(), [0; 400]);
    while heard.len() < 1_600 {
        let received = timeout(Duration::from_secs(5), sound.recv_from(&mut datagram)).await;
        let (length, _) = received.unwrap().unwrap();
        Codec::Pcma.decode(Packet::parse(&datagram[..length]).unwrap().payload, &mut heard);
    }
    assert!(share_of(&heard, GREETING_HZ) > 0.9, "the greeting comes to where the ACK said");

    phone.send("BYE", "2", "").await;
    phone.response(200).await;
    assert_ended(&service.desk.ended().await, EndCause::Abandoned);
    service.stop().await;
}
