//! When each word was said, from the times at which whisper.cpp says tokens end. Tokens are pieces of bytes: a
//! Chinese character may be split over several, and one may hold several characters.

use crate::speech::protocol::TimedWord;
use crate::speech::words;

/// A character takes no longer; what is more belongs to the pause before the word.
const MAX_CHARACTER_MS: u32 = 500;

/// Among so many words one may have no length (a token may hold several); where more have none, the heads that
/// should tell the times were lost.
const WORDS_PER_EMPTY: usize = 3;

/// Bytes of a token's text, and when it ends, in milliseconds from the beginning of the sound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) end_ms: Option<u32>,
    /// True where a name of the city made it what it is.
    pub(super) biased: bool,
}

/// The pieces joined: what is no UTF-8 is left out.
pub(super) fn text(pieces: &[Piece<'_>]) -> String {
    let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes).copied().collect();
    bytes.utf8_chunks().map(|chunk| chunk.valid()).collect()
}

/// The words of `shown`, which is the pieces' text made fit to show, with their times within a sound of `sound_ms`.
/// Nothing where times are missing or cannot be true, or where more than single characters was changed for showing.
pub(super) fn words(pieces: &[Piece<'_>], shown: &str, sound_ms: u32) -> Vec<TimedWord> {
    let ends = character_ends(pieces);
    if ends.len() != shown.chars().filter(|character| is_said(*character)).count() {
        return Vec::new();
    }
    let mut ends = ends.into_iter();
    let (mut timed, mut after_ms) = (Vec::new(), 0);
    for word in words::split(shown) {
        let said = word.chars().filter(|character| is_said(*character));
        let count = u32::try_from(said.clone().count()).unwrap_or(0);
        // Punctuation ends after a pause, and the word before it.
        let (mut end_ms, mut all_ms, mut biased) = (None, after_ms, false);
        for (character, (end, by_name)) in said.zip(ends.by_ref()) {
            biased |= by_name;
            let Some(end) = end else { return Vec::new() };
            all_ms = all_ms.max(end.min(sound_ms));
            if character.is_alphanumeric() || end_ms.is_none() {
                end_ms = Some(all_ms);
            }
        }
        let end_ms = end_ms.unwrap_or(after_ms);
        let start_ms = after_ms.max(end_ms.saturating_sub(count * MAX_CHARACTER_MS)).min(end_ms);
        timed.push(TimedWord { text: word.to_owned(), start_ms, end_ms, biased });
        after_ms = all_ms;
    }
    let empty = timed.iter().filter(|word| word.start_ms == word.end_ms).count();
    if empty * WORDS_PER_EMPTY > timed.len() { Vec::new() } else { timed }
}

/// When each character that is not a space ends, and whether a name made it: as the token that has its last byte.
fn character_ends(pieces: &[Piece<'_>]) -> Vec<(Option<u32>, bool)> {
    let owners: Vec<(Option<u32>, bool)> = pieces
        .iter()
        .flat_map(|piece| std::iter::repeat_n((piece.end_ms, piece.biased), piece.bytes.len()))
        .collect();
    let bytes: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes).copied().collect();
    let (mut ends, mut at) = (Vec::new(), 0);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            at += character.len_utf8();
            if is_said(character) {
                ends.push(owners.get(at - 1).copied().unwrap_or_default());
            }
        }
        at += chunk.invalid().len();
    }
    ends
}

/// What cleaning a text keeps.
fn is_said(character: char) -> bool {
    !character.is_whitespace() && !character.is_control() && character != char::REPLACEMENT_CHARACTER
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    fn pieces<'a>(pieces: &[(&'a [u8], u32)]) -> Vec<Piece<'a>> {
        pieces.iter().map(|(bytes, end_ms)| Piece { bytes, end_ms: Some(*end_ms), biased: false }).collect()
    }

    fn places(timed: &[TimedWord]) -> Vec<(&str, u32, u32)> {
        timed.iter().map(|word| (word.text.as_str(), word.start_ms, word.end_ms)).collect()
    }

    #[test]
    fn a_character_split_over_tokens_is_one_word() {
        let bytes = "路灯。".as_bytes();
        let pieces =
            pieces(&[(&bytes[..2], 300), (&bytes[2..4], 400), (&bytes[4..6], 600), (&bytes[6..], 900)]);
        assert_eq!(text(&pieces), "路灯。");
        // The dot's time is a pause, not the word's.
        assert_eq!(places(&words(&pieces, "路灯。", 1_000)), [("路", 0, 400), ("灯。", 400, 600)]);
    }

    #[test]
    fn half_a_character_is_left_out() {
        let bytes = "路灯".as_bytes();
        let pieces = pieces(&[(&bytes[..3], 300), (&bytes[3..5], 400)]);
        assert_eq!(text(&pieces), "路");
        assert_eq!(places(&words(&pieces, "路", 1_000)), [("路", 0, 300)]);
    }

    #[test]
    fn a_pause_is_no_part_of_the_word_after_it() {
        let pieces = pieces(&[(b" The", 300), (b" lamp", 5_000), (b" is", 5_100)]);
        let timed = words(&pieces, "The lamp is", 9_000);
        assert_eq!(places(&timed), [("The ", 0, 300), ("lamp ", 3_000, 5_000), ("is", 5_000, 5_100)]);
    }

    #[test]
    fn one_token_may_hold_several_characters() {
        let pieces = pieces(&[("路灯".as_bytes(), 700), ("坏".as_bytes(), 900)]);
        let timed = words(&pieces, "路灯坏", 2_000);
        assert_eq!(places(&timed), [("路", 200, 700), ("灯", 700, 700), ("坏", 700, 900)]);
    }

    #[test]
    fn times_that_cannot_be_true_are_none() {
        let heap = pieces(&[("路".as_bytes(), 700), ("灯".as_bytes(), 700), ("坏".as_bytes(), 700)]);
        assert_eq!(words(&heap, "路灯坏", 2_000), []);
    }

    #[test]
    fn without_times_or_with_another_text_there_are_no_words() {
        let untimed = [Piece { bytes: b"lamp", end_ms: None, biased: false }];
        assert_eq!(words(&untimed, "lamp", 1_000), []);
        assert_eq!(words(&pieces(&[(b"lamp", 300)]), "lamps", 1_000), []);
    }

    proptest! {
        #[test]
        fn words_join_to_the_text_and_their_times_rise_within_the_sound(
            parts in proptest::collection::vec(("[一-龥a-z，。 ]{1,4}", 0_u32..400), 0..12),
        ) {
            let pieces: Vec<Piece> = parts
                .iter()
                .scan(0, |at, (text, length_ms)| {
                    *at += length_ms;
                    Some(Piece { bytes: text.as_bytes(), end_ms: Some(*at), biased: false })
                })
                .collect();
            let shown = text(&pieces).split_whitespace().collect::<Vec<_>>().join(" ");
            let timed = words(&pieces, &shown, 3_000);
            let joined: String = timed.iter().map(|word| word.text.as_str()).collect();
            prop_assert!(timed.is_empty() || joined == shown);
            let mut at = 0;
            for word in &timed {
                prop_assert!(at <= word.start_ms && word.start_ms <= word.end_ms && word.end_ms <= 3_000);
                at = word.end_ms;
            }
        }
    }
}
