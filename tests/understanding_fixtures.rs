//! The fixture calls' words, folded as they were said, give the tickets that their makers expect.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use std::path::{Path, PathBuf};

use jiesu::domain::{Call, CallId, CallState, Channel, Draft, FieldKey, Turn};
use jiesu::speech::text::with_digits;
use serde_json::Value;

/// Where the machine's draft rightly differs from the ticket an agent would make of it: call, field, draft.
const DIFFERENT: &[(&str, &str, &str)] = &[
    // A beginning and an end, said with hesitation between them.
    ("restaurant_fumes", "time", "每天"),
    ("water_outage", "time", "从今天早上6点"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn fixtures() -> Vec<Value> {
    let mut paths: Vec<PathBuf> = (std::fs::read_dir(root().join("audio_fixtures")).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    paths.sort();
    (paths.iter())
        .map(|path| serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
        .collect()
}

fn turns(fixture: &Value) -> Vec<Turn> {
    (fixture["turns"].as_array().unwrap().iter())
        .map(|turn| {
            let channel = serde_json::from_value::<Channel>(turn["channel"].clone()).unwrap();
            let ms = |key: &str| turn[key].as_u64().unwrap();
            city::said(CallId::new(), channel, ms("start_ms"), ms("end_ms"), turn["text"].as_str().unwrap())
        })
        .collect()
}

fn call(fixture: &Value) -> Call {
    Call {
        state: CallState::Ended,
        caller_number: fixture["caller_number"].as_str().unwrap_or_default().to_owned(),
        ..city::call()
    }
}

fn value(draft: &Draft, name: &str) -> String {
    let key: FieldKey = serde_json::from_value(Value::String(name.to_owned())).unwrap();
    draft.fields.get(&key).map_or_else(String::new, |field| field.value.clone())
}

#[test]
fn the_fixtures_words_give_their_tickets() {
    let understanding = city::understanding();
    let fixtures = fixtures();
    assert!(fixtures.len() >= 12);
    let mut wrong = Vec::new();
    for fixture in &fixtures {
        // As they were said, and as the service writes them; tickets have their numbers in digits.
        let said = turns(fixture);
        let written: Vec<Turn> = said.iter().cloned().map(city::written).collect();
        let spoken = understanding.draft(&call(fixture), &said);
        let draft = understanding.draft(&call(fixture), &written);
        for name in ["kind", "category", "urgency", "department", "place", "person", "phone", "time"] {
            let told = fixture["ticket"][name].as_str().unwrap_or_default();
            let differs = DIFFERENT.iter().find(|(id, field, _)| fixture["id"] == *id && *field == name);
            let expected = differs.map_or(told, |(_, _, draft)| draft);
            let words = |draft| {
                let value = value(draft, name);
                if name == "time" { city::words_of(&value).to_owned() } else { value }
            };
            let found = words(&draft);
            if found != expected || with_digits(&words(&spoken)) != expected {
                wrong.push(format!("{}: {name} is {found:?}, not {expected:?}", fixture["id"]));
            }
        }
        let confidential = fixture["ticket"]["confidential"].as_bool().unwrap_or(false);
        if (value(&draft, "confidential") == "true") != confidential {
            wrong.push(format!("{}: confidential", fixture["id"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A silence so long ends what is recognised in one piece.
const PAUSE_MS: u64 = 350;
/// A first guess comes within so much of the caller's speech.
const FIRST_GUESS_MS: u64 = 10_000;

/// The turns as the service hears them: each cut at its pauses.
fn pieces(fixture: &Value) -> Vec<Turn> {
    let mut pieces: Vec<Turn> = Vec::new();
    for turn in fixture["turns"].as_array().unwrap() {
        let channel = serde_json::from_value::<Channel>(turn["channel"].clone()).unwrap();
        let whole = std::slice::from_ref(turn);
        let mut last_end_ms = None;
        for part in turn["parts"].as_array().map_or(whole, Vec::as_slice) {
            let ms = |key: &str| part[key].as_u64().unwrap();
            let text = part["text"].as_str().unwrap();
            let (start_ms, end_ms) = (ms("start_ms"), ms("end_ms"));
            let goes_on = last_end_ms.is_some_and(|last| start_ms < last + PAUSE_MS);
            match pieces.last_mut().filter(|_| goes_on) {
                Some(piece) => {
                    let said = format!("{}{text}", piece.text);
                    let start_ms = piece.start_sample.as_ms();
                    *piece = city::said(CallId::new(), channel, start_ms, end_ms, &said);
                }
                None => pieces.push(city::said(CallId::new(), channel, start_ms, end_ms, text)),
            }
            last_end_ms = Some(end_ms);
        }
    }
    pieces
}

#[test]
fn a_first_guess_of_the_category_comes_within_ten_seconds_of_speech() {
    let understanding = city::understanding();
    let mut late = Vec::new();
    let mut slowest = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture["ticket"]["category"].is_string()) {
        let (mut said, mut spoken_ms, mut guessed) = (Vec::new(), 0, None);
        for piece in pieces(fixture).into_iter().map(city::written) {
            if piece.channel == Channel::Caller {
                spoken_ms += piece.end_sample.as_ms() - piece.start_sample.as_ms();
            }
            said.push(piece);
            if !understanding.draft(&call(fixture), &said).categories.is_empty() {
                guessed = Some(spoken_ms);
                break;
            }
        }
        println!("{}: {guessed:?} ms", fixture["id"]);
        slowest = slowest.max(guessed.unwrap_or(u64::MAX));
        if guessed.is_none_or(|ms| ms > FIRST_GUESS_MS) {
            late.push(format!("{}: {guessed:?} ms", fixture["id"]));
        }
    }
    println!("the slowest first guess: {slowest} ms of the caller's speech");
    assert!(late.is_empty(), "{}", late.join("\n"));
}
