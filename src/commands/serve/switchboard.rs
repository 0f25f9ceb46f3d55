//! What the calls see of the rest of the hotline: events go to the journal, finished turns to the draft, sound
//! to the recognisers.

use tokio::sync::mpsc;

use crate::call::{Desk, Ears};
use crate::domain::{Call, CallId, Channel, EventKind, SamplePosition, Turn, TurnEvent};
use crate::journal::Journal;
use crate::speech::{CallEars, Speech};
use crate::ticket::Drafting;

/// Joins the calls to journal, drafts and recognisers.
pub(super) struct Switchboard {
    pub(super) journal: Journal,
    pub(super) drafting: Drafting,
    pub(super) speech: Speech,
}

impl Desk for Switchboard {
    fn record(&self, call_id: Option<CallId>, kind: EventKind) {
        self.journal.record(call_id, kind);
    }

    fn draft(&self, call: &Call, turn: &Turn) {
        self.drafting.add_turn(call, turn);
    }

    fn open_ears(
        &self,
        call_id: CallId,
        language: Option<&str>,
    ) -> Option<(Box<dyn Ears>, mpsc::Receiver<TurnEvent>)> {
        if !self.speech.listens() {
            return None;
        }
        let language = language.map(str::to_owned).into();
        let (ears, turns) = self.speech.open(call_id, language);
        Some((Box::new(ears), turns))
    }
}

impl Ears for CallEars {
    fn hear(&mut self, channel: Channel, start: SamplePosition, samples: &[i16]) {
        self.push(channel, start, samples);
    }

    fn speak(&mut self, language: &str) {
        CallEars::speak(self, language);
    }
}
