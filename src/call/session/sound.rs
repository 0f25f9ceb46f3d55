//! What a side says and which keys it presses: who hears it, and what of it is recorded and written down.

use std::time::Instant;

use jiesu_sip::rtp::Digit;

use super::{Agent, Session};
use crate::call::hearing::{Hearing, Person};
use crate::call::leg::Heard;
use crate::call::mixer::{FRAME_SAMPLES, Mixer};
use crate::call::party::Party;
use crate::domain::{CallState, Channel};

impl Session {
    /// The one fan-out of what a side said: to those who hear it, the recorder and the ears. Who hears one person only
    /// has that one's very packets, who hears several their sum.
    pub(super) fn spread(&mut self, from: Person, heard: Heard) {
        let (position, sequence, codec, payload) = match heard {
            Heard::Audio { position, sequence, codec, payload } => (position, sequence, codec, payload),
            Heard::Pressed(digit) => return self.pressed(from, digit),
        };
        let now = Instant::now();
        if from == Person::Caller && !self.keyed.hides(now) {
            self.fan_out.spread(Channel::Caller, position, codec, &payload);
        }
        if from == Person::Caller && self.call.borrow().state == CallState::Message {
            self.hear_message(codec, &payload);
        }
        let hearing = self.hearing();
        if hearing.is_mixed() {
            let mixer = self.mixer.get_or_insert_with(|| Mixer::starting_at(self.clock, now));
            let mut samples = Vec::with_capacity(payload.len());
            codec.decode(&payload, &mut samples);
            mixer.hear(from, position, &samples);
        } else {
            self.mixer = None;
        }
        for listener in Person::ALL {
            if hearing.heard_by(listener).is_only(from)
                && let Some(party) = self.party(listener)
            {
                party.media.relay(position, sequence, codec, &payload);
            }
        }
        if hearing.kept().is_only(from) {
            self.fan_out.spread(Channel::Agent, position, codec, &payload);
        }
    }

    /// Sends those who hear several people what these said.
    pub(super) fn mix(&mut self, now: Instant) {
        let Some(mut mixer) = self.mixer.take() else { return };
        let hearing = self.hearing();
        while let Some(frame) = mixer.frame(now) {
            let number = frame.position.0 / FRAME_SAMPLES as u64;
            for listener in Person::ALL {
                let heard = hearing.heard_by(listener);
                if heard.are_several()
                    && let Some(party) = self.party(listener)
                {
                    party.media.say(frame.position, number, &frame.of(heard));
                }
            }
            if hearing.kept().are_several() {
                self.fan_out.spread_samples(Channel::Agent, frame.position, &frame.of(hearing.kept()));
            }
        }
        self.mixer = Some(mixer);
    }

    /// Who hears whom at present.
    fn hearing(&self) -> Hearing {
        let call = self.call.borrow();
        let answered = |side: &Option<Agent>| side.as_ref().is_some_and(|side| side.answered);
        let early = self.third.as_ref().is_some_and(|third| third.party.is_early());
        if call.state != CallState::Talking {
            // Whom the hotline calls is heard by whoever waits for the answer: the agent, or a caller who is put through.
            let (called, third) = (self.caller.is_early(), early && self.agent.is_none());
            let agent = called && answered(&self.agent);
            return Hearing { agent, third, held: !called && !third, supervisor: None };
        }
        Hearing {
            agent: answered(&self.agent),
            third: answered(&self.third) || early,
            held: call.talk.held,
            supervisor: self
                .supervisor
                .as_ref()
                .filter(|supervisor| supervisor.side.answered)
                .map(|it| it.mode),
        }
    }

    /// A key: caller and agent send each other theirs where they hear each other alone; before and after the talk the
    /// caller's are for us.
    fn pressed(&mut self, from: Person, digit: Digit) {
        let state = self.call.borrow().state;
        let hearing = self.hearing();
        let to = match from {
            Person::Caller => Person::Agent,
            Person::Agent => Person::Caller,
            Person::Third | Person::Supervisor => return,
        };
        if hearing.heard_by(to).is_only(from)
            && let Some(party) = self.party(to)
        {
            party.media.press(digit);
        }
        match (from, state) {
            (Person::Caller, CallState::Talking) => self.keyed.press(Instant::now()),
            (Person::Caller, CallState::Rating) => self.rate(digit),
            (Person::Caller, _) if self.choose_language(digit) => {}
            (Person::Caller, _) => self.key = Some(digit),
            _ => {}
        }
    }

    /// A side of the call, where it is there.
    pub(super) fn party(&mut self, person: Person) -> Option<&mut Party> {
        match person {
            Person::Caller => Some(&mut self.caller),
            Person::Agent | Person::Third | Person::Supervisor => {
                self.side(person).map(|side| &mut side.party)
            }
        }
    }

    /// Somebody that we called, where there is one.
    pub(super) fn side(&mut self, person: Person) -> Option<&mut Agent> {
        match person {
            Person::Caller => None,
            Person::Agent => self.agent.as_mut(),
            Person::Third => self.third.as_mut(),
            Person::Supervisor => self.supervisor.as_mut().map(|supervisor| &mut supervisor.side),
        }
    }

    /// The caller pressed a key before an agent answered: some stand for a language, in which it is spoken to, and which
    /// its agent should speak. False where this one does not.
    fn choose_language(&mut self, key: Digit) -> bool {
        let Some(language) = self.hotline.language_keys.get(&key).cloned() else { return false };
        tracing::info!(key = %key.key(), language, "the caller chose a language");
        self.fan_out.speak(&language);
        self.unsuited |= self.queue.as_ref().is_some_and(|place| place.want(&language));
        self.chosen_language = Some(language.clone());
        self.change(|call| call.language = Some(language));
        true
    }
}
