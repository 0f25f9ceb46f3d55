//! The one clock of a call: samples since its sample 0. And where on it a channel's RTP timestamps stand: the
//! first packet's arrival anchors them; from then on the sender's clock counts (RFC 3550 §5.1).

use std::time::{Duration, Instant};

use crate::domain::{SAMPLE_RATE_HZ, SamplePosition};

/// A call's clock.
#[derive(Debug, Clone, Copy)]
pub struct CallClock {
    zero: Instant,
    /// How much faster than real time it runs; only the test caller's ever does.
    pace: f64,
}

impl CallClock {
    /// A clock whose sample 0 is at `zero`, in real time.
    #[must_use]
    pub fn starting_at(zero: Instant) -> Self {
        Self { zero, pace: 1.0 }
    }

    /// The same clock, running `pace` times as fast.
    #[must_use]
    pub fn with_pace(self, pace: f64) -> Self {
        Self { pace, ..self }
    }

    /// The moment of sample 0.
    #[must_use]
    pub fn zero(self) -> Instant {
        self.zero
    }

    /// What it shows at `now`; 0 before its start.
    #[must_use]
    pub fn position(self, now: Instant) -> SamplePosition {
        let elapsed_s = now.saturating_duration_since(self.zero).as_secs_f64();
        // Rounded, because a moment that was itself reckoned from samples must give those samples again.
        SamplePosition((elapsed_s * self.pace * f64::from(SAMPLE_RATE_HZ)).round() as u64)
    }

    /// When it shows `position`.
    #[must_use]
    pub fn moment(self, position: SamplePosition) -> Instant {
        let seconds = position.0 as f64 / (self.pace * f64::from(SAMPLE_RATE_HZ));
        self.zero + Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
    }
}

/// Where a channel's timestamps stand on the call's clock. Timestamps that jump, stop or wrap are made one line
/// before, by the receiver.
#[derive(Debug, Default)]
pub(super) struct ChannelAnchor {
    /// What to add to a timestamp for its position; nothing before the first packet.
    offset: Option<i64>,
}

impl ChannelAnchor {
    /// Where the sound of a packet stands that carries `timestamp` and arrived at `arrived`.
    pub(super) fn place(&mut self, timestamp: u64, arrived: SamplePosition) -> SamplePosition {
        let offset =
            *self.offset.get_or_insert(arrived.0.cast_signed().wrapping_sub(timestamp.cast_signed()));
        // A packet from before the first one, reordered, may stand before the call: it goes to the start.
        SamplePosition(timestamp.cast_signed().wrapping_add(offset).max(0).cast_unsigned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: u64 = 160;

    fn at(samples: u64) -> SamplePosition {
        SamplePosition(samples)
    }

    #[test]
    fn a_moment_reckoned_from_samples_gives_those_samples() {
        for pace in [1.0, 3.0, 0.7] {
            let clock = CallClock::starting_at(Instant::now()).with_pace(pace);
            for samples in [0, 1, 159, 160, 8_001, 28_800_000, 288_000_001] {
                assert_eq!(clock.position(clock.moment(at(samples))), at(samples), "pace {pace}");
            }
        }
    }

    #[test]
    fn before_its_start_a_clock_shows_zero() {
        let clock = CallClock::starting_at(Instant::now() + Duration::from_secs(1));
        assert_eq!(clock.position(Instant::now()), at(0));
    }

    #[test]
    fn the_first_packet_anchors_and_jitter_moves_nothing() {
        let mut anchor = ChannelAnchor::default();
        assert_eq!(anchor.place(5_000_000, at(800)), at(800));
        assert_eq!(anchor.place(5_000_000 + FRAME, at(800 + FRAME + 300)), at(800 + FRAME));
        assert_eq!(anchor.place(5_000_000 + 3 * FRAME, at(800 + 3 * FRAME)), at(800 + 3 * FRAME));
        assert_eq!(anchor.place(5_000_000 + 2 * FRAME, at(800 + 4 * FRAME)), at(800 + 2 * FRAME));
    }

    #[test]
    fn a_packet_from_before_the_call_stands_at_its_start() {
        let mut anchor = ChannelAnchor::default();
        assert_eq!(anchor.place(1_000, at(100)), at(100));
        assert_eq!(anchor.place(840, at(110)), at(0));
    }
}
