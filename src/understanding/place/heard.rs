//! Names that were misheard: 书光里 for 曙光里. A stretch that only sounds like a name of the gazetteer is taken for it
//! where enough of its own characters stand, and the words around it speak of a place.

use super::CUES;
use super::parts::{Look, number};
use super::piece::{Part, Piece};
use super::words::{BESIDE, CROSSINGS, FUNCTION};
use crate::pinyin::Sound;
use crate::understanding::gazetteer::Sounding;
use crate::understanding::transcript::{is_chinese, is_pause};

/// What a character of the name's own speaks for it, and another one of the same sound against it.
const CHARACTER: i32 = 3;
/// A part of an address, or a word such as 住在 or 附近, just beside it.
const NEIGHBOUR: i32 = 3;
/// Nothing before it where a name could begin.
const INSIDE_A_WORD: i32 = 7;
/// The last character, 路 or 里, is not its own.
const OTHER_END: i32 = 1;
/// A syllable that is only nearly the same.
const CONFUSED: i32 = 1;
/// What it takes for a name of two characters, and for a longer one, which less else sounds like.
const ENOUGH_OF_TWO: i32 = 0;
const ENOUGH: i32 = -3;
/// An ordinary word that sounds like a name costs what two neighbours give.
const ORDINARY: i32 = 6;
/// Ordinary words that sound like names of places.
const ORDINARY_WORDS: [&str; 3] = ["实话", "伤害", "差点"];

/// Characters before a place, which may be misheard themselves: 再曙光里.
const LEADING: &str = "在是住到";
/// Words before a place.
const LED_BY: [&str; 5] = ["反映", "反应", "投诉", "走", "到"];
/// What is said of a place's people, or of what lies around it.
const FOLLOWED_BY: [&str; 12] = [
    "小区",
    "社区",
    "街道",
    "的交口",
    "的居民",
    "的住户",
    "的业主",
    "居民",
    "这边",
    "那边",
    "一带",
    "这一片",
];

/// The place whose name the line sounds like at `at`, its characters being others.
pub(super) fn heard(look: &Look<'_>, at: usize, before: &[Piece]) -> Option<Piece> {
    let soundings = look.gazetteer.sounding_at(look.line, &look.sounds, at);
    let rated = soundings.iter().map(|sounding| (rate(look, at, sounding, before), sounding));
    let (_, best) = rated
        .filter(|(rate, sounding)| {
            *rate >= if sounding.end - at > 2 { ENOUGH } else { ENOUGH_OF_TWO }
                && !holds_a_name(look, at, sounding)
        })
        .max_by_key(|(rate, sounding)| (*rate, sounding.end))?;
    Some(Piece::named(best.place, at, best.end).meant(best.name))
}

fn rate(look: &Look<'_>, at: usize, sounding: &Sounding<'_>, before: &[Piece]) -> i32 {
    let count = |count: usize| i32::try_from(count).unwrap_or(i32::MAX / 100);
    let same = count(sounding.same);
    let other = count(sounding.end - at) - same;
    let neighbours = i32::from(led_to(look, at, before)) + i32::from(followed(look, sounding.end));
    let ordinary = ORDINARY_WORDS.iter().any(|word| look.line.has_at(at, word));
    (same - other) * CHARACTER - count(sounding.confused) * CONFUSED + neighbours * NEIGHBOUR
        - if sounding.same_end { 0 } else { OTHER_END }
        - if may_begin(look, at, before) { 0 } else { INSIDE_A_WORD }
        - if ordinary { ORDINARY } else { 0 }
}

/// Whether a name that stands there as it is written begins inside the stretch, and is no piece of the name.
fn holds_a_name(look: &Look<'_>, at: usize, sounding: &Sounding<'_>) -> bool {
    let heard = look.line.chars.get(at..sounding.end).unwrap_or_default();
    let own: Vec<bool> = sounding.name.chars().zip(heard).map(|(own, heard)| own == *heard).collect();
    (1..own.len()).any(|from| {
        let hit = look.gazetteer.longest_at(look.line, at + from);
        hit.is_some_and(|hit| !own.get(from..hit.end - at).is_some_and(|own| own.iter().all(|own| *own)))
    })
}

/// Whether a name may begin at `at`: after a pause, another part, or a word such as 在, that too as it sounds.
fn may_begin(look: &Look<'_>, at: usize, before: &[Piece]) -> bool {
    let Some(last) = at.checked_sub(1) else { return true };
    let char = look.line.chars.get(last).copied();
    let sounds_so = || {
        let sound = look.sounds.get(last).copied().flatten();
        sound.is_some_and(|sound| {
            LEADING.chars().filter_map(Sound::of).any(|other| other.distance(&sound) == 0)
        })
    };
    char.is_none_or(|char| is_pause(char) || !is_chinese(char) || FUNCTION.contains(char))
        || led_to(look, at, before)
        || sounds_so()
}

/// Whether the words before lead to a place.
fn led_to(look: &Look<'_>, at: usize, before: &[Piece]) -> bool {
    let part = before.last().is_some_and(|last| last.end == at);
    part || CUES.iter().chain(&LED_BY).any(|cue| look.line.has_before(at, cue))
}

/// Whether a part of an address or a word such as 附近 follows.
fn followed(look: &Look<'_>, end: usize) -> bool {
    let line = look.line;
    let counted = number(line, end).is_some_and(|end| {
        ["号", "栋", "幢", "座", "单元", "门", "楼", "期"].iter().any(|counter| line.has_at(end, counter))
    });
    counted
        || line.longest_at(end, &BESIDE).is_some()
        || line.longest_at(end, &CROSSINGS).is_some()
        || line.longest_at(end, &FOLLOWED_BY).is_some()
        || look.gazetteer.longest_at(line, end).is_some_and(|hit| hit.end > end + 1)
        || ["和", "与", "跟"].iter().any(|and| {
            line.has_at(end, and)
                && look.gazetteer.longest_at(line, end + 1).is_some_and(|hit| hit.end > end + 2)
        })
}

impl Part {
    /// Whether it says which part of the city, and no more.
    pub(super) const fn is_territory(self) -> bool {
        matches!(self, Self::District | Self::Unit)
    }
}
