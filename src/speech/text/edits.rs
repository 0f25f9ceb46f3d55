//! Changes to a text, and the words regrouped to match: pieces joined are the text, and the times of a piece
//! cover the sound of what it replaces.

use super::Normalised;
use crate::domain::Word;

/// Characters `start..end` become `text`; where both are the same, `text` is put in before that character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

impl Edit {
    fn inserts(&self) -> bool {
        self.start == self.end
    }
}

/// The text after all edits. They must not overlap; in what order they come does not matter. `words` must be of
/// the text before; words of another text are left out.
pub(super) fn apply(chars: &[char], words: &[Word], mut edits: Vec<Edit>) -> Normalised {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let groups = grouped(chars, words, &edits);
    let mut written = Written { text: String::new(), pieces: vec![String::new(); groups.len()], piece: 0 };
    let mut edits = edits.into_iter().peekable();
    let mut at = 0;
    while at <= chars.len() {
        // What is put in belongs to the word before it.
        while let Some(edit) = edits.next_if(|edit| edit.start == at && edit.inserts()) {
            written.push(&edit.text);
        }
        written.enter(&groups, at);
        if let Some(edit) = edits.next_if(|edit| edit.start == at) {
            if written.would_run_together(&edit.text) {
                written.push("，");
            }
            written.push(&edit.text);
            at = edit.end;
        } else {
            if let Some(char) = chars.get(at) {
                written.push(char.encode_utf8(&mut [0; 4]));
            }
            at += 1;
        }
    }
    let Written { text, pieces, .. } = written;
    let words = groups.into_iter().zip(pieces).map(|(group, text)| Word { text, ..group.word }).collect();
    Normalised { text, words }
}

/// Words that become one, by the characters they cover.
struct Group {
    start: usize,
    end: usize,
    word: Word,
}

/// The words, those joined that an edit lies across.
fn grouped(chars: &[char], words: &[Word], edits: &[Edit]) -> Vec<Group> {
    let length: usize = words.iter().map(|word| word.text.chars().count()).sum();
    if length != chars.len() {
        return Vec::new();
    }
    let mut groups: Vec<Group> = Vec::with_capacity(words.len());
    let mut edits = edits.iter().filter(|edit| !edit.inserts()).peekable();
    let mut start = 0;
    for word in words {
        let end = start + word.text.chars().count();
        while edits.next_if(|edit| edit.end <= start).is_some() {}
        let across = edits.peek().is_some_and(|edit| edit.start < start && start < edit.end);
        match groups.last_mut().filter(|_| across) {
            Some(group) => {
                group.end = end;
                group.word.end_sample = word.end_sample.max(group.word.end_sample);
                group.word.biased |= word.biased;
            }
            None => groups.push(Group { start, end, word: word.clone() }),
        }
        start = end;
    }
    groups
}

/// The new text and its pieces while they are written.
struct Written {
    text: String,
    pieces: Vec<String>,
    piece: usize,
}

impl Written {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        if let Some(piece) = self.pieces.get_mut(self.piece) {
            piece.push_str(text);
        }
    }

    /// Goes on to the word that holds a character.
    fn enter(&mut self, groups: &[Group], at: usize) {
        while self.piece + 1 < groups.len()
            && groups[self.piece].end <= at
            && groups[self.piece + 1].start <= at
        {
            self.piece += 1;
        }
    }

    /// Two numbers side by side must not become one.
    fn would_run_together(&self, next: &str) -> bool {
        let digit = |char: Option<char>| char.is_some_and(|char| char.is_ascii_digit());
        digit(self.text.chars().next_back()) && digit(next.chars().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SamplePosition;

    fn word(text: &str, start: u64, end: u64, biased: bool) -> Word {
        Word {
            text: text.to_owned(),
            start_sample: SamplePosition(start),
            end_sample: SamplePosition(end),
            biased,
        }
    }

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { start, end, text: text.to_owned() }
    }

    #[test]
    fn words_under_one_edit_become_one_that_covers_their_sound() {
        let chars: Vec<char> = "在五零二室".chars().collect();
        let words = [
            word("在", 0, 10, false),
            word("五", 10, 20, false),
            word("零", 20, 30, true),
            word("二", 35, 40, false),
            word("室", 40, 50, false),
        ];
        let done = apply(&chars, &words, vec![edit(5, 5, "。"), edit(1, 4, "502")]);
        assert_eq!(done.text, "在502室。");
        assert_eq!(
            done.words,
            [word("在", 0, 10, false), word("502", 10, 40, true), word("室。", 40, 50, false)]
        );
    }

    #[test]
    fn two_numbers_side_by_side_stay_two() {
        let chars: Vec<char> = "三五".chars().collect();
        let words = [word("三", 0, 1, false), word("五", 1, 2, false)];
        let done = apply(&chars, &words, vec![edit(0, 1, "3"), edit(1, 2, "5")]);
        assert_eq!((done.text.as_str(), done.words.len()), ("3，5", 2));
    }

    #[test]
    fn words_of_another_text_are_left_out() {
        let done = apply(&['一'], &[word("一二", 0, 1, false)], vec![]);
        assert_eq!(done, Normalised { text: "一".to_owned(), words: Vec::new() });
    }
}
