//! Turns and edits in every order.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    CallDirection, CallId, CallState, Channel, DepartmentCode, EditId, RecordingState, SamplePosition, Talk,
    TurnId, TurnStatus, Urgency, UserId,
};

/// Each turn's text fills the fields that its letters name: a machine that changes its mind all the time.
struct Letters;

const FIELDS: [(char, FieldKey); 4] = [
    ('t', FieldKey::Title),
    ('s', FieldKey::Subject),
    ('c', FieldKey::Category),
    ('d', FieldKey::Department),
];

impl Rules for Letters {
    fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        let mut fields = BTreeMap::new();
        for (index, turn) in turns.iter().enumerate() {
            for (_, key) in FIELDS.iter().filter(|(letter, _)| turn.text.contains(*letter)) {
                let value = format!("machine {index}");
                let field = Field {
                    value,
                    confidence: 0.5,
                    filled_by: FilledBy::Machine,
                    evidence: Vec::new(),
                    reason: String::new(),
                };
                fields.insert(*key, field);
            }
        }
        Draft {
            call_id: call.id,
            revision: turns.len() as u64,
            fields,
            categories: Vec::new(),
            questions: Vec::new(),
        }
    }

    fn category(&self, code: &CategoryCode) -> Option<(DepartmentCode, Urgency)> {
        code.0.strip_prefix("person").map(|rest| (DepartmentCode(format!("of{rest}")), Urgency::Ordinary))
    }

    fn has_department(&self, _: &DepartmentCode) -> bool {
        true
    }
}

#[derive(Debug, Clone)]
enum Step {
    Turn {
        start: u64,
        text: String,
    },
    /// The turn of this place in the steps' turns comes again.
    TurnAgain(usize),
    Edit {
        field: FieldKey,
        value: String,
    },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let field = prop::sample::select(FIELDS.map(|(_, key)| key).to_vec());
    let value = prop_oneof![Just(String::new()), (0..4_u8).prop_map(|n| format!("person {n}"))];
    prop_oneof![
        4 => (0..20_u64, prop::collection::vec(prop::sample::select(vec!['t', 's', 'c', 'd', 'x']), 0..3))
            .prop_map(|(start, letters)| Step::Turn { start, text: letters.into_iter().collect() }),
        1 => any::<prop::sample::Index>().prop_map(|index| Step::TurnAgain(index.index(64))),
        3 => (field, value).prop_map(|(field, value)| Step::Edit { field, value }),
        1 => Just(Step::Restart),
    ]
}

fn call() -> Call {
    Call {
        id: CallId::new(),
        state: CallState::Talking,
        caller_number: String::new(),
        called_number: String::new(),
        seat: None,
        agent: None,
        language: None,
        started_at: Timestamp::UNIX_EPOCH,
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

fn turn(call: &Call, start: u64, text: String) -> Turn {
    Turn {
        id: TurnId::new(),
        call_id: call.id,
        channel: Channel::Caller,
        start_sample: SamplePosition(start),
        end_sample: SamplePosition(start + 1),
        text,
        words: Vec::new(),
        confidence: 1.0,
        status: TurnStatus::Recognised,
    }
}

/// As the store gives them.
fn in_order(turns: &[Turn]) -> Vec<Turn> {
    let mut turns = turns.to_vec();
    turns.sort_by_key(|turn| (turn.start_sample, turn.id));
    turns
}

proptest! {
    #[test]
    fn an_edit_is_never_overwritten_whatever_comes_between(steps in prop::collection::vec(step(), 1..40)) {
        let call = call();
        let mut writing = Writing::new(call.clone());
        let (mut turns, mut edits): (Vec<Turn>, Vec<Edit>) = (Vec::new(), Vec::new());
        let mut left_by_person: BTreeMap<FieldKey, String> = BTreeMap::new();
        for step in steps {
            let before = writing.shown().clone();
            match step {
                Step::Turn { start, text } => {
                    let turn = turn(&call, start, text);
                    writing.add_turn(&call, &turn, &Letters);
                    turns.push(turn);
                }
                Step::TurnAgain(index) => {
                    if let Some(turn) = turns.get(index) {
                        writing.add_turn(&call, turn, &Letters);
                        prop_assert_eq!(writing.shown(), &before, "a turn twice is one");
                    }
                }
                Step::Edit { field, value } => {
                    let edit = Edit {
                        id: EditId::new(),
                        call_id: call.id,
                        on_revision: before.revision,
                        field,
                        value: value.clone(),
                        by: UserId::new(),
                        at: Timestamp::UNIX_EPOCH,
                    };
                    let result = writing.with_edit(&edit, &Letters);
                    writing.take_edit(edit.clone(), result);
                    edits.push(edit);
                    left_by_person.insert(field, value);
                }
                Step::Restart => {
                    writing = Writing::resume(
                        StoredDraft {
                            call: call.clone(),
                            turns: in_order(&turns),
                            shown: (before.revision > 0).then(|| before.clone()),
                            last_edit_revision: 0,
                            edits: edits.clone(),
                            confirmed: false,
                        },
                        &Letters,
                    );
                    prop_assert_eq!(writing.shown(), &before, "a restart changes nothing");
                }
            }
            let shown = writing.shown();
            prop_assert!(shown.revision >= before.revision);
            prop_assert!(shown == &before || shown.revision > before.revision, "each change counts");
            for (field, value) in &left_by_person {
                match shown.fields.get(field) {
                    None => prop_assert!(value.is_empty()),
                    Some(field) => {
                        prop_assert_eq!(&field.value, value);
                        prop_assert_eq!(field.filled_by, FilledBy::Agent);
                    }
                }
            }
        }
        // In the end the order in which turns arrived does not matter: it is the fold of all, edits on top.
        let mut in_order = in_order(&turns);
        if !in_order.is_empty() {
            let last = turn(&call, 1_000, String::new());
            writing.add_turn(&call, &last, &Letters);
            in_order.push(last);
            let fold = Letters.draft(&call, &in_order);
            let revision = writing.shown().revision;
            prop_assert_eq!(writing.shown(), &lay_over(&fold, &edits, revision, &Letters));
        }
    }
}

#[test]
fn a_category_taken_back_after_a_restart_takes_its_department_along() {
    let call = call();
    let edit = |value: &str| Edit {
        id: EditId::new(),
        call_id: call.id,
        on_revision: 0,
        field: FieldKey::Category,
        value: value.to_owned(),
        by: UserId::new(),
        at: Timestamp::UNIX_EPOCH,
    };
    let chosen = edit("person 0");
    let shown = Writing::new(call.clone()).with_edit(&chosen, &Letters);
    assert_eq!(shown.fields[&FieldKey::Department].value, "of 0");
    let stored = StoredDraft {
        call: call.clone(),
        turns: Vec::new(),
        last_edit_revision: shown.revision,
        shown: Some(shown),
        edits: vec![chosen],
        confirmed: false,
    };
    let cleared = Writing::resume(stored, &Letters).with_edit(&edit(""), &Letters);
    assert!(cleared.fields.is_empty(), "{cleared:?}");
}
