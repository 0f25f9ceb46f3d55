//! What a side says and which keys it presses: who hears it, and what of it is recorded and written down.

use std::time::Instant;

use jiesu_sip::rtp::Digit;

use super::Session;
use super::step::Who;
use crate::call::leg::Heard;
use crate::call::mixer::FRAME_SAMPLES;
use crate::call::party::Party;
use crate::domain::{CallState, Channel};

const CALLER: usize = Who::Caller as usize;
const AGENT: usize = Who::Agent as usize;
const THIRD: usize = Who::Third as usize;

impl Session {
    /// The one fan-out of what a side said: to the other side, the recorder and the ears.
    pub(super) fn spread(&mut self, from: Who, heard: Heard) {
        match heard {
            Heard::Audio { position, sequence, codec, payload } => {
                if from == Who::Caller && !self.keyed.hides(Instant::now()) {
                    self.fan_out.spread(Channel::Caller, position, codec, &payload);
                }
                if let Some(mixer) = &mut self.mixer {
                    let mut samples = Vec::with_capacity(payload.len());
                    codec.decode(&payload, &mut samples);
                    return mixer.hear(from as usize, position, &samples);
                }
                let Some(other) = self.other(from) else { return };
                other.media.relay(position, sequence, codec, &payload);
                // What an agent says while the caller cannot hear it is nobody's business.
                if from == Who::Agent {
                    self.fan_out.spread(Channel::Agent, position, codec, &payload);
                }
            }
            Heard::Pressed(digit) => self.pressed(from, digit),
        }
    }

    /// A key: for the other side, or for us while there is none.
    fn pressed(&mut self, from: Who, digit: Digit) {
        let state = self.call.borrow().state;
        if from == Who::Caller && state == CallState::Talking {
            self.keyed.press(Instant::now());
        }
        match self.other(from) {
            Some(other) => other.media.press(digit),
            None if from != Who::Caller => {}
            None if state == CallState::Rating => self.rate(digit),
            None => self.choose_language(digit),
        }
    }

    /// The one side that hears this one, where two hear each other.
    fn other(&mut self, from: Who) -> Option<&mut Party> {
        let call = self.call.borrow();
        let joined = call.state == CallState::Talking && !call.talk.held && self.mixer.is_none();
        drop(call);
        match from {
            _ if !joined => None,
            Who::Caller => self.agent.as_mut().map(|agent| &mut agent.party),
            Who::Agent => Some(&mut self.caller),
            Who::Third => None,
        }
    }

    /// Sends each of three people what the others said. The hotline's side of it is one channel of the recording.
    pub(super) fn mix(&mut self, now: Instant) {
        let (Some(mixer), Some(agent), Some(third)) = (&mut self.mixer, &mut self.agent, &mut self.third)
        else {
            return;
        };
        let held = self.call.borrow().talk.held;
        while let Some(frame) = mixer.frame(now) {
            let number = frame.position.0 / FRAME_SAMPLES as u64;
            let said = frame.of(&[AGENT, THIRD]);
            let (to_agent, to_third): (&[usize], &[usize]) = match held {
                true => (&[THIRD], &[AGENT]),
                false => (&[CALLER, THIRD], &[CALLER, AGENT]),
            };
            agent.party.media.say(frame.position, number, &frame.of(to_agent));
            third.party.media.say(frame.position, number, &frame.of(to_third));
            if !held {
                self.caller.media.say(frame.position, number, &said);
            }
            self.fan_out.spread_samples(Channel::Agent, frame.position, &said);
        }
    }

    /// The caller pressed a key before an agent answered: some stand for a language.
    fn choose_language(&mut self, key: Digit) {
        let Some(language) = self.hotline.language_keys.get(&key).cloned() else { return };
        tracing::info!(key = %key.key(), language, "the caller chose a language");
        self.fan_out.speak(&language);
        self.change(|call| call.language = Some(language));
    }
}
