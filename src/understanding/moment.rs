//! The moment that words mean, counted from when the call began: 昨天晚上八点 is `2026-11-21 20:00`, 上周三 a
//! day, 上个星期 the days of a week, 上个月 a month. Only what the words settle: 几天前 and 最近 are no moment,
//! and 八点 without a part of the day only where the other eight o'clock had not come yet.

use jiff::civil::{Date, DateTime};
use jiff::{RoundMode, ToSpan, Unit};

use super::moment_words::{
    Length, MONTHS, PARTS, Part, VAGUE, YEARS, back, clock, day, has, longest, number, starts, unit, week,
};

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
