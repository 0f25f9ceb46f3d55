//! What the matter is: the taxonomy's words, weighed, and a trained model where there is one. A kind's score is the
//! sum of its words' weights, each word once, the agent's at less, and what the model thinks of it; scores become
//! probabilities against the chance that none fits.

use std::collections::BTreeMap;

use super::classifier::Classifier;
use super::found::{Found, Reason};
use super::heard_by_model::Heard;
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
/// The same apart of scores and of the model's word for it, where there is one: what made both together right most
/// often, and as often as they say, on the bundled examples (five folds).
const TEMPERATURE_BESIDE_MODEL: f32 = 2.2;
const MODEL_SHARE: f32 = 0.8;
/// What a kind gains by any of its words being said, and how likely "none of them" is, where there is a model.
const ANY_WORD: f32 = 0.7;
const NONE_BESIDE_MODEL: f32 = 0.1;
/// The model alone fills the field only from here on: below, it too often finds a matter in talk that has none.
const FILLED_BY_MODEL_FROM: f32 = 0.7;
/// And then is shown as no surer than this.
const SHOWN_BY_MODEL: f32 = 0.45;
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

/// The words of one kind that were said: the best weight each was said with, and where first.
type Said = BTreeMap<String, (f32, Span)>;

/// The likeliest kinds, best first. What other fields quote (`quoted`) is no evidence of the model's.
pub(super) fn guesses(
    taxonomy: &Taxonomy,
    words: &CategoryWords,
    classifier: Option<&Classifier>,
    transcript: &Transcript<'_>,
    quoted: &[Span],
) -> Vec<Guess> {
    let said = said(words, transcript);
    let heard = classifier.and_then(|classifier| Heard::new(classifier, transcript, quoted));
    let codes: Vec<&CategoryCode> = taxonomy.categories().map(|category| &category.code).collect();
    let logits: Vec<f32> = (codes.iter().enumerate())
        .map(|(kind, code)| {
            let by_words = said.get(&kind).map(score);
            match &heard {
                Some(heard) => {
                    let by_words = by_words.map(|score| score / TEMPERATURE_BESIDE_MODEL + ANY_WORD);
                    by_words.unwrap_or_default() + MODEL_SHARE * heard.likelihood(code).ln()
                }
                // Without a model only a kind whose words were said can be meant.
                None => by_words.map_or(f32::NEG_INFINITY, |score| score / TEMPERATURE),
            }
        })
        .collect();
    let none = if heard.is_some() { NONE_BESIDE_MODEL.ln() } else { NONE_SCORE / TEMPERATURE };
    let likely = likelihoods(&logits, none);
    let mut best: Vec<(usize, f32)> = match &heard {
        Some(_) => beside_the_words(likely, &said),
        None => likely.into_iter().enumerate().collect(),
    };
    best.retain(|(_, confidence)| *confidence >= SHOWN_FROM);
    best.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| codes[one.0].cmp(codes[other.0])));
    (best.into_iter())
        .filter_map(|(kind, confidence)| {
            let code = (*codes.get(kind)?).clone();
            let spans = evidence(said.get(&kind), heard.as_ref(), &code);
            (!spans.is_empty()).then_some(Guess { code, confidence, spans })
        })
        .take(GUESSES)
        .collect()
}

/// Likelihoods of the kinds, from what speaks for each and for none.
fn likelihoods(logits: &[f32], none: f32) -> Vec<f32> {
    let most = logits.iter().copied().fold(none, f32::max);
    let all = (none - most).exp() + logits.iter().map(|logit| (logit - most).exp()).sum::<f32>();
    logits.iter().map(|logit| (logit - most).exp() / all).collect()
}

/// What words and model say together, by kind, so that a kind that none of its words speaks for fills the field only
/// where the model is very sure; and what the words alone would fill it with stays, where nothing better does.
fn beside_the_words(likely: Vec<f32>, said: &BTreeMap<usize, Said>) -> Vec<(usize, f32)> {
    let mut best: Vec<(usize, f32)> = (likely.into_iter().enumerate())
        .map(|(kind, confidence)| {
            let alone = !said.contains_key(&kind) && confidence < FILLED_BY_MODEL_FROM;
            (kind, if alone { confidence.min(SHOWN_BY_MODEL) } else { confidence })
        })
        .collect();
    if best.iter().any(|(_, confidence)| *confidence >= FILLED_FROM) {
        return best;
    }
    let (kinds, logits): (Vec<usize>, Vec<f32>) =
        said.iter().map(|(kind, words)| (*kind, score(words) / TEMPERATURE)).unzip();
    let by_words = likelihoods(&logits, NONE_SCORE / TEMPERATURE);
    let sure = kinds.into_iter().zip(by_words).find(|(_, confidence)| *confidence >= FILLED_FROM);
    if let Some((kind, _)) = sure {
        // The others share what is left.
        let others: f32 =
            best.iter().filter(|(other, _)| *other != kind).map(|(_, confidence)| confidence).sum();
        let share = ((1.0 - FILLED_FROM) / others).min(1.0);
        for (other, confidence) in &mut best {
            *confidence = if *other == kind { FILLED_FROM } else { *confidence * share };
        }
    }
    best
}

/// What the words of a kind weigh together.
fn score(words: &Said) -> f32 {
    words.values().map(|(weight, _)| weight).sum()
}

/// By kind, the words of the taxonomy that were said.
fn said(words: &CategoryWords, transcript: &Transcript<'_>) -> BTreeMap<usize, Said> {
    let mut said: BTreeMap<usize, Said> = BTreeMap::new();
    for word in spoken(words, transcript, is_not_that) {
        let (kind, weight) = word.meaning;
        let weight = if word.by_caller { weight } else { weight * AGENT_SHARE };
        let text = transcript.text(word.span).to_lowercase();
        let known = said.entry(kind).or_default().entry(text).or_insert((weight, word.span));
        if weight > known.0 {
            *known = (weight, word.span);
        }
    }
    said
}

/// The words that speak for a kind: the taxonomy's, and where none was said, those that told the model.
fn evidence(said: Option<&Said>, heard: Option<&Heard<'_>>, code: &CategoryCode) -> Vec<Span> {
    let Some(said) = said else { return heard.map(|heard| heard.telling(code)).unwrap_or_default() };
    let mut spans: Vec<(f32, Span)> = said.values().copied().collect();
    spans.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    spans.into_iter().map(|(_, span)| span).take(EVIDENCE_WORDS).collect()
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
