//! Words from sound. Enters: each channel's samples of a call, 8 kHz, placed on the recording's clock. Leaves:
//! [`TurnEvent`]s, partial while a turn is spoken, final when it is over. The path, one file per stage:
//!
//! `ears` (a task per call) → `channel` (gaps, late samples; 16 kHz; is this speech, by `gate` and behind it `voice`;
//! where a turn begins and ends, by `segmenter` and the speaker's `pauses`) → `so_far` (the part of it a partial is
//! made from; how often, by `pace`) → `queue` (the earliest deadline first) → `pool` → `child` (a process that speaks
//! [`protocol`]) → back to `ears` → `turn` (was it said, by `suppress`; its numbers and marks, by [`text`]; words get
//! their places) → for a partial `so_far` again (what is committed, by `agreement`) → the call.
//!
//! Nothing here can end or delay a call: [`CallEars::push`] never blocks, a recogniser that dies costs a restart
//! and one retry, and what could not be recognised becomes a turn that says so.

mod agreement;
pub mod bias;
mod channel;
mod child;
mod ears;
pub mod fetch;
mod gate;
mod hints;
mod language;
pub mod manifest;
mod pace;
mod pauses;
mod pool;
pub mod protocol;
mod queue;
pub mod recogniser;
mod segmenter;
mod so_far;
mod sound_key;
mod stats;
mod suppress;
pub mod text;
mod turn;
mod voice;
mod watch;
pub mod whisper;
mod whole;
mod words;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::domain::{CallId, Channel, SamplePosition, Turn, TurnEvent};

pub use bias::NameIndex;
pub use channel::{FrontEnd, Piece};
pub use language::LanguageChoice;
pub use manifest::{ManifestError, Model, Notice};
pub(crate) use sound_key::{Syllable, syllables};
pub use stats::{SpeechMetrics, WAIT_BOUNDS_MS, Waits};
pub use watch::{Watch, Watched};

use ears::{Ears, Listening, Sound};
use language::CallLanguage;
use manifest::Manifest;
use pool::Pool;

/// Pieces of sound that may wait in a call's ears: of 20 ms each and two channels, nearly three minutes.
const SOUND_PIECES: usize = 16_384;
/// The same for a recording, which waits itself.
const RECORDED_PIECES: usize = 16;
/// Turn events that may wait for the call to take them.
const EVENTS: usize = 64;
/// Finals that may wait for a recogniser: more than two hundred calls end at one moment.
const QUEUED_FINALS: usize = 256;
/// Whisper large on one busy core takes some 20 s for 12 s of sound; three times that is a hang.
const REPLY_TIMEOUT: Duration = Duration::from_secs(60);
/// Longer than any restart takes, and short enough for a call's wrap-up.
const PATIENCE: Duration = Duration::from_secs(60);

/// How speech is recognised.
#[derive(Debug, Clone)]
pub struct SpeechConfig {
    /// The recogniser: its entry of `models/manifest.toml`.
    pub model: Model,
    /// The program each recogniser process runs, with its arguments; it speaks [`protocol`].
    pub command: Vec<String>,
    /// Recogniser processes, one core each; with none nothing is recognised.
    pub workers: usize,
    /// What is spoken on this hotline, where a call does not say otherwise.
    pub language: LanguageChoice,
    /// The city's names of streets and estates, which finals are recognised with.
    pub names: Arc<NameIndex>,
    /// Finals waiting for a recogniser; beyond that the calls' ears wait with their sound.
    pub queued_finals: usize,
    /// A recogniser that is silent for so long is killed. Generous: a large model on a busy machine is slow.
    pub reply_timeout: Duration,
    /// So long finals wait while no recogniser works at all; then they become turns marked unrecognised, so that
    /// the end of a call is not waited for without end.
    pub patience: Duration,
    /// Told of every request, where recognition is measured.
    pub watch: Option<Watch>,
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
    /// How long ago the oldest final of a live call that is still to come was asked for, milliseconds: words are
    /// late by so much.
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
    /// The recogniser was not made for a language of the settings.
    #[error(
        "the recogniser `{recogniser}` knows {known}, not `{language}`; name one of these in the settings, or another recogniser"
    )]
    Language {
        /// Its name in the manifest.
        recogniser: String,
        /// What it knows.
        known: String,
        /// What it was to know.
        language: String,
    },
    /// The path of this program is not known, so no recogniser can be started from it.
    #[error("where this program lies cannot be found out: {0}")]
    OwnProgram(#[source] std::io::Error),
}

/// The service's ears: one pool of recognisers for all calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Speech {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: SpeechConfig,
    pool: Arc<Pool>,
    /// Samples that were pushed in vain.
    unheard_samples: AtomicU64,
}

/// One call's way in. Dropping it ends the call's speech: what is being said becomes a last final, and the
/// receiver closes after it.
#[derive(Debug)]
pub struct CallEars {
    sound: mpsc::Sender<Sound>,
    language: CallLanguage,
    inner: Arc<Inner>,
    /// Where each channel began to be lost, while its sound cannot be taken.
    lost_from: [Option<SamplePosition>; 2],
}

impl SpeechConfig {
    /// Takes `recogniser` from `models_directory/manifest.toml`. Without a `command` of the site's own this
    /// program is run as `jiesu recognise`, and the model file is checked now (size and SHA-256).
    ///
    /// # Errors
    /// A manifest or model file that is missing, wrong or damaged; the message says what to put where.
    pub fn new(
        models_directory: &Path,
        recogniser: &str,
        workers: usize,
        command: Option<Vec<String>>,
    ) -> Result<Self, SpeechError> {
        let model = Manifest::read(models_directory)?.model(recogniser)?;
        let command = match command {
            Some(command) if command.is_empty() => return Err(SpeechError::NoCommand),
            Some(command) => command,
            None => {
                model.runs_here()?;
                model.verify()?;
                let program = std::env::current_exe().map_err(SpeechError::OwnProgram)?;
                let words = [program.as_path(), "recognise".as_ref(), "--models".as_ref(), models_directory];
                let words = words.into_iter().map(|word| word.to_string_lossy().into_owned());
                words.chain(["--model".to_owned(), model.name.clone()]).collect()
            }
        };
        let language = model.entry.languages.first().cloned().into();
        Ok(Self {
            model,
            command,
            workers,
            language,
            names: Arc::default(),
            queued_finals: QUEUED_FINALS,
            reply_timeout: REPLY_TIMEOUT,
            patience: PATIENCE,
            watch: None,
        })
    }

    /// Checks that the recogniser knows a language of the settings, in two letters.
    ///
    /// # Errors
    /// Where it does not; the message says what it knows.
    pub fn must_know(&self, language: &str) -> Result<(), SpeechError> {
        let languages = &self.model.entry.languages;
        if languages.iter().any(|known| known == language) {
            return Ok(());
        }
        Err(SpeechError::Language {
            recogniser: self.model.name.clone(),
            known: languages.join(", "),
            language: language.to_owned(),
        })
    }
}

impl Speech {
    /// Starts the recogniser processes; needs a tokio runtime. They are ready a little later, and restarted when
    /// they die.
    ///
    /// # Errors
    /// Where the configuration cannot work.
    pub fn start(config: SpeechConfig) -> Result<Self, SpeechError> {
        if config.command.is_empty() {
            return Err(SpeechError::NoCommand);
        }
        let pool = Arc::new(Pool::start(&config));
        Ok(Self { inner: Arc::new(Inner { config, pool, unheard_samples: AtomicU64::new(0) }) })
    }

    /// Whether there are recognisers at all.
    #[must_use]
    pub fn listens(&self) -> bool {
        self.inner.config.workers > 0
    }

    /// Opens a call's ears. Finals arrive as they are recognised: in the order of their end, but for one that
    /// had to be tried twice, or with several workers. The receiver closes after the last final once the
    /// `CallEars` is dropped. A partial with an empty text takes back the one before it: it was no speech.
    #[must_use]
    pub fn open(&self, call_id: CallId, language: LanguageChoice) -> (CallEars, mpsc::Receiver<TurnEvent>) {
        let language = CallLanguage::new(language);
        let (sound, turns) = self.listen(call_id, Listening::Live, language.clone(), SOUND_PIECES);
        (CallEars { sound, language, inner: Arc::clone(&self.inner), lost_from: [None; 2] }, turns)
    }

    /// Recognises sound that is already there: a recording of a call that was open at a crash. Takes the sound
    /// as fast as the recognisers do, in pieces whose positions rise for each channel; no partials. The turns
    /// are sorted by their beginning. The language is the settings'.
    pub async fn transcribe(
        &self,
        call_id: CallId,
        sound: impl IntoIterator<Item = (Channel, SamplePosition, Vec<i16>)>,
    ) -> Vec<Turn> {
        self.transcribe_in(call_id, self.inner.config.language.clone(), sound).await
    }

    /// The same in another language than the settings'.
    pub async fn transcribe_in(
        &self,
        call_id: CallId,
        language: LanguageChoice,
        sound: impl IntoIterator<Item = (Channel, SamplePosition, Vec<i16>)>,
    ) -> Vec<Turn> {
        let (ears, mut events) =
            self.listen(call_id, Listening::Recorded, CallLanguage::new(language), RECORDED_PIECES);
        let speak = async move {
            for (channel, start, pcm_8k) in sound {
                if ears.send(Sound { channel, start, pcm_8k, lost_from: None }).await.is_err() {
                    break;
                }
            }
        };
        let listen = async {
            let mut turns = Vec::new();
            while let Some(event) = events.recv().await {
                match event {
                    TurnEvent::Final(turn) => turns.push(turn),
                    TurnEvent::Partial(_) | TurnEvent::Language(_) => {}
                }
            }
            turns
        };
        let ((), mut turns) = tokio::join!(speak, listen);
        turns.sort_by_key(|turn| (turn.start_sample, turn.channel));
        turns
    }

    /// The settings' language.
    #[must_use]
    pub fn language(&self) -> &LanguageChoice {
        &self.inner.config.language
    }

    /// How it is now.
    #[must_use]
    pub fn health(&self) -> SpeechHealth {
        let Inner { config, pool, unheard_samples } = &*self.inner;
        SpeechHealth {
            recogniser: config.model.name.clone(),
            bundled: config.model.entry.bundled,
            notice: config.model.entry.notice.clone(),
            failing: pool.failing(),
            queue_length: pool.queue().finals(),
            lag_ms: u64::try_from(pool.lag().as_millis()).unwrap_or(u64::MAX),
            unheard_ms: SamplePosition(unheard_samples.load(Ordering::Relaxed)).as_ms(),
        }
    }

    /// What was counted since the start, and how it is now, for `/metrics`.
    #[must_use]
    pub fn metrics(&self) -> SpeechMetrics {
        let unheard = SamplePosition(self.inner.unheard_samples.load(Ordering::Relaxed));
        SpeechMetrics { unheard_ms: unheard.as_ms(), ..self.inner.pool.metrics() }
    }

    fn listen(
        &self,
        call_id: CallId,
        listening: Listening,
        language: CallLanguage,
        pieces: usize,
    ) -> (mpsc::Sender<Sound>, mpsc::Receiver<TurnEvent>) {
        let (sound, heard) = mpsc::channel(pieces);
        let (events, turns) = mpsc::channel(EVENTS);
        let limits = &self.inner.config.model.entry;
        let pool = Arc::clone(&self.inner.pool);
        let names = Arc::clone(&self.inner.config.names);
        let ears = Ears::new(call_id, listening, (language, names), limits, pool, events);
        tokio::spawn(ears.listen(heard));
        (sound, turns)
    }
}

impl CallEars {
    /// A person chose what is spoken, in two letters: from now on the recogniser is told so.
    pub fn speak(&mut self, language: &str) {
        self.language.choose(language);
    }

    /// Hears samples of a channel, 8 kHz, the first of them at `start`. Never blocks. Positions may jump ahead
    /// (a gap is silence); samples before what was already heard are dropped. Where recognisers are so far
    /// behind that minutes of sound wait, sound is lost here; it then becomes a turn marked unrecognised.
    pub fn push(&mut self, channel: Channel, start: SamplePosition, pcm_8k: &[i16]) {
        let lost = &mut self.lost_from[channel.index()];
        let piece = Sound { channel, start, pcm_8k: pcm_8k.to_vec(), lost_from: *lost };
        match self.sound.try_send(piece) {
            Ok(()) => *lost = None,
            Err(_) => {
                lost.get_or_insert(start);
                self.inner.unheard_samples.fetch_add(pcm_8k.len() as u64, Ordering::Relaxed);
            }
        }
    }
}
