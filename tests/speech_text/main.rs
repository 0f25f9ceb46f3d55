//! Texts as a recogniser writes them, and as a clerk does: numbers with digits, marks where there were none,
//! words that still say where their sound is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod english;
mod generated;
mod kept;
mod marks;
mod properties;
mod said;
mod written;

use jiesu::domain::{SamplePosition, Word};
use jiesu::speech::text::normalise;

/// A text as it is shown, without the mark at its end.
fn shown(text: &str, language: &str) -> String {
    normalise(text, &[], language).text.trim_end_matches(['。', '？', '.', '?']).to_owned()
}

/// Words of 200 ms each, a character of Chinese or an English word; with `pauses` before those of these numbers.
fn words(texts: &[&str], pauses: &[usize]) -> Vec<Word> {
    let mut at_ms = 0;
    (texts.iter().enumerate())
        .map(|(index, text)| {
            at_ms += if pauses.contains(&index) { 600 } else { 0 };
            let start_sample = SamplePosition::from_ms(at_ms);
            at_ms += 200;
            let end_sample = SamplePosition::from_ms(at_ms);
            Word { text: (*text).to_owned(), start_sample, end_sample, biased: false }
        })
        .collect()
}

/// Reports every text that is not shown as expected.
fn check(language: &str, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = (cases.iter())
        .filter_map(|(said, expected)| {
            let shown = shown(said, language);
            (shown != *expected).then(|| format!("{said}: {shown}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
