//! Words from sound. Enters: each channel's samples of a call, 8 kHz, placed on the recording's clock. Leaves:
//! [`TurnEvent`]s, partial while a turn is spoken, final when it is over. The path, one file per stage:
//!
//! `ears` (a task per call) → `placement` (gaps, late samples) → 16 kHz → `voice` (is this speech?) →
//! `segmenter` (where a turn begins and ends) → `queue` (finals first) → `pool` → `child` (a process that
//! speaks [`protocol`]) → back to `ears`, which sends the events.
//!
//! Nothing here can end or delay a call: [`CallEars::push`] never blocks, a recogniser that dies costs a restart
//! and one retry, and what could not be recognised becomes a turn that says so.

pub mod manifest;
pub mod protocol;
pub mod recogniser;
mod segmenter;
pub mod text;
pub mod whisper;
mod words;

use std::path::Path;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::domain::{CallId, Channel, SamplePosition, Turn, TurnEvent};

pub use manifest::{ManifestError, Model, Notice};

/// How speech is recognised.
#[derive(Debug, Clone)]
pub struct SpeechConfig {
    /// The recogniser: its entry of `models/manifest.toml`.
    pub model: Model,
    /// The program each recogniser process runs, with its arguments; it speaks [`protocol`].
    pub command: Vec<String>,
    /// Recogniser processes, one core each; at least one.
    pub workers: usize,
    /// What is spoken on this hotline: two letters, such as `zh`.
    pub language: String,
    /// Finals waiting for a recogniser; beyond that the calls' ears wait with their sound.
    pub queued_finals: usize,
    /// A recogniser that is silent for so long is killed. Generous: a large model on a busy machine is slow.
    pub reply_timeout: Duration,
}

/// How the recogniser is, for the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechHealth {
    /// Its name in the manifest.
    pub recogniser: String,
    /// True for the one that comes with Jiesu, which is for trying only.
    pub bundled: bool,
    /// What must be said wherever its words are shown.
    pub notice: Option<Notice>,
    /// Why there are no words now: the last failure, while no recogniser process works.
    pub failing: Option<String>,
    /// Finals that wait for a recogniser.
    pub queue_length: usize,
    /// For how long the oldest of them has waited, milliseconds: words are late by so much.
    pub lag_ms: u64,
    /// Sound that came while all queues were full and was never recognised, milliseconds since the start.
    pub unheard_ms: u64,
}

/// Why speech cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SpeechError {
    /// The manifest, or the model file it names.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// `[speech] command` is an empty list.
    #[error("`[speech] command` is empty; name the recogniser's program, or leave the key out")]
    NoCommand,
    /// The path of this program is not known, so no recogniser can be started from it.
    #[error("where this program lies cannot be found out: {0}")]
    OwnProgram(#[source] std::io::Error),
}

/// The service's ears: one pool of recognisers for all calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Speech {}

/// One call's way in. Dropping it ends the call's speech: what is being said becomes a last final, and the
/// receiver closes after it.
#[derive(Debug)]
pub struct CallEars {}

impl SpeechConfig {
    /// Takes `recogniser` from `models_directory/manifest.toml`. Without a `command` of the site's own this
    /// program is run as `jiesu recognise`, and the model file is checked now (size and SHA-256).
    ///
    /// # Errors
    /// A manifest or model file that is missing, wrong or damaged; the message says what to put where.
    pub fn new(
        _models_directory: &Path,
        _recogniser: &str,
        _workers: usize,
        _command: Option<Vec<String>>,
    ) -> Result<Self, SpeechError> {
        todo!()
    }
}

impl Speech {
    /// Starts the recogniser processes; needs a tokio runtime. They are ready a little later, and restarted when
    /// they die.
    ///
    /// # Errors
    /// Where the configuration cannot work.
    pub fn start(_config: SpeechConfig) -> Result<Self, SpeechError> {
        todo!()
    }

    /// Opens a call's ears. Finals arrive as they are recognised: in the order of their end, but for one that
    /// had to be tried twice. The receiver closes after the last final once the `CallEars` is dropped.
    #[must_use]
    pub fn open(&self, _call_id: CallId) -> (CallEars, mpsc::Receiver<TurnEvent>) {
        todo!()
    }

    /// Recognises sound that is already there: a recording of a call that was open at a crash. Takes the sound
    /// as fast as the recognisers do, in pieces whose positions rise for each channel; no partials. The turns
    /// are sorted by their beginning.
    pub async fn transcribe(
        &self,
        _call_id: CallId,
        _sound: impl IntoIterator<Item = (Channel, SamplePosition, Vec<i16>)>,
    ) -> Vec<Turn> {
        todo!()
    }

    /// How it is now.
    #[must_use]
    pub fn health(&self) -> SpeechHealth {
        todo!()
    }
}

impl CallEars {
    /// Hears samples of a channel, 8 kHz, the first of them at `start`. Never blocks. Positions may jump ahead
    /// (a gap is silence); samples before what was already heard are dropped.
    pub fn push(&mut self, _channel: Channel, _start: SamplePosition, _pcm_8k: &[i16]) {
        todo!()
    }
}
