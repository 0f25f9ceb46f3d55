//! A confirmed ticket becomes an example: the caller's words without who and where, and the category that a person
//! confirmed. Confidential tickets never do.

use serde::{Deserialize, Serialize};

use super::redact::{Known, redact};
use super::secrets::{Secrets, is_common, tells_who_or_where};
use crate::domain::{Channel, Turn, TurnStatus};
use crate::store::ConfirmedTicket;
use crate::ticket::Rules;

/// Letters of a text below which nothing can be learnt from it.
const LEAST_LETTERS: usize = 6;

/// A text and the category it is filed under; a line of JSON in a file of examples.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it is called; empty for a call.
    pub title: String,
    /// What was said.
    pub body: String,
    /// The category's code.
    pub label: String,
}

/// The example that a ticket gives; nothing where it is confidential or says too little. `known` are the names of
/// the city's places.
#[must_use]
pub fn example(ticket: &ConfirmedTicket, rules: &dyn Rules, known: &Known) -> Option<Example> {
    if ticket.confidential {
        return None;
    }
    // Read anew: an edited field of the confirmed draft has lost the words that it came from.
    let machine = rules.draft(&ticket.call, &ticket.turns);
    let secrets = Secrets::of(ticket, &machine);
    let spans = |turn: &Turn| -> Vec<(usize, usize)> {
        let fields = [&machine, &ticket.draft].into_iter().flat_map(|draft| &draft.fields);
        fields
            .filter(|(key, field)| tells_who_or_where(**key) && !is_common(**key, &field.value))
            .flat_map(|(_, field)| &field.evidence)
            .filter(|evidence| evidence.turn_id == turn.id)
            .map(|evidence| (evidence.start_char as usize, evidence.end_char as usize))
            .collect()
    };
    let said = |turn: &&Turn| turn.channel == Channel::Caller && turn.status == TurnStatus::Recognised;
    let parts: Vec<String> = (ticket.turns.iter().filter(said))
        .map(|turn| redact(&turn.text, &spans(turn), &secrets, known))
        .filter(|text| text.chars().any(char::is_alphanumeric))
        .collect();
    let body = parts.join(" ");
    let letters = body.chars().filter(|char| char.is_alphanumeric()).count();
    (letters >= LEAST_LETTERS).then(|| Example {
        title: String::new(),
        body,
        label: ticket.category.0.clone(),
    })
}
