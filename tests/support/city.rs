//! What tests and the bench of the understanding stand on: the city that is shipped, a call, and what is said in it.

// Each test uses its part.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::Path;

use jiff::tz::TimeZone;

use jiesu::domain::{
    Call, CallDirection, CallId, CallState, Channel, RecordingState, SamplePosition, Talk, Turn, TurnId,
    TurnStatus,
};
use jiesu::speech::text::{Normalised, normalise};
use jiesu::understanding::Understanding;

/// The shipped taxonomy and gazetteer, on China's clock.
pub(crate) fn understanding() -> Understanding {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Understanding::load(&root.join("models/categories/dagang.toml"), &root.join("models/places/binhai.toml"))
        .unwrap()
        .in_zone(TimeZone::fixed(jiff::tz::offset(8)))
}

/// A field's words, without the moment that they were resolved to.
pub(crate) fn words_of(value: &str) -> &str {
    value.split_once(['（', '(']).map_or(value, |(words, _)| words.trim_end())
}

/// The turn as the service writes it: numbers with digits, marks where there were none.
pub(crate) fn written(turn: Turn) -> Turn {
    let Normalised { text, words } = normalise(&turn.text, &turn.words, "");
    Turn { text, words, ..turn }
}

/// A call that goes on, from a number that is withheld, on Sunday 22 November 2026 at 21:10 in China.
pub(crate) fn call() -> Call {
    Call {
        id: CallId::new(),
        state: CallState::Talking,
        caller_number: String::new(),
        called_number: "12345".to_owned(),
        seat: None,
        agent: None,
        language: None,
        started_at: jiff::Timestamp::from_second(1_795_353_000).unwrap(),
        answered_at: None,
        queued_at: None,
        bridged_at: None,
        ended_at: None,
        end_cause: None,
        recording: RecordingState::None,
        talk: Talk::default(),
        about: None,
        rating: None,
        direction: CallDirection::Incoming,
        revision: 0,
    }
}

/// A recognised turn without word times.
pub(crate) fn said(call_id: CallId, channel: Channel, start_ms: u64, end_ms: u64, text: &str) -> Turn {
    Turn {
        id: TurnId::new(),
        call_id,
        channel,
        start_sample: SamplePosition::from_ms(start_ms),
        end_sample: SamplePosition::from_ms(end_ms),
        text: text.to_owned(),
        words: Vec::new(),
        confidence: 0.9,
        status: TurnStatus::Recognised,
    }
}
