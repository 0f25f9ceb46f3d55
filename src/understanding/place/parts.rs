//! The parts of an address in a line: district, street, community, road, number, estate, building, entrance, floor,
//! room. By the gazetteer where it knows the name or its sound, by endings (小区, 路, `Street`) and counters (号楼,
//! 单元) where not.

use super::heard::heard;
use super::piece::{Part, Piece};
use super::words::{
    COUNTERS, CROSSINGS, ENGLISH_COUNTERS, ENGLISH_ENDINGS, ENGLISH_STOPS, ESTATE_ENDINGS, FUNCTION, GATES,
    LANDMARK_ENDINGS, NO_ESTATES, NO_ROADS, ROAD_ENDINGS, UNNAMED_LANDMARKS,
};
use crate::numerals::{digit, digit_groups, word_at};
use crate::pinyin::Sound;
use crate::understanding::gazetteer::{Gazetteer, sounds};
use crate::understanding::phone_words::corrected_between;
use crate::understanding::transcript::{Line, is_chinese, is_pause};

/// What the parts of a line are looked for in.
pub(super) struct Look<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) line: &'a Line<'a>,
    /// The sound of each of the line's characters.
    pub(super) sounds: Vec<Option<Sound>>,
}

/// The parts of a line, left to right; none lies inside another.
pub(super) fn parts(gazetteer: &Gazetteer, line: &Line<'_>) -> Vec<Piece> {
    let look = Look { gazetteer, line, sounds: sounds(line) };
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < line.chars.len() {
        let Some(piece) = part_at(&look, at, &pieces) else {
            at += 1;
            continue;
        };
        at = piece.end;
        pieces.push(piece);
    }
    cross(line, pieces)
}

fn part_at(look: &Look<'_>, at: usize, before: &[Piece]) -> Option<Piece> {
    let Look { gazetteer, line, .. } = look;
    let adjoins = before.last().is_some_and(|last| last.end == at);
    let written =
        gazetteer.longest_at(line, at).and_then(|hit| Some(Piece::named(hit.meanings.first()?, at, hit.end)));
    let heard_here = heard(look, at, before);
    // 大港油吞 is 大港油田, though 大港 stands there.
    let known = match (written, heard_here) {
        (Some(written), Some(heard)) if heard.end <= written.end => Some(written),
        (written, heard) => heard.or(written),
    };
    let known = known.map(|piece| {
        // 福春里社区: what the estate is, said after its name.
        let said_after = if piece.part == Part::Estate { &["小区", "社区"][..] } else { &[] };
        let end = piece.end + line.longest_at(piece.end, said_after).map_or(0, |(_, length)| length);
        Piece { end, ..piece }
    });
    if let Some(numbered) = numbered(line, at, before).filter(|_| adjoins) {
        return Some(numbered);
    }
    let named = if begins_name(line, at, adjoins) { named(line, at, adjoins) } else { None };
    // 三天前迎宾街: a name that the gazetteer knows begins inside; it is the place.
    let begins_known = |at| gazetteer.longest_at(line, at).is_some() || heard(look, at, before).is_some();
    let named = named.filter(|named| !(at + 1..named.end).any(begins_known));
    let best = match (known, named) {
        (Some(known), Some(named))
            if named.end > known.end && known.part.is_territory() && !named.is_road() =>
        {
            // 新河小区 is an estate, 大港街道阳光小区 a unit and an estate.
            let rest = named.end - known.end;
            let own_name = ESTATE_ENDINGS.iter().any(|ending| ending.chars().count() == rest);
            Some(if own_name { named } else { known })
        }
        (known, named) => known.or(named),
    };
    best.or_else(|| unnamed_landmark(line, at))
        .or_else(|| numbered(line, at, before))
        .or_else(|| english(line, at))
}

/// 学校后门: a landmark without its name, by a gate or side of it.
fn unnamed_landmark(line: &Line<'_>, at: usize) -> Option<Piece> {
    let (_, length) = line.longest_at(at, &UNNAMED_LANDMARKS)?;
    let (_, gate) = line.longest_at(at + length, &GATES)?;
    Some(Piece { unnamed: true, ..Piece::new(Part::Landmark, at, at + length + gate) })
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
        let piece = |part, ending: usize| Piece::new(part, at, end + ending);
        if let Some((word, ending)) = line.longest_at(end, &ESTATE_ENDINGS) {
            let part = if word == "社区" { Part::Community } else { Part::Estate };
            return (!NO_ESTATES.contains(&text.as_str())).then(|| piece(part, ending));
        }
        if let Some((_, ending)) = line.longest_at(end, &LANDMARK_ENDINGS) {
            return (!NO_ESTATES.contains(&text.as_str())).then(|| piece(Part::Landmark, ending));
        }
        if let Some((word, ending)) = line.longest_at(end, &ROAD_ENDINGS) {
            let whole = format!("{text}{word}");
            // 558路 is a bus.
            let is_bus = word == "路" && name.iter().all(|char| digit(*char).is_some());
            let is_road = !is_bus
                && !NO_ROADS.iter().any(|other| whole.ends_with(other))
                && road_may_end(line, end + ending);
            return is_road.then(|| piece(Part::Road, ending));
        }
        if adjoins && length <= 3 && line.has_at(end, "里") && estate_may_end(line, end + 1) {
            return Some(piece(Part::Estate, 1));
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
    let piece = |part, end| Piece::new(part, at, end);
    let longest = COUNTERS
        .iter()
        .filter(|(counter, _)| line.has_at(end, counter))
        // 五号门口 is number five, at its gate.
        .filter(|(counter, _)| !(counter.ends_with('门') && line.has_at(end + counter.chars().count(), "口")))
        // In a road, 三号楼上 is upstairs at number three.
        .filter(|(counter, _)| {
            let upstairs = line.has_at(end, "号楼上") || line.has_at(end, "号楼下");
            !(*counter == "号楼" && upstairs && last.is_some_and(Piece::is_road))
        })
        .max_by_key(|(counter, _)| counter.chars().count());
    if let Some((counter, part)) = longest {
        let end = end + counter.chars().count();
        let fits = match part {
            Part::Number => last.is_some_and(|last| last.part.is_area()) && !line.has_at(end, "线"),
            Part::Entrance if *counter == "门" => last.is_some_and(|last| last.part.is_precise()),
            Part::Building if *counter == "座" || *counter == "期" => last.is_some(),
            Part::Floor | Part::Room => last.is_some_and(|last| !last.part.is_territory()),
            // 一共十二栋楼 counts them.
            Part::Building if ["一共", "共", "总共", "有"].iter().any(|all| line.has_before(at, all)) => {
                false
            }
            _ => true,
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
pub(super) fn number(line: &Line<'_>, at: usize) -> Option<usize> {
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
    let piece = |part, end| Some(Piece::new(part, at, end));
    let Some((word, end)) = word_at(&line.chars, at) else {
        // 12 Yingbin Street: the number stands before the road.
        let digits = digit_groups(&line.chars)
            .into_iter()
            .find(|group| group.start == at && group.digits.len() <= 4)?;
        let next =
            (line.chars.get(digits.end) == Some(&' ')).then(|| english(line, digits.end + 1)).flatten()?;
        return next.is_road().then_some(Piece { start: at, ..next });
    };
    if let Some((_, part)) = ENGLISH_COUNTERS.iter().find(|(counter, _)| *counter == word) {
        let start = end + 1;
        let group = digit_groups(&line.chars)
            .into_iter()
            .find(|group| group.start == start && group.digits.len() <= 4)?;
        return (line.chars.get(end) == Some(&' ')).then(|| piece(*part, group.end)).flatten();
    }
    let mut names = vec![word];
    let mut end = end;
    while names.len() <= 3 {
        let last = names.last()?;
        if names.len() > 1
            && let Some((_, road)) = ENGLISH_ENDINGS.iter().find(|(ending, _)| ending == last)
        {
            return piece(if *road { Part::Road } else { Part::Estate }, end);
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
    // 河 and 合 are 和, misheard.
    const AND: [&str; 9] = ["和", "与", "跟", "、", "到", " and ", "同", "河", "合"];
    let mut crossed: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        // 交口 is the crossing's, not the beginning of 交口学校.
        if crossed.last().is_some_and(|last| piece.start < last.end) {
            continue;
        }
        let joins = crossed.last().is_some_and(|last: &Piece| {
            let between: String = line.chars[last.end..piece.start].iter().collect();
            last.is_road() && piece.is_road() && (between.is_empty() || AND.contains(&between.as_str()))
        });
        match crossed.last_mut().filter(|_| joins) {
            Some(last) => {
                let tail = if line.has_at(piece.end, "的") { piece.end + 1 } else { piece.end };
                let crossing = line.longest_at(tail, &CROSSINGS);
                last.end = crossing.map_or(piece.end, |(_, length)| tail + length);
                last.crossing = crossing.is_some();
                last.roads += piece.roads;
                last.known = last.known.take().zip(piece.known).map(|(one, other)| format!("{one}/{other}"));
                last.meant.extend(piece.meant);
            }
            None => crossed.push(piece),
        }
    }
    crossed
}
