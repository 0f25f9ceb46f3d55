//! A recogniser's text made fit to read. In the recogniser's process: [`Cleaner`] (what is no text is taken out,
//! Chinese is written in simplified characters). In the service: [`normalise`], which writes numbers as a clerk
//! writes them and puts in the marks that a recogniser left out. Pure: the same text gives the same text, and
//! what is normal already stays as it is.
//!
//! What a speaker takes back (不对，是五号楼) stays in the text, because it was said; which of the two holds is
//! for the understanding to say.

mod chinese;
mod clean;
mod clock;
mod context;
mod counters;
mod digits;
mod edits;
mod english;
mod kept;
mod punctuation;

pub use clean::Cleaner;

use crate::domain::Word;

use self::edits::Edit;

/// A text is read again while that changes it; one is enough but for what nobody says.
const MOST_PASSES: usize = 4;

/// A text and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// The text.
    pub text: String,
    /// Its words; their texts joined are `text`.
    pub words: Vec<Word>,
}

/// Writes a text's numbers with digits where a clerk would, and puts in marks where it has none. `words` are the
/// text's, with their times; the words that come back are regrouped, so that each covers the sound of what it
/// stands for. `language` is the recogniser's code, empty where it gave none; only `zh`, `yue` and `en` are read.
#[must_use]
pub fn normalise(text: &str, words: &[Word], language: &str) -> Normalised {
    let mut done = once(text, words, language);
    // What is written can make its neighbour clear (三 beside 5); then that is written too.
    for _ in 1..MOST_PASSES {
        let again = once(&done.text, &done.words, language);
        if again.text == done.text {
            break;
        }
        done = again;
    }
    done
}

fn once(text: &str, words: &[Word], language: &str) -> Normalised {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    let edits = match Script::of(&chars, language) {
        Script::Chinese => {
            let said = digits::groups(&chars);
            let pauses = punctuation::pauses(&chars, words, &said);
            let mut edits = chinese::numbers(&chars, said, &pauses);
            edits.extend(punctuation::chinese(&chars, &pauses));
            edits
        }
        Script::English => {
            let said = digits::groups(&chars);
            let pauses = punctuation::pauses(&chars, words, &said);
            let mut edits = english::numbers(&chars, &said, &pauses);
            edits.extend(punctuation::english(&chars, &pauses));
            edits
        }
        Script::Other => Vec::new(),
    };
    edits::apply(&chars, words, edits)
}

/// A phrase with its numbers written as [`normalise`] writes them, and no marks put in: what a list of phrases
/// must also look for in a normalised text.
#[must_use]
pub fn with_digits(phrase: &str) -> String {
    let chars: Vec<char> = phrase.chars().map(half_width).collect();
    let edits: Vec<Edit> = match Script::of(&chars, "") {
        Script::Chinese => chinese::numbers(&chars, digits::groups(&chars), &[]),
        Script::English => english::numbers(&chars, &digits::groups(&chars), &[]),
        Script::Other => Vec::new(),
    };
    edits::apply(&chars, &[], edits).text
}

/// How a text's numbers are said.
enum Script {
    Chinese,
    English,
    /// Another language, or nothing that is read: left alone.
    Other,
}

impl Script {
    fn of(chars: &[char], language: &str) -> Self {
        if !matches!(language, "" | "zh" | "yue" | "en") {
            Self::Other
        } else if chars.iter().any(|char| is_chinese(*char)) {
            Self::Chinese
        } else if chars.iter().any(char::is_ascii_alphabetic) {
            Self::English
        } else {
            Self::Other
        }
    }
}

const fn is_chinese(char: char) -> bool {
    matches!(char, '\u{3400}'..='\u{9fff}' | '〇')
}

/// A full-width digit as a common one.
fn half_width(char: char) -> char {
    match char {
        '０'..='９' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        other => other,
    }
}
