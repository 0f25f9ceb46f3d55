//! The features of a text: runs of one to [`LONGEST`] characters, folded so that width, capitals, spaces, marks
//! and the digits of a number make no difference, each with where it stands.

/// The longest run of characters.
pub(super) const LONGEST: usize = 3;
/// Stands for a mark, or for several: what is beside a pause is a feature, what lies across one is not.
const PAUSE: char = ' ';

/// A run of characters of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gram {
    /// What it is: a hash of its folded characters.
    pub(super) hash: u32,
    /// First character in the text.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
}

/// The runs of a text.
pub(super) fn grams(text: &[char]) -> Vec<Gram> {
    let folded = folded(text);
    let mut grams = Vec::with_capacity(folded.len() * LONGEST);
    for length in 1..=LONGEST {
        for run in folded.windows(length) {
            if run.iter().skip(1).rev().skip(1).any(|(char, _)| *char == PAUSE) {
                continue;
            }
            let (Some((_, start)), Some((_, last))) = (run.first(), run.last()) else { continue };
            grams.push(Gram {
                hash: hash(run.iter().map(|(char, _)| *char)),
                start: *start,
                end: *last + 1,
            });
        }
    }
    grams
}

/// The characters that count, each with its place in the text.
fn folded(text: &[char]) -> Vec<(char, usize)> {
    let mut folded: Vec<(char, usize)> = Vec::with_capacity(text.len());
    for (at, raw) in text.iter().enumerate() {
        if raw.is_whitespace() {
            continue;
        }
        let half = match raw {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(*raw as u32 - 0xfee0).unwrap_or(*raw),
            other => *other,
        };
        let char = match half {
            digit if digit.is_ascii_digit() => '0',
            letter if letter.is_alphanumeric() => letter.to_ascii_lowercase(),
            _ => PAUSE,
        };
        let again = folded.last().is_some_and(|(last, _)| *last == char);
        if !(again && matches!(char, '0' | PAUSE)) {
            folded.push((char, at));
        }
    }
    folded
}

/// FNV-1a over the characters, folded to 32 bits.
fn hash(run: impl Iterator<Item = char>) -> u32 {
    let long = run.fold(0xcbf2_9ce4_8422_2325_u64, |hash, char| {
        (hash ^ u64::from(u32::from(char))).wrapping_mul(0x0000_0100_0000_01b3)
    });
    (long ^ (long >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<u32> {
        let mut hashes: Vec<u32> =
            grams(&text.chars().collect::<Vec<_>>()).iter().map(|gram| gram.hash).collect();
        hashes.sort_unstable();
        hashes
    }

    #[test]
    fn width_capitals_spaces_and_numbers_make_no_difference() {
        assert_eq!(hashes("ＡＢ路 12 号"), hashes("ab路7号"));
        assert_ne!(hashes("电梯坏了"), hashes("电梯修了"));
    }

    #[test]
    fn a_run_knows_where_it_stands_and_does_not_lie_across_a_mark() {
        let text: Vec<char> = "停 水，了".chars().collect();
        let grams = grams(&text);
        assert!(grams.iter().any(|gram| (gram.start, gram.end) == (0, 3)), "停水, with the space between");
        assert!(!grams.iter().any(|gram| (gram.start, gram.end) == (2, 5)), "水，了");
    }
}
