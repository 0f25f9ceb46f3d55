//! What happened, in the caller's words: of each turn that speaks of the matter, from its first telling
//! clause to its last, without greeting and wish.

use super::category::Guess;
use super::clauses::{clause_of, clauses, trimmed, without_opening};
use super::found::{Found, Reason};
use super::transcript::{Span, Transcript};

/// More is the transcript, not a summary.
const LONGEST_SUBJECT_CHARS: usize = 200;
const MOST_TURNS: usize = 3;
/// A title's share of the matter; longer does not fit a list's line.
const LONGEST_CLAUSE_CHARS: usize = 24;
const LONGEST_ENGLISH_CLAUSE_CHARS: usize = 60;

/// What happened.
pub(super) fn subject(transcript: &Transcript<'_>, guess: &Guess, wish: Option<&Found>) -> Option<Found> {
    let wish = wish.and_then(|found| found.spans.first()).copied();
    let mut spans: Vec<Span> = Vec::new();
    let mut chars = 0;
    for (index, line) in transcript.caller_lines() {
        let mut telling = guess.spans.iter().filter(|span| span.line == index);
        if telling.next().is_none() || spans.len() == MOST_TURNS {
            continue;
        }
        let end = wish
            .filter(|wish| wish.line == index && wish.start > 0)
            .map_or(line.chars.len(), |wish| wish.start);
        let last_word = guess.spans.iter().filter(|span| span.line == index).map(|span| span.end).max();
        // A wish that comes first is followed by the matter.
        let end = if last_word.is_some_and(|last| last > end) { line.chars.len() } else { end };
        let start = clauses(line, index)
            .into_iter()
            .find_map(|clause| {
                let rest = without_opening(line, clause);
                (rest.end > rest.start + 1).then_some(rest.start)
            })
            .unwrap_or(0);
        // A turn that is nothing but the wish says not what happened.
        if wish.is_some_and(|wish| wish.line == index && wish.start <= start) && !spans.is_empty() {
            continue;
        }
        let span = trimmed(line, Span { line: index, start, end: end.max(start) });
        let length = span.end - span.start;
        if length > 0 && (spans.is_empty() || chars + length <= LONGEST_SUBJECT_CHARS) {
            chars += length;
            spans.push(Span { end: span.end.min(span.start + LONGEST_SUBJECT_CHARS), ..span });
        }
    }
    let words: Vec<String> = spans.iter().map(|span| transcript.text(*span)).collect();
    (!spans.is_empty()).then(|| Found {
        value: words.join("；"),
        confidence: 0.7,
        spans,
        reason: Reason::Said.of(""),
    })
}

/// The clause that names the matter, short enough for a title.
pub(super) fn telling_clause(transcript: &Transcript<'_>, guess: &Guess, place: &[Span]) -> Option<Span> {
    let said_by_caller = |span: &&Span| transcript.lines.get(span.line).is_some_and(|line| line.is_caller());
    // 我反映一下路灯的事儿 announces the matter; a later clause says it.
    const ANNOUNCES: [&str; 6] = ["的事儿", "的事", "的事情", "的问题", "的情况", "这个事"];
    let tells = |word: &&Span| {
        let Some(line) = transcript.lines.get(word.line) else { return false };
        let clause = clause_of(line, word.line, word.start);
        !ANNOUNCES.iter().any(|end| line.has_before(clause.end, end))
    };
    let by_caller = guess.spans.iter().filter(said_by_caller).find(tells);
    let word = by_caller.or(guess.spans.iter().find(said_by_caller)).or(guess.spans.first())?;
    let line = transcript.lines.get(word.line)?;
    let mut clause = without_opening(line, clause_of(line, word.line, word.start));
    clause.end = clause.end.max(word.end);
    clause.start = clause.start.min(word.start);
    // An address in the clause is said by the title's other half.
    for address in place.iter().filter(|span| span.line == word.line && span.end <= word.start) {
        clause.start = clause.start.max(address.end);
    }
    clause = without_opening(line, trimmed(line, clause));
    clause.start = clause.start.min(word.start);
    let english = line.chars.get(word.start).is_some_and(char::is_ascii);
    let longest = if english { LONGEST_ENGLISH_CLAUSE_CHARS } else { LONGEST_CLAUSE_CHARS };
    if clause.end - clause.start > longest {
        clause.start = word.start;
        clause.end = clause.end.min(word.start + longest).max(word.end);
    }
    Some(trimmed(line, clause))
}
