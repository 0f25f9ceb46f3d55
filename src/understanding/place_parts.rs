//! The parts of an address in a line: unit, estate or road, number, building, entrance, floor, room. By the
//! gazetteer where it knows the name, by endings (小区, 路, `Street`) and counters (号楼, 单元) where not.

use super::gazetteer::{Gazetteer, PlaceKind};
use super::phone_words::corrected_between;
use super::place_words::{
    COUNTERS, CROSSINGS, ENGLISH_COUNTERS, ENGLISH_ENDINGS, ENGLISH_STOPS, ESTATE_ENDINGS, FUNCTION,
    LANDMARK_ENDINGS, NO_ESTATES, NO_ROADS, ROAD_ENDINGS,
};
use super::transcript::{Line, is_chinese, is_pause};
use crate::numerals::{digit, digit_groups, word_at};

/// What a part of an address is, from the widest to the narrowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Street office, town, zone.
    Unit,
    /// Estate, road or crossing.
    Area,
    /// School, hospital, station.
    Landmark,
    /// The number in a road.
    Number,
    Building,
    Entrance,
    Floor,
    Room,
    /// 附近, 门口, 对面.
    Beside,
}

/// A part found in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) part: Part,
    /// First folded character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// The gazetteer's name for it.
    pub(super) known: Option<String>,
    /// Whether it is a road: a number may follow, another may cross it.
    pub(super) road: bool,
}

/// The parts of a line, left to right; none lies inside another.
pub(super) fn parts(gazetteer: &Gazetteer, line: &Line<'_>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < line.chars.len() {
        let Some(piece) = part_at(gazetteer, line, at, &pieces) else {
            at += 1;
            continue;
        };
        at = piece.end;
        pieces.push(piece);
    }
    cross(line, pieces)
}

fn part_at(gazetteer: &Gazetteer, line: &Line<'_>, at: usize, before: &[Piece]) -> Option<Piece> {
    let adjoins = before.last().is_some_and(|last| last.end == at);
    let known = gazetteer.longest_at(line, at).and_then(|hit| {
        let place = hit.meanings.first()?;
        let part = match place.kind {
            PlaceKind::Unit => Part::Unit,
            PlaceKind::Road | PlaceKind::Estate => Part::Area,
            PlaceKind::Landmark => Part::Landmark,
        };
        let road = place.kind == PlaceKind::Road;
        // 福春里社区: what the estate is, said after its name.
        let said_after = if place.kind == PlaceKind::Estate { &["小区", "社区"][..] } else { &[] };
        let end = hit.end + line.longest_at(hit.end, said_after).map_or(0, |(_, length)| length);
        Some(Piece { part, start: at, end, known: Some(place.name.clone()), road })
    });
    if let Some(numbered) = numbered(line, at, before).filter(|_| adjoins) {
        return Some(numbered);
    }
    let named = if begins_name(line, at, adjoins) { named(line, at, adjoins) } else { None };
    // 三天前迎宾街: a name that the gazetteer knows begins inside; it is the place.
    let named = named.filter(|named| (at + 1..named.end).all(|at| gazetteer.longest_at(line, at).is_none()));
    let best = match (known, named) {
        (Some(known), Some(named)) if named.end > known.end && known.part == Part::Unit && !named.road => {
            // 新河小区 is an estate, 大港街道阳光小区 a unit and an estate.
            let rest = named.end - known.end;
            let own_name = ESTATE_ENDINGS.iter().any(|ending| ending.chars().count() == rest);
            Some(if own_name { named } else { known })
        }
        (known, named) => known.or(named),
    };
    best.or_else(|| numbered(line, at, before)).or_else(|| english(line, at))
}

/// Whether a name may begin at a character: after a pause, a function word or another part.
fn begins_name(line: &Line<'_>, at: usize, adjoins: bool) -> bool {
    let is_function = |char: char| FUNCTION.contains(char);
    is_chinese(line.chars[at])
        && !is_function(line.chars[at])
        && (adjoins
            || at == 0
            || line.chars.get(at - 1).is_some_and(|char| is_pause(*char) || is_function(*char)))
}

/// A name known only by its ending.
fn named(line: &Line<'_>, at: usize, adjoins: bool) -> Option<Piece> {
    const LONGEST_NAME_CHARS: usize = 6;
    for length in 2..=LONGEST_NAME_CHARS {
        let end = at + length;
        let name = line.chars.get(at..end)?;
        if name.iter().any(|char| !is_chinese(*char) || FUNCTION.contains(*char)) {
            return None;
        }
        let text: String = name.iter().collect();
        let piece =
            |part, ending: usize, road| Piece { part, start: at, end: end + ending, known: None, road };
        if let Some((_, ending)) = line.longest_at(end, &ESTATE_ENDINGS) {
            return (!NO_ESTATES.contains(&text.as_str())).then(|| piece(Part::Area, ending, false));
        }
        if let Some((_, ending)) = line.longest_at(end, &LANDMARK_ENDINGS) {
            return (!NO_ESTATES.contains(&text.as_str())).then(|| piece(Part::Landmark, ending, false));
        }
        if let Some((word, ending)) = line.longest_at(end, &ROAD_ENDINGS) {
            let whole = format!("{text}{word}");
            let is_road =
                !NO_ROADS.iter().any(|other| whole.ends_with(other)) && road_may_end(line, end + ending);
            return is_road.then(|| piece(Part::Area, ending, true));
        }
        if adjoins && length <= 3 && line.has_at(end, "里") && estate_may_end(line, end + 1) {
            return Some(piece(Part::Area, 1, false));
        }
    }
    None
}

/// Whether what follows lets a road's name end here.
fn road_may_end(line: &Line<'_>, end: usize) -> bool {
    const AFTER: &str = "和与跟的上口那这旁边附有东西南北交十路";
    line.chars
        .get(end)
        .is_none_or(|next| is_pause(*next) || AFTER.contains(*next) || number(line, end).is_some())
}

/// Whether what follows lets an estate's name end here.
fn estate_may_end(line: &Line<'_>, end: usize) -> bool {
    line.chars.get(end).is_none_or(|next| is_pause(*next) || *next == '的' || number(line, end).is_some())
}

/// A number and what it counts.
fn numbered(line: &Line<'_>, at: usize, before: &[Piece]) -> Option<Piece> {
    let last = before.last().filter(|last| line.skip_pauses(last.end) == at || last.end == at);
    let numeral = |char: &char| digit(*char).is_some() || matches!(char, '十' | '百');
    let inside_number = at > 0 && line.chars.get(at - 1).is_some_and(numeral);
    if inside_number && last.is_none_or(|last| last.end != at) {
        return None;
    }
    let end = number(line, at)?;
    let piece = |part, end| Piece { part, start: at, end, known: None, road: false };
    let longest = COUNTERS
        .iter()
        .filter(|(counter, _)| line.has_at(end, counter))
        // 五号门口 is number five, at its gate.
        .filter(|(counter, _)| !(counter.ends_with('门') && line.has_at(end + counter.chars().count(), "口")))
        // In a road, 三号楼上 is upstairs at number three.
        .filter(|(counter, _)| {
            let upstairs = line.has_at(end, "号楼上") || line.has_at(end, "号楼下");
            !(*counter == "号楼" && upstairs && last.is_some_and(|last| last.road))
        })
        .max_by_key(|(counter, _)| counter.chars().count());
    if let Some((counter, part)) = longest {
        let end = end + counter.chars().count();
        let fits = match part {
            Part::Number => last.is_some_and(|last| last.part == Part::Area) && !line.has_at(end, "线"),
            Part::Entrance if *counter == "门" => last.is_some_and(|last| last.part >= Part::Number),
            Part::Building if *counter == "座" || *counter == "期" => last.is_some(),
            Part::Floor | Part::Room => last.is_some_and(|last| last.part >= Part::Area),
            // 一共十二栋楼 counts them.
            Part::Building if ["一共", "共", "总共", "有"].iter().any(|all| line.has_before(at, all)) => {
                false
            }
            Part::Unit | Part::Area | Part::Landmark | Part::Building | Part::Entrance | Part::Beside => true,
        };
        return fits.then(|| piece(*part, end));
    }
    // 二单元三零二: a room without its counter.
    let inside = last.is_some_and(|last| matches!(last.part, Part::Building | Part::Entrance | Part::Floor));
    // 五零二，不对，是五零三: another room in its place.
    let instead =
        before.last().is_some_and(|last| last.part == Part::Room && corrected_between(line, last.end, at))
            && line.has_before(at, "是");
    ((inside || instead) && (3..=4).contains(&(end - at))).then(|| piece(Part::Room, end))
}

/// The end of the numeral at `at`: 三, 十二, 一百零二, 302, A.
fn number(line: &Line<'_>, at: usize) -> Option<usize> {
    let numeral = |char: &char| digit(*char).is_some() || matches!(char, '十' | '百' | '甲' | '乙' | '丙');
    let length = line.chars.get(at..)?.iter().take_while(|char| numeral(char)).count();
    if length == 0 {
        let letter = line.chars.get(at).is_some_and(char::is_ascii_lowercase);
        let counted = line.has_at(at + 1, "座") || line.has_at(at + 1, "栋") || line.has_at(at + 1, "区");
        return (letter && counted).then_some(at + 1);
    }
    (length <= 5).then_some(at + length)
}

fn english(line: &Line<'_>, at: usize) -> Option<Piece> {
    let piece = |part, end, road| Some(Piece { part, start: at, end, known: None, road });
    let Some((word, end)) = word_at(&line.chars, at) else {
        // 12 Yingbin Street: the number stands before the road.
        let digits = digit_groups(&line.chars)
            .into_iter()
            .find(|group| group.start == at && group.digits.len() <= 4)?;
        let next =
            (line.chars.get(digits.end) == Some(&' ')).then(|| english(line, digits.end + 1)).flatten()?;
        return next.road.then_some(Piece { start: at, ..next });
    };
    if let Some((_, part)) = ENGLISH_COUNTERS.iter().find(|(counter, _)| *counter == word) {
        let start = end + 1;
        let group = digit_groups(&line.chars)
            .into_iter()
            .find(|group| group.start == start && group.digits.len() <= 4)?;
        return (line.chars.get(end) == Some(&' ')).then(|| piece(*part, group.end, false)).flatten();
    }
    let mut names = vec![word];
    let mut end = end;
    while names.len() <= 3 {
        let last = names.last()?;
        if names.len() > 1
            && let Some((_, road)) = ENGLISH_ENDINGS.iter().find(|(ending, _)| ending == last)
        {
            return piece(Part::Area, end, *road);
        }
        if ENGLISH_STOPS.contains(&last.as_str()) || line.chars.get(end) != Some(&' ') {
            return None;
        }
        let (next, next_end) = word_at(&line.chars, end + 1)?;
        names.push(next);
        end = next_end;
    }
    None
}

/// 黄海路和洞庭路交口 is one place: two roads and what joins them.
fn cross(line: &Line<'_>, pieces: Vec<Piece>) -> Vec<Piece> {
    const AND: [&str; 7] = ["和", "与", "跟", "、", "到", " and ", "同"];
    let mut crossed: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        // 交口 is the crossing's, not the beginning of 交口学校.
        if crossed.last().is_some_and(|last| piece.start < last.end) {
            continue;
        }
        let joins = crossed.last().is_some_and(|last: &Piece| {
            let between: String = line.chars[last.end..piece.start].iter().collect();
            last.road && piece.road && (between.is_empty() || AND.contains(&between.as_str()))
        });
        match crossed.last_mut().filter(|_| joins) {
            Some(last) => {
                let tail = if line.has_at(piece.end, "的") { piece.end + 1 } else { piece.end };
                last.end = line.longest_at(tail, &CROSSINGS).map_or(piece.end, |(_, length)| tail + length);
                last.known = last.known.take().zip(piece.known).map(|(one, other)| format!("{one}/{other}"));
            }
            None => crossed.push(piece),
        }
    }
    crossed
}
