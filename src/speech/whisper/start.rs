//! What the model says before any text: whether there was speech, and in which language. One step of the decoder,
//! on what was encoded last.

use whisper_rs::{WhisperContext, WhisperError, WhisperState};

use super::size;

/// What the model's first step says.
pub(super) struct Start {
    /// How likely it is that nobody spoke.
    pub(super) no_speech_probability: f32,
    /// The logit of each language's token, by Whisper's number of the language; none in a model that knows one only.
    languages: Vec<f32>,
}

impl Start {
    /// Asks the model. The sound must have been encoded.
    ///
    /// # Errors
    /// Where whisper.cpp fails.
    pub(super) fn ask(context: &WhisperContext, state: &mut WhisperState) -> Result<Self, WhisperError> {
        state.decode(&[context.token_sot()], 0, 1)?;
        let logits = state.get_logits()?;
        let no_speech_probability = probability(logits, size(context.token_nosp()));
        let languages = if context.is_multilingual() { size(whisper_rs::get_lang_max_id()) + 1 } else { 0 };
        let first = size(context.token_lang(0));
        let languages = logits.iter().skip(first).take(languages).copied().collect();
        Ok(Self { no_speech_probability, languages })
    }

    /// The likeliest of `known`; nothing where the model does not say.
    pub(super) fn language_among(&self, known: &[&'static str]) -> Option<&'static str> {
        let logit = |language: &str| {
            whisper_rs::get_lang_id(language).and_then(|id| self.languages.get(size(id))).copied()
        };
        let logits = known.iter().filter_map(|language| Some((logit(language)?, *language)));
        // Of equals the earlier, which is the likelier.
        logits.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, language)| language)
    }
}

/// The probability of one of many, from their logits.
fn probability(logits: &[f32], index: usize) -> f32 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - most).exp()).sum();
    logits.get(index).map_or(0.0, |logit| (logit - most).exp() / sum)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn the_likeliest_of_the_manifests_languages_is_taken() {
        let number = |language| size(whisper_rs::get_lang_id(language).unwrap());
        let mut start = Start { no_speech_probability: 0.0, languages: vec![0.0; 100] };
        start.languages[number("ja")] = 9.0;
        start.languages[number("en")] = 2.0;
        assert_eq!(start.language_among(&["zh", "en"]), Some("en"));
        start.languages[number("zh")] = 2.0;
        assert_eq!(start.language_among(&["zh", "en"]), Some("zh"));
        start.languages.clear();
        assert_eq!(start.language_among(&["zh", "en"]), None);
    }

    #[test]
    fn probabilities_of_all_are_one() {
        let logits = [700.0, 701.0, -700.0];
        let all: f32 = (0..3).map(|index| probability(&logits, index)).sum();
        assert!((all - 1.0).abs() < 1e-6 && probability(&logits, 1) > 0.7, "{all}");
        assert_eq!(probability(&logits, 3), 0.0);
    }
}
