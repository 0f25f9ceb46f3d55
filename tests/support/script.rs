//! A recorded call's JSON (`audio_fixtures/*.json`): who said what when, and the ticket it should give.

use std::path::{Path, PathBuf};

use jiesu::domain::{Channel, SamplePosition};
use serde::Deserialize;

/// The script of a recorded call.
#[derive(Debug, Clone, Deserialize)]
pub struct Script {
    pub id: String,
    pub language: String,
    pub caller_number: String,
    pub duration_ms: u64,
    pub turns: Vec<SpokenTurn>,
    /// Stretches of hold music: sound without words.
    pub music: Vec<Music>,
    /// Nothing where nobody asks for anything.
    pub ticket: Option<ExpectedTicket>,
    pub notes: String,
}

/// What one side says at a time.
#[derive(Debug, Clone, Deserialize)]
pub struct SpokenTurn {
    pub channel: Channel,
    pub start_ms: u64,
    pub end_ms: u64,
    pub text: String,
    pub parts: Vec<Part>,
}

/// A stretch of a turn said without a pause.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    pub start_ms: u64,
    pub end_ms: u64,
    pub text: String,
}

/// A stretch of hold music.
#[derive(Debug, Clone, Deserialize)]
pub struct Music {
    pub channel: Channel,
    pub start_ms: u64,
    pub end_ms: u64,
}

/// The ticket that a person would write from the call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedTicket {
    pub kind: String,
    pub category: String,
    pub department: String,
    pub urgency: String,
    pub place: String,
    pub person: Option<String>,
    pub phone: Option<String>,
    pub time: Option<String>,
    pub confidential: bool,
}

/// A word, or a character of Chinese with the punctuation after it, and its place in the recording.
#[derive(Debug, Clone, PartialEq)]
pub struct SpokenWord {
    pub text: String,
    pub start_ms: u64,
    pub end_ms: u64,
}

/// Where the recorded calls lie.
#[must_use]
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("audio_fixtures")
}

/// Words of a script as the service shows them: numbers with digits.
#[must_use]
pub fn shown(text: &str, language: &str) -> String {
    jiesu::speech::text::normalise(text, &[], language).text
}

impl Script {
    /// Reads a call's JSON.
    pub fn load(path: &Path) -> Self {
        let text =
            std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The call named `id` of `audio_fixtures`.
    pub fn of(id: &str) -> Self {
        Self::load(&fixtures().join(format!("{id}.json")))
    }

    /// The words on a channel whose middle lies within the samples: what a perfect recogniser hears there.
    #[must_use]
    pub fn words(&self, channel: Channel, start: SamplePosition, end: SamplePosition) -> Vec<SpokenWord> {
        let heard = start.as_ms()..end.as_ms();
        let mut words: Vec<_> = self
            .turns
            .iter()
            .filter(|turn| turn.channel == channel)
            .flat_map(|turn| &turn.parts)
            .flat_map(Part::words)
            .filter(|word| heard.contains(&word.start_ms.midpoint(word.end_ms)))
            .collect();
        words.sort_by_key(|word| word.start_ms);
        words
    }

    /// Where a channel holds words or music: starts and ends in milliseconds, by their starts.
    #[must_use]
    pub fn sounds(&self, channel: Channel) -> Vec<(u64, u64)> {
        let turns =
            self.turns.iter().filter(|turn| turn.channel == channel).map(|turn| (turn.start_ms, turn.end_ms));
        let music = self
            .music
            .iter()
            .filter(|music| music.channel == channel)
            .map(|music| (music.start_ms, music.end_ms));
        let mut sounds: Vec<_> = turns.chain(music).collect();
        sounds.sort_unstable();
        sounds
    }
}

impl Part {
    /// The part's words, spread over its time by the number of their letters.
    pub fn words(&self) -> Vec<SpokenWord> {
        let texts = split(&self.text);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count().max(1) as u64;
        let total: u64 = texts.iter().map(|text| letters(text)).sum();
        let length_ms = self.end_ms - self.start_ms;
        let mut before = 0;
        texts
            .into_iter()
            .map(|text| {
                let start_ms = self.start_ms + length_ms * before / total.max(1);
                before += letters(&text);
                SpokenWord { text, start_ms, end_ms: self.start_ms + length_ms * before / total.max(1) }
            })
            .collect()
    }
}

/// Words with what follows them up to the next: `好的，` is `好` and `的，`, `Good day. ` is `Good ` and `day. `.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let latin = c.is_ascii_alphanumeric() || c == '\'';
        let begins = if latin { !open } else { c.is_alphanumeric() };
        match words.last_mut() {
            Some(word) if !begins => word.push(c),
            _ => words.push(c.to_string()),
        }
        open = latin;
    }
    words
}
