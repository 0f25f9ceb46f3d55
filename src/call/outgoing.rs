//! What a leg sends: prompts and tones at the pace of speech, the other leg's sound as it comes, keys pressed.
//! Positions of the call's clock and `now` enter; RTP packets leave, their timestamps on that same clock.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::{Digit, Press, Sender};
use jiesu_sip::sdp::Negotiated;

use super::clock::CallClock;
use super::relayed::Relayed;
use crate::domain::SamplePosition;

/// Sound in a packet of our own: 20 ms, which every phone takes.
const FRAME_SAMPLES: u16 = 160;
/// How long a relayed key is held, samples: 100 ms, understood everywhere.
const PRESS_SAMPLES: u16 = 800;
/// Silence between two relayed keys, samples: 40 ms.
const PRESS_GAP_SAMPLES: u64 = 320;
/// Keys waiting to be relayed; more than anybody presses in the time.
const MAX_PRESSES: usize = 32;
/// Packets that are later than this, samples, are not sent in a burst: the prompt goes on after a pause.
const STALL_LIMIT: u64 = 1_600;
/// A packet that stands this far before what was already sent, samples, is not late: its clock was set anew.
const REWIND_LIMIT: u64 = 4_000;

/// A prompt or tone: 16-bit samples at 8 kHz.
pub type Sound = Arc<[i16]>;

/// What is being played.
#[derive(Debug)]
struct Playing {
    sound: Sound,
    next_sample: usize,
    repeat: bool,
}

/// One leg's outgoing stream.
#[derive(Debug)]
pub(super) struct Outgoing {
    sender: Sender,
    codec: Codec,
    dtmf_payload_type: Option<u8>,
    may_send: bool,
    clock: CallClock,
    /// Position of the next sample to send.
    next: u64,
    /// True until the first packet after a silence is sent.
    after_silence: bool,
    /// Added to the positions of relayed sound, where its clock was set back.
    shift: u64,
    relayed: Relayed,
    playing: Option<Playing>,
    presses: VecDeque<Digit>,
    press: Option<Press>,
}

impl Outgoing {
    /// A stream whose timestamps begin anywhere and follow the call's clock.
    pub(super) fn new(negotiated: &Negotiated, clock: CallClock, now: Instant) -> Self {
        let sender = Sender::new(rand::random(), rand::random(), rand::random(), negotiated.payload_type);
        let next = clock.position(now).0;
        let mut outgoing = Self {
            sender,
            codec: negotiated.codec,
            dtmf_payload_type: None,
            may_send: true,
            clock,
            next,
            after_silence: true,
            shift: 0,
            relayed: Relayed::default(),
            playing: None,
            presses: VecDeque::new(),
            press: None,
        };
        outgoing.renegotiate(negotiated);
        outgoing
    }

    /// Goes on as a new description says, as for a hold.
    pub(super) fn renegotiate(&mut self, negotiated: &Negotiated) {
        self.codec = negotiated.codec;
        self.sender.set_payload_type(negotiated.payload_type);
        self.dtmf_payload_type = negotiated.dtmf_payload_type;
        self.may_send = negotiated.we_send && !negotiated.remote_rtp.ip().is_unspecified();
    }

    /// The stream's identity and counts, for the reports.
    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Plays `sound` from now on, in place of what plays.
    pub(super) fn play(&mut self, now: Instant, sound: Sound, repeat: bool) {
        self.catch_up(self.clock.position(now).0);
        self.playing = Some(Playing { sound, next_sample: 0, repeat });
    }

    /// Stops what plays.
    pub(super) fn stop_playing(&mut self) {
        self.playing = None;
    }

    /// Whether something plays.
    pub(super) fn is_playing(&self) -> bool {
        self.playing.is_some()
    }

    /// Sends a key once it is its turn. Keys the other end does not take are dropped.
    pub(super) fn press(&mut self, digit: Digit) {
        if self.dtmf_payload_type.is_some() && self.presses.len() < MAX_PRESSES {
            self.presses.push_back(digit);
        }
    }

    /// When [`Outgoing::advance`] has something to send next.
    pub(super) fn due(&self) -> Option<Instant> {
        let busy = self.playing.is_some() || self.press.is_some() || !self.presses.is_empty();
        busy.then(|| self.clock.moment(SamplePosition(self.next)))
    }

    /// The packets that are due by `now`.
    pub(super) fn advance(&mut self, now: Instant) -> Vec<Bytes> {
        let mut packets = Vec::new();
        let reached = self.clock.position(now).0;
        if self.due().is_some() && self.next + STALL_LIMIT < reached {
            self.catch_up(reached);
        }
        while self.next <= reached {
            if self.press.is_some() || !self.presses.is_empty() {
                self.advance_press(&mut packets);
            } else if !self.advance_playing(&mut packets) {
                break;
            }
        }
        packets
    }

    /// The packet that carries the other leg's sound of number `sequence` at `position`: its very payload where the
    /// codecs are equal. Nothing where the leg is on hold, plays a prompt, sends a key, or the packet came too late.
    pub(super) fn relay(
        &mut self,
        position: SamplePosition,
        sequence: u64,
        codec: Codec,
        payload: &[u8],
    ) -> Option<Bytes> {
        if !self.may_send || self.due().is_some() {
            self.relayed.forget();
            return None;
        }
        let mut position = position.0 + self.shift;
        if position + REWIND_LIMIT < self.next {
            self.shift += self.next - position;
            position = self.next;
            self.relayed.forget();
        }
        let mut transcoded = Vec::new();
        let payload = if codec == self.codec {
            payload
        } else {
            let mut sound = Vec::new();
            codec.decode(payload, &mut sound);
            self.codec.encode(&sound, &mut transcoded);
            &transcoded
        };
        let samples = u32::try_from(codec.samples_in(payload)).ok().filter(|&samples| samples > 0)?;
        if position < self.next {
            return self.overtaken(position, payload, samples);
        }
        let lost = self.relayed.lost_before(sequence, (position - self.next).div_ceil(u64::from(samples)));
        let after_silence = self.after_silence;
        self.catch_up(position);
        if lost > 0 {
            self.sender.leave_free(lost);
            self.after_silence = after_silence;
        }
        let packet = self.packet(payload, samples);
        self.relayed.sent(sequence);
        Some(packet)
    }

    /// The packet of relayed sound whose successor left before it; nothing where no number was kept for it.
    fn overtaken(&mut self, position: u64, payload: &[u8], samples: u32) -> Option<Bytes> {
        let samples_before = u32::try_from(self.next - position).ok()?;
        let packets_before = u16::try_from(samples_before / samples).ok()?;
        let fits = samples_before.is_multiple_of(samples) && self.relayed.take(packets_before.into());
        fits.then(|| self.sender.overtaken_packet(payload, packets_before, samples_before))
    }

    fn advance_press(&mut self, packets: &mut Vec<Bytes>) {
        let Some(payload_type) = self.dtmf_payload_type else {
            self.presses.clear();
            self.press = None;
            return;
        };
        if self.press.is_none() {
            self.press =
                self.presses.pop_front().map(|digit| self.sender.press(digit, PRESS_SAMPLES, payload_type));
        }
        let Some(press) = &mut self.press else { return };
        self.relayed.forget();
        let before = self.sender.timestamp();
        let step = self.sender.press_packets(press, FRAME_SAMPLES);
        if step.is_empty() {
            self.press = None;
            self.catch_up(self.next + PRESS_GAP_SAMPLES);
            return;
        }
        self.next += u64::from(self.sender.timestamp().wrapping_sub(before));
        if self.may_send {
            packets.extend(step);
        }
    }

    /// Sends the next frame of what plays. False where nothing does.
    fn advance_playing(&mut self, packets: &mut Vec<Bytes>) -> bool {
        let Some(playing) = &mut self.playing else { return false };
        self.relayed.forget();
        let mut frame = [0; FRAME_SAMPLES as usize];
        let rest = &playing.sound[playing.next_sample..];
        let length = rest.len().min(frame.len());
        frame[..length].copy_from_slice(&rest[..length]);
        playing.next_sample += length;
        if playing.next_sample >= playing.sound.len() {
            if playing.repeat && !playing.sound.is_empty() {
                playing.next_sample = 0;
            } else {
                self.playing = None;
            }
        }
        let mut payload = Vec::with_capacity(frame.len());
        self.codec.encode(&frame, &mut payload);
        if self.may_send {
            packets.push(self.packet(&payload, u32::from(FRAME_SAMPLES)));
        } else {
            self.catch_up(self.next + u64::from(FRAME_SAMPLES));
        }
        true
    }

    fn packet(&mut self, payload: &[u8], samples: u32) -> Bytes {
        self.next += u64::from(samples);
        self.sender.packet(payload, samples, std::mem::take(&mut self.after_silence))
    }

    /// Passes over the silence before `position`.
    fn catch_up(&mut self, position: u64) {
        let mut silence = position.saturating_sub(self.next);
        self.after_silence |= silence > 0;
        self.next += silence;
        while silence > 0 {
            let step = u32::try_from(silence).unwrap_or(u32::MAX);
            self.sender.skip(step);
            silence -= u64::from(step);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::time::Duration;

    use jiesu_sip::rtp::Packet;

    use super::*;

    fn negotiated(codec: Codec, we_send: bool) -> Negotiated {
        Negotiated {
            remote_rtp: ([127, 0, 0, 1], 4_000).into(),
            remote_rtcp: ([127, 0, 0, 1], 4_001).into(),
            codec,
            payload_type: codec.payload_type(),
            receives: vec![(codec.payload_type(), codec)],
            dtmf_payload_type: Some(101),
            ptime_ms: 20,
            we_send,
            we_receive: true,
            rtcp_mux: false,
        }
    }

    fn outgoing(codec: Codec) -> (Outgoing, Instant) {
        let zero = Instant::now();
        (Outgoing::new(&negotiated(codec, true), CallClock::starting_at(zero), zero), zero)
    }

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn at(samples: u64) -> SamplePosition {
        SamplePosition(samples)
    }

    #[test]
    fn a_prompt_leaves_at_the_pace_of_speech_and_ends() {
        let (mut outgoing, zero) = outgoing(Codec::Pcma);
        outgoing.play(zero, vec![1_000; 400].into(), false);
        assert_eq!(outgoing.advance(zero).len(), 1);
        assert_eq!(outgoing.due(), Some(zero + ms(20)));
        assert_eq!(outgoing.advance(zero + ms(19)).len(), 0);
        assert_eq!(outgoing.advance(zero + ms(40)).len(), 2);
        assert!(!outgoing.is_playing());
        assert_eq!(outgoing.due(), None);
    }

    #[test]
    fn the_last_frame_is_filled_with_silence() {
        let (mut outgoing, zero) = outgoing(Codec::Pcma);
        outgoing.play(zero, vec![1_000; 10].into(), false);
        let packets = outgoing.advance(zero);
        let packet = Packet::parse(&packets[0]).unwrap();
        assert_eq!(packet.payload.len(), 160);
        assert!(packet.marker);
        assert_eq!(packet.payload[10..], [Codec::Pcma.silence(); 150]);
    }

    #[test]
    fn a_tone_goes_round_until_it_is_stopped() {
        let (mut outgoing, zero) = outgoing(Codec::Pcmu);
        outgoing.play(zero, vec![1; 160].into(), true);
        for n in 0..100 {
            assert_eq!(outgoing.advance(zero + ms(20 * n)).len(), 1);
        }
        outgoing.stop_playing();
        assert_eq!(outgoing.advance(zero + ms(3_000)).len(), 0);
    }

    #[test]
    fn after_a_stall_nothing_is_sent_in_a_burst() {
        let (mut outgoing, zero) = outgoing(Codec::Pcma);
        outgoing.play(zero, vec![1; 80_000].into(), false);
        outgoing.advance(zero);
        assert_eq!(outgoing.advance(zero + ms(5_000)).len(), 1);
    }

    #[test]
    fn equal_codecs_pass_the_very_payload_others_are_transcoded() {
        let payload: Vec<u8> = (0..160).map(|n| n as u8).collect();
        let (mut same, _) = outgoing(Codec::Pcma);
        let packet = same.relay(at(0), 0, Codec::Pcma, &payload).unwrap();
        assert_eq!(Packet::parse(&packet).unwrap().payload, payload);

        let (mut other, _) = outgoing(Codec::Pcmu);
        let packet = other.relay(at(0), 0, Codec::Pcma, &payload).unwrap();
        let packet = Packet::parse(&packet).unwrap();
        assert_eq!(packet.payload_type, 0);
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        Codec::Pcma.decode(&payload, &mut sent);
        Codec::Pcmu.decode(packet.payload, &mut received);
        for (sent, received) in sent.iter().zip(&received) {
            assert!((sent - received).abs() <= 32 + sent.abs() / 16, "{sent} became {received}");
        }
    }

    #[test]
    fn relayed_timestamps_follow_the_calls_clock_over_gaps() {
        let (mut outgoing, _) = outgoing(Codec::Pcma);
        let mut relay = |sequence, position| {
            let packet = outgoing.relay(at(position), sequence, Codec::Pcma, &[0; 160])?;
            let packet = Packet::parse(&packet).unwrap();
            Some((packet.timestamp, packet.sequence, packet.marker))
        };
        let (timestamp, sequence, marker) = relay(7, 80_800).unwrap();
        assert!(marker);
        assert_eq!(relay(8, 80_960), Some((timestamp.wrapping_add(160), sequence.wrapping_add(1), false)));
        assert_eq!(relay(9, 81_440), Some((timestamp.wrapping_add(640), sequence.wrapping_add(2), true)));
        assert_eq!(relay(6, 81_280), None, "nothing was missing there");
        let rewound = relay(10, 73_600);
        assert_eq!(rewound, Some((timestamp.wrapping_add(800), sequence.wrapping_add(3), false)));
    }

    #[test]
    fn a_lost_packet_is_a_gap_and_an_overtaken_one_fills_it() {
        let (mut outgoing, _) = outgoing(Codec::Pcmu);
        let mut relay = |sequence: u64| {
            let position = at(800 + 160 * sequence);
            let packet = outgoing.relay(position, sequence, Codec::Pcma, &[sequence as u8; 160])?;
            let packet = Packet::parse(&packet).unwrap();
            assert_eq!(packet.payload.len(), 160);
            Some((packet.sequence, packet.timestamp, packet.marker))
        };
        let (first_sequence, first_timestamp, _) = relay(0).unwrap();
        let place = |n: u16| {
            Some((first_sequence.wrapping_add(n), first_timestamp.wrapping_add(160 * u32::from(n)), false))
        };
        for n in [1, 4, 5, 3, 6, 2, 7] {
            assert_eq!(relay(n), place(n as u16), "each in the place it had");
        }
        assert_eq!(relay(3), None, "once");
    }

    #[test]
    fn a_key_is_pressed_once_and_holds_the_sound_back() {
        let (mut outgoing, zero) = outgoing(Codec::Pcma);
        outgoing.press(Digit::from_key('5').unwrap());
        assert!(outgoing.relay(at(0), 0, Codec::Pcma, &[0; 160]).is_none());
        let mut packets = Vec::new();
        for n in 0..20 {
            packets.extend(outgoing.advance(zero + ms(20 * n)));
        }
        let parsed: Vec<_> = packets.iter().map(|packet| Packet::parse(packet).unwrap()).collect();
        assert!(parsed.iter().all(|packet| packet.payload_type == 101 && packet.payload[0] == 5));
        assert!(parsed.iter().all(|packet| packet.timestamp == parsed[0].timestamp), "one press");
        assert_eq!(parsed.iter().filter(|packet| packet.payload[1] & 0x80 != 0).count(), 3);
        assert!(outgoing.due().is_none());
        assert!(outgoing.relay(at(80 * 160), 80, Codec::Pcma, &[0; 160]).is_some());
    }

    #[test]
    fn on_hold_nothing_leaves_and_a_prompt_runs_out() {
        let (mut outgoing, zero) = outgoing(Codec::Pcma);
        outgoing.renegotiate(&negotiated(Codec::Pcma, false));
        assert!(outgoing.relay(at(0), 0, Codec::Pcma, &[0; 160]).is_none());
        outgoing.play(zero, vec![1; 320].into(), false);
        assert!(outgoing.advance(zero + ms(100)).is_empty());
        assert!(!outgoing.is_playing());
    }
}
