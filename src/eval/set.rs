//! A set to measure with: a folder of recordings, and beside each what is said in it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::audio::resample;
use crate::audio::wav::{Wav, WavError};
use crate::domain::{Channel, SAMPLE_RATE_HZ};
use crate::speech::LanguageChoice;

/// How the folder must look, for the command's help.
pub const FORMAT: &str = "\
The folder holds WAV files (8 or 16 kHz; one channel, or two: the caller left, the agent right). Beside NAME.wav
stands what is said in it, as one of these:

  NAME.json   {\"turns\": [{\"channel\": \"caller\", \"start_ms\": 1200, \"end_ms\": 4350, \"text\": \"...\",
               \"parts\": [{\"start_ms\": 1200, \"end_ms\": 2100}, ...]}, ...]}
              \"language\": \"en\" beside the turns, where it is not the one of the settings.
              Times are milliseconds of the recording, without the silence around. `parts` may be left out: they
              are the stretches without a pause, and make \"voiced\" exact. Other keys are not looked at; the calls
              in audio_fixtures are of this form.
  NAME.txt    the text alone, UTF-8. A line that begins with `agent:` is the agent's; all else is the caller's.
              Then latency is counted from and to where the service itself found the voice, and all of the
              recording counts as voiced.";

/// A recording and what is said in it.
#[derive(Debug)]
pub struct Recording {
    /// The file's name without its ending.
    pub name: String,
    /// One or two channels, 8 kHz.
    pub channels: Vec<Vec<i16>>,
    /// What is said, by its beginning.
    pub turns: Vec<Said>,
    /// True where the turns have their times.
    pub timed: bool,
    /// What is spoken in it, in two letters, where its JSON says so.
    pub language: Option<String>,
}

/// What one side says without a longer pause.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Said {
    /// Who.
    pub channel: Channel,
    /// Where it begins, milliseconds.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
    /// The words.
    pub text: String,
    /// Its stretches without a pause.
    #[serde(default)]
    pub parts: Vec<Part>,
}

/// A stretch without a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Part {
    /// Where it begins, milliseconds.
    pub start_ms: u64,
    /// Where it ends.
    pub end_ms: u64,
}

/// Why a set cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetError {
    /// A file or the folder.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A WAV file.
    #[error("{path}: {source}")]
    Sound {
        /// Which.
        path: PathBuf,
        /// Why.
        source: WavError,
    },
    /// Sound of another form.
    #[error("{path}: {channels} channels at {rate_hz} Hz, where one or two at 8000 or 16000 Hz are read")]
    Form {
        /// Which.
        path: PathBuf,
        /// How many it has.
        channels: usize,
        /// Its rate.
        rate_hz: u32,
    },
    /// No words to compare with.
    #[error("{path}: what is said in it is not there; write it to {name}.json or {name}.txt beside it")]
    NoWords {
        /// The recording.
        path: PathBuf,
        /// Its name without its ending.
        name: String,
    },
    /// A JSON that is not of the form.
    #[error("{path}: {source}; `jiesu eval speech --help` shows the form")]
    Json {
        /// Which.
        path: PathBuf,
        /// What and where.
        source: serde_json::Error,
    },
    /// A turn that cannot be.
    #[error("{path}: turn {number} {what}")]
    Turn {
        /// The JSON.
        path: PathBuf,
        /// Counted from 1.
        number: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Nothing to measure.
    #[error("{0} holds no WAV file")]
    Empty(PathBuf),
}

#[derive(Debug, Deserialize)]
struct Words {
    turns: Vec<Said>,
    #[serde(default)]
    language: Option<String>,
}

/// The WAV files of a folder, by name.
///
/// # Errors
/// A folder that cannot be read, or holds none.
pub fn recordings(folder: &Path) -> Result<Vec<PathBuf>, SetError> {
    let failed = |source| SetError::Read { path: folder.to_owned(), source };
    let entries: Result<Vec<_>, _> = std::fs::read_dir(folder).map_err(failed)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(failed)?.iter().map(std::fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("wav")));
    paths.sort();
    if paths.is_empty() { Err(SetError::Empty(folder.to_owned())) } else { Ok(paths) }
}

impl Recording {
    /// Reads a WAV file and the words beside it.
    ///
    /// # Errors
    /// Where one of them is missing or not of the form.
    pub fn read(path: &Path) -> Result<Self, SetError> {
        let sound = |source| SetError::Sound { path: path.to_owned(), source };
        let wav = Wav::read(path).map_err(sound)?;
        let (count, rate_hz) = (wav.channels.len(), wav.rate_hz);
        let channels: Vec<Vec<i16>> = match rate_hz {
            SAMPLE_RATE_HZ => wav.channels,
            16_000 => wav.channels.iter().map(|pcm_16k| resample::halved(pcm_16k)).collect(),
            _ => Vec::new(),
        };
        if !(1..=Channel::BOTH.len()).contains(&channels.len()) {
            return Err(SetError::Form { path: path.to_owned(), channels: count, rate_hz });
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (json, text) = (path.with_extension("json"), path.with_extension("txt"));
        let read = |path: &Path| {
            std::fs::read_to_string(path).map_err(|source| SetError::Read { path: path.to_owned(), source })
        };
        let (turns, language, timed) = if json.exists() {
            let Words { turns, language } = timed_turns(&json, &read(&json)?, channels.len())?;
            (turns, language, true)
        } else if text.exists() {
            let length_ms = channels[0].len() as u64 * 1_000 / u64::from(SAMPLE_RATE_HZ);
            (untimed_turns(&read(&text)?, length_ms), None, false)
        } else {
            return Err(SetError::NoWords { path: path.to_owned(), name });
        };
        Ok(Self { name, channels, turns, timed, language })
    }

    /// What is spoken in it; the settings' language where that is not known.
    #[must_use]
    pub fn spoken(&self, settings: &LanguageChoice) -> LanguageChoice {
        self.language.clone().map_or_else(|| settings.clone(), LanguageChoice::Fixed)
    }

    /// All that is said on a channel.
    #[must_use]
    pub fn said_on(&self, channel: Channel) -> String {
        let texts: Vec<_> =
            self.turns.iter().filter(|turn| turn.channel == channel).map(|turn| turn.text.as_str()).collect();
        texts.join(" ")
    }
}

fn timed_turns(path: &Path, json: &str, channels: usize) -> Result<Words, SetError> {
    let failed = |source| SetError::Json { path: path.to_owned(), source };
    let Words { mut turns, language } = serde_json::from_str(json).map_err(failed)?;
    for (index, turn) in turns.iter().enumerate() {
        let what = if turn.start_ms >= turn.end_ms {
            "ends before it begins"
        } else if turn.channel.index() >= channels {
            "is the agent's, and the recording has one channel"
        } else {
            continue;
        };
        return Err(SetError::Turn { path: path.to_owned(), number: index + 1, what });
    }
    turns.sort_by_key(|turn| turn.start_ms);
    Ok(Words { turns, language })
}

/// One turn a side, as long as the recording.
fn untimed_turns(text: &str, length_ms: u64) -> Vec<Said> {
    let mut texts = [String::new(), String::new()];
    for line in text.trim_start_matches('\u{feff}').lines() {
        let (channel, words) = match (line.strip_prefix("agent:"), line.strip_prefix("caller:")) {
            (Some(words), _) => (Channel::Agent, words),
            (None, Some(words)) => (Channel::Caller, words),
            (None, None) => (Channel::Caller, line),
        };
        let text = &mut texts[channel.index()];
        text.push_str(words.trim());
        text.push('\n');
    }
    let said = |(channel, text): (Channel, String)| Said {
        channel,
        start_ms: 0,
        end_ms: length_ms,
        text: text.trim().to_owned(),
        parts: Vec::new(),
    };
    Channel::BOTH.into_iter().zip(texts).map(said).filter(|turn| !turn.text.is_empty()).collect()
}

impl Said {
    /// Milliseconds of voice in it.
    #[must_use]
    pub fn voiced_ms(&self) -> u64 {
        let parts = self.parts.iter().map(|part| part.end_ms.saturating_sub(part.start_ms)).sum();
        if parts > 0 { parts } else { self.end_ms - self.start_ms }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn the_recorded_calls_are_a_set() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("audio_fixtures");
        let paths = recordings(&folder).unwrap();
        assert_eq!(paths.len(), 16);
        let call = Recording::read(&folder.join("demo_1.wav")).unwrap();
        assert_eq!((call.channels.len(), call.turns.len(), call.timed), (2, 8, true));
        assert_eq!(call.turns[0].voiced_ms(), 530 + 910 + 1_730);
        assert!(call.said_on(Channel::Caller).starts_with("三天前，大港街道"));
    }

    #[test]
    fn a_text_has_the_callers_words_and_the_agents() {
        let turns = untimed_turns("\u{feff}路灯不亮。\nagent: 您好。\ncaller: 在洞庭路。\n", 3_000);
        let texts: Vec<_> = turns.iter().map(|turn| (turn.channel, turn.text.as_str())).collect();
        assert_eq!(texts, [(Channel::Caller, "路灯不亮。\n在洞庭路。"), (Channel::Agent, "您好。")]);
    }

    #[test]
    fn turns_that_cannot_be_are_named() {
        let error = |json: &str| timed_turns(Path::new("a.json"), json, 1).unwrap_err().to_string();
        let turn = |channel: &str, end_ms: u64| {
            format!(r#"{{"turns":[{{"channel":"{channel}","start_ms":5,"end_ms":{end_ms},"text":"好"}}]}}"#)
        };
        assert_eq!(error(&turn("caller", 5)), "a.json: turn 1 ends before it begins");
        assert_eq!(
            error(&turn("agent", 9)),
            "a.json: turn 1 is the agent's, and the recording has one channel"
        );
        assert!(error("{}").contains("missing field `turns`"));
    }
}
