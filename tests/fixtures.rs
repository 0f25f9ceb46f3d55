//! The recorded calls of `audio_fixtures/`: each has its script, and the script is true of the sound.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs, dead_code)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiesu::domain::{Channel, SAMPLE_RATE_HZ, SamplePosition};

#[path = "support/script.rs"]
mod script;
#[path = "support/sound.rs"]
mod sound;

use script::{Part, Script, fixtures};
use sound::Recording;

/// The service's greeting plays and the agent's phone rings before anyone of the call speaks.
const LEAD_MS: u64 = 5_000;
/// All of them together, so that a clone stays quick.
const MAX_BYTES: u64 = 13_000_000;

/// Every recorded call: its script and its sound.
fn calls() -> Vec<(Script, Recording)> {
    let ids: BTreeSet<_> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "wav"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    ids.iter().map(|id| (Script::of(id), Recording::load(&fixtures().join(format!("{id}.wav"))))).collect()
}

#[test]
fn there_are_calls_enough_in_both_languages() {
    let calls = calls();
    let english = calls.iter().filter(|(script, _)| script.language == "en").count();
    assert!(calls.len() >= 12, "{} calls", calls.len());
    assert!(english >= 2, "{english} calls in English");
    assert!(calls.iter().any(|(script, _)| script.ticket.is_none()), "a call that gives no ticket");
    assert!(calls.iter().any(|(script, _)| !script.music.is_empty()), "a call with hold music");
}

#[test]
fn every_call_lasts_twenty_to_ninety_seconds() {
    for (script, recording) in calls() {
        assert!((20_000..=90_000).contains(&recording.duration_ms()), "{}", script.id);
        assert_eq!(script.duration_ms, recording.duration_ms(), "{}", script.id);
    }
    let bytes: u64 =
        fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes <= MAX_BYTES, "{bytes} bytes");
}

#[test]
fn nobody_speaks_before_the_greeting_is_over() {
    for (script, recording) in calls() {
        for turn in &script.turns {
            assert!(turn.start_ms >= LEAD_MS, "{}: {}", script.id, turn.text);
        }
        let agent = recording.level_db(Channel::Agent, 0, LEAD_MS);
        assert!(agent < -55.0, "{}: the agent's channel holds {agent} dB before the call", script.id);
    }
}

#[test]
fn every_part_is_heard_where_the_script_says() {
    for (script, recording) in calls() {
        for turn in &script.turns {
            assert_eq!(turn.start_ms, turn.parts[0].start_ms, "{}", script.id);
            assert_eq!(turn.end_ms, turn.parts.last().unwrap().end_ms, "{}", script.id);
            assert_eq!(turn.text, turn.parts.iter().map(|part| part.text.as_str()).collect::<String>());
            for part in &turn.parts {
                assert!(part.start_ms < part.end_ms && part.end_ms <= script.duration_ms, "{}", part.text);
                let said = recording.level_db(turn.channel, part.start_ms, part.end_ms);
                let line = recording.level_db(turn.channel, 0, LEAD_MS);
                assert!(said > line + 10.0, "{}: `{}` at {said} dB over {line} dB", script.id, part.text);
            }
        }
        for music in &script.music {
            assert!(recording.level_db(music.channel, music.start_ms, music.end_ms) > -35.0, "{}", script.id);
        }
    }
}

#[test]
fn between_its_turns_a_channel_holds_only_the_line() {
    for (script, recording) in calls() {
        for channel in Channel::BOTH {
            let line = recording.level_db(channel, 0, LEAD_MS);
            let mut free_from_ms = LEAD_MS;
            for (start_ms, end_ms) in script.sounds(channel) {
                // The synthesiser's own quiet lead-in belongs to no part; a quarter of a second covers it.
                let (from_ms, to_ms) = (free_from_ms + 250, start_ms.saturating_sub(250));
                if to_ms > from_ms + 100 {
                    let between = recording.level_db(channel, from_ms, to_ms);
                    assert!(
                        between < (line + 9.0).max(-50.0),
                        "{}: {between} dB before {start_ms} ms",
                        script.id
                    );
                }
                free_from_ms = free_from_ms.max(end_ms);
            }
        }
    }
}

#[test]
fn both_speak_at_once_somewhere() {
    let overlaps = |script: &Script| {
        script.turns.windows(2).any(|two| two[0].channel != two[1].channel && two[1].start_ms < two[0].end_ms)
    };
    assert!(calls().iter().filter(|(script, _)| overlaps(script)).count() >= 2);
}

#[test]
fn every_ticket_is_one_of_the_taxonomy() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/categories/dagang.toml");
    let taxonomy: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let codes = |list: &str| -> BTreeSet<String> {
        taxonomy[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let (kinds, departments) = (codes("kind"), codes("department"));
    for (script, _) in calls() {
        let Some(ticket) = script.ticket else { continue };
        assert!(kinds.contains(&ticket.category), "{}: {}", script.id, ticket.category);
        assert!(departments.contains(&ticket.department), "{}: {}", script.id, ticket.department);
        let kind = serde_json::from_value::<jiesu::domain::RequestKind>(ticket.kind.into());
        assert!(kind.is_ok(), "{}: {kind:?}", script.id);
        let urgency = serde_json::from_value::<jiesu::domain::Urgency>(ticket.urgency.into());
        assert!(urgency.is_ok(), "{}: {urgency:?}", script.id);
        let phone = ticket.phone.unwrap_or_else(|| script.caller_number.clone());
        assert!(phone.len() == 11 && phone.chars().all(|c| c.is_ascii_digit()), "{}", script.id);
    }
}

#[test]
fn no_two_calls_come_from_the_same_number() {
    let calls = calls();
    let numbers: BTreeSet<_> = calls.iter().map(|(script, _)| &script.caller_number).collect();
    assert_eq!(numbers.len(), calls.len());
    assert_eq!(SAMPLE_RATE_HZ, 8_000, "the scripts' clock");
}

/// The words of a stretch that lasts from 1,000 to 2,000 ms.
fn words(text: &str) -> Vec<(String, u64, u64)> {
    let part = Part { start_ms: 1_000, end_ms: 2_000, text: text.to_owned() };
    part.words().into_iter().map(|word| (word.text, word.start_ms, word.end_ms)).collect()
}

#[test]
fn characters_of_chinese_are_words_with_the_punctuation_after_them_and_fill_the_time() {
    let expected =
        [("一", 1_000, 1_250), ("二，", 1_250, 1_500), ("三", 1_500, 1_750), ("四。", 1_750, 2_000)];
    assert_eq!(words("一二，三四。"), expected.map(|(text, start, end)| (text.to_owned(), start, end)));
}

#[test]
fn english_words_keep_the_space_after_them() {
    let texts: Vec<_> = words("I don't, sir. ").into_iter().map(|(text, ..)| text).collect();
    assert_eq!(texts, ["I ", "don't, ", "sir. "]);
}

#[test]
fn two_pieces_of_a_call_hold_each_word_once() {
    for (script, _) in calls() {
        let said = |channel, from, to| -> String {
            let words = script.words(channel, SamplePosition::from_ms(from), SamplePosition::from_ms(to));
            words.into_iter().map(|word| word.text).collect()
        };
        for channel in Channel::BOTH {
            let whole = said(channel, 0, script.duration_ms);
            for cut_ms in (LEAD_MS..script.duration_ms).step_by(3_333) {
                let pieces = said(channel, 0, cut_ms) + &said(channel, cut_ms, script.duration_ms);
                assert_eq!(pieces, whole, "{} cut at {cut_ms} ms", script.id);
            }
        }
    }
}
