//! An evaluation: every recording of a set heard twice, and the figures of it.

use std::path::PathBuf;

use tokio::sync::mpsc;

use crate::domain::{CallId, Channel, SAMPLE_RATE_HZ, SamplePosition, TurnStatus};
use crate::speech::protocol::RequestKind;
use crate::speech::text::Cleaner;
use crate::speech::{Speech, SpeechConfig, SpeechError, Watched};

use super::align::{Errors, align};
use super::cpu::CpuTime;
use super::listen::{Asked, Listener, Pace};
use super::normal::{normalised, raw};
use super::offline;
use super::report::{Changes, Cost, Each, Rate, Rates, Report, Requests, Spread};
use super::set::{self, Recording, SetError};
use super::shown::{Seen, seen};
use super::spans::{Places, errors_in, numbers};

/// What is to be measured.
#[derive(Debug)]
pub struct Evaluation {
    /// The recognisers.
    pub speech: SpeechConfig,
    /// The folder of recordings.
    pub set: PathBuf,
    /// Which clock they are heard by.
    pub pace: Pace,
    /// A gazetteer, for the error rate of names.
    pub places: Option<PathBuf>,
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// The set.
    #[error(transparent)]
    Set(#[from] SetError),
    /// The recogniser cannot be started.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// It was started and does not work.
    #[error("the recogniser does not work: {0}")]
    Recogniser(String),
    /// The gazetteer.
    #[error("{path}: {source}")]
    Places {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The dictionaries of simplified Chinese.
    #[error("simplified Chinese: {0}")]
    Simplify(String),
}

impl Evaluation {
    /// Measures; `tell` is told of each recording before it is heard. Needs a runtime of one thread
    /// (see [`super::listen::Listener`]).
    ///
    /// # Errors
    /// A set, a gazetteer or a recogniser that cannot be used.
    pub async fn run(self, mut tell: impl FnMut(&str, usize, usize)) -> Result<Report, EvalError> {
        let cleaner = Cleaner::new().map_err(|error| EvalError::Simplify(error.to_string()))?;
        let places = match self.places {
            Some(path) => {
                Places::read(&path, &cleaner).map_err(|source| EvalError::Places { path, source })?
            }
            None => Places::default(),
        };
        let paths = set::recordings(&self.set)?;
        // What is wrong with a set is said before an hour is spent.
        for path in &paths {
            Recording::read(path)?;
        }
        let (watch, watched) = mpsc::unbounded_channel();
        let (recogniser, window_ms) =
            (self.speech.model.name.clone(), u64::from(self.speech.model.entry.max_segment_ms));
        let speech = Speech::start(SpeechConfig { watch: Some(watch), ..self.speech })?;
        warm_up(&speech).await?;
        let mut listener = Listener::new(speech, watched);
        let mut sums = Sums::default();
        for (index, path) in paths.iter().enumerate() {
            let recording = Recording::read(path)?;
            tell(&recording.name, index, paths.len());
            let before = CpuTime::now();
            let heard = listener
                .hear(&recording.channels, recording.spoken(listener.speech().language()), self.pace)
                .await;
            let used = CpuTime::now().zip(before).map(|(now, before)| now.since(before));
            let whole = offline::recognised(listener.speech(), &recording, window_ms).await;
            let scoring = Scoring { cleaner: &cleaner, places: &places, recording: &recording };
            let seen = seen(&recording, &heard);
            let (streaming, offline) = (scoring.rates(&seen.texts), scoring.rates(&whole));
            sums.add(&recording, seen, &heard.asked, used, (streaming, offline));
        }
        Ok(sums.report(recogniser, self.pace))
    }
}

/// One recogniser has loaded its model and answered.
async fn warm_up(speech: &Speech) -> Result<(), EvalError> {
    let silence = vec![0; SAMPLE_RATE_HZ as usize];
    let turn = speech
        .recognise_whole(CallId::new(), Channel::Caller, SamplePosition(0), &silence, speech.language())
        .await;
    match turn {
        Some(turn) if turn.status == TurnStatus::Unrecognised => {
            let why =
                speech.health().failing.unwrap_or_else(|| "it failed on a second of silence".to_owned());
            Err(EvalError::Recogniser(why))
        }
        Some(_) | None => Ok(()),
    }
}

struct Scoring<'a> {
    cleaner: &'a Cleaner,
    places: &'a Places,
    recording: &'a Recording,
}

impl Scoring<'_> {
    /// Each channel's words against what was said on it.
    fn rates(&self, heard: &[String]) -> Rates {
        let mut rates = Rates::default();
        for (channel, heard) in Channel::BOTH.into_iter().zip(heard) {
            let said = self.recording.said_on(channel);
            rates.raw.0 += Errors::of(&align(&raw(&said), &raw(heard)));
            let said = normalised(&said, self.cleaner);
            let steps = align(&said, &normalised(heard, self.cleaner));
            rates.normalised.0 += Errors::of(&steps);
            rates.numbers.0 += errors_in(&numbers(&said), &steps);
            rates.places.0 += errors_in(&self.places.found(&said), &steps);
        }
        rates
    }
}

#[derive(Default)]
struct Sums {
    recorded_s: f64,
    voiced_ms: u64,
    streaming: Rates,
    offline: Rates,
    seen: Seen,
    finals: usize,
    asked: Vec<Asked>,
    /// Nothing once the system did not tell.
    used: Option<CpuTime>,
    each: Vec<Each>,
}

impl Sums {
    fn add(
        &mut self,
        recording: &Recording,
        seen: Seen,
        asked: &[Asked],
        used: Option<CpuTime>,
        (streaming, offline): (Rates, Rates),
    ) {
        let samples = recording.channels.iter().map(Vec::len).max().unwrap_or(0);
        self.recorded_s += samples as f64 / f64::from(SAMPLE_RATE_HZ);
        self.voiced_ms += recording.turns.iter().map(set::Said::voiced_ms).sum::<u64>();
        add_rates(&mut self.streaming, streaming);
        add_rates(&mut self.offline, offline);
        self.used = match (self.each.is_empty(), self.used, used) {
            (true, _, used) => used,
            (false, Some(mut sum), Some(used)) => {
                sum += used;
                Some(sum)
            }
            (false, _, _) => None,
        };
        self.each.push(Each {
            name: recording.name.clone(),
            streaming: streaming.normalised,
            offline: offline.normalised,
        });
        self.asked.extend_from_slice(asked);
        self.finals += seen.finals_ms.len();
        self.seen.first_words_ms.extend(seen.first_words_ms);
        self.seen.finals_ms.extend(seen.finals_ms);
        self.seen.without_partial += seen.without_partial;
        self.seen.changed += seen.changed;
        self.seen.committed_changed += seen.committed_changed;
        self.seen.characters += seen.characters;
        self.seen.unrecognised += seen.unrecognised;
        self.seen.suppressed += seen.suppressed;
    }

    fn report(self, recogniser: String, pace: Pace) -> Report {
        let Self { streaming, offline, seen, .. } = self;
        let voiced_s = self.voiced_ms as f64 / 1_000.0;
        let percent = |rates: Rates| rates.normalised.0.percent();
        let each_second = |time: std::time::Duration| time.as_secs_f64() / voiced_s.max(f64::MIN_POSITIVE);
        Report {
            recogniser,
            clock: match pace {
                Pace::Sound => "sound",
                Pace::RealTime => "real time",
            },
            recordings: self.each.len(),
            recorded_s: self.recorded_s,
            voiced_s,
            turns: self.finals + seen.unrecognised + seen.suppressed,
            unrecognised: seen.unrecognised,
            suppressed: seen.suppressed,
            streaming,
            offline,
            streaming_minus_offline: percent(streaming)
                .zip(percent(offline))
                .map(|(streaming, offline)| streaming - offline),
            first_words_ms: Spread::of(seen.first_words_ms),
            turns_without_partial: seen.without_partial,
            final_ms: Spread::of(seen.finals_ms),
            changes: Changes {
                characters: seen.changed,
                for_each_final_character: (seen.characters > 0)
                    .then(|| seen.changed as f64 / seen.characters as f64),
                committed: seen.committed_changed,
            },
            cpu: self.used.map(|CpuTime { own, children }| Cost {
                recognisers: each_second(children),
                front_end: each_second(own),
                all: each_second(own + children),
            }),
            requests: requests(&self.asked, voiced_s),
            each: self.each,
        }
    }
}

fn add_rates(sum: &mut Rates, rates: Rates) {
    let pairs: [(&mut Rate, Rate); 4] = [
        (&mut sum.raw, rates.raw),
        (&mut sum.normalised, rates.normalised),
        (&mut sum.numbers, rates.numbers),
        (&mut sum.places, rates.places),
    ];
    for (sum, rate) in pairs {
        sum.0 += rate.0;
    }
}

fn requests(asked: &[Asked], voiced_s: f64) -> Requests {
    let (mut finals, mut partials, mut sound) = (Vec::new(), Vec::new(), 0);
    for asked in asked {
        if let Watched::Taken { kind, waited, sound_ms } = asked.taken {
            sound += sound_ms;
            let waits = match kind {
                RequestKind::Final => &mut finals,
                RequestKind::Partial => &mut partials,
            };
            waits.push(waited.as_secs_f64() * 1_000.0);
        }
    }
    Requests {
        partials: partials.len(),
        finals: finals.len(),
        sound_for_each_voiced_s: sound as f64 / 1_000.0 / voiced_s.max(f64::MIN_POSITIVE),
        final_wait_ms: Spread::of(finals),
        partial_wait_ms: Spread::of(partials),
    }
}
