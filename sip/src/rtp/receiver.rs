//! The way of a datagram through a leg's receiver. RFC 3550; RFC 4733.

use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;

use super::dtmf::{DtmfEvent, Keys};
use super::latch::{Latch, SILENT_AFTER};
use super::packet::Packet;
use super::stats::{Counts, Dropped, ReceiverStats, Reception};
use super::timeline::{Misplaced, Place, Timeline};
use crate::codec::Codec;
use crate::sdp::Negotiated;

/// What the other end sent, in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Samples on one line that neither wraps nor jumps at a new SSRC. The first packet taken stands at
    /// 2^32; an earlier one that comes later stands before it.
    pub timestamp: u64,
    /// The packet's number on such a line.
    pub sequence: u64,
    /// First of a talkspurt.
    pub marker: bool,
    /// What it is.
    pub payload: Media,
}

/// Sound, or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// A packet of sound as it came, undecoded.
    Audio {
        /// How it is coded.
        codec: Codec,
        /// The sound.
        payload: Bytes,
    },
    /// A key went down or came up.
    Dtmf(DtmfEvent),
}

/// The receiving half of a leg.
#[derive(Debug)]
pub struct Receiver {
    receives: Vec<(u8, Codec)>,
    dtmf_payload_type: Option<u8>,
    latch: Latch,
    line: Option<Line>,
    keys: Keys,
    counts: Counts,
}

/// The line, and whose packets it is made of.
#[derive(Debug)]
struct Line {
    timeline: Timeline,
    ssrc: u32,
    /// The SSRC before, and how many packets of it came since: a straggler must not bring it back.
    left: Option<(u32, u8)>,
    heard_at: Instant,
}

/// Packets of the SSRC before that may be stragglers. When more come it goes on, and the other was what some devices
/// put in between, such as a single packet of their own at a transfer.
const STRAGGLERS: u8 = 5;

/// What a payload type means.
#[derive(Clone, Copy)]
enum Kind {
    Audio(Codec),
    Dtmf,
    /// How the silence sounds that follows. Some phones and gateways send it without having said so.
    ComfortNoise,
}

/// The static payload type of comfort noise (RFC 3389).
const COMFORT_NOISE: u8 = 13;

impl Receiver {
    /// A receiver of the agreed stream.
    #[must_use]
    pub fn new(agreed: &Negotiated) -> Self {
        Self {
            receives: agreed.receives.clone(),
            dtmf_payload_type: agreed.dtmf_payload_type,
            latch: Latch::new(agreed.remote_rtp),
            line: None,
            keys: Keys::default(),
            counts: Counts::default(),
        }
    }

    /// A new description was agreed on: other payload types, and the source may move once more. The line and
    /// the counts go on.
    pub fn renegotiate(&mut self, agreed: &Negotiated) {
        self.receives.clone_from(&agreed.receives);
        self.dtmf_payload_type = agreed.dtmf_payload_type;
        self.latch.signal(agreed.remote_rtp);
    }

    /// Takes a datagram of the RTP port; nothing where it is dropped, or changes nothing ([`Self::stats`]
    /// count why). Never panics, whatever the bytes.
    pub fn handle(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Option<Received> {
        match self.take(now, from, datagram) {
            Ok(received) => received,
            Err(why) => {
                self.counts.drop(why);
                None
            }
        }
    }

    /// The release of a key whose end packets were lost. Ask every 100 ms or so, until there is none.
    pub fn overdue(&mut self, now: Instant) -> Option<DtmfEvent> {
        self.keys.overdue(now)
    }

    /// Where packets come from: send there rather than to the described address, which may lie behind a NAT
    /// (symmetric RTP, RFC 4961). Nothing before the first packet, and after a new description that names
    /// another address, until the source moved there or proved to stay: send to the described address then.
    #[must_use]
    pub fn source(&self) -> Option<SocketAddr> {
        self.latch.source()
    }

    /// When the last packet was taken.
    #[must_use]
    pub fn heard_at(&self) -> Option<Instant> {
        self.latch.heard_at()
    }

    /// The SSRC heard now.
    #[must_use]
    pub fn ssrc(&self) -> Option<u32> {
        self.line.as_ref().map(|line| line.ssrc)
    }

    /// Counts since the leg began.
    #[must_use]
    pub fn stats(&self) -> ReceiverStats {
        self.counts.totals()
    }

    pub(super) fn report(&mut self) -> Option<Reception> {
        self.counts.report()
    }

    /// The stages, in order.
    fn take(&mut self, now: Instant, from: SocketAddr, datagram: &[u8]) -> Result<Option<Received>, Dropped> {
        let packet = Packet::parse(datagram).map_err(|_| Dropped::Malformed)?;
        let kind = self.kind(packet.payload_type).ok_or(Dropped::PayloadType)?;
        if packet.payload.is_empty() {
            return Err(Dropped::Malformed);
        }
        if !self.latch.admits(now, from) {
            return Err(Dropped::Stranger);
        }
        let place = self.place(now, &packet, kind)?;
        if place.restarted {
            self.counts.begin(&packet, place.sequence);
        }
        self.counts.take(now, &packet, place.sequence, matches!(kind, Kind::Audio(_)));
        let payload = match kind {
            Kind::Audio(codec) => {
                Some(Media::Audio { codec, payload: Bytes::copy_from_slice(packet.payload) })
            }
            Kind::Dtmf => self.keys.hear(now, packet.ssrc, packet.timestamp, packet.payload).map(Media::Dtmf),
            // A sign of life that took a number, so that nothing was lost; the silence itself is silence here.
            Kind::ComfortNoise => None,
        };
        Ok(payload.map(|payload| Received {
            timestamp: place.timestamp,
            sequence: place.sequence,
            marker: packet.marker,
            payload,
        }))
    }

    fn kind(&self, payload_type: u8) -> Option<Kind> {
        if self.dtmf_payload_type == Some(payload_type) {
            return Some(Kind::Dtmf);
        }
        let agreed = self.receives.iter().find(|(number, _)| *number == payload_type);
        let agreed = agreed.map(|(_, codec)| Kind::Audio(*codec));
        agreed.or((payload_type == COMFORT_NOISE).then_some(Kind::ComfortNoise))
    }

    fn place(&mut self, now: Instant, packet: &Packet<'_>, kind: Kind) -> Result<Place, Dropped> {
        let samples = match kind {
            Kind::Audio(codec) => u32::try_from(codec.samples_in(packet.payload)).unwrap_or(0),
            Kind::Dtmf | Kind::ComfortNoise => 0,
        };
        let Some(line) = &mut self.line else {
            let (timeline, place) = Timeline::new(now, packet, samples);
            self.line = Some(Line { timeline, ssrc: packet.ssrc, left: None, heard_at: now });
            return Ok(place);
        };
        if packet.ssrc != line.ssrc {
            let alive = now.saturating_duration_since(line.heard_at) < SILENT_AFTER;
            if let Some((_, came)) =
                line.left.as_mut().filter(|(ssrc, came)| *ssrc == packet.ssrc && alive && *came < STRAGGLERS)
            {
                *came += 1;
                return Err(Dropped::Late);
            }
            line.left = Some((std::mem::replace(&mut line.ssrc, packet.ssrc), 0));
            line.heard_at = now;
            return Ok(line.timeline.restart(now, packet, samples));
        }
        line.heard_at = now;
        line.timeline.place(now, packet, samples).map_err(|misplaced| match misplaced {
            Misplaced::Duplicate => Dropped::Duplicate,
            Misplaced::Late | Misplaced::Far => Dropped::Late,
        })
    }
}
