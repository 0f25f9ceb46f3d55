//! English number words: digits, teens, tens, and whole numbers such as `five hundred and two`.

pub(super) const DIGITS: [(&str, &str); 12] = [
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
const TEENS: [(&str, &str); 10] = [
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
const TENS: [(&str, &str); 8] = [
    ("twenty", "2"),
    ("thirty", "3"),
    ("forty", "4"),
    ("fifty", "5"),
    ("sixty", "6"),
    ("seventy", "7"),
    ("eighty", "8"),
    ("ninety", "9"),
];

/// The English word that begins at `at`, and where it ends.
pub(crate) fn word_at(chars: &[char], at: usize) -> Option<(String, usize)> {
    let begins = at == 0 || !chars.get(at - 1)?.is_ascii_alphanumeric();
    if !begins || !chars.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    let length = chars[at..].iter().take_while(|char| char.is_ascii_alphabetic() || **char == '\'').count();
    Some((chars[at..at + length].iter().map(char::to_ascii_lowercase).collect(), at + length))
}

/// Whether a word is a digit, or says that one is said again (`double`).
pub(crate) fn is_digit_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    lookup(&DIGITS, &word).is_some() || times(&word).is_some()
}

/// The digits that the words at `at` say, and where they end: `five`, `double two`, `three hundred`, `twenty two`.
pub(super) fn digits_at(chars: &[char], at: usize) -> Option<(String, usize)> {
    let (word, end) = word_at(chars, at)?;
    let next = || word_at(chars, gap(chars, end)?);
    if let Some(times) = times(&word) {
        let start = gap(chars, end)?;
        let Some((word, end)) = word_at(chars, start) else {
            let digit = super::digit(*chars.get(start)?)?;
            // `double 20` is no digit said twice.
            if chars.get(start + 1).is_some_and(char::is_ascii_digit) {
                return None;
            }
            return Some((digit.to_string().repeat(times), start + 1));
        };
        let digit = lookup(&DIGITS, &word).or((word == "o").then_some("0"))?;
        return Some((digit.repeat(times), end));
    }
    if let Some(digit) = lookup(&DIGITS, &word) {
        return match next() {
            Some((word, end)) if word == "hundred" => Some((format!("{digit}00"), end)),
            _ => Some((digit.to_owned(), end)),
        };
    }
    if let Some((value, end)) = below_hundred(chars, at) {
        return Some((value.to_string(), end));
    }
    // A lone "o" is a nought only beside another number word.
    let beside = next().is_some_and(|(word, _)| lookup(&DIGITS, &word).is_some());
    (word == "o" && beside).then(|| ("0".to_owned(), end))
}

/// The whole number that begins at `at`, where it ends, and of how many words it is: `sixty eight`, `five hundred
/// and two`, `two thousand and twenty six`.
pub(crate) fn english_cardinal(chars: &[char], at: usize) -> Option<(u64, usize)> {
    let (mut value, mut end) = below_thousand(chars, at)?;
    if let Some((word, next)) = gap(chars, end).and_then(|start| word_at(chars, start))
        && word == "thousand"
    {
        (value, end) = (value * 1_000, next);
        if let Some((rest, next)) = after_and(chars, end, below_thousand) {
            (value, end) = (value + rest, next);
        }
    }
    Some((value, end))
}

fn below_thousand(chars: &[char], at: usize) -> Option<(u64, usize)> {
    let (value, end) = below_hundred(chars, at).or_else(|| ones(chars, at))?;
    let hundred =
        gap(chars, end).and_then(|start| word_at(chars, start)).filter(|(word, _)| word == "hundred");
    let Some((_, end)) = hundred.filter(|_| value % 10 != 0 || value == 0) else { return Some((value, end)) };
    let rest = after_and(chars, end, |chars, at| below_hundred(chars, at).or_else(|| ones(chars, at)));
    Some(rest.map_or((value * 100, end), |(rest, end)| (value * 100 + rest, end)))
}

/// What follows `and` or a space.
fn after_and(
    chars: &[char],
    end: usize,
    read: impl Fn(&[char], usize) -> Option<(u64, usize)>,
) -> Option<(u64, usize)> {
    let start = gap(chars, end)?;
    let (word, word_end) = word_at(chars, start)?;
    read(chars, if word == "and" { gap(chars, word_end)? } else { start })
}

/// `ten` to `ninety nine`.
fn below_hundred(chars: &[char], at: usize) -> Option<(u64, usize)> {
    let (word, end) = word_at(chars, at)?;
    if let Some(value) = lookup(&TEENS, &word) {
        return Some((value.parse().ok()?, end));
    }
    let tens: u64 = lookup(&TENS, &word)?.parse().ok()?;
    let ones = gap(chars, end).and_then(|start| ones(chars, start));
    Some(ones.map_or((tens * 10, end), |(ones, end)| (tens * 10 + ones, end)))
}

/// `one` to `nine`.
fn ones(chars: &[char], at: usize) -> Option<(u64, usize)> {
    let (word, end) = word_at(chars, at)?;
    let value: u64 = lookup(&DIGITS, &word)?.parse().ok()?;
    (value > 0).then_some((value, end))
}

fn lookup(table: &[(&str, &'static str)], word: &str) -> Option<&'static str> {
    table.iter().find(|(name, _)| *name == word).map(|(_, digits)| *digits)
}

fn times(word: &str) -> Option<usize> {
    match word {
        "double" => Some(2),
        "triple" | "treble" => Some(3),
        _ => None,
    }
}

/// Where the next word begins, over one space or hyphen.
pub(super) fn gap(chars: &[char], end: usize) -> Option<usize> {
    matches!(chars.get(end)?, ' ' | '-').then_some(end + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn whole_numbers_as_people_say_them() {
        for (said, value) in [
            ("five", 5),
            ("sixty-eight", 68),
            ("five hundred", 500),
            ("twenty five hundred", 2_500),
            ("five hundred and two", 502),
            ("five hundred twenty two", 522),
            ("two thousand and twenty six", 2_026),
            ("Three thousand five hundred yuan", 3_500),
        ] {
            let chars: Vec<char> = said.chars().collect();
            assert_eq!(english_cardinal(&chars, 0).unwrap().0, value, "{said}");
        }
        assert_eq!(english_cardinal(&"hundreds".chars().collect::<Vec<_>>(), 0), None);
    }
}
