//! English numbers written with digits: telephone numbers digit by digit, whole numbers of ten and more, and
//! small ones where they are a place in a building (`unit two`) or a sum. `five working days` stays.

use super::edits::Edit;
use crate::numerals::{DigitGroup, english_cardinal, word_at};

/// What a number in an address follows.
const LABELS: [&str; 15] = [
    "building",
    "block",
    "unit",
    "entrance",
    "floor",
    "room",
    "flat",
    "apartment",
    "number",
    "line",
    "bus",
    "gate",
    "door",
    "house",
    "suite",
];
/// What a sum or a time of day is followed by.
const UNITS: [&str; 14] = [
    "o'clock",
    "am",
    "pm",
    "a",
    "p",
    "yuan",
    "percent",
    "per",
    "kilometres",
    "kilometers",
    "metres",
    "meters",
    "rmb",
    "degrees",
];
const BEFORE_HOURS: [&str; 12] =
    ["at", "around", "about", "since", "from", "by", "until", "till", "before", "after", "to", "nearly"];

const ORDINALS: [&str; 9] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

/// The edits that write a text's numbers with digits.
pub(super) fn numbers(chars: &[char], said: &[(DigitGroup, bool)], pauses: &[usize]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut free = 0;
    for (group, long) in said {
        // 138 is written already; what a whole number took is not read again.
        let words = chars[group.start..group.end].iter().any(char::is_ascii_alphabetic);
        if group.start < free || !words {
            continue;
        }
        let (start, group) = after_oh(chars, group, *long);
        let Some((text, end)) = written(chars, start, &group, *long) else { continue };
        if pauses.iter().any(|pause| start < *pause && *pause < end) {
            continue;
        }
        let (text, end) = with_fraction(chars, text, end);
        free = end;
        edits.push(Edit { start, end, text });
    }
    edits
}

/// `oh one moment`, `oh five hundred`: an exclamation before a number that does not begin with a nought.
fn after_oh(chars: &[char], group: &DigitGroup, long: bool) -> (usize, DigitGroup) {
    match word_at(chars, group.start) {
        Some((word, end)) if word == "oh" && !long && end < group.end => {
            let digits = group.digits.chars().skip(1).collect();
            (end + 1, DigitGroup { digits, start: end + 1, end: group.end })
        }
        _ => (group.start, group.clone()),
    }
}

/// How a group is written, and where what it stands for ends.
fn written(chars: &[char], start: usize, group: &DigitGroup, long: bool) -> Option<(String, usize)> {
    if long {
        return Some((group.digits.clone(), group.end));
    }
    let Some((value, end)) = english_cardinal(chars, start) else {
        // `double two`, `oh seven`: digits.
        return (group.digits.len() > 2).then(|| (group.digits.clone(), group.end));
    };
    if let Some(time) = hour_and_minutes(chars, start, value, end) {
        return Some(time);
    }
    if end < group.end {
        return (group.digits.len() > 2).then(|| (group.digits.clone(), group.end));
    }
    // `twenty second` is a day of the month, `ten to eight` an hour.
    if next_word(chars, end)
        .is_some_and(|(word, _)| ORDINALS.contains(&word.as_str()) || value < 60 && is_to(chars, end, &word))
    {
        return None;
    }
    let before = word_before(chars, start);
    let labelled = before.as_deref().is_some_and(|word| LABELS.contains(&word));
    let counted = next_word(chars, end).is_some_and(|(word, word_end)| {
        // `a` and `p` stand for a.m. and p.m.
        UNITS.contains(&word.as_str()) && (word.len() > 1 || chars.get(word_end) == Some(&'.'))
    });
    let (text, end) = match next_word(chars, end) {
        Some((word, percent_end)) if word == "percent" => (format!("{value}%"), percent_end),
        _ => (value.to_string(), end),
    };
    (value >= 10 || labelled || counted).then_some((text, end))
}

/// `at seven thirty`, `seven thirty pm`.
fn hour_and_minutes(chars: &[char], start: usize, hour: u64, end: usize) -> Option<(String, usize)> {
    if !(1..=12).contains(&hour) || chars.get(end) != Some(&' ') {
        return None;
    }
    let (minutes, minutes_end) =
        english_cardinal(chars, end + 1).filter(|(value, _)| (10..60).contains(value))?;
    let before = word_before(chars, start).is_some_and(|word| BEFORE_HOURS.contains(&word.as_str()));
    let after = next_word(chars, minutes_end)
        .is_some_and(|(word, _)| matches!(word.as_str(), "am" | "pm" | "a" | "p"));
    (before || after).then(|| (format!("{hour}:{minutes}"), minutes_end))
}

/// `three point five`.
fn with_fraction(chars: &[char], whole: String, end: usize) -> (String, usize) {
    let point = next_word(chars, end).filter(|(word, _)| word == "point");
    let fraction = point.and_then(|(_, point_end)| {
        let digits = crate::numerals::digit_groups(&chars[(point_end + 1).min(chars.len())..]);
        digits
            .into_iter()
            .find(|group| group.start == 0)
            .map(|group| (group.digits, point_end + 1 + group.end))
    });
    match fraction {
        Some((digits, end)) => (format!("{whole}.{digits}"), end),
        None => (whole, end),
    }
}

/// Whether `to` or `past` and an hour follow.
fn is_to(chars: &[char], end: usize, word: &str) -> bool {
    let hour = end + 1 + word.len() + 1;
    matches!(word, "to" | "past") && english_cardinal(chars, hour).is_some_and(|(hour, _)| hour <= 12)
}

fn next_word(chars: &[char], end: usize) -> Option<(String, usize)> {
    (chars.get(end) == Some(&' ')).then(|| word_at(chars, end + 1)).flatten()
}

fn word_before(chars: &[char], start: usize) -> Option<String> {
    let end = start.checked_sub(1).filter(|end| chars[*end] == ' ')?;
    let length = chars[..end].iter().rev().take_while(|char| char.is_ascii_alphabetic()).count();
    Some(chars[end - length..end].iter().map(char::to_ascii_lowercase).collect())
}
