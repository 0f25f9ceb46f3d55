//! When the hotline is open: weekly hours such as `mon-fri 08:30-17:30`, and the calendar of the days that differ. A
//! moment enters; whether somebody is there leaves.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Opening hours. Without any the hotline is always open.
#[derive(Debug, Clone)]
pub struct Hours {
    zone: TimeZone,
    weekly: Vec<Span>,
    calendar: Calendar,
}

/// The same hours on some days of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    days: BTreeSet<i8>,
    from: Time,
    /// Not after `from` where it is on the next day.
    to: Time,
}

/// The days that differ from their week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeSet<Date>,
    workdays: BTreeSet<Date>,
}

/// Why hours or a calendar are not understood.
#[derive(Debug, thiserror::Error)]
pub enum HoursError {
    /// No hours.
    #[error("`{0}` is no opening time; write it as `mon-fri 08:30-17:30` or `sat,sun 09:00-12:00`")]
    Span(String),
    /// The calendar's file cannot be read.
    #[error("the calendar {} cannot be read: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The calendar's file is not what it should be.
    #[error("the calendar {} is wrong: {fault}", path.display())]
    Calendar {
        /// Which file.
        path: PathBuf,
        /// What, and where that is known.
        fault: String,
    },
}

impl Hours {
    /// Hours of a city in `zone`, from what the settings say.
    ///
    /// # Errors
    /// The text that is no opening time.
    pub fn new(zone: TimeZone, weekly: &[String], calendar: Calendar) -> Result<Self, HoursError> {
        let span = |text: &String| span(text).ok_or_else(|| HoursError::Span(text.clone()));
        Ok(Self { zone, weekly: weekly.iter().map(span).collect::<Result<_, _>>()?, calendar })
    }

    /// Always open.
    #[must_use]
    pub fn always() -> Self {
        Self { zone: TimeZone::UTC, weekly: Vec::new(), calendar: Calendar::default() }
    }

    /// Whether somebody is there.
    #[must_use]
    pub fn are_open(&self, now: Timestamp) -> bool {
        if self.weekly.is_empty() {
            return true;
        }
        let local = self.zone.to_datetime(now);
        let (today, time) = (local.date(), local.time());
        let yesterday = today.yesterday().ok();
        let began_today =
            self.of_day(today).any(|span| span.from <= time && (time < span.to || span.to <= span.from));
        began_today
            || yesterday
                .is_some_and(|day| self.of_day(day).any(|span| span.to <= span.from && time < span.to))
    }

    /// The hours that begin on a day.
    fn of_day(&self, day: Date) -> impl Iterator<Item = &Span> {
        let weekday = if self.calendar.workdays.contains(&day) { Weekday::Monday } else { day.weekday() };
        let open = !self.calendar.holidays.contains(&day);
        self.weekly.iter().filter(move |span| open && span.days.contains(&weekday.to_monday_zero_offset()))
    }
}

fn span(text: &str) -> Option<Span> {
    let (days, hours) = text.split_once(char::is_whitespace)?;
    let (from, to) = hours.trim().split_once('-')?;
    let days = days.split(',').map(weekdays).collect::<Option<Vec<_>>>()?;
    let (from, to) = (time(from)?, time(to)?);
    Some(Span { days: days.into_iter().flatten().collect(), from, to })
}

/// `mon`, or `mon-fri`.
fn weekdays(text: &str) -> Option<RangeInclusive<i8>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (weekday(first)?, weekday(last)?);
    (first <= last).then_some(first..=last)
}

fn weekday(text: &str) -> Option<i8> {
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    i8::try_from(days.iter().position(|day| *day == text)?).ok()
}

/// `08:30`; `24:00` is the midnight that ends the day.
fn time(text: &str) -> Option<Time> {
    if text == "24:00" {
        return Some(Time::midnight());
    }
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

impl Calendar {
    /// Reads a file such as `models/calendar/china.toml`.
    ///
    /// # Errors
    /// Where it cannot be read, or a day in it is none.
    pub fn read(path: &Path) -> Result<Self, HoursError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            #[serde(default)]
            holidays: Vec<String>,
            #[serde(default)]
            workdays: Vec<String>,
        }
        let wrong = |fault: String| HoursError::Calendar { path: path.to_owned(), fault };
        let text = std::fs::read_to_string(path)
            .map_err(|source| HoursError::Read { path: path.to_owned(), source })?;
        let file: File = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let days = |texts: &[String]| {
            let days = texts.iter().map(|text| days(text).ok_or_else(|| wrong(no_day(text))));
            Ok(days.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        };
        Ok(Self { holidays: days(&file.holidays)?, workdays: days(&file.workdays)? })
    }
}

fn no_day(text: &str) -> String {
    format!("`{text}` is no day; write it as `2026-10-01` or `2026-10-01 to 2026-10-07`")
}

/// `2026-10-01`, or `2026-10-01 to 2026-10-07`: at most a year of days.
fn days(text: &str) -> Option<Vec<Date>> {
    let (first, last) = text.split_once(" to ").unwrap_or((text, text));
    let (first, last): (Date, Date) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let days: Vec<_> = std::iter::successors(Some(first), |day| day.tomorrow().ok())
        .take(367)
        .take_while(|day| *day <= last)
        .collect();
    (!days.is_empty() && days.len() <= 366).then_some(days)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::tz::offset;

    use super::*;

    fn hours(weekly: &[&str]) -> Hours {
        let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models/calendar/china.toml"));
        let weekly: Vec<_> = weekly.iter().map(|&text| text.to_owned()).collect();
        Hours::new(TimeZone::fixed(offset(8)), &weekly, Calendar::read(path).unwrap()).unwrap()
    }

    fn open(hours: &Hours, local: &str) -> bool {
        hours.are_open(format!("{local}+08:00").parse().unwrap())
    }

    #[test]
    fn the_week_and_the_noon_break_are_in_the_citys_time() {
        let hours = hours(&["mon-fri 08:30-12:00", "mon-fri 13:30-17:30", "sat,sun 09:00-12:00"]);
        // 2026-11-23 is a Monday.
        for (local, is_open) in [
            ("2026-11-23T08:29:59", false),
            ("2026-11-23T08:30:00", true),
            ("2026-11-23T12:00:00", false),
            ("2026-11-23T17:29:59", true),
            ("2026-11-23T17:30:00", false),
            ("2026-11-28T08:45:00", false),
            ("2026-11-28T11:59:00", true),
            ("2026-11-29T13:45:00", false),
        ] {
            assert_eq!(open(&hours, local), is_open, "{local}");
        }
    }

    #[test]
    fn a_holiday_is_closed_and_a_weekend_worked_for_it_is_a_monday() {
        let hours = hours(&["mon-fri 08:30-17:30"]);
        assert!(!open(&hours, "2026-10-01T10:00:00"), "a Thursday, National Day");
        assert!(!open(&hours, "2026-10-07T10:00:00"), "its last day");
        assert!(open(&hours, "2026-10-08T10:00:00"));
        assert!(open(&hours, "2026-10-10T10:00:00"), "a Saturday that is worked");
        assert!(!open(&hours, "2026-10-17T10:00:00"), "one that is not");
    }

    #[test]
    fn a_night_belongs_to_the_day_it_begins_on() {
        let hours = hours(&["fri 22:00-06:00", "sun 08:00-24:00"]);
        assert!(open(&hours, "2026-11-27T23:00:00") && open(&hours, "2026-11-28T05:59:00"));
        assert!(!open(&hours, "2026-11-28T06:00:00") && !open(&hours, "2026-11-28T23:00:00"));
        assert!(open(&hours, "2026-11-29T23:59:59") && !open(&hours, "2026-11-30T00:00:00"));
    }

    #[test]
    fn without_hours_it_is_always_open() {
        assert!(open(&hours(&[]), "2026-10-01T03:00:00"));
        assert!(Hours::always().are_open(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn what_is_no_time_or_day_is_told() {
        for wrong in ["mon-fri", "fri-mon 08:00-12:00", "mon 8-12", "mon 25:00-26:00", "Mon 08:00-12:00", ""]
        {
            let error = Hours::new(TimeZone::UTC, &[wrong.to_owned()], Calendar::default()).unwrap_err();
            assert!(error.to_string().contains(&format!("`{wrong}`")), "{error}");
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        for (wrong, told) in [
            ("holidays = [\"2026-02-30\"]", "`2026-02-30` is no day"),
            ("holidays = [\"2026-10-07 to 2026-10-01\"]", "is no day"),
            ("holiday = []", "holiday"),
        ] {
            std::fs::write(file.path(), wrong).unwrap();
            let error = Calendar::read(file.path()).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
