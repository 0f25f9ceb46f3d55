//! What arrived and what did not: RFC 3550, sections 6.4.1 and A.8.

use std::time::Instant;

use super::packet::Packet;
use super::timeline::samples_in;

/// Why a datagram was dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// It is no RTP packet.
    Malformed,
    /// Its payload type was not agreed on.
    PayloadType,
    /// It came from somebody else.
    Stranger,
    /// It had come before.
    Duplicate,
    /// It came after its place had been given up.
    Late,
}

/// Counts of one leg, over all its sources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReceiverStats {
    /// Packets taken.
    pub received: u64,
    /// Packets that never came, as far as sequence numbers tell.
    pub lost: u64,
    /// Datagrams that are no RTP packets.
    pub malformed: u64,
    /// Packets of a payload type that was not agreed on.
    pub unknown_payload_type: u64,
    /// Packets from strangers.
    pub strangers: u64,
    /// Packets that had come before.
    pub duplicates: u64,
    /// Packets too late to have a place.
    pub late: u64,
    /// Mean deviation of the packets' spacing, in samples.
    pub jitter_samples: u32,
}

/// What a report block says of a source (RFC 3550, section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reception {
    pub(super) ssrc: u32,
    /// Lost since the last report, in 1/256.
    pub(super) fraction_lost: u8,
    /// Lost since the source began; negative where duplicates outnumber losses.
    pub(super) cumulative_lost: i32,
    pub(super) highest_sequence: u32,
    pub(super) jitter_samples: u32,
}

/// The running counts.
#[derive(Debug, Default)]
pub(super) struct Counts {
    totals: ReceiverStats,
    lost_before: u64,
    source: Option<Source>,
    epoch: Option<Instant>,
}

#[derive(Debug)]
struct Source {
    ssrc: u32,
    /// The packet that the source began with: its number on the wire, and on the line.
    first: (u16, u64),
    /// The lowest number on the line; an earlier packet may come after the first.
    base: u64,
    highest: u64,
    received: u64,
    expected_at_report: u64,
    received_at_report: u64,
    /// Sixteen times the jitter, as appendix A.8 keeps it.
    jitter_16: u64,
    last_transit: Option<i64>,
}

impl Counts {
    pub(super) const fn drop(&mut self, why: Dropped) {
        let count = match why {
            Dropped::Malformed => &mut self.totals.malformed,
            Dropped::PayloadType => &mut self.totals.unknown_payload_type,
            Dropped::Stranger => &mut self.totals.strangers,
            Dropped::Duplicate => &mut self.totals.duplicates,
            Dropped::Late => &mut self.totals.late,
        };
        *count += 1;
    }

    /// A source begins, or its sequence numbers do.
    pub(super) fn begin(&mut self, packet: &Packet<'_>, line_sequence: u64) {
        self.lost_before += self.source.as_ref().map_or(0, Source::lost);
        self.source = Some(Source {
            ssrc: packet.ssrc,
            first: (packet.sequence, line_sequence),
            base: line_sequence,
            highest: line_sequence,
            received: 0,
            expected_at_report: 0,
            received_at_report: 0,
            jitter_16: 0,
            last_transit: None,
        });
    }

    /// A packet was taken. `timed`: its timestamp is the moment it was sampled.
    pub(super) fn take(&mut self, now: Instant, packet: &Packet<'_>, line_sequence: u64, timed: bool) {
        self.totals.received += 1;
        let epoch = *self.epoch.get_or_insert(now);
        let Some(source) = &mut self.source else { return };
        source.received += 1;
        source.highest = source.highest.max(line_sequence);
        source.base = source.base.min(line_sequence);
        if timed {
            let arrival = samples_in(now.saturating_duration_since(epoch));
            source.hear_jitter(arrival, packet.timestamp);
        }
    }

    pub(super) fn totals(&self) -> ReceiverStats {
        let source = self.source.as_ref();
        ReceiverStats {
            lost: self.lost_before + source.map_or(0, Source::lost),
            jitter_samples: source.map_or(0, Source::jitter_samples),
            ..self.totals
        }
    }

    /// The report block of the current source; the next one's loss counts from here.
    pub(super) fn report(&mut self) -> Option<Reception> {
        let source = self.source.as_mut()?;
        let (expected, received) = (source.expected(), source.received);
        let new_expected = expected.saturating_sub(source.expected_at_report);
        let new_received = received.saturating_sub(source.received_at_report);
        (source.expected_at_report, source.received_at_report) = (expected, received);
        let new_lost = new_expected.saturating_sub(new_received);
        let fraction = (new_lost * 256).checked_div(new_expected).unwrap_or(0);
        let lost = i64::try_from(expected).unwrap_or(i64::MAX) - i64::try_from(received).unwrap_or(i64::MAX);
        Some(Reception {
            ssrc: source.ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            // The field is signed and 24 bits wide.
            cumulative_lost: i32::try_from(lost.clamp(-0x80_0000, 0x7F_FFFF)).unwrap_or(0),
            highest_sequence: source.highest_on_the_wire(),
            jitter_samples: source.jitter_samples(),
        })
    }
}

impl Source {
    const fn expected(&self) -> u64 {
        self.highest - self.base + 1
    }

    const fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    fn jitter_samples(&self) -> u32 {
        u32::try_from(self.jitter_16 / 16).unwrap_or(u32::MAX)
    }

    /// Cycles above, the packet's own number below.
    fn highest_on_the_wire(&self) -> u32 {
        let (on_the_wire, on_the_line) = self.first;
        (self.highest.saturating_sub(on_the_line) + u64::from(on_the_wire)) as u32
    }

    fn hear_jitter(&mut self, arrival: u64, timestamp: u32) {
        // Only differences count, so both clocks may wrap.
        let transit = i64::from((arrival as u32).wrapping_sub(timestamp).cast_signed());
        if let Some(last) = self.last_transit.replace(transit) {
            let moved = (transit - last) as i32;
            let deviation = u64::from(moved.unsigned_abs());
            // J += (|D| - J) / 16, kept times 16 and rounded as appendix A.8 does.
            self.jitter_16 = self.jitter_16 + deviation - ((self.jitter_16 + 8) >> 4).min(self.jitter_16);
        }
    }
}
