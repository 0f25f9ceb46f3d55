//! How urgent it is: 特急 where words of danger were said, 紧急 for water, power, gas and heat, else what
//! the category usually is. An inquiry about such things, or praise, is not urgent.

use super::found::{Found, Reason};
use super::lexicon::Lexicon;
use super::taxonomy::Taxonomy;
use super::transcript::Transcript;
use super::words::{denied_or_feared, spoken};
use crate::domain::{CategoryCode, RequestKind, Urgency};

/// Words that mean an urgency; the number is the rule's place in the taxonomy.
pub(super) type UrgencyWords = Lexicon<usize>;

/// Gathers the taxonomy's words.
pub(super) fn urgency_words(taxonomy: &Taxonomy) -> UrgencyWords {
    let mut words = Lexicon::default();
    for (index, rule) in taxonomy.urgency_rules.iter().enumerate() {
        for word in &rule.words {
            words.add(word, index);
        }
    }
    words
}

/// The urgency, with the rule that gave it.
pub(super) fn urgency(
    taxonomy: &Taxonomy,
    words: &UrgencyWords,
    transcript: &Transcript<'_>,
    category: Option<&Found>,
    kind: Option<&Found>,
) -> Option<Found> {
    let calm = [RequestKind::Inquiry, RequestKind::Praise, RequestKind::Suggestion];
    let is_calm = kind.is_some_and(|kind| calm.iter().any(|calm| super::kind::code(*calm) == kind.value));
    let said = spoken(words, transcript, denied_or_feared);
    let rules = || said.iter().filter_map(|word| Some((taxonomy.urgency_rules.get(word.meaning)?, word)));
    let caller = rules().filter(|(_, word)| word.by_caller);
    // The gravest; of equally grave ones the first said.
    let gravest = caller.reduce(|best, next| if next.0.level > best.0.level { next } else { best });
    if let Some((rule, word)) = gravest
        && (!is_calm || rule.level == Urgency::Critical)
    {
        return Some(Found {
            value: code(rule.level).to_owned(),
            confidence: if is_calm { 0.5 } else { 0.9 },
            spans: vec![word.span],
            reason: Reason::Rule.of(&rule.name),
        });
    }
    let category = category?;
    let usual = taxonomy.category(&CategoryCode(category.value.clone()))?.urgency;
    Some(Found {
        value: code(if is_calm { Urgency::Ordinary } else { usual }).to_owned(),
        confidence: 0.8 * category.confidence,
        spans: category.spans.clone(),
        reason: Reason::Category.of(&category.value),
    })
}

fn code(level: Urgency) -> &'static str {
    match level {
        Urgency::Ordinary => "ordinary",
        Urgency::Urgent => "urgent",
        Urgency::Critical => "critical",
    }
}
