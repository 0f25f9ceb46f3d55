//! What the matter is: the taxonomy's words, weighed. A kind's score is the sum of its words' weights, each
//! word once, the agent's at less; scores become probabilities against the chance that none fits.

use std::collections::BTreeMap;

use super::found::{Found, Reason};
use super::lexicon::Lexicon;
use super::taxonomy::Taxonomy;
use super::transcript::{Span, Transcript};
use super::words::{is_not_that, spoken};
use crate::domain::{CategoryCode, CategoryGuess};

/// An agent's word counts less: it may be a question.
const AGENT_SHARE: f32 = 0.4;
/// How far apart scores must be to be told apart: one word of weight 3 is about e² to one.
const TEMPERATURE: f32 = 1.6;
/// The score that "none of them" is given: one hint does not reach it.
const NONE_SCORE: f32 = 1.6;
/// A guess below this is not shown.
const SHOWN_FROM: f32 = 0.04;
/// The field is filled only where the best guess is likelier than not.
const FILLED_FROM: f32 = 0.5;
const GUESSES: usize = 3;
const EVIDENCE_WORDS: usize = 6;

/// The taxonomy's words; each means kinds, by their place among all kinds, and a weight.
pub(super) type CategoryWords = Lexicon<(usize, f32)>;

/// A kind of matter that may fit.
#[derive(Debug, Clone)]
pub(super) struct Guess {
    pub(super) code: CategoryCode,
    pub(super) confidence: f32,
    /// The words that speak for it, the weightiest first.
    pub(super) spans: Vec<Span>,
}

/// Gathers the words of all kinds.
pub(super) fn category_words(taxonomy: &Taxonomy) -> CategoryWords {
    let mut words = Lexicon::default();
    for (index, category) in taxonomy.categories().enumerate() {
        for (word, weight) in &category.words {
            words.add(word, (index, *weight));
        }
    }
    words
}

/// The likeliest kinds, best first.
pub(super) fn guesses(taxonomy: &Taxonomy, words: &CategoryWords, transcript: &Transcript<'_>) -> Vec<Guess> {
    // Kind, then word: the best weight it was said with, and where first.
    let mut said: BTreeMap<usize, BTreeMap<String, (f32, Span)>> = BTreeMap::new();
    for word in spoken(words, transcript, is_not_that) {
        let (kind, weight) = word.meaning;
        let weight = if word.by_caller { weight } else { weight * AGENT_SHARE };
        let text = transcript.text(word.span).to_lowercase();
        let known = said.entry(kind).or_default().entry(text).or_insert((weight, word.span));
        if weight > known.0 {
            *known = (weight, word.span);
        }
    }
    let score = |words: &BTreeMap<String, (f32, Span)>| words.values().map(|(weight, _)| weight).sum::<f32>();
    let best = said.values().map(score).fold(NONE_SCORE, f32::max);
    let likelihood = |score: f32| ((score - best) / TEMPERATURE).exp();
    let all: f32 = likelihood(NONE_SCORE) + said.values().map(|words| likelihood(score(words))).sum::<f32>();
    let codes: Vec<&CategoryCode> = taxonomy.categories().map(|category| &category.code).collect();
    let mut guesses: Vec<Guess> = (said.iter())
        .filter_map(|(kind, words)| {
            let mut spans: Vec<(f32, Span)> = words.values().copied().collect();
            spans.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            spans.truncate(EVIDENCE_WORDS);
            Some(Guess {
                code: (*codes.get(*kind)?).clone(),
                confidence: likelihood(score(words)) / all,
                spans: spans.into_iter().map(|(_, span)| span).collect(),
            })
        })
        .filter(|guess| guess.confidence >= SHOWN_FROM)
        .collect();
    guesses.sort_by(|one, other| {
        other.confidence.total_cmp(&one.confidence).then_with(|| one.code.cmp(&other.code))
    });
    guesses.truncate(GUESSES);
    guesses
}

/// The category's field: the best guess, where it is sure enough.
pub(super) fn category(guesses: &[Guess], transcript: &Transcript<'_>) -> Option<Found> {
    let best = guesses.first().filter(|best| best.confidence >= FILLED_FROM)?;
    Some(Found {
        value: best.code.0.clone(),
        confidence: best.confidence,
        spans: best.spans.clone(),
        reason: Reason::Keyword.of(&transcript.text(*best.spans.first()?)),
    })
}

/// A guess as the draft shows it.
pub(super) fn as_shown(guess: &Guess, transcript: &Transcript<'_>) -> CategoryGuess {
    CategoryGuess {
        code: guess.code.clone(),
        confidence: guess.confidence,
        evidence: transcript.evidences(&guess.spans),
    }
}
