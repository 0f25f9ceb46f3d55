//! Keys pressed, as telephone events: RFC 4733, sections 2.3 and 2.5.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How often the end of an event is sent, because any packet may be lost.
pub(super) const END_PACKETS: usize = 3;
/// An event of which nothing came for this long is over: its end packets were lost. A sender repeats an event
/// every packet time, 60 ms at most.
const RELEASE_AFTER: Duration = Duration::from_millis(200);
/// Bytes of an event's payload.
const EVENT_BYTES: usize = 4;
/// Volume of the tones we send, in -dBm0: what telephones use.
const VOLUME: u8 = 10;
/// The longest an event's duration field can say; a longer press goes on under a new timestamp.
const SEGMENT_SAMPLES: u32 = 0xFFFF;

/// One of the sixteen keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digit(u8);

impl Digit {
    const KEYS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D'];

    /// The key that says `key` on it.
    #[must_use]
    pub fn from_key(key: char) -> Option<Self> {
        let event = Self::KEYS.iter().position(|known| *known == key.to_ascii_uppercase())?;
        Some(Self(u8::try_from(event).ok()?))
    }

    /// The key of an event code.
    #[must_use]
    pub const fn from_event(event: u8) -> Option<Self> {
        if event < 16 { Some(Self(event)) } else { None }
    }

    /// What the key says on it.
    #[must_use]
    pub const fn key(self) -> char {
        Self::KEYS[(self.0 & 0x0F) as usize]
    }

    /// Its event code.
    #[must_use]
    pub const fn event(self) -> u8 {
        self.0
    }
}

/// What happened to a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DtmfEvent {
    /// It went down. One per press, however many packets say so.
    Pressed {
        /// Which.
        digit: Digit,
    },
    /// It came up again.
    Released {
        /// Which.
        digit: Digit,
        /// How long it was down, in samples; as far as the packets that arrived say.
        duration_samples: u32,
    },
}

/// The keys heard on a leg. Whatever is lost, doubled or reordered, one timestamp is one press.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// Presses of the last seconds, so that late packets of a press find it.
    presses: VecDeque<Heard>,
}

#[derive(Debug)]
struct Heard {
    ssrc: u32,
    timestamp: u32,
    digit: Digit,
    /// Samples of the segments before this one (RFC 4733, section 2.5.1.3).
    earlier_samples: u32,
    duration_samples: u32,
    heard_at: Instant,
    released: bool,
}

impl Keys {
    /// How long a press is remembered after its last packet; reordering does not reach further.
    const REMEMBERED: Duration = Duration::from_secs(5);
    /// Presses remembered at once; nobody presses faster than this in [`Self::REMEMBERED`].
    const REMEMBERED_PRESSES: usize = 64;

    /// Takes an event packet's payload; says what it changed.
    pub(super) fn hear(
        &mut self,
        now: Instant,
        ssrc: u32,
        timestamp: u32,
        payload: &[u8],
    ) -> Option<DtmfEvent> {
        let &[event, flags, d0, d1, ..] = payload else { return None };
        let digit = Digit::from_event(event)?;
        let duration_samples = u32::from(u16::from_be_bytes([d0, d1]));
        self.presses.retain(|press| !press.released || now.duration_since(press.heard_at) < Self::REMEMBERED);
        let known = self.presses.iter_mut().rev().find(|press| {
            press.ssrc == ssrc && (press.timestamp == timestamp || press.goes_on_at(digit, timestamp))
        });
        let Some(press) = known else {
            if self.presses.len() == Self::REMEMBERED_PRESSES {
                self.presses.pop_front();
            }
            self.presses.push_back(Heard {
                ssrc,
                timestamp,
                digit,
                earlier_samples: 0,
                duration_samples,
                heard_at: now,
                released: false,
            });
            return Some(DtmfEvent::Pressed { digit });
        };
        if press.timestamp != timestamp {
            press.timestamp = timestamp;
            press.earlier_samples = press.earlier_samples.saturating_add(SEGMENT_SAMPLES);
            press.duration_samples = 0;
        }
        press.heard_at = now;
        press.duration_samples = press.duration_samples.max(duration_samples);
        (flags & 0x80 != 0).then(|| press.release()).flatten()
    }

    /// The next press whose end packets were all lost.
    pub(super) fn overdue(&mut self, now: Instant) -> Option<DtmfEvent> {
        let over =
            |press: &&mut Heard| !press.released && now.duration_since(press.heard_at) >= RELEASE_AFTER;
        self.presses.iter_mut().find(over)?.release()
    }
}

impl Heard {
    fn goes_on_at(&self, digit: Digit, timestamp: u32) -> bool {
        !self.released && self.digit == digit && timestamp == self.timestamp.wrapping_add(SEGMENT_SAMPLES)
    }

    fn release(&mut self) -> Option<DtmfEvent> {
        if std::mem::replace(&mut self.released, true) {
            return None;
        }
        let duration_samples = self.earlier_samples.saturating_add(self.duration_samples);
        Some(DtmfEvent::Released { digit: self.digit, duration_samples })
    }
}

/// A press on its way out; [`Sender::press_packets`](super::Sender::press_packets) moves it on.
#[derive(Debug)]
pub struct Press {
    digit: Digit,
    payload_type: u8,
    timestamp: u32,
    duration_samples: u16,
    elapsed_samples: u16,
}

/// What one packet time of a press sends.
pub(super) struct Step {
    digit: Digit,
    elapsed_samples: u16,
    pub(super) advanced_samples: u16,
    pub(super) first: bool,
    pub(super) end: bool,
}

impl Press {
    pub(super) const fn new(digit: Digit, duration_samples: u16, payload_type: u8, timestamp: u32) -> Self {
        // A press of no length would never end.
        let duration_samples = if duration_samples == 0 { 1 } else { duration_samples };
        Self { digit, payload_type, timestamp, duration_samples, elapsed_samples: 0 }
    }

    pub(super) fn advance(&mut self, samples: u16) -> Option<Step> {
        let advanced_samples = samples.max(1).min(self.duration_samples - self.elapsed_samples);
        if advanced_samples == 0 {
            return None;
        }
        let first = self.elapsed_samples == 0;
        self.elapsed_samples += advanced_samples;
        Some(Step {
            digit: self.digit,
            elapsed_samples: self.elapsed_samples,
            advanced_samples,
            first,
            end: self.elapsed_samples == self.duration_samples,
        })
    }

    pub(super) const fn payload_type(&self) -> u8 {
        self.payload_type
    }

    pub(super) const fn timestamp(&self) -> u32 {
        self.timestamp
    }
}

impl Step {
    pub(super) const fn payload(&self) -> [u8; EVENT_BYTES] {
        let [d0, d1] = self.elapsed_samples.to_be_bytes();
        let end = if self.end { 0x80 } else { 0 };
        [self.digit.event(), end | VOLUME, d0, d1]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::rtp::{Packet, Sender};

    const FIVE: Digit = Digit(5);

    fn payload(end: bool, duration: u16) -> [u8; 4] {
        Step { digit: FIVE, elapsed_samples: duration, advanced_samples: 0, first: false, end }.payload()
    }

    #[test]
    fn keys_and_event_codes_are_those_of_rfc_4733() {
        for (event, key) in (0_u8..).zip("0123456789*#ABCD".chars()) {
            assert_eq!(Digit::from_event(event).unwrap().key(), key);
            assert_eq!(Digit::from_key(key).unwrap().event(), event);
        }
        assert_eq!(Digit::from_event(16), None);
        assert_eq!(Digit::from_key('x'), None);
    }

    #[test]
    fn a_press_is_sent_under_one_timestamp_with_three_ends_and_moves_the_line_by_its_length() {
        let mut sender = Sender::new(7, 1, 1_000, 8);
        let mut press = sender.press(FIVE, 400, 101);
        let mut seen = Vec::new();
        loop {
            let datagrams = sender.press_packets(&mut press, 160);
            if datagrams.is_empty() {
                break;
            }
            for datagram in datagrams {
                let packet = Packet::parse(&datagram).unwrap();
                assert_eq!((packet.timestamp, packet.payload_type), (1_000, 101));
                seen.push((packet.marker, packet.sequence, packet.payload.to_vec()));
            }
        }
        assert_eq!(
            seen,
            [
                (true, 1, vec![5, 10, 0, 160]),
                (false, 2, vec![5, 10, 1, 64]),
                (false, 3, vec![5, 0x8A, 1, 144]),
                (false, 4, vec![5, 0x8A, 1, 144]),
                (false, 5, vec![5, 0x8A, 1, 144]),
            ]
        );
        assert_eq!(sender.timestamp(), 1_400);
    }

    #[test]
    fn three_ends_are_one_press_and_tell_how_long() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        assert_eq!(keys.hear(now, 7, 1, &payload(false, 160)), Some(DtmfEvent::Pressed { digit: FIVE }));
        assert_eq!(keys.hear(now, 7, 1, &payload(false, 320)), None);
        let released = Some(DtmfEvent::Released { digit: FIVE, duration_samples: 480 });
        assert_eq!(keys.hear(now, 7, 1, &payload(true, 480)), released);
        assert_eq!(keys.hear(now, 7, 1, &payload(true, 480)), None);
        assert_eq!(keys.hear(now, 7, 1, &payload(true, 480)), None);
        assert_eq!(keys.overdue(now + Duration::from_secs(9)), None);
    }

    #[test]
    fn lost_ends_still_end_and_the_same_key_again_is_another_press() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        keys.hear(now, 7, 1, &payload(false, 160));
        assert_eq!(keys.overdue(now + RELEASE_AFTER / 2), None);
        let released = Some(DtmfEvent::Released { digit: FIVE, duration_samples: 160 });
        assert_eq!(keys.overdue(now + RELEASE_AFTER), released);
        assert_eq!(keys.overdue(now + RELEASE_AFTER), None);
        let again = keys.hear(now + RELEASE_AFTER, 7, 9_999, &payload(false, 160));
        assert_eq!(again, Some(DtmfEvent::Pressed { digit: FIVE }));
    }

    #[test]
    fn a_key_held_beyond_what_one_event_can_say_is_one_press() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        keys.hear(now, 7, 1, &payload(false, 0xFFFF));
        assert_eq!(keys.hear(now, 7, 0x1_0000, &payload(false, 160)), None);
        let released = Some(DtmfEvent::Released { digit: FIVE, duration_samples: 0xFFFF + 320 });
        assert_eq!(keys.hear(now, 7, 0x1_0000, &payload(true, 320)), released);
    }

    #[test]
    fn what_is_no_key_is_ignored() {
        let (mut keys, now) = (Keys::default(), Instant::now());
        assert_eq!(keys.hear(now, 7, 1, &[16, 0, 0, 0]), None);
        assert_eq!(keys.hear(now, 7, 1, &[5, 0, 0]), None);
    }
}
