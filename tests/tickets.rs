//! The draft that a recorded call's words give is the ticket that a person would write from it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs, dead_code)]

use std::path::Path;

use jiesu::domain::{
    Call, CallId, CallState, Channel, FieldKey, RecordingState, SamplePosition, Turn, TurnId, TurnStatus,
    Word,
};
use jiesu::understanding::Understanding;
use jiff::Timestamp;

#[path = "support/script.rs"]
mod script;

use script::{Script, fixtures};

/// A call as the desk knows it when the script is over.
fn call_of(script: &Script) -> Call {
    Call {
        id: CallId::new(),
        state: CallState::Ended,
        caller_number: script.caller_number.clone(),
        called_number: "8001".to_owned(),
        seat: Some("8001".to_owned()),
        agent: None,
        started_at: Timestamp::UNIX_EPOCH,
        answered_at: Some(Timestamp::UNIX_EPOCH),
        bridged_at: Some(Timestamp::UNIX_EPOCH),
        ended_at: Some(Timestamp::UNIX_EPOCH),
        end_cause: None,
        recording: RecordingState::None,
    }
}

/// The script's turns as a perfect recogniser would hear them.
fn turns_of(script: &Script, call_id: CallId) -> Vec<Turn> {
    let turns = script.turns.iter().map(|turn| {
        let (start, end) = (SamplePosition::from_ms(turn.start_ms), SamplePosition::from_ms(turn.end_ms));
        let words = turn.parts.iter().flat_map(script::Part::words).map(|word| Word {
            text: word.text,
            start_sample: SamplePosition::from_ms(word.start_ms),
            end_sample: SamplePosition::from_ms(word.end_ms),
        });
        Turn {
            id: TurnId::new(),
            call_id,
            channel: turn.channel,
            start_sample: start,
            end_sample: end,
            text: turn.text.clone(),
            words: words.collect(),
            confidence: 0.9,
            status: TurnStatus::Recognised,
        }
    });
    turns.collect()
}

#[test]
fn every_recorded_call_gives_its_ticket() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let understanding = Understanding::load(
        &root.join("models/categories/dagang.toml"),
        &root.join("models/places/binhai.toml"),
    )
    .unwrap();
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let script = Script::load(&path);
        let call = call_of(&script);
        let draft = understanding.draft(&call, &turns_of(&script, call.id));
        let value = |key| draft.fields.get(&key).map(|field| field.value.as_str());
        let mut check = |key: FieldKey, expected: Option<&str>| {
            if value(key) != expected {
                wrong.push(format!("{}: {key:?} is {:?}, should be {expected:?}", script.id, value(key)));
            }
        };
        let Some(ticket) = &script.ticket else {
            check(FieldKey::Category, None);
            continue;
        };
        check(FieldKey::Kind, Some(&ticket.kind));
        check(FieldKey::Category, Some(&ticket.category));
        check(FieldKey::Department, Some(&ticket.department));
        check(FieldKey::Urgency, Some(&ticket.urgency));
        check(FieldKey::Place, Some(&ticket.place));
        check(FieldKey::Person, ticket.person.as_deref());
        check(FieldKey::Phone, ticket.phone.as_deref());
        check(FieldKey::Confidential, ticket.confidential.then_some("true"));
        for field in draft.fields.values() {
            for evidence in &field.evidence {
                assert!(script.turns.iter().any(|turn| turn.text.contains(&evidence.text)), "{}", script.id);
                assert!(evidence.channel == Channel::Caller || evidence.channel == Channel::Agent);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
