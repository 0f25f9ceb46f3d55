//! The taxonomy's words found in a call: which mean what, who said them, and whether they were denied.

use super::lexicon::Lexicon;
use super::transcript::{Line, Span, Transcript};

/// A word of a rule that was said.
#[derive(Debug, Clone)]
pub(super) struct Spoken<T> {
    /// Where.
    pub(super) span: Span,
    /// What it means.
    pub(super) meaning: T,
    /// Whether the caller said it.
    pub(super) by_caller: bool,
}

/// The words of a lexicon in a call, in the order they were said; denied ones left out.
pub(super) fn spoken<T: Clone>(lexicon: &Lexicon<T>, transcript: &Transcript<'_>) -> Vec<Spoken<T>> {
    let mut found = Vec::new();
    for (index, line) in transcript.lines.iter().enumerate() {
        for hit in lexicon.find(line) {
            if denied(line, hit.start) {
                continue;
            }
            let span = Span { line: index, start: hit.start, end: hit.end };
            let by_caller = line.is_caller();
            found.extend(hit.meanings.iter().cloned().map(|meaning| Spoken { span, meaning, by_caller }));
        }
    }
    found
}

/// Whether what stands at `start` is denied by the words just before it.
pub(super) fn denied(line: &Line<'_>, start: usize) -> bool {
    const DENIALS: [&str; 17] = [
        "没有",
        "没",
        "不是",
        "并没有",
        "也不是",
        "不用",
        "不需要",
        "不必",
        "不要",
        "无需",
        "不是要",
        "不想",
        "no ",
        "not ",
        "not a ",
        "don't need to ",
        "don't want to ",
    ];
    DENIALS.iter().any(|denial| line.has_before(start, denial))
        && !["有没有", "是不是", "能不能", "要不要"].iter().any(|question| line.has_before(start, question))
}
