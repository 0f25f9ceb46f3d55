//! What words of time mean, said and written.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use jiff::civil::date;

use super::moment::moment;
use crate::speech::text::with_digits;

/// A Sunday evening.
fn means(said: &str) -> String {
    let now = date(2026, 11, 22).at(21, 10, 30, 0);
    let of = |said: &str| moment(&said.chars().collect::<Vec<_>>(), now).unwrap_or_default();
    let written = of(&with_digits(said));
    assert_eq!(of(said), written, "{said} as it is said and as it is written");
    written
}

#[test]
fn days_and_hours_are_counted_from_the_call() {
    for (said, moment) in [
        ("昨天晚上八点", "2026-11-21 20:00"),
        ("昨天晚上十一点半左右", "2026-11-21 23:30"),
        ("昨天半夜两点", "2026-11-22 02:00"),
        ("昨天晚上十二点", "2026-11-22 00:00"),
        ("昨天凌晨两点", "2026-11-21 02:00"),
        ("今天早上七点二十", "2026-11-22 07:20"),
        ("今天中午十二点", "2026-11-22 12:00"),
        ("前天下午三点一刻", "2026-11-20 15:15"),
        ("大前天", "2026-11-19"),
        ("昨晚", "2026-11-21"),
        ("昨天八点", "2026-11-21"),
        ("今天十点", "2026-11-22 10:00"),
        ("半个小时以前", "2026-11-22 20:40"),
        ("两个小时前", "2026-11-22 19:10"),
        ("昨天下午十五点零五分", "2026-11-21 15:05"),
    ] {
        assert_eq!(means(said), moment, "{said}");
    }
}

#[test]
fn weeks_months_and_years_are_as_long_as_they_are() {
    for (said, moment) in [
        ("上周三", "2026-11-11"),
        ("从上周三开始", "2026-11-11"),
        ("上上周五", "2026-11-06"),
        ("周三", "2026-11-18"),
        ("上礼拜天", "2026-11-15"),
        ("上个星期", "2026-11-09 – 2026-11-15"),
        ("三天前", "2026-11-19"),
        ("都三天了", "2026-11-19"),
        ("有一个星期了", "2026-11-15"),
        ("半个月前", "2026-11-07"),
        ("上个月", "2026-10"),
        ("这个月初", "2026-11"),
        ("上个月十五号", "2026-10-15"),
        ("十一月三号", "2026-11-03"),
        ("十二月三号", "2025-12-03"),
        ("去年三月", "2025-03"),
        ("去年", "2025"),
        ("两年前", "2024"),
    ] {
        assert_eq!(means(said), moment, "{said}");
    }
}

#[test]
fn english_too() {
    for (said, moment) in [
        ("since last monday", "2026-11-16"),
        ("since monday", "2026-11-16"),
        ("last sunday", "2026-11-15"),
        ("last night", "2026-11-21"),
        ("yesterday at 8 pm", "2026-11-21 20:00"),
        ("2 hours ago", "2026-11-22 19:10"),
        ("last week", "2026-11-09 – 2026-11-15"),
        ("half an hour ago", "2026-11-22 20:40"),
    ] {
        assert_eq!(means(said), moment, "{said}");
    }
}

#[test]
fn what_is_vague_is_no_moment() {
    for said in [
        "几天前",
        "最近",
        "这两天",
        "有十来天了",
        "两个多月了",
        "每天晚上",
        "好几天了",
        "一个多小时前",
        "a few days ago",
    ] {
        assert_eq!(means(said), "", "{said}");
    }
}
