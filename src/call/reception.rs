//! What callers are told and offered while they wait for an agent, and where nobody is there.

use std::collections::HashMap;
use std::time::Duration;

use jiesu_sip::rtp::Digit;

use super::hours::Hours;
use super::phrases::PhraseBook;

/// How callers are received.
#[derive(Debug, Clone)]
pub struct Reception {
    /// The sentences they are told; where there are none they are told nothing, and offered nothing.
    pub phrases: PhraseBook,
    /// How often they are told their place in the queue; nothing: never.
    pub announce_every: Option<Duration>,
    /// The key to be called back.
    pub call_back_key: Option<Digit>,
    /// How long a message may last, where messages are taken.
    pub message_limit: Option<Duration>,
    /// When somebody is there.
    pub hours: Hours,
    /// The skill that a seat needs for callers of a number.
    pub topics: HashMap<String, String>,
}

impl Default for Reception {
    fn default() -> Self {
        Self {
            phrases: PhraseBook::default(),
            announce_every: None,
            call_back_key: None,
            message_limit: None,
            hours: Hours::always(),
            topics: HashMap::new(),
        }
    }
}
