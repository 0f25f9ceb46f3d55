//! A text's tokens as the features see them: hashed, classed, with the words they are in.

use std::sync::LazyLock;

use jieba_rs::Jieba;

static WORDS: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Chinese words and their parts of speech; read at the first call, which takes tenths of a second.
pub(in crate::understanding) fn dictionary() -> &'static Jieba {
    &WORDS
}

/// The last characters of names of places and of their numbers, by which what stands before them is known.
const ENDINGS: &str =
    "省市区县镇乡村街道路巷弄号楼幢栋座室层单元苑园城厦公司厂校院店场社组里庄湾桥口州旗盟屯队";

/// One number for several; the form of the model's file rests on it.
pub(crate) fn hash(parts: &[u64]) -> u64 {
    parts.iter().fold(0x9e37_79b9_7f4a_7c15, |hash, part| {
        let mixed = (hash ^ part).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed ^ (mixed >> 32)
    })
}

/// The same for a text.
pub(crate) fn hash_text(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Cuts a text into tokens: a row of digits is one, any other character is one; also at `cuts` (in characters).
pub(crate) fn tokens(text: &str, cuts: &[usize]) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut digits = false;
    for (place, character) in text.chars().enumerate() {
        let digit = character.is_ascii_digit();
        match tokens.last_mut() {
            Some(token) if digit && digits && !cuts.contains(&place) => token.push(character),
            _ => tokens.push(character.to_string()),
        }
        digits = digit;
    }
    tokens
}

/// Where in its word a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edge {
    First,
    Middle,
    Last,
    Whole,
}

/// The word that a token is in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) edge: Edge,
    /// Its part of speech, hashed.
    pub(crate) tag: u64,
    /// Its text, hashed.
    pub(crate) text: u64,
}

impl Word {
    pub(crate) fn begins(self) -> bool {
        matches!(self.edge, Edge::First | Edge::Whole)
    }

    pub(crate) fn ends(self) -> bool {
        matches!(self.edge, Edge::Last | Edge::Whole)
    }
}

/// A text, token by token.
#[derive(Debug)]
pub(crate) struct Sentence {
    /// Tokens as the features compare them: lower case, numbers by their length.
    pub(crate) forms: Vec<u64>,
    /// Tokens as they are.
    pub(crate) exact: Vec<u64>,
    /// Kinds of tokens: `1` to `5` numbers by length, `A` Latin, `n` a Chinese numeral, `h` Chinese, `-`, `.` others.
    pub(crate) kinds: Vec<u8>,
    /// Whether it ends the name of a place.
    pub(crate) endings: Vec<bool>,
    pub(crate) words: Vec<Word>,
}

impl Sentence {
    pub(crate) fn new<T: AsRef<str>>(tokens: &[T]) -> Self {
        let tokens: Vec<&str> = tokens.iter().map(AsRef::as_ref).collect();
        Self {
            forms: tokens.iter().map(|token| hash_text(&form(token))).collect(),
            exact: tokens.iter().map(|token| hash_text(token)).collect(),
            kinds: tokens.iter().map(|token| kind(token)).collect(),
            endings: tokens.iter().map(|token| ENDINGS.contains(token)).collect(),
            words: words(&tokens),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.forms.len()
    }

    /// The form at a place, which may be before the beginning or after the end.
    pub(crate) fn form(&self, place: isize) -> u64 {
        usize::try_from(place).map_or(place.unsigned_abs() as u64, |index| {
            self.forms.get(index).copied().unwrap_or_else(|| (100 + index - self.len()) as u64)
        })
    }

    /// The kind at a place, likewise.
    pub(crate) fn kind(&self, place: isize) -> u64 {
        usize::try_from(place)
            .map_or(u64::from(b'<'), |index| u64::from(self.kinds.get(index).copied().unwrap_or(b'>')))
    }
}

fn form(token: &str) -> String {
    if token.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("#{}", token.len().min(5))
    } else {
        token.to_lowercase()
    }
}

fn kind(token: &str) -> u8 {
    match token.chars().next() {
        Some(first) if first.is_ascii_digit() => b'0' + token.len().min(5) as u8,
        Some(first) if first.is_ascii_alphabetic() => b'A',
        Some(first) if "一二三四五六七八九十百".contains(first) => b'n',
        Some('-') => b'-',
        Some(first) if first >= '\u{4e00}' => b'h',
        _ => b'.',
    }
}

/// The words of the text that the tokens make, laid over them.
fn words(tokens: &[&str]) -> Vec<Word> {
    let text = tokens.concat();
    let mut end = 0;
    let spans: Vec<(usize, usize, u64, u64)> = WORDS
        .tag(&text, true)
        .iter()
        .map(|word| {
            let start = end;
            end += word.word.len();
            (start, end, hash_text(word.tag), hash_text(word.word))
        })
        .collect();
    let (mut word, mut start) = (0, 0);
    tokens
        .iter()
        .map(|token| {
            let end = start + token.len();
            while word + 1 < spans.len() && spans[word].1 <= start {
                word += 1;
            }
            let (word_start, word_end, tag, text) = spans.get(word).copied().unwrap_or((start, end, 0, 0));
            let edge = match (word_start >= start, word_end <= end) {
                (true, true) => Edge::Whole,
                (true, false) => Edge::First,
                (false, true) => Edge::Last,
                (false, false) => Edge::Middle,
            };
            start = end;
            Word { edge, tag, text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_digits_is_a_token_and_is_cut_where_asked() {
        assert_eq!(tokens("曙光里602室", &[]), ["曙", "光", "里", "602", "室"]);
        assert_eq!(tokens("602室", &[1]), ["6", "02", "室"]);
    }

    #[test]
    fn tokens_know_their_place_in_the_word() {
        let sentence = Sentence::new(&["天", "津", "市", "12", "号"]);
        assert!(sentence.words[0].begins() && !sentence.words[0].ends());
        assert_eq!(sentence.kinds, [b'h', b'h', b'h', b'2', b'h']);
    }
}
