//! A peer made of strings.

use std::time::{Duration, Instant};

use bytes::Bytes;
use jiesu_sip::{
    endpoint::{Config, Endpoint, Event, Output, Peer, Protocol},
    message::{Essentials, HeaderName, Message, StartLine},
};

pub(crate) const PEER: &str = "192.0.2.1:5060";
const HERE: &str = "192.0.2.200:5060";

/// An endpoint, and what it sent and said.
pub(crate) struct Bench {
    pub(crate) endpoint: Endpoint,
    pub(crate) now: Instant,
    pub(crate) sent: Vec<(Peer, Message)>,
    pub(crate) events: Vec<Event>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Config::new(HERE.parse().unwrap(), "bench"))
    }

    pub(crate) fn with(config: Config) -> Self {
        let endpoint = Endpoint::new(config, 42);
        Self { endpoint, now: Instant::now(), sent: Vec::new(), events: Vec::new() }
    }

    pub(crate) fn receive(&mut self, message: impl AsRef<[u8]>) {
        self.receive_from(udp_peer(), message);
    }

    pub(crate) fn receive_from(&mut self, from: Peer, message: impl AsRef<[u8]>) {
        self.endpoint.handle_message(self.now, from, message.as_ref());
        self.drain();
    }

    pub(crate) fn after(&mut self, ms: u64) {
        self.now += Duration::from_millis(ms);
        self.endpoint.handle_timeout(self.now);
        self.drain();
    }

    pub(crate) fn drain(&mut self) {
        loop {
            match self.endpoint.poll_output() {
                Output::Transmit { to, bytes } => self.sent.push((to, Message::parse(&bytes).unwrap())),
                Output::Event(event) => self.events.push(event),
                Output::Timeout(_) | Output::Idle => break,
            }
        }
    }

    /// The one message that was sent since the last look; more or fewer are a fault.
    pub(crate) fn only_sent(&mut self) -> Message {
        assert_eq!(self.sent.len(), 1, "{:?}", self.sent);
        self.sent.pop().unwrap().1
    }

    pub(crate) fn last_sent(&self) -> &Message {
        &self.sent.last().unwrap().1
    }

    /// Status and reason of the one response that this message gets.
    pub(crate) fn answer_to(&mut self, message: impl AsRef<[u8]>) -> (u16, String) {
        self.sent.clear();
        self.receive(message);
        status(&self.only_sent())
    }

    /// The statuses that this message gets, in their order.
    pub(crate) fn statuses(&mut self, message: impl AsRef<[u8]>) -> Vec<u16> {
        self.sent.clear();
        self.receive(message);
        self.sent.iter().map(|(_, message)| status(message).0).collect()
    }
}

pub(crate) fn udp_peer() -> Peer {
    Peer { protocol: Protocol::Udp, addr: PEER.parse().unwrap() }
}

pub(crate) fn status(message: &Message) -> (u16, String) {
    match &message.start {
        StartLine::Response { status, reason } => (*status, reason.to_string()),
        StartLine::Request { .. } => panic!("a request: {message:?}"),
    }
}

pub(crate) fn method(message: &Message) -> String {
    match &message.start {
        StartLine::Request { method, .. } => String::from_utf8(method.as_bytes().to_vec()).unwrap(),
        StartLine::Response { status, .. } => status.to_string(),
    }
}

pub(crate) fn header(message: &Message, name: &HeaderName) -> String {
    message.headers.get(name).map(ToString::to_string).unwrap_or_default()
}

pub(crate) fn to_tag(message: &Message) -> String {
    Essentials::read(&message.headers).unwrap().to.tag().unwrap().to_string()
}

/// A request of the peer; `more` are further header lines, each with its CRLF.
pub(crate) fn request(method: &str, branch: &str, to_tag: &str, cseq: u32, more: &str) -> String {
    let tag = if to_tag.is_empty() { String::new() } else { format!(";tag={to_tag}") };
    format!(
        "{method} sip:12345@192.0.2.200 SIP/2.0\r\n\
         Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK{branch}\r\n\
         Max-Forwards: 70\r\n\
         From: <sip:13800000000@192.0.2.1>;tag=them\r\n\
         To: <sip:12345@192.0.2.200>{tag}\r\n\
         Call-ID: call-1@192.0.2.1\r\n\
         CSeq: {cseq} {method}\r\n\
         Contact: <sip:13800000000@192.0.2.1:5060>\r\n\
         {more}\r\n"
    )
}

pub(crate) fn invite() -> String {
    request("INVITE", "invite", "", 1, "")
}

/// A response to the request, with this tag in To.
pub(crate) fn response(to: &Message, status: u16, tag: &str, more: &str) -> Bytes {
    let line =
        |name: HeaderName| format!("{}: {}\r\n", String::from_utf8_lossy(name.as_bytes()), header(to, &name));
    format!(
        "SIP/2.0 {status} x\r\n{}{}To: {};tag={tag}\r\n{}{}{more}\r\n",
        line(HeaderName::Via),
        line(HeaderName::From),
        header(to, &HeaderName::To),
        line(HeaderName::CallId),
        line(HeaderName::CSeq),
    )
    .into()
}
