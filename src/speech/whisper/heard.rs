//! What a decoding gave, and whether it is to be believed.

use whisper_rs::{WhisperTokenData, WhisperTokenId};

use super::search::Text;
use super::watch::Watch;

/// Below this mean log-probability a text is a guess: OpenAI's own bar for trying again.
const GUESSED: f32 = -1.0;

/// One decoding's tokens of text.
#[derive(Debug, Clone, Default)]
pub(super) struct Heard {
    pub(super) tokens: Vec<Token>,
    /// True where it said the same over and over; it is kept once.
    pub(super) repeated: bool,
    /// True where it said as much as can be said.
    capped: bool,
}

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Token {
    pub(super) id: WhisperTokenId,
    probability: f32,
    log_probability: f32,
    /// When it ends, milliseconds from the beginning of the sound; nothing where that was not asked for.
    pub(super) end_ms: Option<u32>,
    /// True where a name of the city made it what it is.
    pub(super) biased: bool,
}

impl Heard {
    /// What a watch saw. `timed` are the tokens of the result, with their times, where there is one; `biased` says
    /// of each whether a name changed it.
    pub(super) fn new(watch: &Watch<'_>, timed: &[WhisperTokenData], biased: &[bool]) -> Self {
        let kept = watch.loop_from.unwrap_or(watch.said.len());
        let token = |(index, said): (usize, &WhisperTokenData)| Token {
            id: said.id,
            probability: said.p,
            log_probability: said.plog,
            // whisper.cpp counts in 10 ms, and has -1 where it found no time.
            end_ms: timed.get(index).and_then(|token| u32::try_from(token.t_dtw).ok()).map(|time| time * 10),
            biased: biased.get(index).copied().unwrap_or(false),
        };
        let tokens = watch.said.iter().take(kept).enumerate().map(token).collect();
        Self { tokens, repeated: watch.loop_from.is_some(), capped: watch.capped }
    }

    /// Another text of the same sound. Where both differ, its tokens share the time of those they replace.
    pub(super) fn reworded(&self, text: &Text, biased: &[bool]) -> Self {
        let same = |pair: &(&Token, &WhisperTokenId)| pair.0.id == *pair.1;
        let ahead = self.tokens.iter().zip(&text.tokens).take_while(same).count();
        let (own, other) = (&self.tokens[ahead..], &text.tokens[ahead..]);
        let behind = own.iter().rev().zip(other.iter().rev()).take_while(same).count();
        let (replaced, new) = (own.len() - behind, other.len() - behind);
        let end_ms = |index: usize| match index.checked_sub(ahead) {
            Some(at) if at >= new => self.tokens.get(ahead + replaced + at - new)?.end_ms,
            // The last of the new ends with the last of the replaced.
            Some(at) => self.tokens.get((ahead + (at + 1) * replaced / new).checked_sub(1)?)?.end_ms,
            None => self.tokens.get(index)?.end_ms,
        };
        let token = |(index, (id, log_probability)): (usize, (&WhisperTokenId, &f32))| Token {
            id: *id,
            probability: log_probability.exp(),
            log_probability: *log_probability,
            end_ms: end_ms(index),
            biased: biased.get(index).copied().unwrap_or(false),
        };
        let tokens = text.tokens.iter().zip(&text.log_probabilities).enumerate().map(token).collect();
        Self { tokens, ..*self }
    }

    /// The mean probability of its tokens; 0 where there are none.
    pub(super) fn confidence(&self) -> f32 {
        self.mean(|token| token.probability).unwrap_or(0.0).clamp(0.0, 1.0)
    }

    /// The mean natural logarithm of its tokens' probabilities.
    pub(super) fn mean_log_probability(&self) -> Option<f32> {
        self.mean(|token| token.log_probability)
    }

    /// False where it looped, did not end, or is a guess.
    pub(super) fn passes(&self) -> bool {
        !self.repeated && !self.capped && self.mean_log_probability().is_none_or(|mean| mean >= GUESSED)
    }

    /// The more credible of two decodings of the same sound.
    pub(super) fn or(self, other: Self) -> Self {
        let credit = |heard: &Self| {
            let ended = !heard.repeated && !heard.capped;
            (ended, heard.mean_log_probability().unwrap_or(f32::NEG_INFINITY))
        };
        if credit(&other) > credit(&self) { other } else { self }
    }

    fn mean(&self, of: impl Fn(&Token) -> f32) -> Option<f32> {
        let count = u16::try_from(self.tokens.len()).ok().filter(|count| *count > 0)?;
        Some(self.tokens.iter().map(of).sum::<f32>() / f32::from(count))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn heard(log_probability: f32, repeated: bool, capped: bool) -> Heard {
        let token =
            Token { id: 1, probability: log_probability.exp(), log_probability, end_ms: None, biased: false };
        Heard { tokens: vec![token; 3], repeated, capped }
    }

    #[test]
    fn what_loops_does_not_end_or_is_guessed_is_tried_again() {
        assert!(heard(-0.4, false, false).passes());
        assert!(Heard::default().passes(), "nothing said is an answer");
        assert!(!heard(-1.2, false, false).passes());
        assert!(!heard(-0.1, true, false).passes());
        assert!(!heard(-0.1, false, true).passes());
    }

    #[test]
    fn another_text_takes_the_times_of_what_it_replaces() {
        let token = |(id, end_ms): (WhisperTokenId, u32)| Token {
            id,
            probability: 0.5,
            log_probability: -0.7,
            end_ms: Some(end_ms),
            biased: false,
        };
        let first: Vec<Token> = [(1, 100), (2, 200), (3, 300), (4, 400)].map(token).into();
        let first = Heard { tokens: first, ..Heard::default() };
        let ends = |ids: &[WhisperTokenId]| -> Vec<Option<u32>> {
            let log_probabilities = vec![-0.1; ids.len()];
            let text = Text { tokens: ids.to_vec(), log_probabilities, ..Text::default() };
            first.reworded(&text, &[]).tokens.iter().map(|token| token.end_ms).collect()
        };
        assert_eq!(ends(&[1, 2, 3, 4]), [100, 200, 300, 400].map(Some));
        assert_eq!(ends(&[1, 8, 9, 4]), [100, 200, 300, 400].map(Some), "as many");
        assert_eq!(ends(&[1, 9, 4]), [100, 300, 400].map(Some), "fewer: to the last one's end");
        assert_eq!(ends(&[1, 7, 8, 9, 9, 4]), [100, 100, 200, 200, 300, 400].map(Some), "more");
        assert_eq!(ends(&[1, 2, 3, 4, 9]), [100, 200, 300, 400, 400].map(Some), "at the end");
        assert_eq!(ends(&[1, 2]), [100, 200].map(Some));
        assert_eq!(ends(&[]), []);
    }

    #[test]
    fn of_two_the_more_credible_is_taken() {
        let taken = |first: Heard, second: Heard| first.or(second).mean_log_probability();
        assert_eq!(taken(heard(-1.5, false, false), heard(-0.5, false, false)), Some(-0.5));
        assert_eq!(taken(heard(-0.5, false, false), heard(-0.5, true, false)), Some(-0.5));
        assert_eq!(taken(heard(-0.1, true, false), heard(-1.5, false, false)), Some(-1.5));
        assert!(heard(-1.5, false, true).or(Heard::default()).tokens.is_empty());
    }
}
