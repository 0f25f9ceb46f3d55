//! What a session needs of the rest of the hotline: someone to tell what happens, and ears to lend the sound
//! to. Nothing here waits, and nothing here can fail a call.

use tokio::sync::mpsc;

use crate::domain::{Call, CallId, Channel, EventKind, SamplePosition, Turn, TurnEvent};

/// The hotline behind the calls.
pub trait Desk: Send + Sync + 'static {
    /// Notes what happened, in a call or to a part of the service. Never blocks.
    fn record(&self, call_id: Option<CallId>, kind: EventKind);

    /// Takes a finished turn into the call's draft. Never blocks.
    fn draft(&self, call: &Call, turn: &Turn);

    /// Ears for a call, and what they make of it; the queue closes after the last turn once the ears are
    /// dropped. Nothing where no recogniser works. Without a language, in two letters, the ears find it out.
    fn open_ears(
        &self,
        call_id: CallId,
        language: Option<&str>,
    ) -> Option<(Box<dyn Ears>, mpsc::Receiver<TurnEvent>)>;
}

/// A recogniser's hold on one call.
pub trait Ears: Send {
    /// Hears 16-bit samples at 8 kHz that stand at `start` in the recording. Never blocks.
    fn hear(&mut self, channel: Channel, start: SamplePosition, samples: &[i16]);

    /// The caller chose what is spoken, in two letters.
    fn speak(&mut self, language: &str);
}
