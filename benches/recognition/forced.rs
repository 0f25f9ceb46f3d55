//! Whisper that says as many tokens as it is told to: with random weights its words mean nothing, and what it costs
//! is what a trained model of the same shape costs.

use std::path::Path;

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

/// Encoder positions of the whole 30 s window.
pub(crate) const WHOLE_WINDOW: usize = 1_500;
/// Whisper's tokens for Mandarin: some three for two characters.
const TOKENS_FOR_TWO_CHARACTERS: usize = 3;
/// A prompt is at most half of the decoder's context.
const MOST_PROMPT_TOKENS: usize = 223;
/// Shorter sound is padded, as the service does.
const MIN_SAMPLES: usize = 16_000;

/// How a pass is decoded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decoding {
    /// Encoder positions.
    pub(crate) positions: usize,
    /// Characters that it says.
    pub(crate) characters: usize,
    /// Characters of its prompt.
    pub(crate) prompt: usize,
    /// Hypotheses kept; one is greedy.
    pub(crate) beams: i32,
}

/// One model, one state, one thread.
pub(crate) struct Forced {
    state: WhisperState,
}

impl Forced {
    pub(crate) fn load(model: &Path) -> Result<Self, whisper_rs::WhisperError> {
        whisper_rs::install_logging_hooks();
        let mut options = WhisperContextParameters::default();
        options.flash_attn(false);
        let context = WhisperContext::new_with_params(model, options)?;
        Ok(Self { state: context.create_state()? })
    }

    /// Decodes 16 kHz sound; tells how many tokens it said.
    pub(crate) fn decode(&mut self, pcm_16k: &[i16], how: Decoding) -> Result<i32, whisper_rs::WhisperError> {
        let Decoding { positions, characters, prompt, beams } = how;
        let strategy = match beams {
            1 => SamplingStrategy::Greedy { best_of: 1 },
            _ => SamplingStrategy::BeamSearch { beam_size: beams, patience: -1.0 },
        };
        let tokens = |characters: usize| (characters * TOKENS_FOR_TWO_CHARACTERS).div_ceil(2);
        let prompt: Vec<i32> = (1..).take(tokens(prompt).min(MOST_PROMPT_TOKENS)).collect();
        let mut params = FullParams::new(strategy);
        params.set_n_threads(1);
        params.set_language(Some("zh"));
        params.set_tokens(&prompt);
        params.set_no_timestamps(true);
        params.set_single_segment(true);
        params.set_temperature_inc(0.0);
        params.set_print_progress(false);
        params.set_audio_ctx(i32::try_from(positions).unwrap_or(0));
        // It stops after one more than this, and cannot be told none.
        params.set_max_tokens(i32::try_from(tokens(characters).max(2) - 1).unwrap_or(1));
        let mut sound: Vec<f32> = pcm_16k.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        sound.resize(sound.len().max(MIN_SAMPLES), 0.0);
        self.state.full(params, &sound)?;
        Ok(self.state.as_iter().map(|segment| segment.n_tokens()).sum())
    }
}
