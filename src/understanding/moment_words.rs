//! Words of time, one at a time: 昨天, 上周三, 上个月, 半夜, 两个小时, 八点半. What they mean together is
//! `moment.rs`'s.

use jiff::civil::{Date, Weekday};
use jiff::{Span as Duration, ToSpan};

use crate::numerals::{cardinal, digit};

/// Days, and how many ago they are.
const DAYS: [(&str, i64, Option<Part>); 21] = [
    ("大前天", 3, None),
    ("前天", 2, None),
    ("前晚", 2, Some(Part::Evening)),
    ("昨天", 1, None),
    ("昨日", 1, None),
    ("昨儿", 1, None),
    ("昨晚", 1, Some(Part::Evening)),
    ("昨夜", 1, Some(Part::Night)),
    ("今天", 0, None),
    ("今日", 0, None),
    ("今儿", 0, None),
    ("今早", 0, Some(Part::Morning)),
    ("今晚", 0, Some(Part::Evening)),
    ("the day before yesterday", 2, None),
    ("yesterday", 1, None),
    ("last night", 1, Some(Part::Evening)),
    ("this morning", 0, Some(Part::Morning)),
    ("this afternoon", 0, Some(Part::Afternoon)),
    ("this evening", 0, Some(Part::Evening)),
    ("tonight", 0, Some(Part::Evening)),
    ("today", 0, None),
];
pub(super) const PARTS: [(&str, Part); 16] = [
    ("凌晨", Part::Morning),
    ("清晨", Part::Morning),
    ("早上", Part::Morning),
    ("早晨", Part::Morning),
    ("上午", Part::Morning),
    ("中午", Part::Noon),
    ("下午", Part::Afternoon),
    ("傍晚", Part::Afternoon),
    ("晚上", Part::Evening),
    ("夜里", Part::Night),
    ("半夜", Part::Night),
    ("morning", Part::Morning),
    ("afternoon", Part::Afternoon),
    ("evening", Part::Evening),
    ("night", Part::Night),
    ("夜", Part::Night),
];
/// A week, and how many weeks back it lies.
const WEEKS: [(&str, i64); 8] =
    [("上上个", 2), ("上上", 2), ("上个", 1), ("上", 1), ("这个", 0), ("这", 0), ("本", 0), ("last ", 1)];
pub(super) const MONTHS: [(&str, i64); 8] = [
    ("上上个月", 2),
    ("上上月", 2),
    ("上个月", 1),
    ("上月", 1),
    ("这个月", 0),
    ("本月", 0),
    ("last month", 1),
    ("月初", 0),
];
pub(super) const YEARS: [(&str, i64); 5] =
    [("大前年", 3), ("前年", 2), ("去年", 1), ("今年", 0), ("last year", 1)];
const ENGLISH_WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Counts that are none.
pub(super) const VAGUE: [&str; 17] = [
    "好几", "好多", "十几", "几", "两三", "三四", "2、3", "3、4", "这两", "这2", "前两", "前2", "近两",
    "近2", "a few", "several", "a couple",
];

/// A part of the day, and what hours it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
}

/// How long ago something may be counted in.
#[derive(Debug, Clone, Copy)]
pub(super) enum Length {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

pub(super) fn unit(rest: &[char]) -> Option<(usize, Length)> {
    const UNITS: [(&str, Length); 26] = [
        ("分钟", Length::Minutes),
        ("个小时", Length::Hours),
        ("小时", Length::Hours),
        ("个钟头", Length::Hours),
        ("个多小时", Length::Hours),
        ("天", Length::Days),
        ("多天", Length::Days),
        ("来天", Length::Days),
        ("个晚上", Length::Days),
        ("个星期", Length::Weeks),
        ("星期", Length::Weeks),
        ("个礼拜", Length::Weeks),
        ("周", Length::Weeks),
        ("个月", Length::Months),
        ("个多月", Length::Months),
        ("年", Length::Years),
        ("年多", Length::Years),
        (" minute", Length::Minutes),
        (" hour", Length::Hours),
        (" day", Length::Days),
        (" night", Length::Days),
        (" week", Length::Weeks),
        (" month", Length::Months),
        (" year", Length::Years),
        ("多分钟", Length::Minutes),
        ("多年", Length::Years),
    ];
    longest(rest, &UNITS)
}

/// The hours and minutes that follow a number: 点半, 点二十, `:30`, ` pm`.
pub(super) fn clock(hour: i8, after: &[char]) -> Option<(usize, (i8, i8))> {
    if !(0..=24).contains(&hour) {
        return None;
    }
    if has(after, ":") {
        let (minute, length) = number(&after[1..])?;
        let minute = i8::try_from(minute).ok().filter(|minute| *minute < 60)?;
        let (more, hour) = english_half(&after[1 + length..], hour);
        return Some((1 + length + more, (hour, minute)));
    }
    if !has(after, "点") {
        let (length, hour) = english_half(after, hour);
        return Some((length, (hour, 0))).filter(|_| length > 0);
    }
    let mut end = if has(after, "点钟") { 2 } else { 1 };
    let minute = match starts(&after[end..], &["半", "一刻", "1刻", "三刻", "3刻"]) {
        Some(word) => {
            end += word.chars().count();
            if word == "半" {
                30
            } else if word.starts_with(['一', '1']) {
                15
            } else {
                45
            }
        }
        None => match number(&after[end..]) {
            Some((minute, length)) if (0..60).contains(&minute) => {
                end += length + usize::from(has(&after[end + length..], "分"));
                i8::try_from(minute).ok()?
            }
            Some(_) | None => 0,
        },
    };
    Some((end, (hour, minute)))
}

fn english_half(after: &[char], hour: i8) -> (usize, i8) {
    for (word, add) in [(" pm", 12), ("pm", 12), (" am", 0), ("am", 0), (" o'clock", 0)] {
        if has(after, word) {
            let hour = if add == 12 && hour < 12 { hour + add } else { hour };
            return (word.chars().count(), hour);
        }
    }
    (0, hour)
}

/// A whole number in figures or characters, with its length.
pub(super) fn number(rest: &[char]) -> Option<(i64, usize)> {
    let figures = rest.iter().take_while(|char| char.is_ascii_digit()).count();
    if figures > 0 {
        let text: String = rest[..figures].iter().collect();
        return Some((text.parse().ok()?, figures));
    }
    let length =
        rest.iter().take_while(|char| digit(**char).is_some() || matches!(char, '十' | '百')).count();
    // 零五分 is five minutes past.
    let said = if rest.first() == Some(&'零') && length > 1 { &rest[1..length] } else { &rest[..length] };
    let value = match said {
        [one] if digit(*one).is_some() => digit(*one)?.to_digit(10).map(u64::from)?,
        _ => cardinal(said)?,
    };
    Some((i64::try_from(value).ok()?, length))
}

pub(super) fn day(rest: &[char]) -> Option<(usize, i64, Option<Part>)> {
    (DAYS.iter().filter(|(word, _, _)| has(rest, word)))
        .map(|(word, days, part)| (word.chars().count(), *days, *part))
        .max_by_key(|(length, _, _)| *length)
}

/// 上周三, 礼拜天, `last Monday`: a day; 上个星期: the days of a week. A bare weekday is the last one that was.
pub(super) fn week(rest: &[char], today: Date) -> Option<(usize, (Date, Date))> {
    let (lead, weeks) = longest(rest, &WEEKS).map_or((0, None), |(length, weeks)| (length, Some(weeks)));
    let after = &rest[lead..];
    let since_monday = i64::from(today.weekday().to_monday_zero_offset());
    if let Some(place) = ENGLISH_WEEKDAYS.iter().position(|name| has(after, name)) {
        let ago = (since_monday - i64::try_from(place).ok()?).rem_euclid(7);
        let ago = if ago == 0 && weeks.is_some() { 7 } else { ago };
        let date = back(today, ago.days())?;
        return Some((lead + ENGLISH_WEEKDAYS[place].len(), (date, date)));
    }
    let word = starts(after, &["星期", "礼拜", "周", "week"])?;
    let end = lead + word.chars().count();
    let monday = |weeks: i64| back(today, (since_monday + 7 * weeks).days());
    match rest.get(end).and_then(|char| weekday(*char)) {
        Some(weekday) => {
            let place = i64::from(weekday.to_monday_zero_offset());
            let ago = match weeks {
                Some(weeks) => since_monday + 7 * weeks - place,
                None => (since_monday - place).rem_euclid(7),
            };
            let date = back(today, ago.days())?;
            Some((end + 1, (date, date)))
        }
        None => {
            let first = monday(weeks.filter(|weeks| *weeks > 0)?)?;
            Some((end, (first, first.checked_add(6.days()).ok()?)))
        }
    }
}

fn weekday(char: char) -> Option<Weekday> {
    Some(match char {
        '一' | '1' => Weekday::Monday,
        '二' | '2' => Weekday::Tuesday,
        '三' | '3' => Weekday::Wednesday,
        '四' | '4' => Weekday::Thursday,
        '五' | '5' => Weekday::Friday,
        '六' | '6' => Weekday::Saturday,
        '日' | '天' => Weekday::Sunday,
        _ => return None,
    })
}

pub(super) fn back(date: Date, by: Duration) -> Option<Date> {
    date.checked_sub(by).ok()
}

pub(super) fn has(rest: &[char], word: &str) -> bool {
    let mut rest = rest.iter();
    word.chars().all(|wanted| rest.next() == Some(&wanted))
}

pub(super) fn starts<'w>(rest: &[char], words: &[&'w str]) -> Option<&'w str> {
    words.iter().copied().filter(|word| has(rest, word)).max_by_key(|word| word.len())
}

pub(super) fn longest<T: Copy>(rest: &[char], words: &[(&str, T)]) -> Option<(usize, T)> {
    (words.iter().filter(|(word, _)| has(rest, word)))
        .map(|(word, meaning)| (word.chars().count(), *meaning))
        .max_by_key(|(length, _)| *length)
}
