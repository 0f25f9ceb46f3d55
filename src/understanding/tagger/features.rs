//! What speaks for a token's label and for its place in a span, one hash for each thing seen.

use super::lists::Matches;
use super::sentence::{Sentence, hash, hash_text};

/// Collects hashes; what is added is told apart by the order of adding.
pub(super) struct Found {
    kind: u64,
    pub(super) hashes: Vec<u32>,
}

impl Found {
    pub(super) fn new(kind: u64) -> Self {
        Self { kind, hashes: Vec::with_capacity(80) }
    }

    pub(super) fn add(&mut self, parts: &[u64]) {
        self.kind += 1;
        let hash = hash(&[self.kind, hash(parts)]);
        self.hashes.push((hash >> 32) as u32);
    }
}

/// The hashes of every token.
pub(crate) fn of_tokens(sentence: &Sentence, matches: &Matches) -> Vec<Vec<u32>> {
    let ends: Vec<u64> = ["省", "市", "区", "县", "镇", "路", "号", "村"].map(hash_text).to_vec();
    (0..sentence.len())
        .map(|place| {
            let mut found = Found::new(0);
            window(sentence, place, &mut found);
            endings(sentence, place, &ends, &mut found);
            repeats(sentence, place, &mut found);
            lists(sentence, matches, place, &mut found);
            words(sentence, place, &mut found);
            found.hashes
        })
        .collect()
}

/// The characters around, alone and in runs of up to four, and their kinds.
fn window(sentence: &Sentence, place: usize, found: &mut Found) {
    let at = |offset: isize| sentence.form(place as isize + offset);
    let kind = |offset: isize| sentence.kind(place as isize + offset);
    for offset in -3..=3 {
        found.add(&[at(offset)]);
    }
    for offset in -3..=2 {
        found.add(&[at(offset), at(offset + 1)]);
    }
    found.add(&[at(-1), at(1)]);
    for offset in -3..=1 {
        found.add(&[at(offset), at(offset + 1), at(offset + 2)]);
    }
    for offset in -3..=0 {
        found.add(&[at(offset), at(offset + 1), at(offset + 2), at(offset + 3)]);
    }
    found.add(&[kind(-2), kind(-1), kind(0), kind(1), kind(2)]);
    found.add(&[kind(0), kind(1), kind(2), kind(3)]);
    found.add(&[kind(-3), kind(-2), kind(-1), kind(0)]);
    found.add(&[sentence.exact[place]]);
    found.add(&[place.min(5) as u64, sentence.len().min(8) as u64]);
    found.add(&[(sentence.len() - place).min(6) as u64]);
}

/// The nearest ends of names before and after, and which ones come later and came earlier.
fn endings(sentence: &Sentence, place: usize, ends: &[u64], found: &mut Found) {
    let after = |from: usize| (from..sentence.len()).find(|index| sentence.endings[*index]);
    let before = |to: usize| (0..to).rev().find(|index| sentence.endings[*index]);
    let (next, last) = (after(place), before(place));
    let (next_but_one, last_but_one) = (next.and_then(|next| after(next + 1)), last.and_then(before));
    let form = |index: Option<usize>| index.map_or(0, |index| sentence.forms[index]);
    let far = |index: Option<usize>| index.map_or(9, |index| index.abs_diff(place).min(8)) as u64;
    let here = sentence.forms[place];
    found.add(&[form(next), far(next)]);
    found.add(&[form(next), form(next_but_one)]);
    found.add(&[form(last), far(last)]);
    found.add(&[form(last), form(next)]);
    found.add(&[here, form(next)]);
    found.add(&[form(last_but_one), form(last), form(next)]);
    found.add(&[form(last), here]);
    found.add(&[form(last), far(last).min(4), form(next), far(next).min(4)]);
    for end in ends {
        let count = |forms: &[u64]| forms.iter().filter(|form| *form == end).count().min(2) as u64;
        found.add(&[count(&sentence.forms[place + 1..]), form(next)]);
        found.add(&[count(&sentence.forms[..place]), form(next)]);
    }
}

/// Whether what begins here comes earlier or later once more.
fn repeats(sentence: &Sentence, place: usize, found: &mut Found) {
    let twice = |length: usize| repeated(sentence, place, place + length);
    let here = sentence.forms[place];
    found.add(&[twice(1), here]);
    found.add(&[twice(2), here]);
    found.add(&[twice(2)]);
    found.add(&[twice(3)]);
}

/// Whether a piece of the text is there earlier (1) or later (2) too; 9 where the piece would go over the end.
pub(super) fn repeated(sentence: &Sentence, start: usize, end: usize) -> u64 {
    let forms = &sentence.forms;
    let Some(piece) = forms.get(start..end) else { return 9 };
    let within = |forms: &[u64]| forms.windows(piece.len()).any(|window| window == piece);
    u64::from(within(&forms[..start])) + 2 * u64::from(within(&forms[end..]))
}

/// What the lists of known spans say.
fn lists(sentence: &Sentence, matches: &Matches, place: usize, found: &mut Found) {
    let edge = |found: Option<(u16, usize)>| {
        found.map_or(0, |(label, length)| 1 + u64::from(label) * 8 + length.min(6) as u64)
    };
    let over = |place: Option<usize>| {
        let found = place.and_then(|place| matches.over.get(place).copied().flatten());
        found.map_or(0, |(label, _, part)| 1 + u64::from(label) * 4 + u64::from(part))
    };
    found.add(&[edge(matches.beginning[place])]);
    found.add(&[edge(matches.ending[place])]);
    let length = matches.over[place].map_or(0, |(_, length, _)| length.min(6) as u64);
    found.add(&[over(Some(place)), length]);
    found.add(&[over(Some(place)), sentence.forms[place]]);
    found.add(&[over(place.checked_sub(1)), over(Some(place)), over(Some(place + 1))]);
}

/// The word that the token is in, and the words beside it.
fn words(sentence: &Sentence, place: usize, found: &mut Found) {
    let words = &sentence.words;
    let here = words[place];
    let edge = here.edge as u64;
    let class = |index: Option<usize>| {
        index.and_then(|index| words.get(index)).map_or(1, |word| hash(&[word.edge as u64, word.tag]))
    };
    let (before, at, after) = (class(place.checked_sub(1)), class(Some(place)), class(Some(place + 1)));
    found.add(&[at]);
    found.add(&[before, at]);
    found.add(&[at, after]);
    found.add(&[before, at, after]);
    found.add(&[here.text, edge]);
    let next = (place..words.len()).find(|index| words[*index].ends()).and_then(|end| words.get(end + 1));
    let (next_text, next_tag) = next.map_or((0, 0), |word| (word.text, word.tag));
    found.add(&[edge, here.text, next_text]);
    found.add(&[edge, next_text]);
    found.add(&[edge, here.tag, next_tag]);
    let first = (0..=place).rev().find(|index| words[*index].begins());
    let last = first.and_then(|first| first.checked_sub(1)).map_or(0, |last| words[last].text);
    found.add(&[edge, here.text, last]);
    found.add(&[edge, last]);
}
