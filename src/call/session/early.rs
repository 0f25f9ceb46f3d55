//! Sound that comes before the answer (RFC 3960): what the network says of a number, or its own ringing. Whoever waits for
//! the answer hears it in place of our ringing tone, and it is recorded like the rest.

use std::time::Instant;

use super::{Agent, Session};
use crate::call::hearing::Person;
use crate::call::tones;

impl Session {
    /// A phone that we called says that it rings; `early`: and how its sound will come.
    pub(super) fn rings(&mut self, who: Person, early: bool) {
        let clock = self.clock;
        if let Some(agent) = self.agent.as_mut().filter(|_| who == Person::Agent) {
            agent.rang = true;
        }
        let party = match who {
            Person::Caller => &mut self.caller,
            // A seat's phone rings by itself; what it would play, nobody needs to hear.
            Person::Third => match &mut self.third {
                Some(Agent { party, seat: None, .. }) => party,
                Some(_) | None => return,
            },
            Person::Agent | Person::Supervisor => return,
        };
        let began_before = party.is_early();
        if !early || !party.begin_early(clock) || began_before {
            return;
        }
        tracing::info!(?who, "sound comes before the answer");
        match &mut self.agent {
            Some(agent) => agent.party.media.stop_playing(),
            None => self.caller.media.stop_playing(),
        }
        self.open_recording(clock.position(Instant::now()));
        let recording = self.fan_out.recording().clone();
        if self.call.borrow().recording != recording {
            self.change(|call| call.recording = recording);
        }
    }

    /// Whom the agent called is called once more, on another way: who waits hears our ringing tone again.
    pub(super) fn ring_back(&mut self) {
        let waiting = match &mut self.agent {
            Some(agent) => &mut agent.party,
            None => &mut self.caller,
        };
        if !waiting.media.is_playing() {
            waiting.media.play(Instant::now(), tones::ringing(), true);
        }
    }
}
