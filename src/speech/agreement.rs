//! What of a turn's partials will not change any more. Enters: what each pass of the recogniser heard, and in
//! which part of the turn. Leaves: a text to show and how much of its beginning is committed. Pure.
//!
//! What two successive passes agree on is committed (LocalAgreement-2: Macháček, Dabre, Bojar 2023), letter by
//! letter; case, width, spaces and punctuation do not count. A pass over a later part of the turn is laid against
//! the end of what is committed, so that the two may overlap.

use crate::domain::{SamplePosition, Word};

/// Letters of a turn that are looked at; a turn is never so long, a recogniser that goes round in circles is.
const MOST_LETTERS: usize = 1_000;
/// So many letters just before a later part of the turn may be heard in it again, whole or not: word times are
/// only nearly right.
const BLURRED_LETTERS: usize = 2;
/// Numerals as they are spoken: a number is committed when it is over, for its next digit may change it all.
const NUMERALS: &str = "零〇一二三四五六七八九十百千万亿两幺点";

/// The text of a turn that is still being spoken.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    committed: Vec<Letter>,
    /// What the last pass heard after that.
    tail: Vec<Letter>,
    /// Punctuation at its very end.
    ending: String,
    /// How far into the recording the last pass heard.
    heard_to: SamplePosition,
}

/// A letter, digit or syllable.
#[derive(Debug, Clone)]
struct Letter {
    /// As it is shown, with the spaces and punctuation before it.
    text: String,
    /// What it is compared by.
    key: char,
    /// True where nothing stands between it and the letter before.
    joined: bool,
    end: SamplePosition,
}

impl Agreement {
    /// Takes in a pass over the sound from `from` to `to`: the words heard there. False where it is older than
    /// the last one, and was not taken in.
    pub(super) fn hear(&mut self, words: &[Word], from: SamplePosition, to: SamplePosition) -> bool {
        if to <= self.heard_to {
            return false;
        }
        self.heard_to = to;
        let (mut heard, ending) = letters(words);
        // What lies before this pass's sound will not be heard again.
        let passed = self.tail.iter().take_while(|letter| letter.end <= from).count();
        let passed: Vec<_> = self.tail.drain(..passed).collect();
        self.commit(passed);
        let known = self.already_committed(&heard, from);
        heard.drain(..known);
        self.space_out(&mut heard, known);
        let same = self.tail.iter().zip(&heard).take_while(|(before, now)| before.key == now.key).count();
        let agreed = self.without_open_word(&heard, same);
        self.tail = heard.split_off(agreed);
        self.commit(heard);
        self.ending = ending;
        true
    }

    /// The text so far: what is committed, and after it what the last pass heard.
    pub(super) fn text(&self) -> String {
        let letters = self.committed.iter().chain(&self.tail);
        letters.map(|letter| letter.text.as_str()).chain([self.ending.as_str()]).collect()
    }

    /// How many characters of the text are committed.
    pub(super) fn committed(&self) -> usize {
        self.committed.iter().map(|letter| letter.text.chars().count()).sum()
    }

    /// Where the last `letters` committed letters begin; nothing where no more than those are committed.
    pub(super) fn committed_before(&self, letters: usize) -> Option<SamplePosition> {
        let before = self.committed.len().checked_sub(letters + 1)?;
        self.committed.get(before).map(|letter| letter.end)
    }

    fn commit(&mut self, letters: Vec<Letter>) {
        for mut letter in letters.into_iter().take(MOST_LETTERS.saturating_sub(self.committed.len())) {
            // Times of two passes may differ; these only rise.
            let last = self.committed.last().map_or(SamplePosition(0), |last| last.end);
            letter.end = letter.end.max(last);
            self.committed.push(letter);
        }
    }

    /// How many of the letters heard from `from` on are what is committed, heard again: the beginning of `heard`
    /// that is the least different from the end of what is committed.
    fn already_committed(&self, heard: &[Letter], from: SamplePosition) -> usize {
        let first = self.committed.partition_point(|letter| letter.end <= from);
        let blurred = first.min(BLURRED_LETTERS);
        let context = &self.committed[first - blurred..];
        // The edit distance, row by row; the blurred letters may be missing at no cost.
        let mut row: Vec<usize> = (0..=heard.len()).collect();
        for (index, letter) in context.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = (index + 1).saturating_sub(blurred);
            for (at, other) in heard.iter().enumerate() {
                let replaced = diagonal + usize::from(letter.key != other.key);
                diagonal = row[at + 1];
                row[at + 1] = replaced.min(row[at] + 1).min(diagonal + 1);
            }
        }
        // Of equal ones the longest: another letter in place of a committed one is no new letter.
        let least = row.iter().min().copied().unwrap_or(0);
        row.iter().rposition(|cost| *cost == least).unwrap_or(0)
    }

    /// A pass that begins after the committed text does not know that a space belongs between two words.
    fn space_out(&self, heard: &mut [Letter], known: usize) {
        let (Some(last), Some(next)) = (self.committed.last(), heard.first_mut()) else { return };
        let latin = |letter: &Letter| letter.key.is_ascii_alphabetic();
        if known == 0 && next.joined && latin(last) && latin(next) {
            next.text.insert(0, ' ');
            next.joined = false;
        }
    }

    /// How many of the `agreed` letters end no word or number that may still go on.
    fn without_open_word(&self, heard: &[Letter], mut agreed: usize) -> usize {
        let goes_on = |letters: &[Letter], at: usize| {
            letters.get(at).is_none_or(|next| next.joined && is_part(next.key))
        };
        while agreed > 0
            && is_part(heard[agreed - 1].key)
            && (goes_on(heard, agreed) || goes_on(&self.tail, agreed))
        {
            agreed -= 1;
        }
        agreed
    }
}

/// True for what only together with its neighbours is a word or a number.
fn is_part(key: char) -> bool {
    key.is_ascii_alphanumeric() || NUMERALS.contains(key)
}

/// The letters of some words, and the punctuation after the last of them. A word's time is shared by its letters.
fn letters(words: &[Word]) -> (Vec<Letter>, String) {
    let (mut letters, mut between) = (Vec::new(), String::new());
    for word in words {
        let count = word.text.chars().filter(|character| character.is_alphanumeric()).count() as u64;
        let length = word.end_sample.0.saturating_sub(word.start_sample.0);
        let mut nth = 0;
        for character in word.text.chars() {
            if letters.len() == MOST_LETTERS {
                return (letters, String::new());
            }
            if !character.is_alphanumeric() {
                between.push(character);
                continue;
            }
            nth += 1;
            let joined = between.is_empty();
            let mut text = std::mem::take(&mut between);
            text.push(character);
            let end = SamplePosition(word.start_sample.0 + length * nth / count);
            letters.push(Letter { text, key: key(character), joined, end });
        }
    }
    (letters, between)
}

/// What a letter is compared by: without case, and of the common width.
fn key(character: char) -> char {
    let narrow = match character {
        '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    };
    narrow.to_lowercase().next().unwrap_or(narrow)
}

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;
