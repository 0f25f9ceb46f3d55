//! What speaks for a whole segment's label, one hash for each thing seen.

use super::features::{Found, repeated};
use super::lists::Matches;
use super::sentence::{Sentence, hash};

/// Above the kinds of a token's features.
const KINDS: u64 = 1000;

/// The hashes of the segment from `start` to before `end`.
pub(crate) fn of_segment(sentence: &Sentence, matches: &Matches, start: usize, end: usize) -> Vec<u32> {
    let mut found = Found::new(KINDS);
    let length = (end - start) as u64;
    found.add(&[length.min(12)]);
    let at = |place: usize, offset: isize| sentence.form(place as isize + offset);
    let (first, last) = (at(start, 0), at(end, -1));
    found.add(&[first, last, length.min(5)]);
    found.add(&[at(end, -2), last, length.min(6)]);
    found.add(&[first, at(start, 1), length.min(6)]);
    found.add(&[at(start, -1), last]);
    found.add(&[at(end, 0), first]);
    found.add(&[last, at(end, 0), length.min(6)]);
    found.add(&[at(start, -1), first, length.min(6)]);
    found.add(&[at(start, -1), at(end, 0)]);
    let shape = shape(sentence, start, end);
    found.add(&[shape]);
    found.add(&[shape, length.min(12)]);
    found.add(&[repeated(sentence, start, end), length.min(4)]);
    found.add(&[if length > 1 { hash(&sentence.exact[start..end]) } else { 0 }]);
    words(sentence, start, end, &mut found);
    let seen = &matches.seen[start][end - start - 1];
    let all: u32 = seen.iter().map(|(_, count)| count).sum();
    let mut known = Found::new(KINDS + 100);
    known.add(&[if seen.is_empty() { length.min(12) } else { 0 }]);
    for (label, count) in seen {
        // The number of digits that the count has in binary, and its share in quarters.
        let size = u64::from((u32::BITS - count.leading_zeros()).min(6));
        let mut one = Found::new(KINDS + 200);
        one.add(&[u64::from(*label), size, u64::from(count * 4 / all)]);
        known.hashes.extend(one.hashes);
    }
    found.hashes.extend(known.hashes);
    found.hashes
}

/// Kinds of tokens without repetitions, and the ends of names themselves.
fn shape(sentence: &Sentence, start: usize, end: usize) -> u64 {
    let mut last = 0;
    (start..end).fold(0, |shape, place| {
        let part = match sentence.kinds[place] {
            _ if sentence.endings[place] => sentence.forms[place],
            b'1'..=b'5' => u64::from(b'0'),
            kind => u64::from(kind),
        };
        let repeated = part == last && !sentence.endings[place];
        last = part;
        if repeated { shape } else { hash(&[shape, part]) }
    })
}

fn words(sentence: &Sentence, start: usize, end: usize, found: &mut Found) {
    let inside = &sentence.words[start..end];
    let (first, last) = (sentence.words[start], sentence.words[end - 1]);
    let length = inside.len() as u64;
    found.add(&[u64::from(first.begins()), u64::from(last.ends()), length.min(4)]);
    found.add(&[first.tag, last.tag]);
    found.add(&[last.text]);
    found.add(&[first.text]);
    found.add(&[inside.iter().filter(|word| word.ends()).count().min(6) as u64, length.min(8)]);
    let tags: Vec<u64> = inside.iter().filter(|word| word.begins()).map(|word| word.tag).take(5).collect();
    found.add(&tags);
}
