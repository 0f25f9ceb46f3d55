//! The model of spans that is shipped: what it adds to a draft where the rules find nothing, and what it spoils.

#![allow(clippy::unwrap_used)]

mod chosen_on;
#[path = "../support/city.rs"]
mod city;
mod turns;

use jiesu::domain::{CallId, Channel, Draft, FieldKey, MissingPart};
use jiesu::understanding::Understanding;

/// The fields that the model may fill.
const KEYS: [(&str, FieldKey); 3] =
    [("person", FieldKey::Person), ("place", FieldKey::Place), ("against", FieldKey::Against)];
/// Of what the rules miss, so many must be found with the model; of the rest so many may be filled wrongly.
const LEAST_ADDED: usize = 17;
const MOST_SPOILT: usize = 1;
/// The same of the turns on which the least confidence was chosen; of those nothing is spoilt.
const LEAST_ADDED_CHOSEN: usize = 8;

fn draft(understanding: &Understanding, said: &str) -> Draft {
    let turn = city::said(CallId::new(), Channel::Caller, 1_000, 5_000, said);
    understanding.draft(&city::call(), &[city::written(turn)])
}

/// What the model fills in a turn's draft that the rules leave empty: key, value.
fn added(rules: &Understanding, both: &Understanding, said: &str) -> Vec<(&'static str, String)> {
    let (without, with) = (draft(rules, said), draft(both, said));
    KEYS.iter()
        .filter(|(_, key)| !without.fields.contains_key(key))
        .filter_map(|(name, key)| Some((*name, with.fields.get(key)?.value.clone())))
        .collect()
}

/// The words as the service writes them: 七号楼 is 7号楼.
fn written(words: &str) -> String {
    city::written(city::said(CallId::new(), Channel::Caller, 0, 1_000, words)).text.replace(['。', '，'], "")
}

/// How many of the fields that were meant the model fills rightly, how many were meant, and what it fills wrongly.
fn measured(something: &[turns::Said], nothing: &[&str]) -> (usize, usize, Vec<String>) {
    let (rules, both) = (city::understanding().with_spans(None), city::understanding());
    let (mut right, mut meant, mut wrong) = (0, 0, Vec::new());
    for (said, expected) in something {
        let known = draft(&rules, said);
        for (name, key) in KEYS.iter().filter(|(name, _)| expected.iter().any(|(key, _)| key == name)) {
            meant += 1;
            assert!(!known.fields.contains_key(key), "{said} the rules have its {name}");
        }
        for (name, value) in added(&rules, &both, said) {
            if expected.iter().any(|(key, words)| *key == name && written(words) == value) {
                right += 1;
            } else {
                wrong.push(format!("{said} {name}: {value}"));
            }
        }
    }
    for said in nothing {
        wrong
            .extend(added(&rules, &both, said).iter().map(|(name, value)| format!("{said} {name}: {value}")));
    }
    println!("added {right} of {meant}, wrong {}:\n{}", wrong.len(), wrong.join("\n"));
    (right, meant, wrong)
}

#[test]
fn the_model_adds_more_than_it_spoils() {
    let (right, meant, wrong) = measured(turns::SOMETHING, turns::NOTHING);
    assert!(right >= LEAST_ADDED, "{right} of {meant}");
    assert!(wrong.len() <= MOST_SPOILT, "{}", wrong.join("\n"));
}

#[test]
fn it_does_so_on_the_turns_that_its_confidence_was_chosen_on() {
    let (right, meant, wrong) = measured(chosen_on::SOMETHING, chosen_on::NOTHING);
    assert!(right >= LEAST_ADDED_CHOSEN, "{right} of {meant}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_model_fills_is_quoted_and_asked_on() {
    let said = "我住柳林馨居二十栋，电梯按了没反应。";
    let draft = draft(&city::understanding(), said);
    let place = &draft.fields[&FieldKey::Place];
    assert_eq!((place.value.as_str(), place.reason.as_str()), ("柳林馨居20栋", "learnt"));
    assert_eq!(place.evidence[0].text, place.value);
    let missing: Vec<MissingPart> = draft.questions.iter().map(|question| question.missing).collect();
    assert!(missing.contains(&MissingPart::Room) && !missing.contains(&MissingPart::Area), "{missing:?}");
}
