//! Hours: 早上七点半 is 早上7:30, 八点 is 8点. A dispatch ticket gives the minute as `7:30`, which cannot be
//! misread and is found by searching, and the bare hour as `8点`, because 8:00 would claim a minute that nobody
//! named. The part of the day stays as it was said: 八点 alone may be either.

use super::context::Context;
use crate::numerals::{cardinal, digit};

/// A time of day in a text.
pub(super) struct Hour {
    /// One past its last character.
    pub(super) end: usize,
    /// As it is written; nothing where the characters stay.
    pub(super) written: Option<String>,
}

const DAY_PARTS: [&str; 20] = [
    "早上", "早晨", "上午", "中午", "下午", "傍晚", "晚上", "夜里", "半夜", "凌晨", "清晨", "今早", "今晚",
    "昨晚", "昨夜", "明早", "明晚", "每晚", "当晚", "夜间",
];

/// The time that the numerals `start..end` begin, where 点 follows them and it is a time and no decimal.
pub(super) fn hour(context: &Context<'_>, start: usize, end: usize) -> Option<Hour> {
    let hour = hour_value(&context.chars[start..end])?;
    if !context.has(end, "点") || context.one_before(start, "第几数") {
        return None;
    }
    let after = end + 1;
    if let Some((minute, end)) = minutes(context, after) {
        return Some(Hour { end, written: Some(format!("{hour}:{minute}")) });
    }
    // 三点五 is a decimal.
    if context.is_numeral(after) && !day_part(context, start) {
        return None;
    }
    let written = is_hour(context, start, after, hour).then(|| format!("{hour}点"));
    Some(Hour { end: after, written })
}

fn hour_value(chars: &[char]) -> Option<u64> {
    const LAST_HOUR: u64 = 24;
    let value = match chars {
        ['两'] => 2,
        digits if digits.iter().all(char::is_ascii_digit) => {
            digits.iter().collect::<String>().parse().ok().filter(|_| digits.len() <= 2)?
        }
        _ => cardinal(chars)?,
    };
    (value <= LAST_HOUR).then_some(value)
}

/// The minutes at `at` (半, 一刻, 二十, 零五分), as two digits and perhaps seconds, and where they end.
fn minutes(context: &Context<'_>, at: usize) -> Option<(String, usize)> {
    if context.has(at, "半") && !context.has_any(at + 1, &["天", "年", "个", "小时", "月"]) {
        return Some(("30".to_owned(), at + 1));
    }
    for (quarter, minute) in [("一刻", "15"), ("三刻", "45")] {
        if context.has(at, quarter) {
            let end = if context.has(at + 2, "钟") { at + 3 } else { at + 2 };
            return Some((minute.to_owned(), end));
        }
    }
    let end = if context.is_numeral(at) { context.run_end(at) } else { return None };
    let minute = minute_value(context, at, end)?;
    let is_minute = context.has(end, "分") && !context.one_of(end + 1, "之钱");
    if !is_minute {
        // 八点二十个人: of something else.
        let counts = context.one_of(end, "个人名号楼岁块元米度天年月%公万吨平倍斤百千");
        let single = end - at == 1 && !context.has(at, "十");
        return (!counts && !single).then_some((minute, end));
    }
    let end = end + 1;
    let seconds_end =
        if context.is_numeral(end) { context.run_end(end) } else { return Some((minute, end)) };
    match minute_value(context, end, seconds_end).filter(|_| context.has(seconds_end, "秒")) {
        Some(second) => Some((format!("{minute}:{second}"), seconds_end + 1)),
        None => Some((minute, end)),
    }
}

/// 五, 零五, 二十, 20: a number under sixty, in two digits.
fn minute_value(context: &Context<'_>, start: usize, end: usize) -> Option<String> {
    let value: u64 = match &context.chars[start..end] {
        ['零' | '〇' | '0', one] => digit(*one)?.to_string().parse().ok()?,
        digits if digits.iter().all(char::is_ascii_digit) && digits.len() <= 2 => {
            digits.iter().collect::<String>().parse().ok()?
        }
        chars => cardinal(chars)?,
    };
    (value < 60).then(|| format!("{value:02}"))
}

fn day_part(context: &Context<'_>, start: usize) -> bool {
    context.any_before(start, &DAY_PARTS)
}

/// Whether a number and 点 are an hour, by what stands around them: 三点建议 is none, and 一点 seldom is one.
fn is_hour(context: &Context<'_>, start: usize, after: usize, hour: u64) -> bool {
    const NO_HOUR: [&str; 22] = [
        "意见", "建议", "要求", "问题", "原因", "水", "钱", "儿", "希望", "诉求", "想法", "说明", "情况",
        "理由", "事", "是", "请求", "疑问", "线", "点", "错", "也",
    ];
    const FOLLOWS: [&str; 24] = [
        "钟",
        "多",
        "左右",
        "以后",
        "之后",
        "以前",
        "之前",
        "开始",
        "整",
        "到",
        "至",
        "的时候",
        "来钟",
        "来",
        "回",
        "就",
        "才",
        "下班",
        "上班",
        "开门",
        "关门",
        "停",
        "前",
        "起",
    ];
    let day_part = day_part(context, start);
    let named_day = context.any_before(start, &["今天", "昨天", "明天", "前天", "每天", "后天"])
        || context.one_before(start, "日号")
            && context.one_before(start - 1, "0123456789一二三四五六七八九十");
    let after_hour = context.one_before(start, "到至")
        && start
            .checked_sub(2)
            .is_some_and(|at| context.one_of(at, "点半分刻0123456789一二三四五六七八九十"));
    if context.has_any(after, &NO_HOUR) && !day_part {
        return false;
    }
    let weekday = context.one_before(start, "一二三四五六日天")
        && start.checked_sub(1).is_some_and(|at| context.any_before(at, &["周", "星期", "礼拜"]));
    let to_go = context.one_before(start, "分刻") && context.chars[..start].contains(&'差');
    let clear = day_part || after_hour || weekday || to_go || context.has_any(after, &["钟", "整"]);
    match hour {
        1 => clear || context.one_before(start, "从") && context.one_of(after, "到至"),
        0 => clear,
        2..=9 => {
            clear || named_day || context.one_before(start, "从早晚") || context.has_any(after, &FOLLOWS)
        }
        _ => true,
    }
}
