//! From what a recogniser heard to a turn: words placed on the recording's clock.

use std::ops::Range;

use crate::domain::{CallId, Channel, SamplePosition, Turn, TurnId, TurnStatus, Word};

use super::channel::Utterance;
use super::protocol::{TimedWord, Transcript};
use super::suppress::{self, Sound};
use super::text::{self, Normalised};
use super::words;

/// The turn of an utterance. Nothing where no word was heard: a noise, and no failure.
pub(super) fn of(
    call_id: CallId,
    channel: Channel,
    utterance: &Utterance,
    transcript: Option<Transcript>,
) -> Option<Turn> {
    let (start_sample, end_sample) = (utterance.start, utterance.end);
    let turn = |text, words, confidence, status| Turn {
        id: utterance.turn_id,
        call_id,
        channel,
        start_sample,
        end_sample,
        text,
        words,
        confidence,
        status,
    };
    match transcript {
        None => Some(turn(String::new(), Vec::new(), 0.0, TurnStatus::Unrecognised)),
        Some(Transcript { text, .. }) if text.trim().is_empty() => None,
        Some(heard) => {
            let sound = Sound::new(&utterance.voiced, start_sample..end_sample);
            let misheard = suppress::is_misheard(&heard, sound);
            let status = if misheard { TurnStatus::Suppressed } else { TurnStatus::Recognised };
            let Transcript { text, words, confidence, language, .. } = heard;
            let words = words_of(utterance, &text, &words);
            let Normalised { text, words } =
                text::normalise(&text, &words, language.as_deref().unwrap_or_default());
            Some(turn(text, words, confidence, status))
        }
    }
}

/// The words of a partial, placed. Their texts joined are the partial's text.
pub(super) fn words_so_far(utterance: &Utterance, transcript: Transcript) -> Vec<Word> {
    let Transcript { text, words, .. } = transcript;
    words_of(utterance, &text, &words)
}

/// Words with their places: the recogniser's own, or spread over the voice.
fn words_of(utterance: &Utterance, text: &str, words: &[TimedWord]) -> Vec<Word> {
    placed(text, words, utterance.start..utterance.end)
        .unwrap_or_else(|| words::spread(text, &utterance.voiced))
}

/// A stretch of sound that was never recognised.
pub(super) fn unheard(call_id: CallId, channel: Channel, start: SamplePosition, end: SamplePosition) -> Turn {
    Turn {
        id: TurnId::new(),
        call_id,
        channel,
        start_sample: start,
        end_sample: end,
        text: String::new(),
        words: Vec::new(),
        confidence: 0.0,
        status: TurnStatus::Unrecognised,
    }
}

/// The recogniser's own word times, where they are of this text and in order.
fn placed(text: &str, words: &[TimedWord], span: Range<SamplePosition>) -> Option<Vec<Word>> {
    let mut rest = text;
    let mut at_ms = 0;
    for word in words {
        rest = rest.strip_prefix(word.text.as_str())?;
        if word.start_ms < at_ms || word.end_ms < word.start_ms {
            return None;
        }
        at_ms = word.end_ms;
    }
    let place = |ms: u32| {
        let after = SamplePosition::from_ms(u64::from(ms)).0;
        SamplePosition((span.start.0 + after).min(span.end.0))
    };
    let word = |word: &TimedWord| Word {
        text: word.text.clone(),
        start_sample: place(word.start_ms),
        end_sample: place(word.end_ms),
        biased: word.biased,
    };
    (rest.is_empty() && !words.is_empty()).then(|| words.iter().map(word).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn utterance() -> Utterance {
        Utterance {
            turn_id: TurnId::new(),
            start: SamplePosition(8_000),
            end: SamplePosition(16_000),
            pcm_16k: Vec::new(),
            voiced: vec![SamplePosition(9_000)..SamplePosition(15_000)],
        }
    }

    fn turn(text: &str, words: Vec<TimedWord>) -> Option<Turn> {
        let transcript =
            Transcript { text: text.to_owned(), words, confidence: 0.9, ..Transcript::default() };
        of(CallId::new(), Channel::Caller, &utterance(), Some(transcript))
    }

    fn timed(text: &str, start_ms: u32, end_ms: u32) -> TimedWord {
        TimedWord { text: text.to_owned(), start_ms, end_ms, biased: false }
    }

    #[test]
    fn the_recognisers_own_times_are_kept_where_they_fit_the_text() {
        let turn = turn("路灯。", vec![timed("路", 100, 300), timed("灯。", 300, 2_000)]).unwrap();
        let places: Vec<_> = turn.words.iter().map(|word| (word.start_sample.0, word.end_sample.0)).collect();
        assert_eq!(places, [(8_800, 10_400), (10_400, 16_000)]);
    }

    #[test]
    fn times_that_do_not_fit_the_text_are_replaced_by_spread_ones() {
        for words in [
            vec![],
            vec![timed("路", 100, 300)],
            vec![timed("路", 300, 400), timed("灯。", 100, 200)],
            vec![timed("灯", 0, 1), timed("路。", 1, 2)],
        ] {
            let turn = turn("路灯。", words).unwrap();
            let places: Vec<_> =
                turn.words.iter().map(|word| (word.start_sample.0, word.end_sample.0)).collect();
            assert_eq!(places, [(9_000, 12_000), (12_000, 15_000)]);
        }
    }

    #[test]
    fn what_was_most_likely_never_said_keeps_its_text_and_is_marked() {
        let text = "谢谢观看".to_owned();
        let no_speech_probability = Some(0.9);
        let heard = Transcript { text, confidence: 0.4, no_speech_probability, ..Transcript::default() };
        let turn = of(CallId::new(), Channel::Caller, &utterance(), Some(heard)).unwrap();
        assert_eq!((turn.status, turn.text.as_str()), (TurnStatus::Suppressed, "谢谢观看。"));
        assert_eq!(turn.words.len(), 4);
    }

    #[test]
    fn a_noise_is_no_turn_and_a_failure_is_one_that_says_so() {
        assert_eq!(turn("  ", vec![]), None);
        let failed = of(CallId::new(), Channel::Agent, &utterance(), None).unwrap();
        assert_eq!((failed.status, failed.text.as_str()), (TurnStatus::Unrecognised, ""));
    }
}
