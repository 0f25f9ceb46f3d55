//! One rising line of sequence numbers and timestamps from what wraps, restarts, doubles and reorders.
//! RFC 3550, appendix A.1, and one rule more: a timestamp counts as long as it agrees with the clock of
//! arrival within [`DISAGREEMENT`]; where it does not, the line goes on where that clock says. A phone that
//! stops its timestamps while on hold, or starts new ones, would otherwise shift the rest of a recording.

use std::time::{Duration, Instant};

use super::packet::Packet;

/// The first packet's place, so that an earlier one that comes later still has a positive place.
pub(super) const FIRST_TIMESTAMP: u64 = 1 << 32;
const FIRST_SEQUENCE: u64 = 1 << 16;
/// Samples of the timestamp in a second; all our codecs and telephone events run at 8 kHz.
const CLOCK_HZ: u64 = 8_000;
/// Above any jitter and any burst after a stall that leaves a call usable, below what misplaces a sentence.
const DISAGREEMENT: Duration = Duration::from_secs(2);
/// A packet this far ahead is a lost stretch; further is a restart (`MAX_DROPOUT`).
const MAX_AHEAD: i16 = 3_000;
/// A packet this far behind is late; further is a restart (`MAX_MISORDER`).
const MAX_BEHIND: i16 = 100;

/// The line of a stream.
#[derive(Debug)]
pub(super) struct Timeline {
    /// The packet of the highest sequence number.
    head: Head,
    /// Bit n: the packet n before the head has come.
    seen: u128,
    /// Where and when the agreement of timestamps and arrival is reckoned from.
    anchor: (u64, Instant),
    /// The sequence number that would prove a restart after one packet from far away.
    restart_at: Option<u16>,
}

#[derive(Debug, Clone, Copy)]
struct Head {
    raw_sequence: u16,
    raw_timestamp: u32,
    sequence: u64,
    timestamp: u64,
    samples: u32,
}

/// A packet's place on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) sequence: u64,
    pub(super) timestamp: u64,
    /// It begins a new run of sequence numbers.
    pub(super) restarted: bool,
}

/// Why a packet has no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misplaced {
    Duplicate,
    Late,
    /// Far from the rest; a second one like it would prove a restart.
    Far,
}

impl Timeline {
    /// A line that begins with this packet of `samples` samples.
    pub(super) const fn new(now: Instant, packet: &Packet<'_>, samples: u32) -> (Self, Place) {
        let head = Head {
            raw_sequence: packet.sequence,
            raw_timestamp: packet.timestamp,
            sequence: FIRST_SEQUENCE,
            timestamp: FIRST_TIMESTAMP,
            samples,
        };
        let place = Place { sequence: FIRST_SEQUENCE, timestamp: FIRST_TIMESTAMP, restarted: true };
        (Self { head, seen: 1, anchor: (FIRST_TIMESTAMP, now), restart_at: None }, place)
    }

    /// Goes on with a new source: its first packet stands where the clock says, after all that came before.
    pub(super) fn restart(&mut self, now: Instant, packet: &Packet<'_>, samples: u32) -> Place {
        let after = self.head.timestamp.saturating_add(u64::from(self.head.samples));
        let timestamp = self.expected(now).max(after);
        let sequence = self.head.sequence + 1;
        self.head = Head {
            raw_sequence: packet.sequence,
            raw_timestamp: packet.timestamp,
            sequence,
            timestamp,
            samples,
        };
        (self.seen, self.anchor, self.restart_at) = (1, (timestamp, now), None);
        Place { sequence, timestamp, restarted: true }
    }

    /// The place of a packet of the source that the line follows. A telephone event (`samples` 0) keeps its
    /// timestamp while time goes on, so it says nothing of the clock.
    pub(super) fn place(
        &mut self,
        now: Instant,
        packet: &Packet<'_>,
        samples: u32,
    ) -> Result<Place, Misplaced> {
        let ahead = packet.sequence.wrapping_sub(self.head.raw_sequence).cast_signed();
        if !(-MAX_BEHIND..=MAX_AHEAD).contains(&ahead) {
            if self.restart_at == Some(packet.sequence) {
                return Ok(self.restart(now, packet, samples));
            }
            self.restart_at = Some(packet.sequence.wrapping_add(1));
            return Err(Misplaced::Far);
        }
        self.restart_at = None;
        let sequence = self.head.sequence.saturating_add_signed(i64::from(ahead));
        let moved = packet.timestamp.wrapping_sub(self.head.raw_timestamp).cast_signed();
        let timestamp = self.head.timestamp.saturating_add_signed(i64::from(moved));
        if ahead > 0 {
            self.seen = self.seen.checked_shl(u32::from(ahead.unsigned_abs())).unwrap_or(0) | 1;
            let timestamp = if samples > 0 { self.agreed(now, timestamp) } else { timestamp };
            self.head = Head {
                raw_sequence: packet.sequence,
                raw_timestamp: packet.timestamp,
                sequence,
                timestamp,
                samples,
            };
            return Ok(Place { sequence, timestamp, restarted: false });
        }
        let bit = 1_u128 << ahead.unsigned_abs();
        if self.seen & bit != 0 {
            return Err(Misplaced::Duplicate);
        }
        // From before a jump of the timestamps: its place is no longer known.
        if timestamp.abs_diff(self.head.timestamp) > samples_in(DISAGREEMENT) {
            return Err(Misplaced::Late);
        }
        self.seen |= bit;
        Ok(Place { sequence, timestamp, restarted: false })
    }

    /// The timestamp, or where the clock says if they disagree.
    fn agreed(&mut self, now: Instant, timestamp: u64) -> u64 {
        let expected = self.expected(now);
        if timestamp.abs_diff(expected) <= samples_in(DISAGREEMENT) {
            return timestamp;
        }
        self.anchor = (expected, now);
        expected
    }

    fn expected(&self, now: Instant) -> u64 {
        let (timestamp, at) = self.anchor;
        timestamp.saturating_add(samples_in(now.saturating_duration_since(at)))
    }
}

/// Samples of a duration; a call's length always fits.
pub(super) fn samples_in(duration: Duration) -> u64 {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    (u128::from(micros) * u128::from(CLOCK_HZ) / 1_000_000).try_into().unwrap_or(u64::MAX)
}
