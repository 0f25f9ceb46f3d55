//! Spoken digits to digits, in Chinese and English: 幺 is 1, 洞 is 0, 两 is 2, `double two` is 22, 三个八 is
//! 888. In: a line. Out: groups of digits that were said in one breath, with their place.

use super::transcript::{Line, is_pause};

/// Digits said without a pause between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DigitGroup {
    /// The digits, `0` to `9`.
    pub(super) digits: String,
    /// First folded character.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
}

const ENGLISH_DIGITS: [(&str, &str); 12] = [
    ("zero", "0"),
    ("oh", "0"),
    ("nought", "0"),
    ("one", "1"),
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
];
const ENGLISH_TEENS: [(&str, &str); 10] = [
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
    ("thirteen", "13"),
    ("fourteen", "14"),
    ("fifteen", "15"),
    ("sixteen", "16"),
    ("seventeen", "17"),
    ("eighteen", "18"),
    ("nineteen", "19"),
];
const ENGLISH_TENS: [(&str, &str); 8] = [
    ("twenty", "2"),
    ("thirty", "3"),
    ("forty", "4"),
    ("fifty", "5"),
    ("sixty", "6"),
    ("seventy", "7"),
    ("eighty", "8"),
    ("ninety", "9"),
];
/// How recognisers write a spoken 幺; only between other digits are they one.
const HEARD_AS_ONE: [char; 7] = ['要', '妖', '腰', '夭', '吆', '邀', '约'];

/// The groups of digits of a line, left to right.
pub(super) fn digit_groups(line: &Line<'_>) -> Vec<DigitGroup> {
    let mut groups: Vec<DigitGroup> = Vec::new();
    let mut at = 0;
    while at < line.chars.len() {
        let Some((digits, end)) = token(line, at) else {
            at += 1;
            continue;
        };
        match groups.last_mut().filter(|last| joined(line, last.end, at)) {
            Some(last) => {
                last.digits.push_str(&digits);
                last.end = end;
            }
            None => groups.push(DigitGroup { digits, start: at, end }),
        }
        at = end;
    }
    groups
}

/// The digit of a Chinese or Arabic numeral.
pub(super) fn digit(char: char) -> Option<char> {
    Some(match char {
        '0'..='9' => char,
        '零' | '〇' | '洞' => '0',
        '一' | '幺' | '壹' => '1',
        '二' | '两' | '贰' | '俩' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' | '拐' => '7',
        '八' | '捌' => '8',
        '九' | '玖' | '勾' => '9',
        _ => return None,
    })
}

/// Whether nothing but one space lies between two English number words, or nothing at all.
fn joined(line: &Line<'_>, end: usize, start: usize) -> bool {
    start == end || (start == end + 1 && line.chars[end] == ' ')
}

/// The digits that the words at `at` say, and where they end.
fn token(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let char = *line.chars.get(at)?;
    if char.is_ascii_alphabetic() {
        return english(line, at);
    }
    if let Some(repeated) = repeated(line, at) {
        return Some(repeated);
    }
    if let Some(digit) = digit(char) {
        return Some((digit.to_string(), at + 1));
    }
    let beside = |index: Option<usize>| {
        index.and_then(|index| line.chars.get(index)).is_some_and(|char| digit(*char).is_some())
    };
    (HEARD_AS_ONE.contains(&char) && beside(at.checked_sub(1)) && beside(Some(at + 1)))
        .then(|| ("1".to_owned(), at + 1))
}

/// 三个八, 两个零: a digit said as many times as the count says. 四个工人 is no such thing.
fn repeated(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let count = match line.chars.get(at)? {
        '两' | '二' | '2' => 2,
        '三' | '3' => 3,
        '四' | '4' => 4,
        _ => return None,
    };
    let digit = digit(*line.chars.get(at + 2).filter(|_| line.chars.get(at + 1) == Some(&'个'))?)?;
    // 三个一百, 两个三号楼: a number of things, not a digit said again.
    let after = line.chars.get(at + 3).copied().unwrap_or(' ');
    if matches!(after, '百' | '千' | '万' | '十' | '号' | '月' | '星' | '小' | '单' | '人') {
        return None;
    }
    Some((digit.to_string().repeat(count), at + 3))
}

fn english(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let (word, end) = word_at(line, at)?;
    let lookup = |table: &[(&str, &'static str)], word: &str| {
        table.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits)
    };
    let next = || word_at(line, gap(line, end)?);
    if let Some(times) = match word.as_str() {
        "double" => Some(2),
        "triple" | "treble" => Some(3),
        _ => None,
    } {
        let start = gap(line, end)?;
        let Some((word, end)) = word_at(line, start) else {
            let digit = digit(*line.chars.get(start)?)?;
            return Some((digit.to_string().repeat(times), start + 1));
        };
        let digit = lookup(&ENGLISH_DIGITS, &word).or((word == "o").then_some("0"))?;
        return Some((digit.repeat(times), end));
    }
    if let Some(digit) = lookup(&ENGLISH_DIGITS, &word) {
        return match next() {
            Some((word, end)) if word == "hundred" => Some((format!("{digit}00"), end)),
            _ => Some((digit.to_owned(), end)),
        };
    }
    if let Some(digits) = lookup(&ENGLISH_TEENS, &word) {
        return Some((digits.to_owned(), end));
    }
    if let Some(tens) = lookup(&ENGLISH_TENS, &word) {
        return match next().and_then(|(word, end)| Some((lookup(&ENGLISH_DIGITS, &word)?, end))) {
            Some((ones, end)) if ones != "0" => Some((format!("{tens}{ones}"), end)),
            _ => Some((format!("{tens}0"), end)),
        };
    }
    // A lone "o" is a nought only beside another number word.
    let beside = next().is_some_and(|(word, _)| lookup(&ENGLISH_DIGITS, &word).is_some());
    (word == "o" && beside).then(|| ("0".to_owned(), end))
}

/// Where the next word begins, over one space or hyphen.
fn gap(line: &Line<'_>, end: usize) -> Option<usize> {
    matches!(line.chars.get(end)?, ' ' | '-').then_some(end + 1)
}

/// The English word that begins at `at`, and where it ends.
pub(super) fn word_at(line: &Line<'_>, at: usize) -> Option<(String, usize)> {
    let begins = at == 0 || !line.chars.get(at - 1)?.is_ascii_alphanumeric();
    if !begins || !line.chars.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    let length =
        line.chars[at..].iter().take_while(|char| char.is_ascii_alphabetic() || **char == '\'').count();
    Some((line.chars[at..at + length].iter().collect(), at + length))
}

/// Whether only pauses and hesitations lie between two places of a line.
pub(super) fn only_hesitation(line: &Line<'_>, start: usize, end: usize) -> bool {
    const HESITATIONS: [&str; 16] = [
        "嗯", "呃", "额", "啊", "那个", "然后", "哦", "诶", "是", "uh", "um", "er", "erm", "then", "and",
        "嗯嗯",
    ];
    let mut at = start;
    while at < end {
        if is_pause(line.chars[at]) {
            at += 1;
        } else if let Some((_, length)) = line.longest_at(at, &HESITATIONS) {
            at += length;
        } else {
            return false;
        }
    }
    at <= end
}
