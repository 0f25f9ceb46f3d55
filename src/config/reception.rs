//! Settings of what callers are told and offered while they wait, and where nobody is there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// How callers are received.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reception {
    /// For each language, in two letters, the folder of the sentences that callers are told.
    pub prompts: BTreeMap<String, PathBuf>,
    /// How often a caller is told its place in the queue and the wait to be expected, seconds; 0: never.
    pub announce_every_s: u64,
    /// The key by which a caller in the queue asks to be called back; the shipped sentence says 1. Nothing: nobody is
    /// offered that. Needs a number that `[outside]` allows.
    pub call_back_key: Option<char>,
    /// Whether callers may leave a message where the hotline is closed, or no agent can be reached.
    pub messages: bool,
    /// How long a message may last, seconds.
    pub message_limit_s: u64,
    /// The opening hours, such as `mon-fri 08:30-17:30`, in the machine's time zone; none: always open.
    pub open: Vec<String>,
    /// The days that differ from their week.
    pub calendar: PathBuf,
    /// How long a caller waits for a seat with the skills that it wants; then any seat is asked, seconds.
    pub skill_wait_s: u64,
    /// After which wait the seats with `overflow` are asked, too, seconds.
    pub overflow_after_s: u64,
    /// The skill that seats need for callers of a number, by that number.
    pub topics: BTreeMap<String, String>,
}

impl Default for Reception {
    fn default() -> Self {
        let prompts = ["zh", "en"]
            .map(|language| (language.to_owned(), PathBuf::from("models/prompts").join(language)));
        Self {
            prompts: prompts.into(),
            announce_every_s: 60,
            call_back_key: None,
            messages: true,
            message_limit_s: 180,
            open: Vec::new(),
            calendar: PathBuf::from("models/calendar/china.toml"),
            skill_wait_s: 60,
            overflow_after_s: 120,
            topics: BTreeMap::new(),
        }
    }
}
