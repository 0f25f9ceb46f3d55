//! What each of several people hears of the others: their sound enters in its place on the call's clock and leaves as
//! sums, a frame each 20 ms and a little behind the clock, so that packets that are late still take part.

use std::time::Instant;

use super::clock::CallClock;
use super::hearing::{People, Person};
use super::window::Window;
use crate::domain::SamplePosition;

/// Samples of a frame: 20 ms.
pub(super) const FRAME_SAMPLES: usize = 160;
/// How far the sums stand behind the clock, samples: 60 ms, three packets' jitter.
const BEHIND: u64 = 480;
/// Sound that stands this far before the clock, samples, has lost its way.
const AHEAD_LIMIT: u64 = 8_000;
/// Frames that were not asked for in this time, samples, are passed over: nobody wants to hear them in a burst.
const STALL_LIMIT: u64 = 1_600;

/// People at once.
const PEOPLE: usize = Person::ALL.len();

/// Mixes.
#[derive(Debug)]
pub(super) struct Mixer {
    clock: CallClock,
    window: Window<PEOPLE>,
}

/// One frame of each person's sound.
#[derive(Debug)]
pub(super) struct Frame {
    /// Where it stands.
    pub(super) position: SamplePosition,
    sound: [[i16; FRAME_SAMPLES]; PEOPLE],
}

impl Mixer {
    /// Begins at `now`.
    pub(super) fn starting_at(clock: CallClock, now: Instant) -> Self {
        Self { clock, window: Window::starting_at(clock.position(now).0) }
    }

    /// Takes a person's samples. What is later than the frame it belongs to is not heard.
    pub(super) fn hear(&mut self, person: Person, at: SamplePosition, samples: &[i16]) {
        if at.0 < self.window.start() + AHEAD_LIMIT {
            let _late = self.window.place(person as usize, at.0, samples);
        }
    }

    /// When the next frame is due.
    pub(super) fn due(&self) -> Instant {
        self.clock.moment(SamplePosition(self.window.start() + FRAME_SAMPLES as u64 + BEHIND))
    }

    /// The next frame that is due by `now`.
    pub(super) fn frame(&mut self, now: Instant) -> Option<Frame> {
        let reached = self.clock.position(now).0.saturating_sub(BEHIND);
        let start = self.window.start();
        if start + STALL_LIMIT < reached {
            self.window.reach(reached);
            self.window.forget(reached);
            return None;
        }
        let end = start + FRAME_SAMPLES as u64;
        if end > reached {
            return None;
        }
        self.window.reach(end);
        let mut sound = [[0; FRAME_SAMPLES]; PEOPLE];
        for (at, frame) in self.window.before(end).enumerate() {
            for (person, sample) in frame.iter().enumerate() {
                sound[person][at] = *sample;
            }
        }
        self.window.forget(end);
        Some(Frame { position: SamplePosition(start), sound })
    }
}

impl Frame {
    /// The sum of these people's sound, held at the ends of its range.
    pub(super) fn of(&self, people: People) -> [i16; FRAME_SAMPLES] {
        let mut sum = [0_i16; FRAME_SAMPLES];
        for person in people.each() {
            for (sum, sample) in sum.iter_mut().zip(&self.sound[person as usize]) {
                *sum = sum.saturating_add(*sample);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::time::Duration;

    use super::*;

    fn mixer() -> (Mixer, Instant) {
        let zero = Instant::now();
        (Mixer::starting_at(CallClock::starting_at(zero), zero), zero)
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn at(samples: u64) -> SamplePosition {
        SamplePosition(samples)
    }

    #[test]
    fn a_frame_is_the_sum_of_whom_one_hears_and_never_wraps() {
        let (mut mixer, zero) = mixer();
        mixer.hear(Person::Caller, at(0), &[1_000; 160]);
        mixer.hear(Person::Agent, at(0), &[30_000; 160]);
        mixer.hear(Person::Third, at(80), &[5_000; 80]);
        assert!(mixer.frame(zero + ms(79)).is_none());
        assert_eq!(mixer.due(), zero + ms(80));
        let frame = mixer.frame(zero + ms(80)).unwrap();
        assert_eq!(frame.position, at(0));
        assert_eq!(frame.of([Person::Caller, Person::Agent].into())[..], [31_000; 160]);
        assert_eq!(frame.of([Person::Caller, Person::Third].into())[..80], [1_000; 80]);
        assert_eq!(frame.of([Person::Caller, Person::Third].into())[80..], [6_000; 80]);
        assert_eq!(frame.of([Person::Agent, Person::Third].into())[80..], [i16::MAX; 80]);
    }

    #[test]
    fn late_packets_take_part_and_those_later_than_their_frame_do_not() {
        let (mut mixer, zero) = mixer();
        mixer.hear(Person::Caller, at(160), &[7; 160]);
        mixer.hear(Person::Caller, at(0), &[5; 160]);
        assert_eq!(mixer.frame(zero + ms(80)).unwrap().of([Person::Caller].into())[..], [5; 160]);
        mixer.hear(Person::Caller, at(80), &[9; 160]);
        let frame = mixer.frame(zero + ms(100)).unwrap();
        assert_eq!(frame.of([Person::Caller].into())[..80], [9; 80], "what is left of a late packet");
        assert_eq!(frame.of([Person::Caller].into())[80..], [7; 80]);
    }

    #[test]
    fn a_position_far_ahead_takes_no_memory_and_a_stall_makes_no_burst() {
        let (mut mixer, zero) = mixer();
        mixer.hear(Person::Caller, at(u64::MAX - 1_000), &[1; 160]);
        mixer.hear(Person::Caller, at(8_000), &[1; 160]);
        assert_eq!(mixer.window.end(), 0);
        assert!(mixer.frame(zero + ms(2_000)).is_none());
        assert_eq!(mixer.frame(zero + ms(2_020)).unwrap().position, at(16_000 - 480));
        assert!(mixer.frame(zero + ms(2_020)).is_none());
    }
}
