//! A leg's sound: its two sockets, or a browser seat's line; what both ends agreed on, and the stream each way. Packets
//! enter and are handed out in their place on the call's clock; prompts, the other leg's sound, keys and reports leave.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::rtcp::{self, NtpTime, Reports};
use jiesu_sip::rtp::{self, Digit, DtmfEvent, Media, Received, Receiver, ReceiverStats};
use jiesu_sip::sdp::{self, Direction, LocalMedia, Negotiated, SdpError, SessionIds};
use tokio::net::UdpSocket;

use super::clock::{CallClock, ChannelAnchor};
use super::outgoing::{Outgoing, Sound};
use crate::domain::SamplePosition;
use crate::gateway::PortPair;
use crate::seat::SeatSound;

/// The largest datagram that sound comes in; longer ones are cut, and are no RTP of ours.
const DATAGRAM_BYTES: usize = 2_048;
/// Packet time of browsers.
const BROWSER_PTIME_MS: u16 = 20;
/// The one source of a browser's packets, whichever networks its page moves through: the seats' driver knows those.
const PAGE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

/// What came from the other end.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// Sound.
    Audio {
        /// Where it stands in the recording.
        position: SamplePosition,
        /// The packet's number on its leg, which neither wraps nor jumps back.
        sequence: u64,
        /// How it is coded.
        codec: Codec,
        /// The sound as it came.
        payload: Bytes,
    },
    /// A key went down.
    Pressed(Digit),
}

/// A leg's sound.
#[derive(Debug)]
pub struct MediaLeg {
    wire: Wire,
    local: LocalMedia,
    ids: SessionIds,
    stream: Option<Stream>,
    datagram: Vec<u8>,
}

/// How packets travel.
#[derive(Debug)]
enum Wire {
    Ports(PortPair),
    /// To and from a page; its reports are made by the seats' driver.
    Browser(SeatSound),
}

/// The stream, once it is agreed on.
#[derive(Debug)]
struct Stream {
    negotiated: Negotiated,
    clock: CallClock,
    anchor: ChannelAnchor,
    receiver: Receiver,
    outgoing: Outgoing,
    reports: Reports,
    report_at: Instant,
    /// The last report of the other end, which is a sign of life, too.
    report_heard_at: Option<Instant>,
}

impl MediaLeg {
    /// A leg on these ports, which others reach at `local.address`. `local.rtp_port` is set from the ports.
    #[must_use]
    pub fn new(ports: PortPair, local: LocalMedia) -> Self {
        let local = LocalMedia { rtp_port: ports.rtp_port, ..local };
        // Below 2^53, so that no one's arithmetic breaks on it.
        let ids = SessionIds { session_id: rand::random::<u64>() >> 11, version: 0 };
        Self { wire: Wire::Ports(ports), local, ids, stream: None, datagram: vec![0; DATAGRAM_BYTES] }
    }

    /// The leg of a browser seat: agreed on already, in PCMA both ways.
    #[must_use]
    pub fn of_browser(now: Instant, clock: CallClock, sound: SeatSound) -> Self {
        let codec = Codec::Pcma;
        let (direction, ptime_ms) = (Direction::SendRecv, BROWSER_PTIME_MS);
        let local = LocalMedia {
            address: PAGE.ip(),
            rtp_port: 0,
            codecs: vec![codec],
            dtmf: false,
            ptime_ms,
            direction,
        };
        let ids = SessionIds { session_id: 0, version: 0 };
        let mut leg = Self { wire: Wire::Browser(sound), local, ids, stream: None, datagram: Vec::new() };
        let negotiated = Negotiated {
            remote_rtp: PAGE,
            remote_rtcp: PAGE,
            codec,
            payload_type: codec.payload_type(),
            receives: vec![(codec.payload_type(), codec)],
            dtmf_payload_type: None,
            ptime_ms,
            we_send: true,
            we_receive: true,
            rtcp_mux: true,
        };
        leg.agree(now, clock, negotiated);
        leg
    }

    /// Our offer.
    pub fn offer(&mut self) -> Vec<u8> {
        let ids = self.next_ids();
        sdp::offer(&self.local, ids)
    }

    /// Takes the other end's offer: our answer, and what was agreed on by it.
    ///
    /// # Errors
    /// When nothing can be agreed on; [`SdpError::status`] is what to say then.
    pub fn answer(&mut self, offer: &[u8]) -> Result<(Vec<u8>, Negotiated), SdpError> {
        let ids = self.next_ids();
        sdp::answer(offer, &self.local, ids)
    }

    /// Takes the other end's answer to our offer.
    ///
    /// # Errors
    /// When it agrees to nothing that we offered.
    pub fn accept_answer(&self, answer: &[u8]) -> Result<Negotiated, SdpError> {
        sdp::accept_answer(answer, &self.local)
    }

    /// Begins the stream, or goes on with it as newly agreed.
    pub fn agree(&mut self, now: Instant, clock: CallClock, negotiated: Negotiated) {
        if let Some(stream) = &mut self.stream {
            stream.receiver.renegotiate(&negotiated);
            stream.outgoing.renegotiate(&negotiated);
            stream.negotiated = negotiated;
            return;
        }
        self.stream = Some(Stream {
            clock,
            anchor: ChannelAnchor::default(),
            receiver: Receiver::new(&negotiated),
            outgoing: Outgoing::new(&negotiated, clock, now),
            reports: Reports::new(&format!("{:024x}", rand::random::<u128>() >> 32)),
            report_at: now + rtcp::INTERVAL,
            report_heard_at: None,
            negotiated,
        });
    }

    /// What was agreed on.
    #[must_use]
    pub fn negotiated(&self) -> Option<&Negotiated> {
        self.stream.as_ref().map(|stream| &stream.negotiated)
    }

    /// Counts of what arrived.
    #[must_use]
    pub fn stats(&self) -> ReceiverStats {
        self.stream.as_ref().map(|stream| stream.receiver.stats()).unwrap_or_default()
    }

    /// How many packets of sound we sent.
    #[must_use]
    pub fn sent(&self) -> u32 {
        self.stream.as_ref().map_or(0, |stream| stream.outgoing.sender().sent().0)
    }

    /// When the last packet came, of sound or of reports.
    #[must_use]
    pub fn alive_at(&self) -> Option<Instant> {
        let stream = self.stream.as_ref()?;
        stream.receiver.heard_at().max(stream.report_heard_at)
    }

    /// Plays `sound`, from now on, in place of what plays.
    pub fn play(&mut self, now: Instant, sound: Sound, repeat: bool) {
        if let Some(stream) = &mut self.stream {
            stream.outgoing.play(now, sound, repeat);
        }
    }

    /// Stops what plays.
    pub fn stop_playing(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.outgoing.stop_playing();
        }
    }

    /// Whether something plays.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.outgoing.is_playing())
    }

    /// Whether something plays, or a key is being pressed.
    #[must_use]
    pub fn is_sending(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.outgoing.due().is_some())
    }

    /// Sends a key, where the other end takes keys.
    pub fn press(&mut self, digit: Digit) {
        if let Some(stream) = &mut self.stream {
            stream.outgoing.press(digit);
        }
    }

    /// Sends the other leg's sound.
    pub fn relay(&mut self, position: SamplePosition, sequence: u64, codec: Codec, payload: &[u8]) {
        let Some(stream) = &mut self.stream else { return };
        if let Some(packet) = stream.outgoing.relay(position, sequence, codec, payload) {
            self.wire.send(packet, stream.rtp_peer());
        }
    }

    /// Sends samples made here, 16-bit at 8 kHz: a frame each time, and its number among them.
    pub fn say(&mut self, position: SamplePosition, frame: u64, samples: &[i16]) {
        let Some(codec) = self.negotiated().map(|agreed| agreed.codec) else { return };
        let mut payload = Vec::with_capacity(samples.len());
        codec.encode(samples, &mut payload);
        self.relay(position, frame, codec, &payload);
    }

    /// When [`MediaLeg::advance`] has something to do next.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let stream = self.stream.as_ref()?;
        Some(stream.outgoing.due().map_or(stream.report_at, |due| due.min(stream.report_at)))
    }

    /// Sends what is due: frames of a prompt or key, and reports.
    pub fn advance(&mut self, now: Instant) {
        let Some(stream) = &mut self.stream else { return };
        for packet in stream.outgoing.advance(now) {
            self.wire.send(packet, stream.rtp_peer());
        }
        if now >= stream.report_at {
            stream.report_at = now + rtcp::INTERVAL;
            let sender = stream.outgoing.sender();
            let report = stream.reports.compose(now, wall_clock(), sender, &mut stream.receiver);
            self.wire.report(&report, stream);
        }
    }

    /// Says that nothing more will come.
    pub fn goodbye(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        let goodbye = stream.reports.goodbye(stream.outgoing.sender());
        self.wire.report(&goodbye, stream);
    }

    /// The next that came. Cancel-safe.
    pub async fn next(&mut self) -> Heard {
        loop {
            let heard = match &mut self.wire {
                Wire::Ports(ports) => tokio::select! {
                    _ = ports.rtp.readable() => self.receive_rtp(),
                    _ = ports.rtcp.readable() => self.receive_rtcp(),
                },
                Wire::Browser(sound) => {
                    let datagram = sound.next().await;
                    self.stream.as_mut().and_then(|stream| stream.hear(Instant::now(), PAGE, &datagram))
                }
            };
            if let Some(heard) = heard {
                return heard;
            }
        }
    }

    fn receive_rtp(&mut self) -> Option<Heard> {
        let Wire::Ports(ports) = &self.wire else { return None };
        let (length, from) = ports.rtp.try_recv_from(&mut self.datagram).ok()?;
        let datagram = self.datagram.get(..length)?;
        let stream = self.stream.as_mut()?;
        let now = Instant::now();
        if stream.negotiated.rtcp_mux && rtp::is_rtcp(datagram) {
            stream.hear_report(now, datagram);
            return None;
        }
        stream.hear(now, from, datagram)
    }

    /// Takes in a report; nothing is heard by it.
    fn receive_rtcp(&mut self) -> Option<Heard> {
        let Wire::Ports(ports) = &self.wire else { return None };
        let (length, _) = ports.rtcp.try_recv_from(&mut self.datagram).ok()?;
        if let (Some(stream), Some(datagram)) = (&mut self.stream, self.datagram.get(..length)) {
            stream.hear_report(Instant::now(), datagram);
        }
        None
    }

    fn next_ids(&mut self) -> SessionIds {
        self.ids.version += 1;
        self.ids
    }
}

impl Wire {
    /// Sends sound.
    fn send(&self, packet: Bytes, peer: SocketAddr) {
        match self {
            Self::Ports(ports) => send(&ports.rtp, &packet, peer),
            Self::Browser(sound) => sound.send(packet),
        }
    }

    fn report(&self, report: &[u8], stream: &Stream) {
        let Self::Ports(ports) = self else { return };
        let (socket, peer) = stream.rtcp_way(ports);
        send(socket, report, peer);
    }
}

impl Stream {
    /// Where sound goes: where it comes from, once it came (symmetric RTP), else where it was asked for.
    fn rtp_peer(&self) -> SocketAddr {
        self.receiver.source().unwrap_or(self.negotiated.remote_rtp)
    }

    /// The socket and address of our reports.
    fn rtcp_way<'a>(&self, ports: &'a PortPair) -> (&'a UdpSocket, SocketAddr) {
        if self.negotiated.rtcp_mux {
            (&ports.rtp, self.rtp_peer())
        } else {
            (&ports.rtcp, self.negotiated.remote_rtcp)
        }
    }

    fn hear_report(&mut self, now: Instant, datagram: &[u8]) {
        let heard = self.reports.handle(now, self.outgoing.sender(), &self.receiver, datagram);
        if heard.is_some() {
            self.report_heard_at = Some(now);
        }
    }

    fn hear(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Option<Heard> {
        let received = self.receiver.handle(now, from, datagram)?;
        self.place(now, received)
    }

    fn place(&mut self, now: Instant, received: Received) -> Option<Heard> {
        match received.payload {
            Media::Audio { codec, payload } => {
                let position = self.anchor.place(received.timestamp, self.clock.position(now));
                Some(Heard::Audio { position, sequence: received.sequence, codec, payload })
            }
            Media::Dtmf(DtmfEvent::Pressed { digit }) => Some(Heard::Pressed(digit)),
            Media::Dtmf(DtmfEvent::Released { .. }) => None,
        }
    }
}

/// Sends a packet, or loses it: sound that waits is worth nothing.
fn send(socket: &UdpSocket, packet: &[u8], to: SocketAddr) {
    if !to.ip().is_unspecified() {
        let _ = socket.try_send_to(packet, to);
    }
}

fn wall_clock() -> NtpTime {
    NtpTime::from_unix(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
