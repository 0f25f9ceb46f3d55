//! One page's connection: a `str0m` instance that is handed datagrams and `now`, and drained of what it wants done.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use jiesu_sip::codec::Codec::Pcma;
use jiesu_sip::rtp::Packet;
use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::crypto::from_feature_flags;
use str0m::format::Codec;
use str0m::media::{Direction, Mid, Pt};
use str0m::net::{DatagramSend, Protocol, Receive};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, IceCreds, Input, Rtc, RtcConfig};

use super::numbering::Numbering;

/// A page that sends no sound for this long is away. Browsers send fifty packets a second, muted or not.
const AWAY_AFTER: Duration = Duration::from_millis(1_500);
/// Rounds of one drain without anything but time passing: more would be a fault that spins.
const MAX_ROUNDS: u32 = 32;
/// When to look again after such a fault.
const SPIN_PAUSE: Duration = Duration::from_millis(20);

/// Why a page's offer is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// It is no session description that can be answered.
    #[error("the offer is not understood: {0}")]
    Offer(String),
    /// No sound both ways in our codec.
    #[error("the offer has no sound in PCMA both ways")]
    NoPcma,
    /// The seat is not in the settings, or the service is being stopped.
    #[error("the browser seats are not served")]
    Stopped,
}

/// What a connection wants done, or what happened at its page.
#[derive(Debug)]
pub(super) enum Output {
    Transmit {
        to: SocketAddr,
        datagram: DatagramSend,
    },
    /// Sound arrives, first or again.
    Present,
    /// Sound arrives no more.
    Away,
    /// Sound, as plain RTP.
    Heard(Bytes),
    /// Nothing more until then.
    Timeout(Instant),
    /// It is of no use any more.
    Over,
}

/// One page's connection.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) extension: String,
    rtc: Rtc,
    /// Its sound, and the payload type of PCMA there.
    sound: (Mid, Pt),
    numbering: Numbering,
    /// Where datagrams come to, as the page knows it.
    advertised: SocketAddr,
    now: Instant,
    rounds: u32,
}

/// The certificate of all connections; none where there is no randomness.
pub(super) fn certificate() -> Option<DtlsCert> {
    from_feature_flags().dtls_provider.generate_certificate()
}

impl Connection {
    /// Answers a page's offer: the connection, our answer, and the user fragment by which its requests are known.
    pub(super) fn accept(
        now: Instant,
        extension: String,
        offer: &str,
        advertised: SocketAddr,
        certificate: DtlsCert,
    ) -> Result<(Self, String, String), ConnectError> {
        let wrong = |error: &dyn std::error::Error| ConnectError::Offer(error.to_string());
        let offer = SdpOffer::from_sdp_string(offer).map_err(|error| wrong(&error))?;
        let credentials = IceCreds::new();
        let fragment = credentials.ufrag.clone();
        let mut rtc = RtcConfig::new()
            .set_local_ice_credentials(credentials)
            .set_dtls_cert(certificate)
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_pcma(true, false)
            .set_pause_threshold(AWAY_AFTER)
            .build(now);
        let candidate = Candidate::host(advertised, "udp").map_err(|error| wrong(&error))?;
        rtc.add_local_candidate(candidate);
        let answer = rtc.sdp_api().accept_offer(offer).map_err(|error| wrong(&error))?;
        let answer = answer.to_sdp_string();
        let sound = sound_of(&rtc, &answer).ok_or(ConnectError::NoPcma)?;
        let connection =
            Self { extension, rtc, sound, numbering: Numbering::default(), advertised, now, rounds: 0 };
        Ok((connection, answer, fragment))
    }

    /// Takes a datagram.
    pub(super) fn receive(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) {
        // What is no STUN, DTLS or RTP is nobody's.
        let Ok(receive) = Receive::new(Protocol::Udp, from, self.advertised, datagram) else { return };
        self.handle(now, Input::Receive(now, receive));
    }

    /// Lets time pass.
    pub(super) fn wake(&mut self, now: Instant) {
        self.handle(now, Input::Timeout(now));
    }

    /// Sends a call's RTP datagram to the page.
    pub(super) fn say(&mut self, now: Instant, datagram: &[u8]) {
        self.now = now;
        let (mid, payload_type) = self.sound;
        let Ok(packet) = Packet::parse(datagram) else { return };
        let Some((number, timestamp)) = self.numbering.place(now, &packet) else { return };
        let mut direct = self.rtc.direct_api();
        if let Some(stream) = direct.stream_tx_by_mid(mid, None) {
            let write = RtpWrite::new(payload_type, number.into(), timestamp, now, packet.payload);
            stream.write_rtp(write.marker(packet.marker));
        }
    }

    /// Says goodbye to the page; drain what is left.
    pub(super) fn close(&mut self, now: Instant) {
        self.now = now;
        if self.rtc.close().is_err() {
            self.rtc.disconnect();
        }
    }

    /// The next thing that it wants done. To be asked until it is [`Output::Timeout`] or [`Output::Over`], after
    /// every change.
    pub(super) fn poll(&mut self) -> Output {
        loop {
            if !self.rtc.is_alive() {
                return Output::Over;
            }
            match self.rtc.poll_output() {
                Ok(str0m::Output::Transmit(transmit)) => {
                    return Output::Transmit { to: transmit.destination, datagram: transmit.contents };
                }
                Ok(str0m::Output::Event(event)) => {
                    if let Some(output) = self.happened(event) {
                        return output;
                    }
                }
                Ok(str0m::Output::Timeout(at)) if at > self.now => {
                    self.rounds = 0;
                    return Output::Timeout(at);
                }
                Ok(str0m::Output::Timeout(_)) if self.rounds >= MAX_ROUNDS => {
                    self.rounds = 0;
                    return Output::Timeout(self.now + SPIN_PAUSE);
                }
                Ok(str0m::Output::Timeout(_)) => {
                    self.rounds += 1;
                    self.wake(self.now);
                }
                Err(error) => {
                    tracing::debug!(seat = %self.extension, %error, "a page's connection broke");
                    self.rtc.disconnect();
                }
            }
        }
    }

    fn handle(&mut self, now: Instant, input: Input<'_>) {
        self.now = now;
        if let Err(error) = self.rtc.handle_input(input) {
            tracing::debug!(seat = %self.extension, %error, "a page's connection broke");
            self.rtc.disconnect();
        }
    }

    fn happened(&mut self, event: Event) -> Option<Output> {
        match event {
            Event::RtpPacket(packet) => {
                (packet.header.payload_type == self.sound.1).then(|| Output::Heard(plain(&packet)))
            }
            Event::StreamPaused(stream) if stream.paused => Some(Output::Away),
            Event::StreamPaused(_) => Some(Output::Present),
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.rtc.disconnect();
                Some(Output::Over)
            }
            _ => None,
        }
    }
}

/// The stream that was agreed on, both ways, and the payload type of PCMA there. The answer names the stream; `str0m`
/// tells of it itself only once the page is connected.
fn sound_of(rtc: &Rtc, answer: &str) -> Option<(Mid, Pt)> {
    let mids = answer.lines().filter_map(|line| line.strip_prefix("a=mid:"));
    mids.map(|mid| Mid::from(mid.trim())).find_map(|mid| {
        let media = rtc.media(mid).filter(|media| media.direction() == Direction::SendRecv)?;
        let pcma = rtc
            .codec_config()
            .find(|params| params.spec().codec == Codec::PCMA && media.remote_pts().contains(&params.pt()))?;
        Some((mid, pcma.pt()))
    })
}

/// A packet as it would be without its cipher.
fn plain(packet: &RtpPacket) -> Bytes {
    let mut datagram = BytesMut::with_capacity(16 + packet.payload.len());
    let header = &packet.header;
    Packet {
        marker: header.marker,
        payload_type: Pcma.payload_type(),
        sequence: header.sequence_number,
        timestamp: header.timestamp,
        ssrc: *header.ssrc,
        payload: &packet.payload,
    }
    .write(&mut datagram);
    datagram.freeze()
}
