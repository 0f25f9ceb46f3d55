//! Where a packet's sound stands in the recording: a channel's RTP timestamps, made positions of the call's
//! one clock. The first packet's arrival anchors them; from then on the sender's clock counts (RFC 3550 §5.1).

use crate::domain::SamplePosition;

/// How far a channel's clock may run ahead of the call's before it is anchored anew, samples: no packet
/// arrives before it was spoken, so only the first one's delay and the drift of two crystals may show.
const AHEAD_LIMIT: u64 = 8_000;
/// How far it may lag, samples; packets held up by the network lag too, and must stay where they were spoken.
const BEHIND_LIMIT: u64 = 16_000;
/// A lag that lasts this long is not the network but a phone that stopped its clock while it was silent.
const BEHIND_PATIENCE: u64 = 8_000;

/// One channel's clock.
#[derive(Debug, Default)]
pub(super) struct ChannelClock {
    /// What to add to a timestamp for its position; nothing before the first packet.
    offset: Option<i64>,
    /// When the channel was first seen behind, while it still is.
    behind_since: Option<SamplePosition>,
}

impl ChannelClock {
    /// Where the sound of a packet stands that carries `timestamp` (extended to 64 bits) and arrived at
    /// `arrived` on the call's clock.
    pub(super) fn place(&mut self, timestamp: u64, arrived: SamplePosition) -> SamplePosition {
        let Some(offset) = self.offset else { return self.anchor(timestamp, arrived) };
        // A packet from before the first one, reordered, may stand before the call: it goes to the start.
        let position = timestamp.cast_signed().wrapping_add(offset).max(0).cast_unsigned();
        if position > arrived.0 + AHEAD_LIMIT {
            return self.anchor(timestamp, arrived);
        }
        if position + BEHIND_LIMIT < arrived.0 {
            let since = *self.behind_since.get_or_insert(arrived);
            if arrived.0 - since.0 >= BEHIND_PATIENCE {
                return self.anchor(timestamp, arrived);
            }
        } else {
            self.behind_since = None;
        }
        SamplePosition(position)
    }

    /// Forgets the anchor: the next packet sets it. For a stream that begins anew, as after a hold.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    fn anchor(&mut self, timestamp: u64, arrived: SamplePosition) -> SamplePosition {
        self.offset = Some(arrived.0.cast_signed().wrapping_sub(timestamp.cast_signed()));
        self.behind_since = None;
        arrived
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
    fn the_first_packet_anchors_and_jitter_moves_nothing() {
        let mut clock = ChannelClock::default();
        assert_eq!(clock.place(5_000_000, at(800)), at(800));
        assert_eq!(clock.place(5_000_000 + FRAME, at(800 + FRAME + 300)), at(800 + FRAME));
        assert_eq!(clock.place(5_000_000 + 3 * FRAME, at(800 + 3 * FRAME)), at(800 + 3 * FRAME));
        assert_eq!(clock.place(5_000_000 + 2 * FRAME, at(800 + 4 * FRAME)), at(800 + 2 * FRAME));
    }

    #[test]
    fn a_network_that_stalls_for_five_seconds_moves_nothing() {
        let mut clock = ChannelClock::default();
        clock.place(0, at(0));
        for n in 1..250 {
            assert_eq!(clock.place(n * FRAME, at(40_000)), at(n * FRAME));
        }
        assert_eq!(clock.place(251 * FRAME, at(251 * FRAME)), at(251 * FRAME));
    }

    #[test]
    fn a_phone_that_stopped_its_clock_is_anchored_anew() {
        let mut clock = ChannelClock::default();
        clock.place(0, at(0));
        let silent = 80_000;
        let mut last = at(0);
        for n in 1..=60 {
            last = clock.place(n * FRAME, at(silent + n * FRAME));
        }
        assert_eq!(last, at(silent + 60 * FRAME));
    }

    #[test]
    fn a_clock_far_ahead_is_anchored_at_once() {
        let mut clock = ChannelClock::default();
        clock.place(0, at(4_000));
        assert_eq!(clock.place(90_000, at(5_000)), at(5_000));
    }

    #[test]
    fn a_packet_from_before_the_call_stands_at_its_start() {
        let mut clock = ChannelClock::default();
        assert_eq!(clock.place(1_000, at(100)), at(100));
        assert_eq!(clock.place(840, at(110)), at(0));
    }
}
