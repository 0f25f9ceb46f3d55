//! The caller's identity number, from digits said in groups over several turns, corrected and read back; what
//! counts is that its last character fits the others. Out: its ends only. The spans of all that was said of it
//! are hidden in every other field, and are no telephone number.

use super::found::{Found, Reason};
use super::hesitation::only_hesitation;
use super::phone_words::{Item, agrees, denies, items};
use super::transcript::{Line, Span, Transcript, is_pause};
use crate::domain::Field;
use crate::numerals::identity::{IDENTITY_CHARS, all_hidden, hidden, is_identity};

const CUES: [&str; 6] = ["身份证", "证件号", "id number", "id card", "identity card", "identity number"];
/// How X at the end is said and heard.
const TENS: [&str; 8] = ["x", "叉", "艾克斯", "爱克斯", "埃克斯", "艾克司", "哎克斯", "ex"];
/// Words between two groups that do not end the number.
const BETWEEN: [&str; 10] =
    ["后面是", "接着是", "接下来是", "再后面", "最后是", "最后四位", "最后", "然后是", "后四位是", "后四位"];
/// A number is still being said while no more than this many lines lie between two of its groups.
const PAUSE_LINES: usize = 4;
/// Lines after the word for the card in which digits may be its number's.
const REACH_LINES: usize = 8;
/// Shorter groups may be anything: hidden elsewhere they would spoil a telephone number.
const TELLING_DIGITS: usize = 6;

/// What was heard of an identity number.
#[derive(Debug, Default)]
pub(super) struct IdNumber {
    /// The number, hidden; nothing where none was said whole.
    pub(super) found: Option<Found>,
    /// All digits that were said for one, also those of a number that does not fit.
    pub(super) spans: Vec<Span>,
}

#[derive(Debug, Clone)]
struct Piece {
    digits: String,
    span: Span,
}

#[derive(Debug, Clone)]
struct Said {
    number: String,
    spans: Vec<Span>,
    confidence: f32,
    corrected: bool,
}

/// Reads the identity number.
pub(super) fn id_number(transcript: &Transcript<'_>) -> IdNumber {
    let mut heard = IdNumber::default();
    let mut announced: Option<usize> = None;
    // The caller's groups that may belong to one number, and the agent's, read back.
    let (mut caller, mut agent): (Vec<Piece>, Vec<Piece>) = Default::default();
    let mut said: Option<Said> = None;
    let mut read_back: Option<(usize, Said)> = None;
    // 18 characters that do not fit, whose end may yet be corrected.
    let mut unfit: Option<Vec<Piece>> = None;
    for (index, line) in transcript.lines.iter().enumerate() {
        if line.has_any(&CUES) {
            // Digits said before are another number's.
            if announced.is_none() {
                caller.clear();
                agent.clear();
            }
            announced = Some(index);
        }
        if line.is_caller()
            && let Some((at, back)) = read_back.take()
            && index <= at + 2
        {
            match &mut said {
                Some(known) if denies(line) => known.confidence = 0.5,
                Some(known) if known.number == back.number => known.confidence = 0.97,
                _ if agrees(line) => said = Some(Said { confidence: 0.9, ..back }),
                _ => {}
            }
        }
        let near = announced.is_some_and(|at| index <= at + REACH_LINES);
        let wrong = items(line).contains(&Item::Wrong);
        let side = if line.is_caller() { &mut caller } else { &mut agent };
        for piece in pieces(line, index) {
            if side.last().is_some_and(|last| !goes_on(line, last, &piece)) {
                side.clear();
            }
            side.push(piece);
            let (whole, fits) = match whole(side) {
                Some(whole) => (Some(whole), true),
                None => {
                    let corrected = unfit.as_ref().filter(|_| wrong).and_then(|old| with_new_end(old, side));
                    (corrected, false)
                }
            };
            let number = whole.map(|pieces| Said {
                number: joined(&pieces),
                spans: pieces.iter().map(|piece| piece.span).collect(),
                confidence: if fits { 0.93 } else { 0.8 },
                corrected: !fits || wrong,
            });
            if let Some(number) = number {
                heard.spans.extend(&number.spans);
                if line.is_caller() {
                    said = Some(number);
                } else {
                    read_back = Some((index, number));
                }
                side.clear();
                unfit = None;
            } else if near && joined(side).len() == IDENTITY_CHARS {
                heard.spans.extend(side.iter().map(|piece| piece.span));
                unfit = Some(side.clone());
            }
        }
    }
    if let Some((_, back)) = read_back
        && let Some(known) = &mut said
        && known.number == back.number
    {
        known.confidence = 0.97;
    }
    heard.found = said.and_then(|said| {
        Some(Found {
            value: hidden(&said.number)?,
            confidence: said.confidence,
            spans: said.spans,
            reason: if said.corrected { Reason::Corrected.of("") } else { Reason::Identity.of("") },
        })
    });
    heard.spans.sort();
    heard.spans.dedup();
    heard
}

/// Hides the number's own words, and whatever another field quotes of them.
pub(super) fn hide(field: &mut Field, own: bool, words: &[String]) {
    for evidence in &mut field.evidence {
        if own {
            evidence.text = all_hidden(&evidence.text);
        }
    }
    for word in words {
        let stars = all_hidden(word);
        for text in [&mut field.value, &mut field.reason]
            .into_iter()
            .chain(field.evidence.iter_mut().map(|evidence| &mut evidence.text))
        {
            if text.contains(word.as_str()) {
                *text = text.replace(word.as_str(), &stars);
            }
        }
    }
}

/// The words of the number that would tell it where another field quotes them.
pub(super) fn telling_words(transcript: &Transcript<'_>, spans: &[Span]) -> Vec<String> {
    let telling = |span: &&Span| span.end - span.start >= TELLING_DIGITS;
    spans.iter().filter(telling).map(|span| transcript.text(*span)).collect()
}

/// The groups of digits of a line, an X at the end of one taken with it.
fn pieces(line: &Line<'_>, index: usize) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for item in items(line) {
        let Item::Digits(group) = item else { continue };
        let mut piece =
            Piece { digits: group.digits, span: Span { line: index, start: group.start, end: group.end } };
        let next = line.skip_pauses(group.end);
        if let Some((_, length)) = line.longest_at(next, &TENS).filter(|(_, length)| {
            line.chars.get(next + length).is_none_or(|char| !char.is_ascii_alphabetic())
        }) {
            piece.digits.push('X');
            piece.span.end = next + length;
        }
        found.push(piece);
    }
    found
}

/// The last groups that make a number; a group said twice in a row counts once.
fn whole(pieces: &[Piece]) -> Option<Vec<Piece>> {
    let mut once: Vec<Piece> = pieces.to_vec();
    once.dedup_by(|next, last| next.digits == last.digits);
    [pieces, &once].into_iter().find_map(|pieces| {
        (0..pieces.len())
            .map(|from| &pieces[from..])
            .find(|tail| is_identity(&joined(tail)))
            .map(<[Piece]>::to_vec)
    })
}

/// 18 characters that did not fit, with the end that was said instead.
fn with_new_end(old: &[Piece], fresh: &[Piece]) -> Option<Vec<Piece>> {
    let begun = joined(old);
    (0..fresh.len()).find_map(|from| {
        let end = joined(&fresh[from..]);
        let keep = begun.len().checked_sub(end.len()).filter(|keep| *keep > 0 && *keep < begun.len())?;
        let number = format!("{}{end}", begun.get(..keep)?);
        is_identity(&number).then(|| {
            // The number stands in the first group; the others say where its digits were said.
            let mut pieces: Vec<Piece> = old.iter().chain(&fresh[from..]).cloned().collect();
            for piece in &mut pieces {
                piece.digits.clear();
            }
            if let Some(first) = pieces.first_mut() {
                first.digits = number;
            }
            pieces
        })
    })
}

fn joined(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.digits.as_str()).collect()
}

/// Whether a group goes on with the number that `last` belongs to.
fn goes_on(line: &Line<'_>, last: &Piece, next: &Piece) -> bool {
    let from = if last.span.line == next.span.line { last.span.end } else { 0 };
    next.span.line - last.span.line <= PAUSE_LINES && quiet(line, from, next.span.start)
}

/// Whether nothing is said between two places but hesitation and words for what comes next.
fn quiet(line: &Line<'_>, from: usize, to: usize) -> bool {
    let mut at = from;
    while at < to {
        if is_pause(line.chars[at]) {
            at += 1;
        } else if let Some((_, length)) = line.longest_at(at, &BETWEEN) {
            at += length;
        } else {
            let end = (at..to).find(|end| is_pause(line.chars[*end])).unwrap_or(to);
            if !only_hesitation(line, at, end) {
                return false;
            }
            at = end;
        }
    }
    true
}
