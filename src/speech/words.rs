//! Times of words. Enters: a text and the stretches of voice it was heard in. Leaves: its words, each with a
//! place in the recording. Interim: where a recogniser gives no times of its own, characters are spread evenly
//! over the voice, which is within a few tenths of a second of the truth for read speech.

use std::ops::Range;

use crate::domain::{SamplePosition, Word};

/// How long a Chinese character lasts beside a Latin letter: a syllable against part of one.
const WEIGHT_CHARACTER: u64 = 3;
const WEIGHT_LETTER: u64 = 1;

/// Cuts a text into words: a Chinese character each, a run of letters or digits each; spaces and punctuation go
/// with the word before them, or with the first.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut has_letter = false;
    for (at, character) in text.char_indices() {
        let begins = match before {
            _ if !character.is_alphanumeric() => false,
            Some(before) if before.is_alphanumeric() => is_syllable(character) || is_syllable(before),
            // An apostrophe or a decimal point inside a word is part of it.
            Some('\'' | '’' | '.') if !is_syllable(character) => false,
            _ => true,
        };
        if begins && has_letter {
            words.push(&text[start..at]);
            start = at;
        }
        has_letter |= character.is_alphanumeric();
        before = Some(character);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Spreads a text's words over the voiced stretches, in proportion to how long each is to say. `voiced` rises and
/// does not overlap; where it is empty there is nothing to spread over, and no word.
pub(super) fn spread(text: &str, voiced: &[Range<SamplePosition>]) -> Vec<Word> {
    let length = |run: &Range<SamplePosition>| run.end.0.saturating_sub(run.start.0);
    let voice: u64 = voiced.iter().map(length).sum();
    let words = split(text);
    let whole: u64 = words.iter().map(|word| weight(word)).sum();
    if voice == 0 || whole == 0 {
        return Vec::new();
    }
    // The sample after `part` of the voice; at the seam of two stretches, the end of the first or the start of
    // the second.
    let place = |part: u64, starting: bool| {
        let mut left = voice * part / whole;
        for run in voiced {
            if left < length(run) || (left == length(run) && !starting) {
                return SamplePosition(run.start.0 + left);
            }
            left -= length(run);
        }
        voiced.last().map_or(SamplePosition(0), |run| run.end)
    };
    let mut said = 0;
    words
        .into_iter()
        .map(|text| {
            let start_sample = place(said, true);
            said += weight(text);
            let end_sample = place(said, false).max(start_sample);
            Word { text: text.to_owned(), start_sample, end_sample, biased: false }
        })
        .collect()
}

fn weight(word: &str) -> u64 {
    let letters = word.chars().filter(|character| character.is_alphanumeric());
    letters.map(|letter| if is_syllable(letter) { WEIGHT_CHARACTER } else { WEIGHT_LETTER }).sum()
}

/// True for characters that are a syllable each: Chinese, and the kana and Hangul that Whisper may write.
fn is_syllable(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        && character.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    fn run(start: u64, end: u64) -> Range<SamplePosition> {
        SamplePosition(start)..SamplePosition(end)
    }

    #[test]
    fn chinese_is_cut_by_character_and_english_by_word() {
        assert_eq!(split("路灯，不亮。"), ["路", "灯，", "不", "亮。"]);
        assert_eq!(split("It's 3.5 km, sir."), ["It's ", "3.5 ", "km, ", "sir."]);
        assert_eq!(split("“在A座12号”"), ["“在", "A", "座", "12", "号”"]);
        assert_eq!(split("……"), ["……"]);
        assert_eq!(split(""), [""; 0]);
    }

    #[test]
    fn words_lie_in_the_voice_and_jump_the_pause() {
        let words = spread("路灯，不亮。", &[run(1_000, 3_000), run(9_000, 11_000)]);
        let places: Vec<_> = words.iter().map(|word| (word.start_sample.0, word.end_sample.0)).collect();
        assert_eq!(places, [(1_000, 2_000), (2_000, 3_000), (9_000, 10_000), (10_000, 11_000)]);
    }

    #[test]
    fn punctuation_alone_has_no_time() {
        assert_eq!(spread("。", &[run(0, 100)]), []);
        assert_eq!(spread("好", &[]), []);
    }

    proptest! {
        #[test]
        fn joined_they_are_the_text_and_their_times_rise(
            text in "[一-龥a-z0-9，。' ]{0,40}",
            runs in proptest::collection::vec((1_u64..5_000, 1_u64..5_000), 1..6),
        ) {
            prop_assert_eq!(split(&text).concat(), text.as_str());
            let mut at = 0;
            let voiced: Vec<_> = runs.iter().map(|(gap, length)| {
                at += gap + length;
                run(at - length, at)
            }).collect();
            let words = spread(&text, &voiced);
            prop_assert!(words.iter().all(|word| word.start_sample <= word.end_sample));
            prop_assert!(words.windows(2).all(|pair| pair[0].end_sample <= pair[1].start_sample));
            if let (Some(first), Some(last)) = (words.first(), words.last()) {
                prop_assert_eq!(first.start_sample, voiced[0].start);
                prop_assert_eq!(last.end_sample, voiced[voiced.len() - 1].end);
                prop_assert_eq!(words.iter().map(|word| word.text.as_str()).collect::<String>(), text);
            }
        }
    }
}
