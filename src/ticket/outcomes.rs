//! What became of the machine's suggestions in a ticket. Pure.

use std::collections::BTreeMap;

use crate::domain::{Draft, FieldKey};
use crate::store::SuggestionOutcome;

/// For every field that the machine suggested or the ticket has: what became of it.
#[must_use]
pub(super) fn outcomes(machine: &Draft, confirmed: &Draft) -> BTreeMap<FieldKey, SuggestionOutcome> {
    let keys = machine.fields.keys().chain(confirmed.fields.keys());
    let outcome = |key: &FieldKey| match (machine.fields.get(key), confirmed.fields.get(key)) {
        (Some(suggested), Some(field)) if suggested.value == field.value => Some(SuggestionOutcome::Kept),
        (Some(_), Some(_)) => Some(SuggestionOutcome::Corrected),
        (Some(_), None) => Some(SuggestionOutcome::Cleared),
        (None, Some(_)) => Some(SuggestionOutcome::Missed),
        (None, None) => None,
    };
    keys.filter_map(|key| Some((*key, outcome(key)?))).collect()
}
