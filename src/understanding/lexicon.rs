//! A list of phrases, each with a meaning, searched in one pass over a line. A longer phrase hides the
//! shorter ones inside it; an English phrase matches whole words only.

use std::collections::HashMap;

use super::transcript::{Line, fold_word};
use crate::speech::text::with_digits;

/// Phrases and their meanings.
#[derive(Debug)]
pub(super) struct Lexicon<T> {
    /// By first character: the rest of the phrase, folded, and what it means.
    by_first: HashMap<char, Vec<Phrase<T>>>,
}

/// A folded phrase and all it means.
type Phrase<T> = (Vec<char>, Vec<T>);

/// A phrase found in a line.
#[derive(Debug)]
pub(super) struct Hit<'l, T> {
    /// First folded character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// All that the phrase means.
    pub(super) meanings: &'l [T],
}

impl<T> Default for Lexicon<T> {
    fn default() -> Self {
        Self { by_first: HashMap::new() }
    }
}

impl<T> Lexicon<T> {
    /// Adds a meaning to a phrase, as it is said and as its numbers are written. An empty phrase is nothing.
    pub(super) fn add(&mut self, phrase: &str, meaning: T)
    where
        T: Clone,
    {
        let written = with_digits(phrase);
        if written != phrase {
            self.add_writing(&written, meaning.clone());
        }
        self.add_writing(phrase, meaning);
    }

    fn add_writing(&mut self, phrase: &str, meaning: T) {
        let folded: Vec<char> = fold_word(phrase).chars().collect();
        let Some(first) = folded.first() else { return };
        let phrases = self.by_first.entry(*first).or_default();
        match phrases.iter_mut().find(|(known, _)| *known == folded) {
            Some((_, meanings)) => meanings.push(meaning),
            None => phrases.push((folded, vec![meaning])),
        }
    }

    /// The phrases of a line, from left to right; none lies inside another.
    pub(super) fn find<'l>(&'l self, line: &Line<'_>) -> Vec<Hit<'l, T>> {
        let mut hits: Vec<Hit<'l, T>> = Vec::new();
        for start in 0..line.chars.len() {
            let Some(hit) = self.longest_at(line, start) else { continue };
            if hits.last().is_none_or(|last| hit.end > last.end) {
                hits.push(hit);
            }
        }
        hits
    }

    /// The longest phrase that starts at a character.
    pub(super) fn longest_at<'l>(&'l self, line: &Line<'_>, start: usize) -> Option<Hit<'l, T>> {
        let phrases = self.by_first.get(line.chars.get(start)?)?;
        let rest = &line.chars[start..];
        (phrases.iter())
            .filter(|(phrase, _)| rest.starts_with(phrase) && line.whole(start, start + phrase.len()))
            .max_by_key(|(phrase, _)| phrase.len())
            .map(|(phrase, meanings)| Hit { start, end: start + phrase.len(), meanings })
    }
}
