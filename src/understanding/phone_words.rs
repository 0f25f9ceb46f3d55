//! What surrounds a spoken telephone number: which digits make one, which words announce or correct it,
//! and which digits next to a counted thing are no part of one.

use super::transcript::Line;
use crate::numerals::{DigitGroup, digit, digit_groups, is_mobile};

const CUES: [&str; 18] = [
    "电话",
    "手机",
    "号码",
    "联系方式",
    "座机",
    "打给我",
    "联系我",
    "怎么联系",
    "回电",
    "phone",
    "number",
    "mobile",
    "telephone",
    "call me",
    "reach me",
    "call you",
    "reach you",
    "contact",
];
const CALLED_ON: [&str; 8] = ["电话", "手机", "联系方式", "座机", "phone", "mobile", "telephone", "call"];
/// Numbers that are no telephone's, though they are called so.
const OTHER_NUMBERS: [&str; 19] = [
    "身份证",
    "证件号",
    "工单",
    "单号",
    "编号",
    "受理号",
    "登记号",
    "投诉号",
    "案件号",
    "车牌",
    "户号",
    "卡号",
    "账号",
    "订单",
    "id number",
    "id card",
    "ticket",
    "reference",
    "case number",
];
const OTHERS: [&str; 20] = [
    "物业的",
    "物业",
    "公司的",
    "公司",
    "老板的",
    "老板",
    "他的",
    "她的",
    "他们的",
    "他们",
    "对方的",
    "对方",
    "单位的",
    "单位",
    "施工队的",
    "开发商的",
    "房东的",
    "their",
    "his",
    "her",
];
const OURS: [&str; 9] = [
    "拨打",
    "请打",
    "我们的电话",
    "打我们",
    "我们这边的电话",
    "call us",
    "our number",
    "please dial",
    "please call",
];
const WRONG: [&str; 22] = [
    "不对",
    "错了",
    "说错",
    "不是",
    "更正",
    "应该是",
    "重说",
    "重新说",
    "不好意思",
    "改一下",
    "换一个",
    "换个号",
    "no",
    "sorry",
    "wrong",
    "wait",
    "actually",
    "correction",
    "i mean",
    "make that",
    "not right",
    "rather",
];
const RIGHT: [&str; 16] = [
    "对",
    "对的",
    "对对",
    "是的",
    "是",
    "没错",
    "嗯",
    "好的",
    "可以",
    "yes",
    "yeah",
    "right",
    "correct",
    "that's right",
    "that is right",
    "that's correct",
];
const READ_BACK: [&str; 14] = [
    "您的",
    "电话是",
    "号码是",
    "核对",
    "确认",
    "对吗",
    "是吗",
    "对吧",
    "重复",
    "your number",
    "your phone",
    "is that right",
    "is that correct",
    "read that back",
];
/// What follows a count; such digits are no part of a telephone number.
const COUNTED: [char; 54] = [
    '号', '楼', '栋', '幢', '单', '室', '层', '门', '元', '块', '个', '年', '月', '日', '天', '点', '度',
    '次', '家', '位', '名', '条', '只', '辆', '下', '些', '样', '直', '起', '定', '会', '般', '共', '边',
    '百', '千', '万', '十', '小', '分', '半', '人', '户', '岁', '米', '里', '大', '口', '周', '星', '礼',
    '期', '路', '街',
];

/// A piece of a line that matters to a telephone number, in the order it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// Digits.
    Digits(DigitGroup),
    /// What was said before is wrong.
    Wrong,
    /// The next digits are the number's last, as many as given.
    Tail(Option<usize>),
    /// The next digits are the number's first.
    Head(Option<usize>),
}

/// The items of a line, left to right.
pub(super) fn items(line: &Line<'_>) -> Vec<Item> {
    let mut found: Vec<(usize, usize, Item)> = Vec::new();
    let mut at = 0;
    while at < line.chars.len() {
        let Some((length, item)) = marker(line, at) else {
            at += 1;
            continue;
        };
        found.push((at, at + length, item));
        at += length;
    }
    for group in digit_groups(&line.chars) {
        let inside = found.iter().any(|(start, end, _)| group.start < *end && *start < group.end);
        if !inside && !counted(line, &group) {
            found.push((group.start, group.end, Item::Digits(group)));
        }
    }
    found.sort_by_key(|(start, _, _)| *start);
    found.into_iter().map(|(_, _, item)| item).collect()
}

fn marker(line: &Line<'_>, at: usize) -> Option<(usize, Item)> {
    end_of_number(line, at).or_else(|| Some((wrong_at(line, at)?, Item::Wrong)))
}

/// The length of the words at `at` that take back what was said before them.
fn wrong_at(line: &Line<'_>, at: usize) -> Option<usize> {
    let (word, length) = line.longest_at(at, &WRONG)?;
    let asks =
        matches!(word, "不对") && line.has_before(at, "对") || word == "错了" && line.has_before(at, "没");
    (!asks && line.whole(at, at + length)).then_some(length)
}

/// Whether what was said before `start` is taken back before `end`.
pub(super) fn corrected_between(line: &Line<'_>, start: usize, end: usize) -> bool {
    (start..end).any(|at| wrong_at(line, at).is_some())
}

/// 后四位, 尾号, 最后是, 前三位, `the last four digits`, `ending in`.
fn end_of_number(line: &Line<'_>, at: usize) -> Option<(usize, Item)> {
    const UNCOUNTED: [&str; 6] = ["尾号", "最后是", "末尾是", "ending in", "ends in", "ends with"];
    if let Some((_, length)) = line.longest_at(at, &UNCOUNTED) {
        let length = if line.has_at(at + length, "是") { length + 1 } else { length };
        return Some((length, Item::Tail(None)));
    }
    let counted: [(&str, bool); 8] = [
        ("最后", true),
        ("后面", true),
        ("后", true),
        ("末", true),
        ("尾", true),
        ("前面", false),
        ("前", false),
        ("开头", false),
    ];
    for (word, tail) in counted {
        let length = word.chars().count();
        if line.has_at(at, word)
            && let Some(count) =
                line.chars.get(at + length).and_then(|char| digit(*char)).and_then(|d| d.to_digit(10))
            && line.has_at(at + length + 1, "位")
        {
            let count = Some(count as usize);
            return Some((length + 2, if tail { Item::Tail(count) } else { Item::Head(count) }));
        }
    }
    for (word, count) in [("last two", 2), ("last three", 3), ("last four", 4)] {
        if line.has_at(at, word) && line.whole(at, at + word.len()) {
            return Some((word.len(), Item::Tail(Some(count))));
        }
    }
    None
}

/// Whether a group counts something, or is part of a time (7:30), a decimal (3.5) or a share (1/3, 20%).
fn counted(line: &Line<'_>, group: &DigitGroup) -> bool {
    let digit = |index: Option<usize>| {
        index.and_then(|index| line.chars.get(index)).is_some_and(char::is_ascii_digit)
    };
    let sign = |index: Option<usize>| {
        index.and_then(|index| line.chars.get(index)).is_some_and(|char| matches!(char, ':' | '.' | '/'))
    };
    let before = sign(group.start.checked_sub(1)) && digit(group.start.checked_sub(2));
    let after = sign(Some(group.end)) && digit(Some(group.end + 1));
    let next = line.chars.get(group.end);
    group.digits.len() < 7
        && (before || after || next.is_some_and(|char| COUNTED.contains(char) || matches!(char, '%' | '‰')))
}

/// Whether the line speaks of a telephone.
pub(super) fn announces(line: &Line<'_>) -> bool {
    line.has_any(&CALLED_ON) || line.has_any(&CUES) && !line.has_any(&OTHER_NUMBERS)
}

/// Whether the digits at `start` are announced as somebody else's number.
pub(super) fn of_another(line: &Line<'_>, start: usize) -> bool {
    const REACH_CHARS: usize = 14;
    let from = start.saturating_sub(REACH_CHARS);
    // The word nearest to the digits says what they are.
    let nearest = |words: &[&str]| (from..start).rev().find(|at| line.longest_at(*at, words).is_some());
    if nearest(&OTHER_NUMBERS).is_some_and(|at| nearest(&CALLED_ON).is_none_or(|cue| cue < at)) {
        return true;
    }
    (from..start).any(|at| {
        let Some((_, owner)) = line.longest_at(at, &OTHERS) else { return false };
        let after = if line.has_at(at + owner, " ") { at + owner + 1 } else { at + owner };
        line.whole(at, at + owner) && line.longest_at(after, &CUES).is_some()
    })
}

/// Whether an agent's line names a number to be dialled, not the caller's.
pub(super) fn offers_a_number(line: &Line<'_>) -> bool {
    line.has_any(&OURS)
}

/// Whether an agent's line reads something back.
pub(super) fn reads_back(line: &Line<'_>) -> bool {
    line.has_any(&READ_BACK)
}

/// Whether a line begins by agreeing.
pub(super) fn agrees(line: &Line<'_>) -> bool {
    let start = line.skip_pauses(0);
    (line.longest_at(start, &RIGHT)).is_some_and(|(_, length)| line.whole(start, start + length))
        && !line.has_at(start, "对不")
        && !line.has_at(start, "是不是")
        && !denies(line)
}

/// Whether a line says that what was said is wrong.
pub(super) fn denies(line: &Line<'_>) -> bool {
    items(line).contains(&Item::Wrong)
}

/// The number that digits make, if they make one: a mobile number, a number with an area code, or, where a
/// telephone was spoken of, a local one.
pub(super) fn complete(digits: &str, announced: bool) -> Option<String> {
    let bare =
        digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")).filter(|rest| is_mobile(rest));
    if let Some(mobile) = bare.or(Some(digits).filter(|digits| is_mobile(digits))) {
        return Some(mobile.to_owned());
    }
    let local = |rest: &str| rest.len() == 8 && rest.starts_with(|first: char| ('2'..='9').contains(&first));
    let area = match digits.as_bytes() {
        [b'0', b'1' | b'2', _, ..] => digits.get(3..),
        [b'0', b'3'..=b'9', _, _, ..] => digits.get(4..),
        _ => None,
    };
    let subscriber = |rest: &str| {
        local(rest)
            || announced && rest.len() == 7 && rest.starts_with(|first: char| ('2'..='9').contains(&first))
    };
    if area.is_some_and(subscriber) || announced && local(digits) {
        return Some(digits.to_owned());
    }
    None
}
