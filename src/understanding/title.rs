//! One line that says what the matter is: the place's name and the clause that names the matter.

use super::category::Guess;
use super::found::{Found, Reason};
use super::place::Place;
use super::subject::telling_clause;
use super::transcript::{Transcript, is_chinese};

/// The title.
pub(super) fn title(transcript: &Transcript<'_>, guess: &Guess, place: Option<&Place>) -> Option<Found> {
    let said_at = place.map(|place| place.found.spans.as_slice()).unwrap_or_default();
    let clause = telling_clause(transcript, guess, said_at)?;
    let matter = transcript.text(clause);
    let Some((short, name)) = place.and_then(|place| Some((place.short?, &place.short_text))) else {
        return Some(Found {
            value: matter,
            confidence: 0.6,
            spans: vec![clause],
            reason: Reason::Composed.of(""),
        });
    };
    let said = transcript.text(short);
    if matter.contains(&said) {
        return Some(Found {
            value: matter.replacen(&said, name, 1),
            confidence: 0.75,
            spans: vec![clause],
            reason: Reason::Composed.of(""),
        });
    }
    let between = if matter.chars().any(is_chinese) { "" } else { ": " };
    Some(Found {
        value: format!("{name}{between}{matter}"),
        confidence: 0.75,
        spans: vec![short, clause],
        reason: Reason::Composed.of(""),
    })
}
