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

/// The words of a lexicon in a call, in the order they were said; `ignored` ones left out.
pub(super) fn spoken<T: Clone>(
    lexicon: &Lexicon<T>,
    transcript: &Transcript<'_>,
    ignored: fn(&Line<'_>, usize) -> bool,
) -> Vec<Spoken<T>> {
    let mut found = Vec::new();
    for (index, line) in transcript.lines.iter().enumerate() {
        for hit in lexicon.find(line) {
            if ignored(line, hit.start) {
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

/// Whether the words before `start` say that it is not that. What is missing (没有公交车) is no denial: it is
/// what the caller calls about.
pub(super) fn is_not_that(line: &Line<'_>, start: usize) -> bool {
    ["不是", "并非", "not ", "not a ", "not about "].iter().any(|denial| line.has_before(start, denial))
        && !line.has_before(start, "是不是")
}

/// Whether what stands at `start` is denied or only feared: 万一着火.
pub(super) fn denied_or_feared(line: &Line<'_>, start: usize) -> bool {
    const FEARS: [&str; 13] = [
        "万一",
        "怕",
        "害怕",
        "容易",
        "防止",
        "要是",
        "如果",
        "以免",
        "担心",
        "会",
        "万一要是",
        "in case of ",
        "if there is a ",
    ];
    denied(line, start) || FEARS.iter().any(|fear| line.has_before(start, fear))
}
