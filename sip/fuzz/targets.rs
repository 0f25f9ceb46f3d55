//! What is fuzzed, as plain functions: bytes in, and a panic where something that must hold does not. `cargo test` runs
//! them over the committed corpus (`tests/fuzz_corpus.rs`), `cargo fuzz run -s none TARGET` over whatever it finds.

use std::{
    collections::{BTreeSet, HashMap},
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiesu_sip::{
    auth::{Challenge, Credentials, Secret},
    codec::Codec,
    endpoint::{Config, Endpoint, Event, Invite, LegId, Output, Peer, Protocol},
    message::{
        Essentials, HeaderName, MAX_MESSAGE_BYTES, Message, NameAddr, StartLine, StreamFramer, Uri, Via,
        WireText,
    },
    registrar::RegistrarConfig,
    rtp::{Packet, Receiver, Sender, rtcp::Reports},
    sdp::{self, Direction, LocalMedia, SessionIds},
};

/// Nothing that one message says may make an endpoint send more messages than this.
const MAX_OUTPUTS_OF_ONE_INPUT: usize = 64;

/// What is read is written, and read again as the same.
pub(crate) fn sip_message(data: &[u8]) {
    let Ok(first) = Message::parse(&Bytes::copy_from_slice(data)) else { return };
    let _ = Essentials::read(&first.headers);
    if let StartLine::Request { uri, .. } = &first.start
        && let Ok(uri) = Uri::parse(uri)
    {
        assert_eq!(uri.to_string().parse::<Uri>().map(|uri| uri.to_string()), Ok(uri.to_string()));
    }
    for name in [HeaderName::Via, HeaderName::Contact, HeaderName::RecordRoute] {
        for member in first.headers.members(&name) {
            let _ = (Via::parse(&member), NameAddr::parse(&member));
        }
    }
    let written = first.to_bytes();
    let second = Message::parse(&written).expect("what we write can be read");
    assert_eq!(
        second.defect.filter(|_| first.defect.is_none()),
        None,
        "what we write has no fault of its own"
    );
    assert_eq!((&second.start, &second.body), (&first.start, &first.body));
    assert_eq!(second.to_bytes(), written);
}

/// The same bytes in one piece and one by one are cut in the same places, and nothing longer than a datagram comes out.
pub(crate) fn stream_framer(data: &[u8]) {
    let whole = framed(std::iter::once(data));
    assert_eq!(whole, framed(data.chunks(1)));
    assert!(whole.iter().all(|message| message.len() <= MAX_MESSAGE_BYTES));
    assert!(whole.iter().map(Bytes::len).sum::<usize>() <= data.len());
}

fn framed<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Bytes> {
    let mut framer = StreamFramer::new();
    let mut messages = Vec::new();
    for piece in pieces {
        framer.push(piece);
        loop {
            match framer.next() {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(_) => return messages,
            }
        }
    }
    messages
}

/// A conversation: steps that each begin with `%%` and a letter. `%%m` and a line end: a message follows, in which
/// `$TAG` stands for the last tag that the endpoint gave and `$BRANCH` for its last branch. Others: `a` accept, `p`
/// ringing, `r` reject, `h` hang up, `o` re-INVITE, `c` call, `q` ask OPTIONS, `k` acknowledge, `f` the transport fails,
/// `t` the next timeout, `w` wait ten seconds. In the end everybody hangs up, and nothing may be left.
pub(crate) fn endpoint(data: &[u8]) {
    let mut play = Play::new();
    for step in split_steps(data).take(200) {
        play.step(step);
    }
    play.finish();
}

fn split_steps(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = data;
    std::iter::from_fn(move || {
        let begin = rest.windows(2).position(|pair| pair == b"%%")? + 2;
        let after = &rest[begin..];
        let end = after.windows(2).position(|pair| pair == b"%%").unwrap_or(after.len());
        rest = &after[end..];
        Some(&after[..end])
    })
}

struct Play {
    endpoint: Endpoint,
    now: Instant,
    next_timeout: Option<Instant>,
    legs: BTreeSet<LegId>,
    ended: BTreeSet<LegId>,
    last_leg: Option<LegId>,
    tag: Vec<u8>,
    branch: Vec<u8>,
}

fn peer() -> Peer {
    Peer { protocol: Protocol::Udp, addr: SocketAddr::from(([192, 0, 2, 1], 5060)) }
}

impl Play {
    fn new() -> Self {
        let config =
            Config { max_legs: 8, ..Config::new(SocketAddr::from(([192, 0, 2, 200], 5060)), "fuzz") };
        Self {
            endpoint: Endpoint::new(config, 1),
            now: Instant::now(),
            next_timeout: None,
            legs: BTreeSet::new(),
            ended: BTreeSet::new(),
            last_leg: None,
            tag: Vec::new(),
            branch: Vec::new(),
        }
    }

    fn step(&mut self, step: &[u8]) {
        let Some((letter, rest)) = step.split_first() else { return };
        let (now, body) = (self.now, || b"v=0".to_vec());
        match (letter, self.last_leg) {
            (b'm', _) => {
                let message = self.fill_in(rest.strip_prefix(b"\n").unwrap_or(rest));
                self.endpoint.handle_message(now, peer(), &message);
            }
            (b'c', _) => self.call(rest.first() == Some(&b'-')),
            (b'q', _) => {
                let target = Uri::sip(None, peer().addr);
                let _ = self.endpoint.options(now, peer(), target);
            }
            (b'f', _) => self.endpoint.handle_transport_failure(now, peer()),
            (b't', _) => {
                self.now = self.next_timeout.unwrap_or(now).max(now);
                self.endpoint.handle_timeout(self.now);
            }
            (b'w', _) => {
                self.now += Duration::from_secs(10);
                self.endpoint.handle_timeout(self.now);
            }
            (b'a', Some(leg)) => drop(self.endpoint.accept(now, leg, body())),
            (b'p', Some(leg)) => drop(self.endpoint.progress(now, leg, 180, None)),
            (b'r', Some(leg)) => drop(self.endpoint.reject(now, leg, 486, "")),
            (b'o', Some(leg)) => drop(self.endpoint.reinvite(now, leg, body())),
            (b'k', Some(leg)) => drop(self.endpoint.acknowledge(now, leg, body())),
            (b'h', Some(leg)) => self.endpoint.hang_up(now, leg),
            _ => {}
        }
        self.drain();
    }

    fn call(&mut self, without_offer: bool) {
        let uri = Uri::sip(Some("8001"), peer().addr);
        let invite = Invite {
            target: uri.clone(),
            to: peer(),
            from: NameAddr::new(uri),
            to_display: None,
            headers: Vec::new(),
            offer: (!without_offer).then(|| b"v=0".to_vec()),
        };
        if let Ok(leg) = self.endpoint.invite(self.now, invite) {
            self.legs.insert(leg);
            self.last_leg = Some(leg);
        }
    }

    fn fill_in(&self, message: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(message.len());
        let mut rest = message;
        while let Some((&first, after)) = rest.split_first() {
            if let Some(after) = rest.strip_prefix(b"$TAG") {
                filled.extend(&self.tag);
                rest = after;
            } else if let Some(after) = rest.strip_prefix(b"$BRANCH") {
                filled.extend(&self.branch);
                rest = after;
            } else {
                filled.push(first);
                rest = after;
            }
        }
        filled
    }

    fn drain(&mut self) {
        for _ in 0..MAX_OUTPUTS_OF_ONE_INPUT * (1 + self.legs.len()) {
            match self.endpoint.poll_output() {
                Output::Transmit { bytes, .. } => self.on_transmit(&bytes),
                Output::Event(event) => self.on_event(&event),
                Output::Timeout(at) => {
                    self.next_timeout = Some(at);
                    return;
                }
                Output::Idle => {
                    self.next_timeout = None;
                    return;
                }
            }
        }
        panic!("one input made the endpoint talk without end");
    }

    fn on_transmit(&mut self, bytes: &Bytes) {
        let message = Message::parse(bytes).expect("what is sent can be read");
        let Ok(read) = Essentials::read(&message.headers) else { return };
        let ours = match message.start {
            StartLine::Request { .. } => &read.from,
            StartLine::Response { .. } => &read.to,
        };
        if let Some(tag) = ours.tag() {
            self.tag = tag.as_bytes().to_vec();
        }
        if let (StartLine::Request { .. }, Some(branch)) = (&message.start, read.via.branch()) {
            self.branch = branch.as_bytes().to_vec();
        }
    }

    fn on_event(&mut self, event: &Event) {
        match event {
            Event::Incoming { leg, .. } => {
                assert!(self.legs.insert(*leg), "a leg is new once");
                self.last_leg = Some(*leg);
            }
            Event::Ended { leg, .. } => assert!(self.ended.insert(*leg), "a leg ends once"),
            Event::Progress { leg, .. }
            | Event::Answered { leg, .. }
            | Event::Established { leg, .. }
            | Event::Reoffered { leg, .. }
            | Event::ReofferAcknowledged { leg, .. }
            | Event::ReofferCancelled { leg }
            | Event::ReinviteAnswered { leg, .. } => {
                assert!(self.legs.contains(leg) && !self.ended.contains(leg), "only a live leg speaks");
            }
            Event::OptionsAnswer { .. }
            | Event::Registered { .. }
            | Event::Unregistered { .. }
            | Event::LockedOut { .. }
            | Event::Registration { .. } => {}
        }
    }

    fn finish(mut self) {
        for leg in self.legs.clone() {
            self.endpoint.hang_up(self.now, leg);
        }
        self.drain();
        // No chain of timers is longer: ring limit, then BYE, then what remembers it.
        for _ in 0..10 {
            self.now += Duration::from_secs(100);
            self.endpoint.handle_timeout(self.now);
            self.drain();
        }
        assert_eq!(self.ended, self.legs, "every leg ends");
        assert_eq!(self.endpoint.held(), 0, "nothing is left");
        assert_eq!(self.endpoint.poll_output(), Output::Idle);
    }
}

/// Credentials and challenges that are read are written, and read again as the same; and as the Authorization of a
/// REGISTER they let nobody in.
pub(crate) fn authorization(data: &[u8]) {
    let value = WireText::from(data.to_vec());
    if let Some(text) = Credentials::parse(&value).map(|credentials| credentials.to_text()) {
        assert_eq!(Credentials::parse(&text).map(|credentials| credentials.to_text()), Some(text));
    }
    if let Some(text) = Challenge::parse(&value).map(|challenge| challenge.to_text()) {
        assert_eq!(Challenge::parse(&text).map(|challenge| challenge.to_text()), Some(text));
    }
    let now = Instant::now();
    let mut endpoint = Endpoint::new(Config::new(SocketAddr::from(([192, 0, 2, 200], 5060)), "fuzz"), 1);
    let users = HashMap::from([("8001".to_owned(), Secret::Password("secret".into()))]);
    endpoint.serve_registrations(now, RegistrarConfig::new("jiesu", [1; 32]), users);
    let head = b"REGISTER sip:192.0.2.200 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
        From: <sip:8001@192.0.2.200>;tag=1\r\nTo: <sip:8001@192.0.2.200>\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n\
        Contact: <sip:8001@192.0.2.1>\r\nAuthorization: ";
    endpoint.handle_message(now, peer(), &[head.as_slice(), data, b"\r\n\r\n"].concat());
    assert_eq!(endpoint.bindings("8001"), [], "without the password nobody is let in");
    for _ in 0..MAX_OUTPUTS_OF_ONE_INPUT {
        match endpoint.poll_output() {
            Output::Transmit { bytes, .. } => drop(Message::parse(&bytes).expect("what is sent can be read")),
            Output::Event(event) => panic!("nothing has happened: {event:?}"),
            Output::Timeout(_) | Output::Idle => return,
        }
    }
    panic!("one input made the endpoint talk without end");
}

fn local_media() -> LocalMedia {
    LocalMedia {
        address: [192, 0, 2, 200].into(),
        rtp_port: 20_000,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        dtmf: true,
        ptime_ms: 20,
        direction: Direction::SendRecv,
    }
}

/// What we answer to any offer can be read by the peer that speaks as we do.
pub(crate) fn sdp(data: &[u8]) {
    let local = local_media();
    let ids = SessionIds { session_id: 1, version: 1 };
    let _ = sdp::accept_answer(data, &local);
    if let Ok((answer, agreed)) = sdp::answer(data, &local, ids) {
        assert!(answer.starts_with(b"v=0\r\n"));
        assert!(agreed.ptime_ms > 0);
    }
}

/// Datagrams, each behind its length in one byte, come from two addresses to a receiver of RTP and RTCP.
pub(crate) fn rtp(data: &[u8]) {
    let offer = sdp::offer(&local_media(), SessionIds { session_id: 1, version: 1 });
    let Ok((_, agreed)) = sdp::answer(&offer, &local_media(), SessionIds { session_id: 2, version: 1 })
    else {
        panic!("our own offer is answered");
    };
    let mut receiver = Receiver::new(&agreed);
    let sender = Sender::new(1, 0, 0, 8);
    let mut reports = Reports::new("fuzz");
    let (mut now, mut rest) = (Instant::now(), data);
    while let Some((&length, after)) = rest.split_first() {
        let (datagram, after) = after.split_at(after.len().min(usize::from(length)));
        rest = after;
        now += Duration::from_millis(u64::from(length));
        let from = SocketAddr::from(([192, 0, 2, 1], 4_000 + u16::from(length & 1)));
        if let Ok(packet) = Packet::parse(datagram) {
            assert!(packet.payload.len() <= datagram.len());
        }
        let _ = receiver.handle(now, from, datagram);
        let _ = receiver.overdue(now);
        let _ = reports.handle(now, &sender, &receiver, datagram);
    }
}
