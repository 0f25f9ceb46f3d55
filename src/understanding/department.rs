//! Who works on it: a specialist's word, else whose territory the place is, else the category's department; the
//! reason says which. Where two specialists are named, or the category is open, it is left to the agent.

use super::found::{Found, Reason};
use super::lexicon::Lexicon;
use super::taxonomy::{Category, Specialist, Taxonomy, Territory};
use super::transcript::{Span, Transcript};
use super::words::{is_not_that, spoken};
use crate::domain::{CategoryCode, DepartmentCode};

/// How sure a specialist's word makes it.
const SPECIALIST_CONFIDENCE: f32 = 0.9;

/// Words that mean a specialist; the number is the rule's place in the taxonomy.
pub(super) type SpecialistWords = Lexicon<usize>;

/// Gathers the taxonomy's words.
pub(super) fn specialist_words(taxonomy: &Taxonomy) -> SpecialistWords {
    let mut words = Lexicon::default();
    for (index, Specialist { words: listed, .. }) in taxonomy.specialists.iter().enumerate() {
        for word in listed {
            words.add(word, index);
        }
    }
    words
}

/// The department of a call.
pub(super) fn department(
    taxonomy: &Taxonomy,
    words: &SpecialistWords,
    transcript: &Transcript<'_>,
    category: Option<&Found>,
    place: Option<&Found>,
) -> Option<Found> {
    let said = specialists(taxonomy, words, transcript);
    if let Some((department, span)) = said.first() {
        let spans = said.iter().filter(|(other, _)| other == department).map(|(_, span)| *span).collect();
        return said.iter().all(|(other, _)| other == department).then(|| Found {
            value: department.0.clone(),
            confidence: SPECIALIST_CONFIDENCE,
            spans,
            reason: Reason::Specialist.of(&transcript.text(*span)),
        });
    }
    let found = category?;
    let category = taxonomy.category(&CategoryCode(found.value.clone()))?;
    if let Some(place) = place
        && let Some(territory) = territory(taxonomy, category, &place.reason)
    {
        return Some(Found {
            value: territory.department.0.clone(),
            confidence: found.confidence.min(place.confidence),
            spans: place.spans.clone(),
            reason: Reason::Territory.of(&territory.place),
        });
    }
    Some(Found {
        value: category.department.0.clone(),
        reason: Reason::Category.of(&category.code.0),
        ..found.clone()
    })
}

/// The specialists that the caller's words name, in the order they were said.
fn specialists<'t>(
    taxonomy: &'t Taxonomy,
    words: &SpecialistWords,
    transcript: &Transcript<'_>,
) -> Vec<(&'t DepartmentCode, Span)> {
    (spoken(words, transcript, is_not_that).into_iter())
        .filter(|word| word.by_caller)
        .filter_map(|word| Some((&taxonomy.specialists.get(word.meaning)?.department, word.span)))
        .collect()
}

/// The territory that a place lies in, for a matter that is worked on there; `place` is the reason of the field,
/// which has the gazetteer's names, the widest first. Of two, the narrower.
pub(super) fn territory<'t>(
    taxonomy: &'t Taxonomy,
    category: &Category,
    place: &str,
) -> Option<&'t Territory> {
    let names = place.strip_prefix(Reason::Place.code())?.strip_prefix(':').filter(|_| category.local)?;
    names.rsplit('/').find_map(|name| taxonomy.territories.iter().find(|territory| territory.place == name))
}

/// Whether a reason is a specialist's word.
pub(super) fn is_specialist(reason: &str) -> bool {
    reason.split(':').next() == Some(Reason::Specialist.code())
}
