//! What is left of a text when spelling does not count: simplified characters, half width, small letters, numbers in
//! digits, no punctuation and no spaces. The same is done to what was said and to what was heard, so it need not be
//! beautiful, only the same for the same words.

use crate::speech::text::Cleaner;

/// Chinese digits beside their values; 幺 and 洞 are said on the telephone.
const DIGITS: [(char, u64); 15] = [
    ('零', 0),
    ('〇', 0),
    ('洞', 0),
    ('一', 1),
    ('幺', 1),
    ('二', 2),
    ('两', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
    ('○', 0),
];
const SMALL_UNITS: [(char, u64); 3] = [('十', 10), ('百', 100), ('千', 1_000)];
const LARGE_UNITS: [(char, u64); 2] = [('万', 10_000), ('亿', 100_000_000)];

/// The characters of a text that count.
#[must_use]
pub fn normalised(text: &str, cleaner: &Cleaner) -> Vec<char> {
    let simple: Vec<char> =
        cleaner.clean(text, "zh").chars().map(half_width).flat_map(char::to_lowercase).collect();
    let spoken = spoken_signs(&simple);
    let mut out = Vec::with_capacity(spoken.len());
    let mut rest = spoken.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let run = rest.iter().take_while(|character| is_numeral(**character)).count();
        if run > 0 {
            digits(&rest[..run], &mut out);
            rest = &rest[run..];
        } else {
            if first.is_alphanumeric() {
                out.push(*first);
            }
            rest = after;
        }
    }
    out
}

/// The characters of a text as it stands, spaces apart.
#[must_use]
pub fn raw(text: &str) -> Vec<char> {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn half_width(character: char) -> char {
    match u32::from(character) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

/// Signs that are said as words: 3:30 and 三点半 as 3点30, 3.5 as 3点5, 30% as 百分之30. A whole hour has no minutes.
fn spoken_signs(text: &[char]) -> Vec<char> {
    let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(char::is_ascii_digit);
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text.get(at) {
        match character {
            ':' | '.' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => {
                out.push('点');
                if *character == ':' && text.get(at + 1..at + 3) == Some(&['0', '0']) {
                    at += 2;
                }
            }
            ',' if digit(at.checked_sub(1)) && digit(Some(at + 1)) => {}
            '半' if at > 0 && text[at - 1] == '点' => out.extend(['3', '0']),
            '钟' if at > 0 && text[at - 1] == '点' => {}
            '%' => {
                let numeral = |character: &&char| is_numeral(**character) || **character == '点';
                let number = out.iter().rev().take_while(numeral).count();
                let begins = out.len() - number;
                out.splice(begins..begins, "百分之".chars());
            }
            other => out.push(*other),
        }
        at += 1;
    }
    out
}

fn value(of: char, table: &[(char, u64)]) -> Option<u64> {
    table.iter().find(|(character, _)| *character == of).map(|(_, value)| *value)
}

fn is_numeral(character: char) -> bool {
    character.is_ascii_digit()
        || [&DIGITS[..], &SMALL_UNITS, &LARGE_UNITS].iter().any(|table| value(character, table).is_some())
}

/// A run of numerals: one by one where it has no units, else by its value.
fn digits(run: &[char], out: &mut Vec<char>) {
    let has_units = run.iter().any(|one| value(*one, &SMALL_UNITS).or(value(*one, &LARGE_UNITS)).is_some());
    let worth = if has_units { worth(run) } else { None };
    match worth {
        Some(worth) => out.extend(worth.to_string().chars()),
        None => out.extend(run.iter().map(|one| match value(*one, &DIGITS) {
            Some(digit) => char::from_digit(u32::try_from(digit).unwrap_or(0), 10).unwrap_or(*one),
            None => *one,
        })),
    }
}

/// The value of 一百二十, 两万三, 3万; nothing where the run is no one number (一二十, or too large a one).
fn worth(run: &[char]) -> Option<u64> {
    let (mut whole, mut section, mut number) = (0_u64, 0_u64, None::<u64>);
    // What a last digit counts where its unit is left out: 两百五 is 250.
    let mut last_unit = 1;
    for one in run {
        if let Some(digit) = one.to_digit(10).map(u64::from) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            last_unit = 1;
        } else if let Some(digit) = value(*one, &DIGITS) {
            if number.is_some_and(|number| number != 0) {
                return None;
            }
            number = Some(digit);
            last_unit = if digit == 0 { 1 } else { last_unit };
        } else if let Some(unit) = value(*one, &SMALL_UNITS) {
            section = section
                .checked_add(number.take().filter(|number| *number != 0).unwrap_or(1).checked_mul(unit)?)?;
            last_unit = unit / 10;
        } else {
            let unit = value(*one, &LARGE_UNITS)?;
            section = section.checked_add(number.take().unwrap_or(0))?;
            // 万 counts what stands since 亿, and 亿 all before it.
            whole = match *one {
                '亿' => whole.checked_add(section)?.checked_mul(unit)?,
                _ => whole.checked_add(section.checked_mul(unit)?)?,
            };
            (section, last_unit) = (0, unit / 10);
        }
    }
    whole.checked_add(section)?.checked_add(number.unwrap_or(0).checked_mul(last_unit)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn same(one: &str, other: &str) {
        let cleaner = Cleaner::new().unwrap();
        assert_eq!(normalised(one, &cleaner), normalised(other, &cleaner), "{one} and {other}");
    }

    fn becomes(text: &str, expected: &str) {
        let cleaner = Cleaner::new().unwrap();
        assert_eq!(normalised(text, &cleaner).into_iter().collect::<String>(), expected, "{text}");
    }

    #[test]
    fn punctuation_width_case_and_script_do_not_count() {
        same("請問，有什麼可以幫您？", "请问有什么可以帮您");
        same("ＡＢＣ １２３", "abc123");
        same("Good morning. How can I help you?", "good morning how can i help you");
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        same("我的电话是幺三四四九八零零三八九。", "我的电话是13449800389");
        same("八号楼十八单元", "8号楼18单元");
        same("一百二十块", "120块");
        same("两千零五", "2005");
        same("三万五", "35000");
        same("一亿两千万", "120000000");
        same("3万块", "30000块");
        same("百分之三十", "30%");
        same("三点五度", "3.5度");
        same("1,200元", "一千二百元");
    }

    #[test]
    fn times_are_the_same_however_they_are_written() {
        same("早上八点半", "早上8:30");
        same("下午三点钟", "下午3:00");
        becomes("十五点二十", "15点20");
    }

    #[test]
    fn what_is_no_number_of_value_stays_a_row_of_digits() {
        becomes("一二十", "12十");
        becomes("二零二六年", "2026年");
        becomes("十几天", "10几天");
        becomes("九十九亿九十九亿九十九亿九十九亿", "9十9亿9十9亿9十9亿9十9亿");
    }

    proptest::proptest! {
        #[test]
        fn only_what_counts_is_left_of_any_text(text in "[0-9零一幺两九十百千万亿点:.,%半钟好 ]{0,24}") {
            let left = normalised(&text, &Cleaner::new().unwrap());
            proptest::prop_assert!(left.iter().all(|character| character.is_alphanumeric()), "{left:?}");
        }
    }
}
