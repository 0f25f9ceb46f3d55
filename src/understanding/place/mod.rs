//! Where it is: the parts of an address said in one breath make a phrase; the fullest phrase is the place,
//! and what others add to it (the entrance, said when asked) is joined. In: the transcript. Out: the place
//! as the caller said it, with the gazetteer's name as the reason; where a name was misheard the gazetteer's stands
//! in its place, and what was heard is the reason.

mod heard;
mod parts;
mod piece;
mod words;

use self::parts::parts;
pub(super) use self::piece::Part;
use self::piece::{Meant, Piece};
use self::words::BESIDE;
use super::found::{Found, Reason};
use super::gazetteer::Gazetteer;
use super::phone_words::{agrees, denies};
use super::transcript::{Line, Span, Transcript, is_chinese, is_pause};
use super::words::is_not_that;

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
    /// The words of that, a misheard name as the gazetteer has it.
    pub(super) short_text: String,
    /// Its parts, the widest first.
    pub(super) parts: Vec<Known>,
}

/// What is known of a place's part.
pub(super) struct Known {
    pub(super) part: Part,
    /// Its words, a misheard name as the gazetteer has it.
    pub(super) text: String,
    /// Whether roads cross there.
    pub(super) is_crossing: bool,
    /// Whether it is said to be a crossing though only one road is named.
    pub(super) lacks_a_road: bool,
    /// Whether it is a landmark without its name.
    pub(super) unnamed: bool,
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
    let names_a_place = |phrase: &&Phrase| phrase.pieces.iter().any(|piece| piece.part.is_name());
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

/// A place that is named as no rule knows it, by its words; the parts of an address inside them stay parts.
pub(super) fn named(gazetteer: &Gazetteer, transcript: &Transcript<'_>, found: Found) -> Option<Place> {
    let span = *found.spans.first()?;
    let inside: Vec<Piece> = parts(gazetteer, transcript.lines.get(span.line)?)
        .into_iter()
        .filter(|piece| piece.start > span.start && piece.end <= span.end)
        .collect();
    let name = Span { end: inside.first().map_or(span.end, |piece| piece.start), ..span };
    let known = |part, start, end| Known {
        part,
        text: transcript.text(Span { start, end, ..span }),
        is_crossing: false,
        lacks_a_road: false,
        unnamed: false,
    };
    let parts = std::iter::once(known(Part::Landmark, name.start, name.end))
        .chain(inside.iter().map(|piece| known(piece.part, piece.start, piece.end)))
        .collect();
    Some(Place { found, short: Some(name), short_text: transcript.text(name), parts })
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
    let repeats = match (last.part, next.part) {
        (Part::Estate, Part::Road) => true,
        (one, other) => one == other && !one.is_territory(),
    };
    !sentence_ends && !repeats && (rest.is_empty() || rest.split(' ').all(|word| BETWEEN.contains(&word)))
}

fn phrase(index: usize, line: &Line<'_>, mut pieces: Vec<Piece>) -> Phrase {
    let end = pieces.last().map_or(0, |piece| piece.end);
    if let Some((_, length)) = line.longest_at(end, &BESIDE)
        && pieces.iter().any(|piece| piece.part <= Part::Building)
    {
        pieces.push(Piece::beside(end, end + length));
        let one_road = |piece: &&mut Piece| piece.roads == 1 && piece.end == end;
        if let Some(road) = pieces.iter_mut().find(one_road).filter(|_| line.has_at(end, "路口")) {
            road.crossing = true;
        }
    }
    let start = pieces.first().map_or(0, |piece| piece.start);
    let cued = CUES.iter().any(|cue| line.has_before(start, cue));
    let score = pieces.iter().map(weight).sum::<u32>() + u32::from(cued);
    Phrase { line: index, pieces, score, caller: line.is_caller() }
}

fn weight(piece: &Piece) -> u32 {
    match piece.part {
        Part::Unit => 3,
        Part::Community | Part::Road | Part::Estate => 4,
        Part::Landmark if piece.unnamed => 1,
        Part::Landmark | Part::Number | Part::Building => 2,
        Part::District | Part::Entrance | Part::Floor | Part::Room | Part::Beside => 1,
    }
}

/// Adds to the place what a phrase says more of it; true where it did.
fn join(
    transcript: &Transcript<'_>,
    chosen: &mut Vec<(usize, Piece)>,
    phrase: &Phrase,
    anchor: usize,
) -> bool {
    let placed = |piece: &&Piece| piece.part == Part::Unit || piece.part.is_area();
    let same_place = phrase.pieces.iter().filter(placed).all(|piece| {
        let mut known = chosen.iter().filter(|(_, other)| alike(other.part, piece.part)).peekable();
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
        if matches!(piece.part, Part::Beside | Part::District) || piece.unnamed {
            continue;
        }
        let known = chosen.iter().position(|(_, other)| alike(other.part, piece.part));
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

/// Whether an address has one of the two: said later, the other takes its place.
fn alike(one: Part, other: Part) -> bool {
    one == other || one.is_area() && other.is_area()
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

/// Words of a place, and the names that were misheard in them.
struct Words {
    span: Span,
    meant: Vec<Meant>,
}

impl Words {
    fn of((line, piece): &(usize, Piece)) -> Self {
        Self { span: Span { line: *line, start: piece.start, end: piece.end }, meant: piece.meant.clone() }
    }

    /// The words, misheard names as the gazetteer has them.
    fn text(&self, transcript: &Transcript<'_>) -> String {
        let mut text = String::new();
        let mut at = self.span.start;
        for meant in &self.meant {
            text += &transcript.text(Span { start: at, end: meant.start, ..self.span });
            text += &meant.name;
            at = meant.end;
        }
        text + &transcript.text(Span { start: at, ..self.span })
    }
}

fn as_place(
    transcript: &Transcript<'_>,
    mut chosen: Vec<(usize, Piece)>,
    anchor: &Phrase,
    joined: bool,
) -> Place {
    let span = |piece: &(usize, Piece)| Words::of(piece).span;
    let chinese = chosen.first().is_some_and(|first| transcript.text(span(first)).chars().any(is_chinese));
    if chinese {
        // Without a road it is the estate that has a number.
        let road = chosen.iter().any(|(_, piece)| piece.part == Part::Road);
        let numbers_estate = |part| part == Part::Number && !road;
        chosen.sort_by_key(|(_, piece)| match piece.part {
            part if numbers_estate(part) => (Part::Landmark, true),
            part => (part, false),
        });
    } else {
        chosen.sort_by_key(|(line, piece)| (*line != anchor.line, *line, piece.start));
    }
    let mut words: Vec<Words> = Vec::new();
    for next in chosen.iter().map(Words::of) {
        match words.last_mut().filter(|last| bridges(transcript, &last.span, &next.span, chinese)) {
            Some(last) => {
                last.span.end = next.span.end;
                last.meant.extend(next.meant);
            }
            None => words.push(next),
        }
    }
    let value = words.iter().map(|words| words.text(transcript)).collect::<Vec<_>>();
    let short = chosen
        .iter()
        .filter(|(_, piece)| piece.part.is_area() || piece.part == Part::Landmark)
        .min_by_key(|(_, piece)| piece.part)
        .or_else(|| {
            chosen
                .iter()
                .filter(|(_, piece)| piece.part != Part::District)
                .min_by_key(|(_, piece)| piece.part)
        })
        .map(Words::of);
    let (reason, confidence) = reason(transcript, &chosen);
    let found = Found {
        value: value.join(if chinese { "" } else { ", " }),
        confidence: if joined { confidence - 0.05 } else { confidence },
        spans: words.iter().map(|words| words.span).collect(),
        reason,
    };
    let parts = chosen.iter().map(|piece| Known {
        part: piece.1.part,
        text: Words::of(piece).text(transcript),
        is_crossing: piece.1.crossing || piece.1.roads > 1,
        lacks_a_road: piece.1.crossing && piece.1.roads == 1,
        unnamed: piece.1.unnamed,
    });
    Place {
        found,
        short: short.as_ref().map(|short| short.span),
        short_text: short.map(|short| short.text(transcript)).unwrap_or_default(),
        parts: parts.collect(),
    }
}

/// Why it is this place, and how sure that is.
fn reason(transcript: &Transcript<'_>, chosen: &[(usize, Piece)]) -> (String, f32) {
    let known: Vec<&str> = chosen.iter().filter_map(|(_, piece)| piece.known.as_deref()).collect();
    let misheard = chosen.iter().flat_map(|(line, piece)| {
        piece
            .meant
            .iter()
            .map(|meant| transcript.text(Span { line: *line, start: meant.start, end: meant.end }))
    });
    let misheard: Vec<String> = misheard.collect();
    let full = chosen.iter().any(|(_, piece)| piece.part.is_precise());
    let unnamed = chosen.iter().all(|(_, piece)| piece.unnamed || piece.part == Part::Beside);
    let confidence: f32 = match (known.len(), full) {
        _ if unnamed => 0.4,
        (0, _) => 0.55,
        (1, false) => 0.75,
        (1, true) => 0.8,
        (_, false) => 0.85,
        (_, true) => 0.92,
    };
    match (known.as_slice(), misheard.as_slice()) {
        ([], []) => (Reason::Said.of(""), confidence),
        (known, []) => (Reason::Place.of(&known.join("/")), confidence),
        (_, misheard) => (Reason::SoundsLike.of(&misheard.join("/")), confidence - 0.1),
    }
}

/// Whether two parts are shown as one piece of text: they touch, or English words lie between them.
fn bridges(transcript: &Transcript<'_>, last: &Span, next: &Span, chinese: bool) -> bool {
    let Some(line) = transcript.lines.get(last.line).filter(|_| last.line == next.line) else { return false };
    let Some(between) = line.chars.get(last.end..next.start) else { return false };
    between.is_empty() || !chinese && between.len() <= 8
}
