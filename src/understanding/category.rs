//! What the matter is: the taxonomy's words, weighed, and a trained model where there is one. A kind's score is the
//! sum of its words' weights, each word once, the agent's at less, and what the model thinks of it; scores become
//! probabilities against the chance that none fits.

use std::collections::BTreeMap;

use super::classifier::Classifier;
use super::found::{Found, Reason};
use super::lexicon::Lexicon;
use super::taxonomy::Taxonomy;
use super::transcript::{Span, Transcript, is_pause};
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
/// The likelihood that "none of them" is given where there is a model, which knows none such.
const MODEL_NONE: f32 = 0.25;
/// The least that the model gives a kind whose words were said: it adds to what they say, and takes nothing from it.
const MODEL_LEAST: f32 = 0.4;
/// The model's words are evidence where it thinks a kind this likely.
const MODEL_TELLS_FROM: f32 = 0.2;
const MODEL_WORDS: usize = 3;
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

/// The likeliest kinds, best first.
pub(super) fn guesses(
    taxonomy: &Taxonomy,
    words: &CategoryWords,
    classifier: Option<&Classifier>,
    transcript: &Transcript<'_>,
) -> Vec<Guess> {
    let said = said(words, transcript);
    let heard =
        classifier.map(|classifier| Heard::new(classifier, transcript)).filter(|heard| !heard.is_empty());
    let codes: Vec<&CategoryCode> = taxonomy.categories().map(|category| &category.code).collect();
    let score = |words: &Said| words.values().map(|(weight, _)| weight).sum::<f32>();
    let logits: Vec<f32> = (codes.iter().enumerate())
        .map(|(kind, code)| {
            let by_words = said.get(&kind).map(score);
            match &heard {
                Some(heard) => {
                    let least = if by_words.is_some() { MODEL_LEAST } else { f32::MIN_POSITIVE };
                    let by_model = heard.likelihood(code).max(least).ln();
                    by_words.unwrap_or_default() / TEMPERATURE + by_model
                }
                // Without a model only a kind whose words were said can be meant.
                None => by_words.map_or(f32::NEG_INFINITY, |score| score / TEMPERATURE),
            }
        })
        .collect();
    let none_by_model = if heard.is_some() { MODEL_NONE.ln() } else { 0.0 };
    let none = NONE_SCORE / TEMPERATURE + none_by_model;
    let most = logits.iter().copied().fold(none, f32::max);
    let all = (none - most).exp() + logits.iter().map(|logit| (logit - most).exp()).sum::<f32>();
    let mut best: Vec<(usize, f32)> =
        logits.into_iter().map(|logit| (logit - most).exp() / all).enumerate().collect();
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

/// The words that speak for a kind: the taxonomy's, and where there are few, those that told the model.
fn evidence(said: Option<&Said>, heard: Option<&Heard<'_>>, code: &CategoryCode) -> Vec<Span> {
    let mut spans: Vec<(f32, Span)> = said.into_iter().flat_map(BTreeMap::values).copied().collect();
    spans.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut spans: Vec<Span> = spans.into_iter().map(|(_, span)| span).take(EVIDENCE_WORDS).collect();
    if spans.len() < MODEL_WORDS {
        let over = |one: &Span, other: &Span| {
            one.line == other.line && one.start < other.end && other.start < one.end
        };
        let told = heard.map(|heard| heard.telling(code)).unwrap_or_default();
        let new: Vec<Span> =
            told.into_iter().filter(|new| !spans.iter().any(|known| over(new, known))).collect();
        spans.extend(new.into_iter().take(MODEL_WORDS - spans.len()));
    }
    spans
}

/// What the caller said, as the model hears it: one text, each character knowing its line and place.
struct Heard<'m> {
    classifier: &'m Classifier,
    likely: BTreeMap<&'m str, f32>,
    chars: Vec<char>,
    at: Vec<(usize, usize)>,
}

impl<'m> Heard<'m> {
    fn new(classifier: &'m Classifier, transcript: &Transcript<'_>) -> Self {
        let mut chars = Vec::new();
        let mut at = Vec::new();
        for (index, line) in transcript.caller_lines() {
            // A mark between the lines: nothing is read across them.
            chars.extend(line.chars.iter().copied().chain(['。']));
            at.extend((0..=line.chars.len()).map(|place| (index, place)));
        }
        let text: String = chars.iter().collect();
        let likely =
            classifier.likely(&text).into_iter().map(|likely| (likely.label, likely.confidence)).collect();
        Self { classifier, likely, chars, at }
    }

    fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    fn likelihood(&self, code: &CategoryCode) -> f32 {
        self.likely.get(code.0.as_str()).copied().unwrap_or_default()
    }

    /// The words that weigh most for a kind, the weightiest first; none where the model hardly thinks of it.
    fn telling(&self, code: &CategoryCode) -> Vec<Span> {
        if self.likelihood(code) < MODEL_TELLS_FROM {
            return Vec::new();
        }
        let pieces = self.classifier.telling(&self.chars, &code.0, MODEL_WORDS, |char| {
            // A piece of an English word says nothing to a reader.
            is_pause(char) || char.is_ascii_alphanumeric()
        });
        let span = |piece: &std::ops::Range<usize>| {
            let (line, start) = *self.at.get(piece.start)?;
            Some(Span { line, start, end: start + piece.len() })
        };
        pieces.iter().filter_map(|(piece, _)| span(piece)).collect()
    }
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
