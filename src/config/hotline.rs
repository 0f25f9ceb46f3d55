//! Settings of the hotline itself: its sounds, its city, its seats, and the numbers that it may call.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

/// The hotline itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hotline {
    /// The greeting and recording notice, a WAV file.
    pub greeting: PathBuf,
    /// What a caller hears when no agent can be reached, a WAV file.
    pub apology: PathBuf,
    /// The taxonomy: classes, kinds, departments.
    pub taxonomy: PathBuf,
    /// The gazetteer: the city's places.
    pub gazetteer: PathBuf,
    /// The folder of the knowledge base: Markdown files.
    pub knowledge: PathBuf,
    /// Keys by which a caller chooses a language, in two letters, until an agent answers; the greeting says so.
    pub language_keys: BTreeMap<char, String>,
    /// What a caller hears in the queue, over and over, a WAV file.
    pub music: PathBuf,
    /// What a caller hears when the agent has hung up, and is asked to rate the talk by a key, a WAV file; without it
    /// nobody is asked.
    pub rating: Option<PathBuf>,
    /// What a caller hears who has rated the talk, a WAV file.
    pub thanks: PathBuf,
    /// How long a seat's phone rings before the next seat is asked, seconds.
    pub ring_timeout_s: u64,
    /// How long a caller waits for an agent before it is told that none can be reached, seconds.
    pub wait_limit_s: u64,
    /// The beginnings of callers' numbers that go first in the queue.
    pub first_numbers: Vec<String>,
    /// How long an agent has for writing after a talk before the next call comes, seconds; 0: none.
    pub wrap_up_s: u64,
    /// Why agents take breaks. `rest`, `meal`, `training` and `paperwork` are shown in the page's language, others as
    /// they are written.
    pub break_reasons: Vec<String>,
    /// The seats, each a desk phone or an agent's page.
    pub seat: Vec<Seat>,
}

impl Default for Hotline {
    fn default() -> Self {
        Self {
            greeting: PathBuf::from("models/prompts/greeting.wav"),
            apology: PathBuf::from("models/prompts/no_agent.wav"),
            taxonomy: PathBuf::from("models/categories/dagang.toml"),
            gazetteer: PathBuf::from("models/places/binhai.toml"),
            knowledge: PathBuf::from("models/knowledge"),
            language_keys: BTreeMap::new(),
            music: PathBuf::from("models/prompts/music.wav"),
            rating: None,
            thanks: PathBuf::from("models/prompts/thanks.wav"),
            ring_timeout_s: 20,
            wait_limit_s: 600,
            first_numbers: Vec::new(),
            wrap_up_s: 30,
            break_reasons: ["rest", "meal", "training", "paperwork"].map(str::to_owned).to_vec(),
            seat: Vec::new(),
        }
    }
}

/// Calls to numbers outside the hotline.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Outside {
    /// The names of the trunks that they go by; where one cannot be reached the next is tried.
    pub gateways: Vec<String>,
    /// The number that those who are called see.
    pub number: String,
    /// The beginnings of the numbers that may be called. Calls cost money: with none, none may.
    pub allowed: Vec<String>,
}

impl Default for Outside {
    fn default() -> Self {
        Self {
            gateways: Vec::new(),
            number: "12345".to_owned(),
            allowed: ["110", "119", "120"].map(str::to_owned).to_vec(),
        }
    }
}

/// One seat, and who sits there: a desk phone by `phone` or `secret`; without either, the page of its agent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seat {
    /// Its number; who dials it reaches this seat and no other.
    pub extension: String,
    /// The SIP URI of a phone that does not register, such as `sip:8001@192.0.2.7:5060`.
    pub phone: Option<String>,
    /// The password of a phone that registers here, with the extension as its account's name.
    pub secret: Option<String>,
    /// The phone gives up where another algorithm than MD5 is offered, too.
    #[serde(default)]
    pub md5_only: bool,
    /// The user who sits there.
    pub agent: Option<String>,
    /// What the agent speaks (`en`) and knows (as in `reception.topics`), for callers who want that.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Only asked for callers who have waited for `reception.overflow_after_s`.
    #[serde(default)]
    pub overflow: bool,
}
