//! The spans that the examples had, with how often under which label: known streets, estates, names.

use std::collections::{BTreeMap, HashMap};

use super::sentence::{Sentence, hash};

/// Labels under which a text was seen, with how often, the most frequent first.
pub(crate) type Seen = Vec<(u16, u32)>;

/// Span texts of the examples, hashed, and their labels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lists {
    pub(crate) entries: BTreeMap<u64, Seen>,
}

/// What an example itself has put into the lists, and must not read there.
pub(crate) type Own = HashMap<(u64, u16), u32>;

/// What the lists say of every piece of a text.
#[derive(Debug)]
pub(crate) struct Matches {
    /// By first token and length less one.
    pub(crate) seen: Vec<Vec<Seen>>,
    /// By token: label and length of the longest that begins here,
    pub(crate) beginning: Vec<Option<(u16, usize)>>,
    /// ends here,
    pub(crate) ending: Vec<Option<(u16, usize)>>,
    /// goes over it, with whether it is its first (0), a middle (1) or its last token (2).
    pub(crate) over: Vec<Option<(u16, usize, u8)>>,
}

/// The hash of a piece of a text, from the one of the piece without its last token.
fn longer(piece: u64, token: u64) -> u64 {
    hash(&[piece, token])
}

impl Lists {
    /// The hash under which a span's text is kept.
    pub(crate) fn key(sentence: &Sentence, start: usize, end: usize) -> u64 {
        sentence.exact[start..end].iter().fold(0, |piece, token| longer(piece, *token))
    }

    /// Notes one more span of a label.
    pub(crate) fn count(&mut self, key: u64, label: u16) {
        let seen = self.entries.entry(key).or_default();
        match seen.iter_mut().find(|(known, _)| *known == label) {
            Some((_, count)) => *count += 1,
            None => seen.push((label, 1)),
        }
        seen.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
    }

    /// Looks up every piece of a text of up to `widest` tokens.
    pub(crate) fn matches(&self, sentence: &Sentence, widest: usize, own: Option<&Own>) -> Matches {
        let length = sentence.len();
        let seen: Vec<Vec<Seen>> = (0..length)
            .map(|start| {
                let mut piece = 0;
                sentence.exact[start..length.min(start + widest)]
                    .iter()
                    .map(|token| {
                        piece = longer(piece, *token);
                        self.others(piece, own)
                    })
                    .collect()
            })
            .collect();
        let mut matches = Matches {
            beginning: vec![None; length],
            ending: vec![None; length],
            over: vec![None; length],
            seen: Vec::new(),
        };
        for (start, pieces) in seen.iter().enumerate() {
            for (index, piece) in pieces.iter().enumerate().skip(1) {
                if let Some((label, _)) = piece.first() {
                    matches.note(start, index + 1, *label);
                }
            }
        }
        matches.seen = seen;
        matches
    }

    fn others(&self, key: u64, own: Option<&Own>) -> Seen {
        let Some(seen) = self.entries.get(&key) else { return Vec::new() };
        let Some(own) = own else { return seen.clone() };
        let mut rest: Seen = seen
            .iter()
            .map(|(label, count)| (*label, count - own.get(&(key, *label)).copied().unwrap_or(0).min(*count)))
            .filter(|(_, count)| *count > 0)
            .collect();
        rest.sort_by_key(|(label, count)| (std::cmp::Reverse(*count), *label));
        rest
    }
}

impl Matches {
    fn note(&mut self, start: usize, length: usize, label: u16) {
        let last = start + length - 1;
        self.beginning[start] = Some((label, length));
        if self.ending[last].is_none_or(|(_, known)| length > known) {
            self.ending[last] = Some((label, length));
        }
        for (offset, over) in self.over[start..=last].iter_mut().enumerate() {
            if over.is_none_or(|(_, known, _)| length > known) {
                let part = if offset == 0 { 0 } else { 1 + u8::from(offset + 1 == length) };
                *over = Some((label, length, part));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_does_not_read_what_it_wrote() {
        let sentence = Sentence::new(&["曙", "光", "里"]);
        let key = Lists::key(&sentence, 0, 3);
        let mut lists = Lists::default();
        lists.count(key, 4);
        let own = Own::from([((key, 4), 1)]);
        assert_eq!(lists.matches(&sentence, 5, None).beginning[0], Some((4, 3)));
        assert_eq!(lists.matches(&sentence, 5, Some(&own)).beginning[0], None);
        lists.count(key, 4);
        assert_eq!(lists.matches(&sentence, 5, Some(&own)).over[1], Some((4, 3, 1)));
    }
}
