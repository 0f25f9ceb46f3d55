//! Identity numbers of residents (GB 11643-1999): 18 characters, six of the place, eight of the day of birth,
//! three of order, one that checks the others (ISO 7064 MOD 11-2; X is ten). And how they are hidden.

use std::ops::{Range, RangeInclusive};

use super::chinese::digit;

/// Characters of an identity number.
pub(crate) const IDENTITY_CHARS: usize = 18;
/// The characters that are hidden; those before and after them stay to be read.
pub(super) const MIDDLE: Range<usize> = 3..IDENTITY_CHARS - 4;
/// What stands for a hidden character.
pub(super) const HIDDEN: char = '*';
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// Whether 18 characters, X a capital, are an identity number: a day of birth, and the right last character.
pub(crate) fn is_identity(number: &str) -> bool {
    if number.len() != IDENTITY_CHARS || !may_begin_identity(number) {
        return false;
    }
    let digits = number.chars().filter_map(|char| char.to_digit(10));
    let sum: u32 = WEIGHTS.iter().zip(digits).map(|(weight, digit)| weight * digit).sum();
    number.chars().last() == CHECKS.get((sum % 11) as usize).copied()
}

/// Whether an identity number may begin with these characters, X a capital: a province, a day of birth.
pub(super) fn may_begin_identity(start: &str) -> bool {
    let part =
        |from: usize, to: usize| start.get(from..to).map(|part| part.parse::<u32>().unwrap_or_default());
    let in_range =
        |value: Option<u32>, range: RangeInclusive<u32>| value.is_none_or(|value| range.contains(&value));
    start.chars().take(WEIGHTS.len()).all(|char| char.is_ascii_digit())
        && in_range(part(0, 2), 11..=91)
        && in_range(part(6, 8), 18..=21)
        && in_range(part(6, 10), 1850..=2199)
        && in_range(part(10, 12), 1..=12)
        && in_range(part(12, 14), 1..=31)
}

/// A typed or spoken identity number with its middle hidden; nothing where it is none.
pub(crate) fn hidden(text: &str) -> Option<String> {
    let number: String =
        text.chars().filter(|char| !matches!(char, ' ' | '-')).collect::<String>().to_ascii_uppercase();
    is_identity(&number).then(|| {
        number
            .chars()
            .enumerate()
            .map(|(at, char)| if MIDDLE.contains(&at) { HIDDEN } else { char })
            .collect()
    })
}

/// Whether a value is an identity number with its middle hidden already.
pub(crate) fn is_hidden(value: &str) -> bool {
    value.chars().count() == IDENTITY_CHARS
        && value.chars().enumerate().all(|(at, char)| {
            let check = at == IDENTITY_CHARS - 1 && char == 'X';
            if MIDDLE.contains(&at) { char == HIDDEN } else { char.is_ascii_digit() || check }
        })
}

/// A piece of an identity number with every character of it hidden; its length stays.
pub(crate) fn all_hidden(text: &str) -> String {
    text.chars().map(|char| if char.is_alphanumeric() { HIDDEN } else { char }).collect()
}

/// Whether a text may have a part of an identity number.
pub(crate) fn may_be_part_of_identity(text: &str) -> bool {
    text.chars().any(|char| said_digit(char, true).is_some())
}

/// A text with the middle of every identity number in it hidden, however it is written or said, with pauses
/// between its digits or none. Every character keeps its place.
pub(crate) fn without_identities(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut run: Vec<(usize, char)> = Vec::new();
    for at in 0..=chars.len() {
        let said = chars.get(at).and_then(|char| said_digit(*char, !run.is_empty()));
        match said {
            Some(said) => run.push((at, said)),
            None if chars.get(at).is_some_and(|char| is_gap(*char)) => {}
            None => {
                hide(&mut chars, &run);
                run.clear();
            }
        }
    }
    chars.into_iter().collect()
}

/// Hides the identity numbers in a run of digits, each with its place.
fn hide(chars: &mut [char], run: &[(usize, char)]) {
    let mut from = 0;
    while let Some(window) = run.get(from..from + IDENTITY_CHARS) {
        if !is_identity(&window.iter().map(|(_, digit)| *digit).collect::<String>()) {
            from += 1;
            continue;
        }
        for (at, _) in &window[MIDDLE] {
            chars[*at] = HIDDEN;
        }
        from += IDENTITY_CHARS;
    }
}

/// What a character says of an identity number; X is one only where it may be.
pub(super) fn said_digit(char: char, x_may_be: bool) -> Option<char> {
    match char {
        'x' | 'X' | 'Ｘ' | 'ｘ' | '叉' if x_may_be => Some('X'),
        '０'..='９' => char::from_u32(char as u32 - 0xfee0),
        char => digit(char),
    }
}

fn is_gap(char: char) -> bool {
    matches!(char, ' ' | '-' | '，' | ',' | '、' | '。' | '.')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn the_last_character_checks_the_others() {
        assert!(is_identity("11010519491231002X"));
        assert!(is_identity("440524188001010014"));
        assert!(!is_identity("110105194912310021"));
        assert!(!is_identity("11010519491331002X"), "there is no thirteenth month");
        assert!(!is_identity("1101051949123100"));
        assert!(!is_identity("一一零一零五"));
    }

    #[test]
    fn a_hidden_number_keeps_its_ends() {
        assert_eq!(hidden("110105 19491231 002x").unwrap(), "110***********002X");
        assert!(is_hidden("110***********002X"));
        assert!(!is_hidden("11010519491231002X"));
        assert_eq!(hidden("13820012345"), None);
    }

    #[test]
    fn whatever_is_hidden_may_be_a_part() {
        for part in ["110105", "１９４９", "一二三一", "０", "Ｘ", "叉"] {
            assert!(may_be_part_of_identity(part), "{part}");
        }
        assert!(!may_be_part_of_identity("下水道堵了"));
    }

    #[test]
    fn a_text_loses_its_identity_numbers_and_nothing_else() {
        assert_eq!(
            without_identities("身份证11010519491231002X，电话13820012345。"),
            "身份证110***********002X，电话13820012345。"
        );
        assert_eq!(
            without_identities("一一零一零五，一九四九一二三一，零零二叉。"),
            "一一零***，********，零零二叉。"
        );
        assert_eq!(without_identities("订单号123456789012345678"), "订单号123456789012345678");
    }
}
