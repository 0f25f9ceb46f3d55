//! The moment that words mean, counted from when the call began: 昨天晚上八点 is `2026-11-21 20:00`, 上周三 a
//! day, 上个星期 the days of a week, 上个月 a month. Only what the words settle: 几天前 and 最近 are no moment,
//! and 八点 without a part of the day only where the other eight o'clock had not come yet.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{RoundMode, Span as Duration, ToSpan, Unit};

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
const PARTS: [(&str, Part); 16] = [
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
const MONTHS: [(&str, i64); 8] = [
    ("上上个月", 2),
    ("上上月", 2),
    ("上个月", 1),
    ("上月", 1),
    ("这个月", 0),
    ("本月", 0),
    ("last month", 1),
    ("月初", 0),
];
const YEARS: [(&str, i64); 5] = [("大前年", 3), ("前年", 2), ("去年", 1), ("今年", 0), ("last year", 1)];
const ENGLISH_WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// Counts that are none.
const VAGUE: [&str; 17] = [
    "好几", "好多", "十几", "几", "两三", "三四", "2、3", "3、4", "这两", "这2", "前两", "前2", "近两",
    "近2", "a few", "several", "a couple",
];

/// A part of the day, and what hours it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
}

#[derive(Debug, Default)]
struct Meaning {
    days: Option<(Date, Date)>,
    /// Year and month, the first day of it.
    month: Option<Date>,
    year: Option<i16>,
    part: Option<Part>,
    clock: Option<(i8, i8)>,
    /// A moment some hours or minutes ago.
    exact: Option<DateTime>,
}

/// The moment that folded characters mean, written for a form; nothing where they leave it open.
pub(super) fn moment(chars: &[char], now: DateTime) -> Option<String> {
    let mut meaning = Meaning::default();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        if starts(rest, &VAGUE).is_some() {
            return None;
        }
        at += meaning.take(rest, now)?.max(1);
    }
    meaning.written(now)
}

impl Meaning {
    /// Takes in what stands at the beginning of `rest`; how many characters that was, 0 for a word of no
    /// meaning; nothing where no moment can come of it.
    fn take(&mut self, rest: &[char], now: DateTime) -> Option<usize> {
        let today = now.date();
        if let Some((length, days, part)) = day(rest) {
            let date = back(today, days.days())?;
            self.days = Some((date, date));
            self.part = part.or(self.part);
            return Some(length);
        }
        if let Some((length, days)) = week(rest, today) {
            self.days = Some(days);
            return Some(length);
        }
        if let Some((length, months)) = longest(rest, &MONTHS) {
            self.month = Some(back(today.first_of_month(), months.months())?);
            return Some(length);
        }
        if let Some((length, years)) = longest(rest, &YEARS) {
            self.year = Some(today.year() - i16::try_from(years).ok()?);
            return Some(length);
        }
        if let Some((word, part)) = PARTS.iter().find(|(word, _)| has(rest, word)) {
            self.part = Some(*part);
            return Some(word.chars().count());
        }
        self.number(rest, now)
    }

    fn number(&mut self, rest: &[char], now: DateTime) -> Option<usize> {
        let half = has(rest, "半").then_some((0, 1)).or_else(|| has(rest, "half an").then_some((0, 7)));
        let Some((count, end)) = half.or_else(|| number(rest)) else { return Some(0) };
        let after = &rest[end..];
        if let Some((length, unit)) = unit(after) {
            // 两个多月: more than two, who knows how much.
            if starts(after, &["多", "来", "个多"]).is_some() || has(&after[length..], "多") {
                return None;
            }
            self.ago(count, half.is_some(), unit, now)?;
            return Some(end + length);
        }
        if half.is_some() {
            return Some(0);
        }
        let (count, today) = (i8::try_from(count).ok()?, now.date());
        if has(after, "月") {
            let year = self.year.unwrap_or(today.year());
            let month = Date::new(year, count, 1).ok()?;
            let next_year = self.year.is_none() && month > today;
            self.month = Some(if next_year { back(month, 1.year())? } else { month });
            return Some(end + 1);
        }
        if has(after, "号") || has(after, "日") {
            let month = self.month.unwrap_or(today.first_of_month());
            let date = Date::new(month.year(), month.month(), count).ok()?;
            self.days = Some((date, date));
            return Some(end + 1);
        }
        let (length, clock) = clock(count, after)?;
        self.clock = Some(clock);
        Some(end + length)
    }

    fn ago(&mut self, count: i64, half: bool, unit: Length, now: DateTime) -> Option<()> {
        let today = now.date();
        let whole = |date: Date| Some((date, date));
        match (unit, half) {
            (Length::Minutes, false) => self.exact = Some(now.checked_sub(count.minutes()).ok()?),
            (Length::Hours, false) => self.exact = Some(now.checked_sub(count.hours()).ok()?),
            (Length::Hours, true) => self.exact = Some(now.checked_sub(30.minutes()).ok()?),
            (Length::Days, false) => self.days = whole(back(today, count.days())?),
            (Length::Weeks, false) => self.days = whole(back(today, count.weeks())?),
            (Length::Months, false) => self.month = Some(back(today.first_of_month(), count.months())?),
            (Length::Months, true) => self.days = whole(back(today, 15.days())?),
            (Length::Years, false) => self.year = Some(today.year() - i16::try_from(count).ok()?),
            (Length::Years, true) => self.month = Some(back(today.first_of_month(), 6.months())?),
            (Length::Minutes | Length::Days | Length::Weeks, true) => return None,
        }
        Some(())
    }

    fn written(&self, now: DateTime) -> Option<String> {
        if let Some(exact) = self.exact {
            let minute = exact
                .round(jiff::civil::DateTimeRound::new().smallest(Unit::Minute).mode(RoundMode::Trunc))
                .ok()?;
            return Some(minute.strftime("%Y-%m-%d %H:%M").to_string());
        }
        match (self.days, self.month, self.year) {
            (Some((first, last)), _, _) if first != last => Some(format!("{first} – {last}")),
            (Some((day, _)), _, _) if day > now.date() => None,
            (Some((day, _)), _, _) => Some(match self.hour(day, now) {
                Some(moment) => moment.strftime("%Y-%m-%d %H:%M").to_string(),
                None => day.to_string(),
            }),
            (None, Some(month), _) => Some(month.strftime("%Y-%m").to_string()),
            (None, None, Some(year)) => Some(year.to_string()),
            (None, None, None) => None,
        }
    }

    /// The hour on its day; nothing where it may be either of two.
    fn hour(&self, day: Date, now: DateTime) -> Option<DateTime> {
        let (hour, minute) = self.clock?;
        let moment = |day: Date, hour: i8| Some(day.at(hour, minute, 0, 0));
        let tomorrow = || day.tomorrow().ok();
        match (self.part, hour) {
            (_, 13..=23) | (Some(Part::Noon), 10..=12) => moment(day, hour),
            (_, 24) => moment(tomorrow()?, 0),
            (Some(Part::Morning), 12) => moment(day, if minute == 0 { 12 } else { 0 }),
            (Some(Part::Morning), 0..=11) => moment(day, hour),
            (Some(Part::Noon), 1..=3) | (Some(Part::Afternoon), 1..=11) => moment(day, hour + 12),
            (Some(Part::Afternoon), 12) => moment(day, 12),
            (Some(Part::Evening | Part::Night), 5..=11) => moment(day, hour + 12),
            // 昨天半夜两点 is in the night that yesterday ends with, unless that is still to come.
            (Some(Part::Evening | Part::Night), 0..=4 | 12) => {
                let after_midnight = moment(tomorrow()?, hour % 12)?;
                if after_midnight > now { moment(day, hour % 12) } else { Some(after_midnight) }
            }
            (None, 1..=11) => {
                let afternoon = moment(day, hour + 12)?;
                (afternoon > now).then(|| moment(day, hour)).flatten()
            }
            (None, 0 | 12) => moment(day, hour),
            (Some(_) | None, _) => None,
        }
    }
}

/// How long ago something may be counted in.
#[derive(Debug, Clone, Copy)]
enum Length {
    Minutes,
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

fn unit(rest: &[char]) -> Option<(usize, Length)> {
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
fn clock(hour: i8, after: &[char]) -> Option<(usize, (i8, i8))> {
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
fn number(rest: &[char]) -> Option<(i64, usize)> {
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

fn day(rest: &[char]) -> Option<(usize, i64, Option<Part>)> {
    (DAYS.iter().filter(|(word, _, _)| has(rest, word)))
        .map(|(word, days, part)| (word.chars().count(), *days, *part))
        .max_by_key(|(length, _, _)| *length)
}

/// 上周三, 礼拜天, `last Monday`: a day; 上个星期: the days of a week. A bare weekday is the last one that was.
fn week(rest: &[char], today: Date) -> Option<(usize, (Date, Date))> {
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

fn back(date: Date, by: Duration) -> Option<Date> {
    date.checked_sub(by).ok()
}

fn has(rest: &[char], word: &str) -> bool {
    let mut rest = rest.iter();
    word.chars().all(|wanted| rest.next() == Some(&wanted))
}

fn starts<'w>(rest: &[char], words: &[&'w str]) -> Option<&'w str> {
    words.iter().copied().filter(|word| has(rest, word)).max_by_key(|word| word.len())
}

fn longest<T: Copy>(rest: &[char], words: &[(&str, T)]) -> Option<(usize, T)> {
    (words.iter().filter(|(word, _)| has(rest, word)))
        .map(|(word, meaning)| (word.chars().count(), *meaning))
        .max_by_key(|(length, _)| *length)
}
