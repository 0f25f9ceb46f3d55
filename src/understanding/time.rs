//! When it happened, as the caller said it: 昨天晚上, 三天前, 从周一, `since Monday`. In: the transcript.
//! Out: the most telling expression, with the moment that it means; a deadline asked for, or how long something
//! takes, is none.

use jiff::civil::DateTime;

use super::found::{Found, Reason};
use super::moment::moment;
use super::phone_words::corrected_between;
use super::transcript::{Line, Span, Transcript, is_chinese, is_pause};
use crate::numerals::digit;

/// Days and parts of days; several in a row are one expression.
const MOMENTS: [(&str, u8); 104] = [
    ("大前天", 3),
    ("前晚", 3),
    ("上上个星期", 3),
    ("上上星期", 3),
    ("上上个礼拜", 3),
    ("上上周", 3),
    ("上上个月", 3),
    ("这个月初", 3),
    ("这月初", 3),
    ("本月初", 3),
    ("上个月初", 3),
    ("上个月底", 3),
    ("上个月中旬", 3),
    ("上月底", 3),
    ("去年年底", 3),
    ("去年年初", 3),
    ("今年年初", 3),
    ("大前年", 3),
    ("清晨", 1),
    ("前天", 3),
    ("昨天", 3),
    ("昨日", 3),
    ("昨晚", 3),
    ("昨夜", 3),
    ("今天", 3),
    ("今早", 3),
    ("今晚", 2),
    ("今儿", 2),
    ("昨儿", 3),
    ("刚才", 3),
    ("刚刚", 3),
    ("这两天", 3),
    ("这几天", 3),
    ("前几天", 3),
    ("前两天", 3),
    ("最近", 2),
    ("近期", 2),
    ("上个星期", 3),
    ("上星期", 3),
    ("上周", 3),
    ("上个礼拜", 3),
    ("上礼拜", 3),
    ("上个月", 3),
    ("上月", 3),
    ("去年", 3),
    ("今年", 2),
    ("前年", 3),
    ("年初", 2),
    ("月初", 2),
    ("这周", 2),
    ("这个星期", 2),
    ("这个月", 2),
    ("周末", 2),
    ("每天", 2),
    ("天天", 2),
    ("每晚", 2),
    ("春节", 2),
    ("国庆节", 2),
    ("早上", 1),
    ("早晨", 1),
    ("上午", 1),
    ("中午", 1),
    ("下午", 1),
    ("傍晚", 1),
    ("晚上", 1),
    ("夜里", 1),
    ("半夜", 1),
    ("凌晨", 1),
    ("一直", 0),
    ("the day before yesterday", 3),
    ("yesterday", 3),
    ("last night", 3),
    ("this morning", 3),
    ("this afternoon", 3),
    ("this evening", 3),
    ("tonight", 2),
    ("today", 3),
    ("last week", 3),
    ("last month", 3),
    ("last year", 3),
    ("every night", 2),
    ("every day", 2),
    ("every evening", 2),
    ("every morning", 2),
    ("last monday", 3),
    ("last tuesday", 3),
    ("last wednesday", 3),
    ("last thursday", 3),
    ("last friday", 3),
    ("last saturday", 3),
    ("last sunday", 3),
    ("just now", 3),
    ("these days", 2),
    ("recently", 2),
    ("monday", 3),
    ("tuesday", 3),
    ("wednesday", 3),
    ("thursday", 3),
    ("friday", 3),
    ("saturday", 3),
    ("sunday", 3),
    ("morning", 1),
    ("evening", 1),
    ("night", 1),
];
const WEEKDAYS: [&str; 3] = ["星期", "礼拜", "周"];
const UNITS: [&str; 16] = [
    "个小时",
    "小时",
    "个钟头",
    "分钟",
    "天",
    "个星期",
    "星期",
    "个礼拜",
    "周",
    "个月",
    "年",
    "个多月",
    "个多小时",
    "多天",
    "个晚上",
    "年多",
];
const AGO: [&str; 9] = ["以前", "之前", "前", "多以前", "多之前", "多前", "左右以前", "左右之前", "来"];
const ENGLISH_UNITS: [&str; 14] = [
    "minutes", "minute", "hours", "hour", "days", "day", "nights", "night", "weeks", "week", "months",
    "month", "years", "year",
];

/// What the agent asks.
const ASKS: [&str; 8] =
    ["多长时间", "多久", "什么时候", "几点", "哪天", "when did", "how long", "since when"];

/// When it happened; the call began at `now`.
pub(super) fn time(transcript: &Transcript<'_>, now: DateTime) -> Option<Found> {
    let mut best: Option<(u8, Span)> = None;
    for (index, line) in transcript.caller_lines() {
        let mut asked =
            transcript.question_before(index).is_some_and(|(_, question)| question.has_any(&ASKS));
        let mut at = 0;
        while at < line.chars.len() {
            let Some((end, telling)) = expression(line, at) else {
                at += 1;
                continue;
            };
            let span = Span { line: index, start: at, end };
            // An hour or a part of a day alone (晚上) is rarely when it happened.
            let answers = std::mem::take(&mut asked) && telling >= 2;
            let telling = if answers { telling + 2 } else { telling };
            // 昨天，不对，是前天: what is said after takes the place of what was said before.
            let corrects = |known: Span| known.line == index && corrected_between(line, known.end, at);
            if telling >= 2
                && best.is_none_or(|(known, span)| telling > known || telling == known && corrects(span))
            {
                best = Some((telling, span));
            }
            at = end;
        }
    }
    let (telling, span) = best?;
    let confidence = match telling {
        3.. => 0.88,
        2 => 0.65,
        0 | 1 => 0.4,
    };
    let found = Found::said(transcript, span, confidence);
    let words = transcript.lines.get(span.line).and_then(|line| line.chars.get(span.start..span.end));
    Some(match words.and_then(|words| moment(words, now)) {
        Some(moment) => Found {
            reason: Reason::Resolved.of(&found.value),
            value: if found.value.chars().any(is_chinese) {
                format!("{}（{moment}）", found.value)
            } else {
                format!("{} ({moment})", found.value)
            },
            ..found
        },
        None => found,
    })
}

/// Elements one after another: where they end, and how telling the most telling one is.
fn expression(line: &Line<'_>, start: usize) -> Option<(usize, u8)> {
    let lead = line
        .longest_at(start, &["从", "自从", "打", "有", "since ", "for ", "at ", "on "])
        .map_or(0, |(_, length)| length);
    let (mut end, mut telling) = element(line, start + lead, lead > 0)?;
    if lead > 0 && !line.whole(start, start + lead) {
        return None;
    }
    if lead > 0 && telling < 2 {
        return None;
    }
    loop {
        let gap = if line.chars.get(end) == Some(&' ') || line.chars.get(end) == Some(&'的') {
            end + 1
        } else {
            end
        };
        let Some((next, more)) = element(line, gap, false) else { break };
        end = next;
        telling = telling.max(more);
    }
    // 从昨天开始, 三点左右: what belongs to it.
    if let Some((_, length)) = line.longest_at(end, &["开始", "左右", "以后", "之后", "起"]) {
        let begins = line.has_at(end, "开始") && lead == 0;
        if !begins {
            end += length;
        }
    }
    Some((end, telling))
}

fn element(line: &Line<'_>, at: usize, since: bool) -> Option<(usize, u8)> {
    let moment = (MOMENTS.iter())
        .filter(|(word, _)| line.has_at(at, word) && line.whole(at, at + word.chars().count()))
        .max_by_key(|(word, _)| word.chars().count())
        .map(|(word, telling)| (at + word.chars().count(), *telling))
        .filter(|(_, telling)| *telling > 0);
    let weekday = weekday(line, at);
    let longer = |end: usize| moment.is_none_or(|(moment_end, _)| end > moment_end);
    weekday
        .filter(|(end, _)| longer(*end))
        .or(moment)
        .or_else(|| date_or_hour(line, at))
        .or_else(|| span_of_time(line, at, since))
}

/// 周一, 星期三, 礼拜天.
fn weekday(line: &Line<'_>, at: usize) -> Option<(usize, u8)> {
    let at = at
        + line
            .longest_at(at, &["上", "上个", "上上", "上上个", "这", "这个", "本"])
            .map_or(0, |(_, length)| length);
    let (word, length) = line.longest_at(at, &WEEKDAYS)?;
    let day = *line.chars.get(at + length)?;
    let names_day = matches!(day, '一' | '二' | '三' | '四' | '五' | '六' | '日' | '天');
    let follows = line.chars.get(at + length + 1);
    // 周一 as in 上周一楼道: a counter behind it makes it a number.
    (names_day && !(word == "周" && follows.is_some_and(|next| matches!(next, '个' | '楼' | '号'))))
        .then_some((at + length + 1, 3))
}

/// 十一月三号, 晚上十点半, 三点多.
fn date_or_hour(line: &Line<'_>, at: usize) -> Option<(usize, u8)> {
    if let Some(end) = clock(line, at) {
        let more = line.longest_at(end, &["多", "左右"]).map_or(0, |(_, length)| length);
        return Some((end + more, 1));
    }
    let end = numeral(line, at)?;
    // 上个月十五号: a day of a month that was said.
    if line.has_before(at, "月") && (line.has_at(end, "号") || line.has_at(end, "日")) {
        return Some((end + 1, 3));
    }
    if line.has_at(end, "月") {
        let day = numeral(line, end + 1).filter(|day| line.has_at(*day, "号") || line.has_at(*day, "日"));
        return Some(day.map_or((end + 1, 2), |day| (day + 1, 3)));
    }
    if line.has_at(end, "点") && !line.has_at(end, "点儿") && !line.has_at(end, "点意见") {
        let mut end = if line.has_at(end, "点钟") { end + 2 } else { end + 1 };
        if let Some(minutes) = numeral(line, end) {
            // 八点五分, 八点二十; 八点五 is none.
            let named = line.has_at(minutes, "分");
            end = if named { minutes + 1 } else { end };
            end = if !named && minutes - end >= 2 { minutes } else { end };
        }
        let more = line.longest_at(end, &["半", "多", "左右", "一刻"]).map_or(0, |(_, length)| length);
        // 有一点 is no hour.
        return (!line.has_at(at, "一点") || more > 0).then_some((end + more, 1));
    }
    let english_hour = ["o'clock", " o'clock", " am", " pm", "am", "pm"];
    let (_, length) =
        line.longest_at(end, &english_hour).filter(|(_, length)| line.whole(end, end + length))?;
    Some((end + length, 1))
}

/// 7:30, as a spoken 七点半 is written.
fn clock(line: &Line<'_>, at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let rest = line.chars.get(from..).unwrap_or_default();
        rest.iter().take_while(|char| char.is_ascii_digit()).count()
    };
    let begins = at == 0 || !line.chars[at - 1].is_ascii_digit();
    let colon = at + digits(at);
    let hour = begins && (1..=2).contains(&(colon - at)) && line.chars.get(colon) == Some(&':');
    (hour && digits(colon + 1) == 2).then_some(colon + 3)
}

/// 三天前, 半个小时以前, 好几天了; `two days ago`, `for a week`. How long alone (三个月工资) says nothing.
fn span_of_time(line: &Line<'_>, at: usize, since: bool) -> Option<(usize, u8)> {
    if let Some(found) = english_span(line, at, since) {
        return Some(found);
    }
    let end = (line
        .longest_at(at, &["好几", "几", "半", "两三", "三四", "十几", "十多", "好多"])
        .map(|(_, length)| at + length))
    .or_else(|| numeral(line, at))?;
    let end = if line.has_at(end, "多") || line.has_at(end, "来") { end + 1 } else { end };
    let (_, length) = line.longest_at(end, &UNITS)?;
    let end = end + length;
    if line.longest_at(end, &["内", "之内", "以内", "工资"]).is_some() {
        return None;
    }
    if let Some((_, length)) = line.longest_at(end, &AGO) {
        return Some((end + length, 3));
    }
    if line.has_at(end, "了") {
        return Some((end + 1, 2));
    }
    (line.has_at(end, "没") || line.has_before(at, "已经")).then_some((end, 2))
}

fn english_span(line: &Line<'_>, at: usize, since: bool) -> Option<(usize, u8)> {
    const COUNTS: [&str; 24] = [
        "half an",
        "an",
        "a",
        "a few",
        "several",
        "about",
        "a couple of",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "twenty",
        "thirty",
        "the last",
        "two whole",
        "more than",
        "the past",
        "ten or",
    ];
    let counted = line.longest_at(at, &COUNTS).map(|(_, length)| at + length);
    let end = counted.or_else(|| numeral(line, at)).filter(|end| line.whole(at, *end))?;
    let start = (line.chars.get(end) == Some(&' ')).then_some(end + 1)?;
    // `about two hours ago`, `more than a week`: a count may follow a count.
    let start = match line.longest_at(start, &COUNTS) {
        Some((_, length)) if line.chars.get(start + length) == Some(&' ') => start + length + 1,
        _ => start,
    };
    let (_, length) =
        line.longest_at(start, &ENGLISH_UNITS).filter(|(_, length)| line.whole(start, start + length))?;
    let end = start + length;
    if line.has_at(end, " ago") {
        return Some((end + 4, 3));
    }
    since.then_some((end, 2))
}

fn numeral(line: &Line<'_>, at: usize) -> Option<usize> {
    if at > 0 && line.chars.get(at - 1).is_some_and(|char| digit(*char).is_some()) {
        return None;
    }
    let length = (line.chars.get(at..)?.iter())
        .take_while(|char| digit(**char).is_some() || matches!(char, '十' | '百'))
        .count();
    let over = line.chars.get(at + length).is_none_or(|char| !is_pause(*char) || *char == ' ');
    (length > 0 && length <= 4 && over).then_some(at + length)
}
