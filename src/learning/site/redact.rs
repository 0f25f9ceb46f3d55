//! Names, numbers and addresses taken out of what was said. In: a text, the places in it that a field came from,
//! what must not be in it, the city's names. Out: the text with a mark where something was. Pure.
//!
//! A name that no field, person or rule knows stays: people who are spoken of in passing, by a bare name.

use std::collections::HashMap;

use super::Secrets;
use crate::numerals::{digit, is_digit_word, is_numeral, word_at};
use crate::understanding::surname_of;

/// What stands where something was taken out.
pub const TAKEN_OUT: char = '＊';
/// Characters in a row that a text must share with a person's name; with an address.
const SHARED_WITH_NAME: usize = 2;
const SHARED_WITH_OTHER: usize = 3;
/// What stands after a surname.
const TITLES: [&str; 22] = [
    "先生", "女士", "小姐", "师傅", "老师", "阿姨", "大爷", "大妈", "大姐", "大哥", "大娘", "奶奶", "同志",
    "主任", "书记", "经理", "老板", "大夫", "医生", "律师", "队长", "村长",
];
/// What stands before a name.
const NAMED: [&str; 3] = ["姓", "叫", "名字是"];
/// What a given name hardly has: where one of these follows, the name is over.
const NOT_IN_NAMES: &str = "的是在住我你您他她它这那有也啊呢吧嗯号来了说给从到叫姓请麻和与没不什么";
/// What numbers of a house are counted in: one digit before one of these is an address.
const OF_A_HOUSE: &str = "号栋幢座楼单门室层弄院组排区期";
/// What may stand between the digits of one number.
const BETWEEN_DIGITS: &str = " -－—　，,、.·";

/// The names of a city's places, found fast.
#[derive(Debug, Default)]
pub struct Known(HashMap<[char; 2], Vec<Vec<char>>>);

impl Known {
    /// Of these names; those of one character are left out.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut known = Self::default();
        for name in names {
            let chars: Vec<char> = name.chars().collect();
            if let [first, second, ..] = chars[..] {
                known.0.entry([first, second]).or_default().push(chars);
            }
        }
        known
    }

    /// How long the longest name at this place is.
    fn longest_at(&self, chars: &[char], at: usize) -> usize {
        let start = chars.get(at..).unwrap_or_default();
        let [first, second, ..] = start else { return 0 };
        let names = self.0.get(&[*first, *second]).into_iter().flatten();
        names.filter(|name| start.starts_with(name)).map(Vec::len).max().unwrap_or(0)
    }
}

/// The text without what says who or where. `spans` are characters, end excluded.
#[must_use]
pub fn redact(text: &str, spans: &[(usize, usize)], secrets: &Secrets, known: &Known) -> String {
    let mut text = Marked { chars: text.chars().collect(), out: Vec::new() };
    text.out = vec![false; text.chars.len()];
    spans.iter().for_each(|(start, end)| text.mark(*start, *end));
    secrets.people.iter().for_each(|name| text.mark_shared(name, SHARED_WITH_NAME));
    secrets.others.iter().for_each(|other| text.mark_shared(other, SHARED_WITH_OTHER));
    text.mark_places(known);
    text.mark_names();
    text.mark_numbers();
    text.written()
}

/// A text and which of its characters are taken out.
struct Marked {
    chars: Vec<char>,
    out: Vec<bool>,
}

impl Marked {
    fn mark(&mut self, start: usize, end: usize) {
        let end = end.min(self.out.len());
        self.out[start.min(end)..end].fill(true);
    }

    fn has_at(&self, at: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(offset, char)| self.chars.get(at + offset) == Some(&char))
    }

    /// Every run of at least `least` characters that also stands in the secret, and every English word of it: a place
    /// is said in pieces, and 建国 is 王建国 too.
    fn mark_shared(&mut self, secret: &str, least: usize) {
        let secret: Vec<char> = secret.chars().collect();
        for run in secret.split(|char| !char.is_alphanumeric()).filter(|run| !run.is_empty()) {
            if run.iter().all(char::is_ascii) {
                self.mark_word(run);
                continue;
            }
            let least = least.min(run.len());
            for at in 0..=self.chars.len().saturating_sub(least) {
                if run.windows(least).any(|part| self.chars[at..].starts_with(part)) {
                    self.mark(at, at + least);
                }
            }
        }
    }

    /// A whole word, small or capital; letters and digits of one kind stand in no other word.
    fn mark_word(&mut self, word: &[char]) {
        let inside = |char: Option<&char>| char.is_some_and(char::is_ascii_alphanumeric);
        for at in 0..=self.chars.len().saturating_sub(word.len()) {
            let end = at + word.len();
            let Some(here) = self.chars.get(at..end) else { continue };
            let same = here.iter().zip(word).all(|(one, other)| one.eq_ignore_ascii_case(other));
            let whole = !inside(at.checked_sub(1).and_then(|before| self.chars.get(before)))
                && !inside(self.chars.get(end));
            if same && whole {
                self.mark(at, end);
            }
        }
    }

    fn mark_places(&mut self, known: &Known) {
        for at in 0..self.chars.len() {
            self.mark(at, at + known.longest_at(&self.chars, at));
        }
    }

    /// 王女士, 姓王, 叫王建国: whoever it is.
    fn mark_names(&mut self) {
        for at in 0..self.chars.len() {
            let surname = surname_of(&self.chars, at);
            if let Some(surname) = surname
                && let Some(title) = TITLES.iter().find(|title| self.has_at(at + surname, title))
            {
                self.mark(at, at + surname + title.chars().count());
            }
            let Some(word) = NAMED.iter().find(|word| self.has_at(at, word)) else { continue };
            let start = at + word.chars().count();
            let Some(surname) = surname_of(&self.chars, start) else { continue };
            let given = self.chars[start + surname..].iter();
            let given =
                given.take(2).take_while(|char| char.is_alphabetic() && !NOT_IN_NAMES.contains(**char));
            let given = given.count();
            // 叫车 is no name: one without a given name is a surname after 姓 only.
            if given > 0 || *word == "姓" {
                self.mark(start, start + surname + given);
            }
        }
    }

    /// Arabic digits; two and more Chinese or English ones in a row; one of a house.
    fn mark_numbers(&mut self) {
        let mut at = 0;
        while at < self.chars.len() {
            let mut end = at;
            let mut next = at;
            let mut digits = 0;
            while let Some(after) = self.digit_at(next) {
                digits += 1;
                end = after;
                next = end;
                while self.chars.get(next).is_some_and(|char| BETWEEN_DIGITS.contains(*char)) {
                    next += 1;
                }
            }
            // 〇 is a number and a letter.
            let arabic = self.chars[at..end].iter().any(|char| char.is_numeric() && !char.is_alphabetic());
            let house = digits == 1 && self.chars.get(end).is_some_and(|char| OF_A_HOUSE.contains(*char));
            if digits > 1 || arabic || house {
                self.mark(at, end);
            }
            at = end.max(at + 1);
        }
    }

    /// Where the digit, numeral or English digit word at a place ends.
    fn digit_at(&self, at: usize) -> Option<usize> {
        let char = *self.chars.get(at)?;
        if char.is_numeric() || digit(char).is_some() || is_numeral(char) {
            return Some(at + 1);
        }
        word_at(&self.chars, at).filter(|(word, _)| is_digit_word(word)).map(|(_, end)| end)
    }

    /// One mark for each run that is taken out.
    fn written(&self) -> String {
        let mut text = String::new();
        for (char, out) in self.chars.iter().zip(&self.out) {
            match out {
                false => text.push(*char),
                true if !text.ends_with(TAKEN_OUT) => text.push(TAKEN_OUT),
                true => {}
            }
        }
        text
    }
}
