//! One rising line of sequence numbers and timestamps from what wraps, restarts, doubles and reorders.
//! RFC 3550, appendix A.1, and one rule more: a step of the timestamps counts as long as it agrees with the
//! time between the two arrivals within [`DISAGREEMENT`]; where it does not, the line goes on as long as that
//! time. A phone that stops its timestamps while on hold, or starts new ones, would otherwise shift the rest of
//! a recording. Packets that a network held back look like such a pause at first; the burst that follows takes
//! the pause back.

use std::time::{Duration, Instant};

use super::packet::Packet;

/// The first packet's place, so that an earlier one that comes later still has a positive place.
pub(super) const FIRST_TIMESTAMP: u64 = 1 << 32;
const FIRST_SEQUENCE: u64 = 1 << 16;
/// Samples of the timestamp in a second; all our codecs and telephone events run at 8 kHz.
const CLOCK_HZ: u64 = 8_000;
/// Above any jitter and any stall that leaves a call usable, below what misplaces a sentence.
const DISAGREEMENT: Duration = Duration::from_secs(2);
/// Sound that comes faster than it is spoken by more than this, soon after a pause, was held back: it was none.
const BURST: Duration = Duration::from_millis(500);
/// How soon.
const STALL_SHOWS_WITHIN: Duration = Duration::from_secs(10);
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
    /// The last pause that was added because the clock said so.
    pause: Option<Pause>,
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
    /// When it came; of an event that goes on under one timestamp, its first packet.
    at: Instant,
}

/// A pause that may turn out to have been a stall of the network.
#[derive(Debug, Clone, Copy)]
struct Pause {
    /// What it added to the timestamps.
    added: u64,
    /// The packet after it: where it was put, and when it came.
    end: u64,
    at: Instant,
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
            at: now,
        };
        let place = Place { sequence: FIRST_SEQUENCE, timestamp: FIRST_TIMESTAMP, restarted: true };
        (Self { head, seen: 1, pause: None, restart_at: None }, place)
    }

    /// Goes on with a new source: its first packet stands where the clock says, after all that came before.
    pub(super) fn restart(&mut self, now: Instant, packet: &Packet<'_>, samples: u32) -> Place {
        let after = self.head.timestamp.saturating_add(u64::from(self.head.samples));
        let timestamp = (self.head.timestamp.saturating_add(self.since_head(now))).max(after);
        let sequence = self.head.sequence + 1;
        self.head = Head {
            raw_sequence: packet.sequence,
            raw_timestamp: packet.timestamp,
            sequence,
            timestamp,
            samples,
            at: now,
        };
        (self.seen, self.pause, self.restart_at) = (1, None, None);
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
            let goes_on = samples == 0 && moved == 0;
            self.head = Head {
                raw_sequence: packet.sequence,
                raw_timestamp: packet.timestamp,
                sequence,
                timestamp,
                samples,
                at: if goes_on { self.head.at } else { now },
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
        let by_clock = self.head.timestamp.saturating_add(self.since_head(now));
        if timestamp.abs_diff(by_clock) > samples_in(DISAGREEMENT) {
            let added = by_clock.checked_sub(timestamp);
            self.pause = added.map(|added| Pause { added, end: by_clock, at: now });
            return by_clock;
        }
        let Some(pause) = self.pause else { return timestamp };
        let since = now.saturating_duration_since(pause.at);
        let ahead = timestamp.saturating_sub(pause.end.saturating_add(samples_in(since)));
        if since <= STALL_SHOWS_WITHIN && ahead <= samples_in(BURST) {
            return timestamp;
        }
        self.pause = None;
        if since > STALL_SHOWS_WITHIN { timestamp } else { timestamp - pause.added.min(timestamp) }
    }

    /// Samples' time since the head came.
    fn since_head(&self, now: Instant) -> u64 {
        samples_in(now.saturating_duration_since(self.head.at))
    }
}

/// Samples of a duration; a call's length always fits.
pub(super) fn samples_in(duration: Duration) -> u64 {
    let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    (u128::from(micros) * u128::from(CLOCK_HZ) / 1_000_000).try_into().unwrap_or(u64::MAX)
}
