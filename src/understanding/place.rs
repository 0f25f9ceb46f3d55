//! Where it is: the parts of an address said in one breath make a phrase; the fullest phrase is the place,
//! and what others add to it (the entrance, said when asked) is joined. In: the transcript. Out: the place
//! as the caller said it, with the gazetteer's name as the reason.

use super::found::{Found, Reason};
use super::gazetteer::Gazetteer;
use super::phone_words::{agrees, denies};
use super::place_parts::{Part, Piece, parts};
use super::transcript::{Line, Span, Transcript, is_chinese, is_pause};
use super::words::is_not_that;

const BESIDE: [&str; 24] = [
    "底商",
    "地下室",
    "附近",
    "旁边",
    "对面",
    "门口",
    "门前",
    "楼下",
    "路口",
    "北侧",
    "南侧",
    "东侧",
    "西侧",
    "北门",
    "南门",
    "东门",
    "西门",
    "门外",
    "后面",
    "前面",
    "地下车库",
    "里面",
    "院内",
    "周边",
];
const CUES: [&str; 12] = [
    "地址是",
    "地址在",
    "我在",
    "住在",
    "我住",
    "家住",
    "位于",
    "在",
    "地点是",
    "i live",
    "address is",
    " at ",
];

/// A place and its parts.
pub(super) struct Place {
    /// The place as a field.
    pub(super) found: Found,
    /// Its estate, road or landmark, else its unit: enough for a title.
    pub(super) short: Option<Span>,
}

/// Parts said in one breath.
struct Phrase {
    line: usize,
    pieces: Vec<Piece>,
    score: u32,
    caller: bool,
}

/// The place of the matter.
pub(super) fn place(gazetteer: &Gazetteer, transcript: &Transcript<'_>) -> Option<Place> {
    let phrases = phrases(gazetteer, transcript);
    let names_a_place = |phrase: &&Phrase| phrase.pieces.iter().any(|piece| piece.part <= Part::Landmark);
    let mut anchor: Option<&Phrase> = None;
    for phrase in phrases.iter().filter(names_a_place) {
        let trusted = phrase.caller || agreed(transcript, phrase.line);
        if trusted && anchor.is_none_or(|best| phrase.score > best.score) {
            anchor = Some(phrase);
        }
    }
    let anchor = anchor?;
    let mut chosen: Vec<(usize, Piece)> =
        anchor.pieces.iter().map(|piece| (anchor.line, piece.clone())).collect();
    let mut joined = false;
    for phrase in &phrases {
        if !std::ptr::eq(phrase, anchor) && (phrase.caller || agreed(transcript, phrase.line)) {
            joined |= join(transcript, &mut chosen, phrase, anchor.line);
        }
    }
    Some(as_place(transcript, chosen, anchor, joined))
}

fn agreed(transcript: &Transcript<'_>, line: usize) -> bool {
    transcript.answer_to(line).is_some_and(|(_, answer)| agrees(answer))
}

/// The phrases of a call, in the order they were said.
fn phrases(gazetteer: &Gazetteer, transcript: &Transcript<'_>) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = Vec::new();
    for (index, line) in transcript.lines.iter().enumerate() {
        let mut open: Vec<Piece> = Vec::new();
        for piece in parts(gazetteer, line).into_iter().filter(|piece| !is_not_that(line, piece.start)) {
            if open.last().is_some_and(|last| !adjoins(line, last, &piece)) {
                phrases.push(phrase(index, line, std::mem::take(&mut open)));
            }
            open.push(piece);
        }
        if !open.is_empty() {
            phrases.push(phrase(index, line, open));
        }
    }
    phrases
}

/// Whether two parts belong to one address: little lies between them.
fn adjoins(line: &Line<'_>, last: &Piece, next: &Piece) -> bool {
    const BETWEEN: [&str; 14] =
        ["呃", "嗯", "额", "啊", "的", "里", "里面", "那个", "in", "of", "on", "at", "the", "near"];
    let between: String = line.chars[last.end..next.start].iter().collect();
    let rest = between.trim_matches(is_pause);
    let sentence_ends = between.contains(['。', '？', '！']);
    // 三号楼，五号楼 are two places; the same part twice is no address.
    // A road and then an estate in it are one.
    let repeats = last.part == next.part && last.part != Part::Unit && (next.road || !last.road);
    !sentence_ends && !repeats && (rest.is_empty() || rest.split(' ').all(|word| BETWEEN.contains(&word)))
}

fn phrase(index: usize, line: &Line<'_>, mut pieces: Vec<Piece>) -> Phrase {
    let end = pieces.last().map_or(0, |piece| piece.end);
    if let Some((_, length)) = line.longest_at(end, &BESIDE)
        && pieces.iter().any(|piece| piece.part <= Part::Building)
    {
        pieces.push(Piece { part: Part::Beside, start: end, end: end + length, known: None, road: false });
    }
    let start = pieces.first().map_or(0, |piece| piece.start);
    let cued = CUES.iter().any(|cue| line.has_before(start, cue));
    let score = pieces.iter().map(weight).sum::<u32>() + u32::from(cued);
    Phrase { line: index, pieces, score, caller: line.is_caller() }
}

fn weight(piece: &Piece) -> u32 {
    match piece.part {
        Part::Unit => 3,
        Part::Area => 4,
        Part::Landmark | Part::Number | Part::Building => 2,
        Part::Entrance | Part::Floor | Part::Room | Part::Beside => 1,
    }
}

/// Adds to the place what a phrase says more of it; true where it did.
fn join(
    transcript: &Transcript<'_>,
    chosen: &mut Vec<(usize, Piece)>,
    phrase: &Phrase,
    anchor: usize,
) -> bool {
    let same_place = phrase.pieces.iter().filter(|piece| piece.part <= Part::Area).all(|piece| {
        let mut known = chosen.iter().filter(|(_, other)| other.part == piece.part).peekable();
        known.peek().is_none()
            || known.any(|(line, other)| same_words(transcript, (*line, other), (phrase.line, piece)))
    });
    let corrects =
        phrase.line >= anchor && phrase.caller && transcript.lines.get(phrase.line).is_some_and(denies);
    if !same_place && !corrects {
        return false;
    }
    let before = chosen.len();
    for piece in &phrase.pieces {
        if piece.part == Part::Beside {
            continue;
        }
        let known = chosen.iter().position(|(_, other)| other.part == piece.part);
        match known {
            Some(known) if corrects => {
                let newer = (phrase.line, piece.start) > (chosen[known].0, chosen[known].1.start);
                if newer {
                    chosen[known] = (phrase.line, piece.clone());
                }
            }
            Some(_) => {}
            None => chosen.push((phrase.line, piece.clone())),
        }
    }
    chosen.len() > before || corrects
}

fn same_words(transcript: &Transcript<'_>, one: (usize, &Piece), other: (usize, &Piece)) -> bool {
    let text = |(line, piece): (usize, &Piece)| {
        piece
            .known
            .clone()
            .unwrap_or_else(|| transcript.text(Span { line, start: piece.start, end: piece.end }))
    };
    text(one) == text(other)
}

fn as_place(
    transcript: &Transcript<'_>,
    mut chosen: Vec<(usize, Piece)>,
    anchor: &Phrase,
    joined: bool,
) -> Place {
    let span = |(line, piece): &(usize, Piece)| Span { line: *line, start: piece.start, end: piece.end };
    let chinese = chosen.first().is_some_and(|first| transcript.text(span(first)).chars().any(is_chinese));
    if chinese {
        chosen.sort_by_key(|(_, piece)| piece.part);
    } else {
        chosen.sort_by_key(|(line, piece)| (*line != anchor.line, *line, piece.start));
    }
    let mut spans: Vec<Span> = Vec::new();
    for next in chosen.iter().map(span) {
        match spans
            .last_mut()
            .filter(|last| last.line == next.line && bridges(transcript, last, &next, chinese))
        {
            Some(last) => last.end = next.end,
            None => spans.push(next),
        }
    }
    let words: Vec<String> = spans.iter().map(|span| transcript.text(*span)).collect();
    let known: Vec<&str> = chosen.iter().filter_map(|(_, piece)| piece.known.as_deref()).collect();
    let short = chosen
        .iter()
        .filter(|(_, piece)| matches!(piece.part, Part::Area | Part::Landmark))
        .min_by_key(|(_, piece)| piece.part)
        .or_else(|| chosen.iter().min_by_key(|(_, piece)| piece.part))
        .map(span);
    let full = chosen.iter().any(|(_, piece)| piece.part >= Part::Number);
    let confidence: f32 = match (known.len(), full) {
        (0, _) => 0.55,
        (1, false) => 0.75,
        (1, true) => 0.8,
        (_, false) => 0.85,
        (_, true) => 0.92,
    };
    let reason = if known.is_empty() { Reason::Said.of("") } else { Reason::Place.of(&known.join("/")) };
    let confidence = if joined { confidence - 0.05 } else { confidence };
    let value = words.join(if chinese { "" } else { ", " });
    Place { found: Found { value, confidence, spans, reason }, short }
}

/// Whether two parts are shown as one piece of text: they touch, or English words lie between them.
fn bridges(transcript: &Transcript<'_>, last: &Span, next: &Span, chinese: bool) -> bool {
    let Some(line) = transcript.lines.get(last.line) else { return false };
    let Some(between) = line.chars.get(last.end..next.start) else { return false };
    between.is_empty() || !chinese && between.len() <= 8
}
