//! Whom the caller complains about: a shop or a company by its name, property management, an office, a
//! neighbour's door. In: the transcript, the kind of request. Out: the words for the party the complaint speaks
//! of most plainly; who asks, suggests or praises complains about nobody, unless they say so.

use super::against_words::{ACCUSES, ENDINGS, NAMED, NOT_FIRST, NOT_IN_NAMES, PARTIES, WRONGS};
use super::clauses::clause_of;
use super::found::{Found, Reason};
use super::transcript::{Line, Span, Transcript, is_chinese, is_pause};
use crate::domain::RequestKind;

const LONGEST_NAME_CHARS: usize = 16;
/// Characters between 投诉 and whom it is about: 我们小区的.
const LONGEST_LEAD_CHARS: usize = 8;
/// So plainly a party must be complained about: by the accusing word, or by a name and what it does.
const FEWEST_POINTS: u8 = 3;
const COMPLAINING_POINTS: u8 = 2;

/// Whom it is about.
pub(super) fn against(transcript: &Transcript<'_>, kind: Option<&Found>) -> Option<Found> {
    let complains = is(kind, &[RequestKind::Complaint, RequestKind::Report]);
    let content = complains_of_nobody(kind);
    let mut best: Option<(u8, Span)> = None;
    for (index, line) in transcript.caller_lines() {
        let mut at = 0;
        while at < line.chars.len() {
            let Some((span, points)) = party(line, index, at) else {
                at += 1;
                continue;
            };
            at = span.end;
            let accused = points >= 4;
            let needed = if complains { COMPLAINING_POINTS } else { FEWEST_POINTS };
            if points >= needed && (!content || accused) && best.is_none_or(|(known, _)| points > known) {
                best = Some((points, span));
            }
        }
    }
    let (points, span) = best?;
    let confidence = match points {
        5.. => 0.85,
        4 => 0.8,
        3 => 0.7,
        0..=2 => 0.55,
    };
    Some(Found { reason: Reason::Said.of(""), ..Found::said(transcript, span, confidence) })
}

/// Whether the caller asks, suggests or praises.
pub(super) fn complains_of_nobody(kind: Option<&Found>) -> bool {
    is(kind, &[RequestKind::Inquiry, RequestKind::Praise, RequestKind::Suggestion])
}

fn is(kind: Option<&Found>, wanted: &[RequestKind]) -> bool {
    kind.is_some_and(|kind| wanted.iter().any(|wanted| super::kind::code(*wanted) == kind.value))
}

/// The party that begins or ends its first word at `at`, with how plainly it is complained about.
fn party(line: &Line<'_>, index: usize, at: usize) -> Option<(Span, u8)> {
    let named = line.longest_at(at, &NAMED).and_then(|(_, length)| {
        let start = line.skip_pauses(at + length);
        let start = line.longest_at(start, &["呃", "嗯", "叫", "是"]).map_or(start, |(_, more)| {
            let start = line.skip_pauses(start + more);
            line.longest_at(start, &["叫", "是"]).map_or(start, |(_, more)| line.skip_pauses(start + more))
        });
        let end = (start..line.chars.len())
            .find(|end| is_pause(line.chars[*end]) || !is_name(line.chars[*end]))
            .unwrap_or(line.chars.len());
        (2..=LONGEST_NAME_CHARS).contains(&(end - start)).then_some(Span { line: index, start, end })
    });
    if let Some(span) = named {
        return Some((span, 5));
    }
    if let Some((_, length)) = line.longest_at(at, &ENDINGS) {
        let end = at + length;
        let start = name_start(line, at);
        let own_name = start < at;
        let span = Span { line: index, start, end };
        return Some((span, points(line, span) + if own_name { 2 } else { 1 }));
    }
    let (_, length) = line.longest_at(at, &PARTIES)?;
    let end = door(line, at + length);
    let span = Span { line: index, start: at, end };
    // 楼上 alone is a place.
    let place = line.longest_at(end, &["有", "还有", "的人", "老人"]).is_some();
    let points = points(line, span);
    (points > 0 && !place).then_some((span, points + u8::from(end > at + length) + 1))
}

/// How plainly the words around a party accuse it.
fn points(line: &Line<'_>, span: Span) -> u8 {
    let clause = clause_of(line, span.line, span.start);
    let lead = (clause.start..span.start).any(|at| {
        line.longest_at(at, &ACCUSES).is_some_and(|(_, length)| {
            let between = at + length..span.start;
            line.whole(at, at + length) && between.len() <= LONGEST_LEAD_CHARS
        })
    });
    // What it does stands in the rest of its clause, or in the next.
    let next_end = clause_of(line, span.line, line.skip_pauses(clause.end)).end.max(clause.end);
    let does = (span.end..next_end.min(line.chars.len())).any(|at| line.longest_at(at, &WRONGS).is_some());
    3 * u8::from(lead) + u8::from(does)
}

/// Where the name before an ending begins.
fn name_start(line: &Line<'_>, ending: usize) -> usize {
    let mut start = ending;
    while start > 0
        && ending - start < LONGEST_NAME_CHARS
        && is_name(line.chars[start - 1])
        && !NOT_IN_NAMES.contains(line.chars[start - 1])
    {
        start -= 1;
    }
    let mut at = start;
    while at < ending {
        match line.longest_at(at, &NOT_FIRST) {
            Some((_, length)) if at + length <= ending => {
                at += length;
                start = at;
            }
            _ => at += 1,
        }
    }
    start
}

fn is_name(char: char) -> bool {
    is_chinese(char) || char.is_ascii_alphanumeric()
}

/// 楼上502, 对门三零一: the door said after a neighbour.
fn door(line: &Line<'_>, from: usize) -> usize {
    let digits =
        line.chars[from..].iter().take_while(|char| crate::numerals::digit(**char).is_some()).count();
    if !(3..=4).contains(&digits) {
        return from;
    }
    let end = from + digits;
    line.longest_at(end, &["那家", "那户", "住户", "的", "室"])
        .filter(|(word, _)| *word != "的")
        .map_or(end, |(_, length)| end + length)
}
