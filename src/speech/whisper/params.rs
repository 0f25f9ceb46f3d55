//! How whisper.cpp is asked: its parameters, made once for each language and then copied, and how much of the
//! encoder a piece of sound needs.

use std::collections::HashMap;

use whisper_rs::{FullParams, SamplingStrategy};

use super::WhisperFailure;
use crate::speech::protocol::{PCM_RATE_HZ, RequestKind};

/// Samples of an encoder position: 20 ms.
pub(super) const SAMPLES_PER_POSITION: usize = PCM_RATE_HZ as usize / 50;
/// Positions added to the sound's own: too tight a context cuts the end off, silently. What a partial loses there,
/// the next one has.
const PARTIAL_MARGIN: usize = 64;
const FINAL_MARGIN: usize = 128;
/// The smallest fitted context: below it models begin to repeat themselves.
const MIN_CONTEXT: usize = 192;
/// Tokens that a second of speech may have: twice what a fast speaker needs. More is a loop.
const TOKENS_PER_SECOND: usize = 16;
/// Tokens on top of that, for very short sound.
const TOKENS_BESIDE: usize = 16;
/// Above every probability there is: whisper.cpp is never to throw a text away for us. What was no speech is for
/// `suppress` to say, and is kept.
const NEVER: f32 = 2.0;

/// The parameters of each language asked for so far. `FullParams::set_language` leaks its string at every call, a
/// copy of the parameters owns nothing.
#[derive(Default)]
pub(super) struct Params(HashMap<&'static str, FullParams<'static, 'static>>);

impl Params {
    /// A copy of the language's parameters.
    pub(super) fn of(&mut self, language: &'static str) -> FullParams<'static, 'static> {
        self.0.entry(language).or_insert_with(|| greedy_params(language)).clone()
    }
}

/// Whisper's own name of a language.
///
/// # Errors
/// Where it knows none of that name.
pub(super) fn known(language: &str) -> Result<&'static str, WhisperFailure> {
    // A name with a zero byte would make whisper-rs panic.
    let id = (!language.contains('\0')).then(|| whisper_rs::get_lang_id(language)).flatten();
    id.and_then(whisper_rs::get_lang_str).ok_or_else(|| WhisperFailure::Language(language.to_owned()))
}

/// Has whisper.cpp keep no result of its own, and so align nothing in time: what is not for a final's words would
/// only cost. (`Watch` has the tokens.) It keeps none of what it takes for silence, which by these bars is all.
pub(super) fn without_times(params: &mut FullParams<'_, '_>) {
    params.set_no_speech_thold(-NEVER);
    params.set_logprob_thold(NEVER);
}

/// Encoder positions for so many samples: those of the sound and a margin, within the model's `most`.
#[must_use]
pub fn positions(samples: usize, kind: RequestKind, most: usize) -> usize {
    let margin = match kind {
        RequestKind::Partial => PARTIAL_MARGIN,
        RequestKind::Final => FINAL_MARGIN,
    };
    (samples.div_ceil(SAMPLES_PER_POSITION) + margin).clamp(MIN_CONTEXT.min(most), most)
}

/// Tokens that so many samples may have at most; `text_context` is the model's.
pub(super) fn most_tokens(samples: usize, text_context: usize) -> usize {
    let spoken = samples * TOKENS_PER_SECOND / PCM_RATE_HZ as usize + TOKENS_BESIDE;
    // whisper.cpp gives up at half of the context less four, and forgets its last token then.
    spoken.min((text_context / 2).saturating_sub(6))
}

/// Greedy, one pass, one segment, nothing printed, nothing remembered.
fn greedy_params(language: &'static str) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    // More threads make a pool for every graph; several processes are used instead.
    params.set_n_threads(1);
    params.set_language(Some(language));
    params.set_translate(false);
    params.set_no_context(true);
    params.set_no_timestamps(true);
    params.set_single_segment(true);
    // A model that hears no words may say so at once.
    params.set_suppress_blank(false);
    params.set_temperature(0.0);
    // No second pass at a higher temperature: it costs up to six times as much, and guesses.
    params.set_temperature_inc(0.0);
    params.set_no_speech_thold(NEVER);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const SECOND: usize = PCM_RATE_HZ as usize;

    #[test]
    fn the_context_is_fitted_to_the_sound() {
        assert_eq!(positions(5 * SECOND, RequestKind::Partial, 1500), 314);
        assert_eq!(positions(5 * SECOND, RequestKind::Final, 1500), 378);
        assert_eq!(positions(SECOND, RequestKind::Partial, 1500), 192, "the least");
        assert_eq!(positions(30 * SECOND, RequestKind::Final, 1500), 1500, "no more than there is");
        assert_eq!(positions(SECOND, RequestKind::Final, 100), 100);
        assert_eq!(positions(5 * SECOND + 1, RequestKind::Partial, 1500), 315, "no sample is cut off");
    }

    #[test]
    fn what_can_be_said_in_a_time_is_limited() {
        assert_eq!(most_tokens(5 * SECOND, 448), 96);
        assert_eq!(most_tokens(0, 448), 16);
        assert_eq!(most_tokens(30 * SECOND, 448), 218);
        assert_eq!(most_tokens(SECOND, 8), 0);
    }

    #[test]
    fn languages_are_whispers_own() {
        assert_eq!(known("zh").unwrap(), "zh");
        assert!(matches!(known("tlh"), Err(WhisperFailure::Language(_))));
        assert!(matches!(known("z\0h"), Err(WhisperFailure::Language(_))));
    }
}
