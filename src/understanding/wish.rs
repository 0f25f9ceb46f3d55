//! What the caller wants, in the caller's words: from 希望, 请你们, 麻烦, `I would like` to the end of the
//! sentence. Of several, the clearest; of equally clear ones, the last.

use super::clauses::{sentence_end, trimmed};
use super::found::{Found, Reason};
use super::transcript::{Span, Transcript};

/// Openings of a wish, with how clearly they are one.
const WISHES: [(&str, u8); 48] = [
    ("希望", 3),
    ("请你们", 3),
    ("请有关", 3),
    ("请相关", 3),
    ("请尽快", 3),
    ("请派", 3),
    ("请帮", 3),
    ("请给", 3),
    ("要求", 3),
    ("恳请", 3),
    ("盼望", 3),
    ("麻烦你们", 3),
    ("麻烦您给", 3),
    ("麻烦给", 3),
    ("麻烦派", 3),
    ("麻烦尽快", 3),
    ("麻烦您", 2),
    ("麻烦", 1),
    ("能不能", 2),
    ("可不可以", 2),
    ("能否", 2),
    ("什么时候能", 2),
    ("啥时候能", 2),
    ("什么时候才能", 2),
    ("赶紧", 1),
    ("帮我", 2),
    ("帮忙", 1),
    ("想让", 2),
    ("你们赶快", 2),
    ("你们尽快", 2),
    ("尽快", 1),
    ("建议", 2),
    ("i would like", 3),
    ("i'd like you", 3),
    ("i'd like", 2),
    ("we would like", 3),
    ("we'd like", 3),
    ("i hope", 3),
    ("we hope", 3),
    ("please", 2),
    ("can you", 2),
    ("could you", 2),
    ("can somebody", 2),
    ("can someone", 2),
    ("could someone", 2),
    ("could somebody", 2),
    ("i want you", 3),
    ("i want somebody", 3),
];
/// What follows `I'd like` where it is no wish but how a call begins.
const NO_WISHES: [&str; 12] = [
    "i would like to report",
    "i'd like to report",
    "i would like to complain",
    "i'd like to complain",
    "i'd like to make a complaint",
    "i would like to make a complaint",
    "i'd like to speak",
    "can you hear",
    "could you repeat",
    "can you repeat",
    "please hold",
    "please wait",
];
const SHORTEST_WISH_CHARS: usize = 4;

/// What the caller wants.
pub(super) fn wish(transcript: &Transcript<'_>) -> Option<Found> {
    let mut best: Option<(u8, Span)> = None;
    for (index, line) in transcript.caller_lines() {
        let mut at = 0;
        while at < line.chars.len() {
            let opening = WISHES
                .iter()
                .filter(|(word, _)| line.has_at(at, word) && line.whole(at, at + word.chars().count()))
                .max_by_key(|(word, _)| word.chars().count());
            let no_wish = NO_WISHES.iter().any(|word| line.has_at(at, word));
            let Some((_, clear)) = opening.filter(|_| !no_wish) else {
                at += 1;
                continue;
            };
            let span = trimmed(line, Span { line: index, start: at, end: sentence_end(line, at) });
            let long_enough = span.end - span.start >= SHORTEST_WISH_CHARS;
            if long_enough && best.is_none_or(|(known, _)| *clear >= known) {
                best = Some((*clear, span));
            }
            at = span.end.max(at + 1);
        }
    }
    let (clear, span) = best?;
    let confidence = match clear {
        3 => 0.9,
        2 => 0.75,
        _ => 0.55,
    };
    Some(Found { reason: Reason::Said.of(""), ..Found::said(transcript, span, confidence) })
}
