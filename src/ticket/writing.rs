//! One draft being written. Turns come in any order and more than once, edits in between; what is shown is
//! always the fold of the turns with the edits on top. Pure: no clock, no I/O.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Rules;
use super::outcomes::outcomes;
use crate::domain::{Call, CategoryCode, Draft, Edit, EditId, Field, FieldKey, FilledBy, Turn};
use crate::store::{IDENTITY, StoredDraft, SuggestionOutcome, said};

/// A draft with all that it is made from.
#[derive(Debug, Clone)]
pub struct Writing {
    call: Call,
    turns: Vec<Turn>,
    machine: Draft,
    edits: Vec<Edit>,
    shown: Draft,
    confirmed: bool,
}

impl Writing {
    /// A call of which nothing was said yet.
    #[must_use]
    pub fn new(call: Call) -> Self {
        let empty = Draft {
            call_id: call.id,
            revision: 0,
            fields: BTreeMap::new(),
            categories: Vec::new(),
            questions: Vec::new(),
        };
        Self {
            call,
            turns: Vec::new(),
            machine: empty.clone(),
            edits: Vec::new(),
            shown: empty,
            confirmed: false,
        }
    }

    /// Goes on with what was stored. What was shown stays until something changes it.
    #[must_use]
    pub fn resume(stored: StoredDraft, rules: &dyn Rules) -> Self {
        let mut writing = Self::new(stored.call);
        writing.turns = stored.turns;
        writing.edits = stored.edits;
        writing.confirmed = stored.confirmed;
        // Folded anew rather than taken from what was shown: there the machine's part cannot be told from what an
        // edit brought along, and would stay when the edit is taken back.
        writing.read(rules);
        if let Some(shown) = stored.shown {
            writing.shown = shown;
        }
        writing.shown.revision = writing.shown.revision.max(stored.last_edit_revision);
        writing
    }

    /// The draft as shown.
    #[must_use]
    pub const fn shown(&self) -> &Draft {
        &self.shown
    }

    /// The caller's number as the trunk gave it.
    #[must_use]
    pub fn caller_number(&self) -> &str {
        &self.call.caller_number
    }

    /// Every name and number that the machine heard for the caller or a person wrote, with the words they came from.
    /// One that was corrected or cleared is still in the caller's sentences.
    #[must_use]
    pub fn identities(&self) -> Vec<String> {
        let heard = IDENTITY.iter().filter_map(|key| self.machine.fields.get(key).cloned()).flat_map(said);
        let written = self.edits.iter().filter(|edit| IDENTITY.contains(&edit.field));
        heard.chain(written.map(|edit| edit.value.clone())).collect()
    }

    /// What became of each field that the machine suggested or a person filled.
    #[must_use]
    pub fn outcomes(&self) -> BTreeMap<FieldKey, SuggestionOutcome> {
        outcomes(&self.machine, &self.shown)
    }

    /// Whether it is a ticket already; then it stays as it is.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// The edit of this identity, if it was made.
    #[must_use]
    pub fn edit(&self, id: EditId) -> Option<&Edit> {
        self.edits.iter().find(|edit| edit.id == id)
    }

    /// Takes a turn in, by its place in the recording. The new draft where it changed what is shown.
    pub fn add_turn(&mut self, call: &Call, turn: &Turn, rules: &dyn Rules) -> Option<&Draft> {
        self.call.clone_from(call);
        self.turns.retain(|known| known.id != turn.id);
        let place =
            self.turns.partition_point(|known| (known.start_sample, known.id) < (turn.start_sample, turn.id));
        self.turns.insert(place, turn.clone());
        if self.confirmed {
            return None;
        }
        self.read(rules);
        let revision = self.shown.revision;
        let now = lay_over(&self.machine, &self.edits, revision, rules);
        if now == self.shown {
            return None;
        }
        self.shown = Draft { revision: revision + 1, ..now };
        Some(&self.shown)
    }

    /// Reads the turns anew. Rules that panic over what somebody said are a fault of ours, and must cost no more
    /// than this call's fields: the draft stays as it was, the agent writes on, and every other call is drafted.
    fn read(&mut self, rules: &dyn Rules) {
        match catch_unwind(AssertUnwindSafe(|| rules.draft(&self.call, &self.turns))) {
            Ok(machine) => self.machine = machine,
            Err(_) => tracing::error!(call.id = %self.call.id, turns = self.turns.len(),
                "the rules panicked over what was said; this call's draft stays as it was"),
        }
    }

    /// What an edit would give.
    #[must_use]
    pub fn with_edit(&self, edit: &Edit, rules: &dyn Rules) -> Draft {
        let mut edits = self.edits.clone();
        edits.push(edit.clone());
        lay_over(&self.machine, &edits, self.shown.revision + 1, rules)
    }

    /// Takes over an edit and the draft that [`with_edit`](Self::with_edit) gave for it.
    pub fn take_edit(&mut self, edit: Edit, result: Draft) {
        self.edits.push(edit);
        self.shown = result;
    }

    /// Takes over what was said before, as far as it is not known: the store answers again.
    pub fn merge(&mut self, stored: StoredDraft, rules: &dyn Rules) {
        let here = std::mem::replace(self, Self::resume(stored, rules));
        self.shown.revision = self.shown.revision.max(here.shown.revision);
        for turn in &here.turns {
            self.add_turn(&here.call, turn, rules);
        }
    }

    /// It is a ticket now.
    pub fn close(&mut self) {
        self.confirmed = true;
    }
}

/// A draft of the machine with a person's edits on top, the later over the earlier. An edited field holds what
/// the person left there, also nothing. A category that a person chose brings its department along, unless a
/// person chose that too; so does a place that a person wrote, where the department came from the machine's.
#[must_use]
pub fn lay_over(machine: &Draft, edits: &[Edit], revision: u64, rules: &dyn Rules) -> Draft {
    let mut draft = Draft { revision, ..machine.clone() };
    let mut edited: BTreeMap<FieldKey, &str> = BTreeMap::new();
    for edit in edits {
        edited.insert(edit.field, &edit.value);
    }
    for (key, value) in &edited {
        if value.is_empty() {
            draft.fields.remove(key);
        } else {
            draft.fields.insert(*key, by_person(value));
        }
    }
    draft.questions.retain(|question| !edited.contains_key(&question.field));
    let Some(code) = draft.fields.get(&FieldKey::Category).map(|field| CategoryCode::from(&*field.value))
    else {
        return draft;
    };
    let came_by_place = || {
        (draft.fields.get(&FieldKey::Department)).is_some_and(|field| field.reason.starts_with("territory:"))
    };
    let chosen = edited.contains_key(&FieldKey::Category);
    let routed_anew = chosen || edited.contains_key(&FieldKey::Place) && came_by_place();
    if routed_anew
        && !edited.contains_key(&FieldKey::Department)
        && let Some(department) = rules.department(&code, &draft)
    {
        draft.fields.insert(FieldKey::Department, department);
    }
    if chosen
        && !edited.contains_key(&FieldKey::Urgency)
        && let Some((_, urgency)) = rules.category(&code)
        && let Ok(serde_json::Value::String(value)) = serde_json::to_value(urgency)
    {
        // What was said of the urgency counts more than what the category implies.
        draft.fields.entry(FieldKey::Urgency).or_insert_with(|| Field {
            value,
            confidence: 1.0,
            filled_by: FilledBy::Machine,
            evidence: Vec::new(),
            reason: format!("category:{code}"),
        });
    }
    draft
}

fn by_person(value: &str) -> Field {
    Field {
        value: value.to_owned(),
        confidence: 1.0,
        filled_by: FilledBy::Agent,
        evidence: Vec::new(),
        reason: String::new(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
