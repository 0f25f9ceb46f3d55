//! Digits said one by one, in Chinese and English: 幺 is 1, 洞 is 0, 两 is 2, `double two` is 22, 三个八 is 888.

use super::chinese::digit;
use super::english;

/// Digits of a mobile number.
pub(crate) const MOBILE_DIGITS: usize = 11;
/// How recognisers write a spoken 幺; only between other digits are they one.
const HEARD_AS_ONE: [char; 7] = ['要', '妖', '腰', '夭', '吆', '邀', '约'];
/// So many digits right after a mobile number belong to what comes next.
const MOST_SURPLUS_DIGITS: usize = 2;

/// Digits said without a pause between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DigitGroup {
    /// The digits, `0` to `9`.
    pub(crate) digits: String,
    /// First character.
    pub(crate) start: usize,
    /// One past the last.
    pub(crate) end: usize,
}

/// The groups of digits of a line, left to right.
pub(crate) fn digit_groups(chars: &[char]) -> Vec<DigitGroup> {
    let mut groups: Vec<DigitGroup> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let Some((digits, end)) = token(chars, at) else {
            at += 1;
            continue;
        };
        match groups.last_mut().filter(|last| joined(chars, last, at, &digits)) {
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

/// Whether digits are a mobile number.
pub(crate) fn is_mobile(digits: &str) -> bool {
    digits.len() == MOBILE_DIGITS && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// Whether digits go on with a group: nothing lies between, or one space between English words; and they are not
/// those of another thing said right after a whole number (…二三四五三号楼).
fn joined(chars: &[char], last: &DigitGroup, start: usize, digits: &str) -> bool {
    let adjoins = start == last.end || (start == last.end + 1 && chars[last.end] == ' ');
    adjoins && !(is_mobile(&last.digits) && surplus(chars, start, digits))
}

fn surplus(chars: &[char], start: usize, digits: &str) -> bool {
    let rest = &chars[start..];
    let length = rest.iter().take_while(|char| digit(**char).is_some() || **char == '十').count();
    digits.len() == 1
        && (1..=MOST_SURPLUS_DIGITS).contains(&length)
        && rest.get(length).is_some_and(|char| matches!(char, '\u{3400}'..='\u{9fff}'))
}

/// The digits that the words at `at` say, and where they end.
fn token(chars: &[char], at: usize) -> Option<(String, usize)> {
    let char = *chars.get(at)?;
    if char.is_ascii_alphabetic() {
        return english::digits_at(chars, at);
    }
    if let Some(repeated) = repeated(chars, at) {
        return Some(repeated);
    }
    let is_digit = |index: Option<usize>| {
        index.and_then(|index| chars.get(index)).is_some_and(|char| digit(*char).is_some())
    };
    let (before, after) = (is_digit(at.checked_sub(1)), is_digit(Some(at + 1)));
    if let Some(digit) = digit(char) {
        // The 洞 of a door, the 拐 of a corner: a digit only beside others.
        let word = matches!(char, '洞' | '拐' | '勾' | '俩') && !before && !after || in_a_word(chars, at);
        return (!word).then(|| (digit.to_string(), at + 1));
    }
    (HEARD_AS_ONE.contains(&char) && before && after).then(|| ("1".to_owned(), at + 1))
}

/// 门洞, 桥洞: no nought, whatever follows.
fn in_a_word(chars: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| chars.get(before));
    chars[at] == '洞' && before.is_some_and(|char| "门桥涵山地窗树墙破漏空".contains(*char))
}

/// 三个八, 两个零: a digit said as many times as the count says. 四个工人 is no such thing.
fn repeated(chars: &[char], at: usize) -> Option<(String, usize)> {
    let count = match chars.get(at)? {
        '两' | '二' | '2' => 2,
        '三' | '3' => 3,
        '四' | '4' => 4,
        _ => return None,
    };
    let digit = digit(*chars.get(at + 2).filter(|_| chars.get(at + 1) == Some(&'个'))?)?;
    // 三个一百, 两个三号楼: a number of things, not a digit said again.
    let after = chars.get(at + 3).copied().unwrap_or(' ');
    if matches!(after, '百' | '千' | '万' | '十' | '号' | '月' | '星' | '小' | '单' | '人') {
        return None;
    }
    Some((digit.to_string().repeat(count), at + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        digit_groups(&chars).into_iter().map(|group| group.digits).collect()
    }

    #[test]
    fn a_whole_number_does_not_take_the_digits_of_what_comes_next() {
        assert_eq!(groups("幺三八零零幺三八零零零三号楼"), ["13800138000", "3"]);
        assert_eq!(groups("13800138000一共"), ["13800138000", "1"]);
        assert_eq!(groups("幺三零幺零二幺九八五零三幺二零零幺八"), ["130102198503120018"]);
    }

    #[test]
    fn a_door_and_a_corner_are_no_digits() {
        assert_eq!(groups("门洞三零二"), ["302"]);
        assert_eq!(groups("往左拐"), [""; 0]);
        assert_eq!(groups("幺洞拐"), ["107"]);
    }
}
