//! Whisper models in whisper.cpp's format, by `whisper-rs`. Runs in a recogniser's own process only.
//!
//! Built around the sharp edges of whisper-rs 0.16 and whisper.cpp 1.8.3: parameters are made once for each
//! language (`set_language` leaks its string on every call) and only copied afterwards; the one callback is
//! set raw (the safe ones leak, the abort one is unsound); sound is padded (under 201 samples whisper.cpp reads past its end);
//! one thread (more make a pool for every graph: several processes are used instead).

mod bias;

use std::collections::HashMap;
use std::path::Path;

use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperState};

use super::protocol::{PCM_RATE_HZ, RequestHeader, Transcript};
use super::recogniser::Recogniser;
use super::text::Cleaner;
use bias::{NameBias, Vocabulary};

/// Shorter sound is padded with silence to one second, which is also what Whisper does with its ends.
const MIN_SAMPLES: usize = PCM_RATE_HZ as usize;
/// Samples of an encoder position: 20 ms.
const SAMPLES_PER_POSITION: usize = PCM_RATE_HZ as usize / 50;
/// Positions added to the sound's own when the context is fitted: too tight a context cuts the end off, silently.
const CONTEXT_MARGIN: usize = 128;
/// The smallest fitted context: below it models begin to repeat themselves.
const MIN_CONTEXT: usize = 192;
/// Tokens that a second of speech may have: twice what a fast speaker needs. More is a loop.
const TOKENS_PER_SECOND: usize = 16;
/// Tokens on top of that, for very short sound.
const TOKENS_BESIDE: usize = 16;

/// Why a Whisper model cannot be used or failed.
#[derive(Debug, thiserror::Error)]
pub enum WhisperFailure {
    /// The file is not a model, or there is not enough memory.
    #[error("whisper.cpp cannot load {path}: {source}")]
    Load {
        /// Which file.
        path: String,
        /// What whisper-rs says.
        source: whisper_rs::WhisperError,
    },
    /// The dictionaries of simplified Chinese.
    #[error("simplified Chinese: {0}")]
    Simplify(#[from] ferrous_opencc::error::OpenCCError),
    /// A language that Whisper does not know.
    #[error("Whisper knows no language `{0}`")]
    Language(String),
    /// The sound is longer than the model's context.
    #[error("{length} samples are longer than the {limit} that the model is given at once")]
    TooLong {
        /// Samples of the sound.
        length: usize,
        /// The most.
        limit: usize,
    },
    /// It failed on this sound.
    #[error("whisper.cpp failed: {0}")]
    Run(#[from] whisper_rs::WhisperError),
}

/// One model, one state, one thread.
pub struct Whisper {
    context: WhisperContext,
    state: WhisperState,
    fixed_context: Option<u16>,
    params: HashMap<String, FullParams<'static, 'static>>,
    cleaner: Cleaner,
    vocabulary: Vocabulary,
}

impl Whisper {
    /// Loads a model. `fixed_context` is the manifest's `audio_ctx`.
    ///
    /// # Errors
    /// Where the file is not a model, or memory does not suffice.
    pub fn load(model: &Path, fixed_context: Option<u16>) -> Result<Self, WhisperFailure> {
        // Without a backend for it this silences whisper.cpp, which would write some lines for every token.
        whisper_rs::install_logging_hooks();
        let failed = |source| WhisperFailure::Load { path: model.display().to_string(), source };
        let mut options = WhisperContextParameters::default();
        // Slower on a CPU; on a GPU the default serves.
        options.flash_attn(cfg!(any(feature = "cuda", feature = "vulkan")));
        let context = WhisperContext::new_with_params(model, options).map_err(failed)?;
        let state = context.create_state().map_err(failed)?;
        let (vocabulary, cleaner) = (Vocabulary::of(&context), Cleaner::new()?);
        Ok(Self { context, state, fixed_context, params: HashMap::new(), cleaner, vocabulary })
    }

    /// Recognises 16 kHz sound, in which these names of the city may have been said.
    ///
    /// # Errors
    /// An unknown language, sound over the model's context, or a failure inside whisper.cpp.
    pub fn transcribe(
        &mut self,
        pcm_16k: &[i16],
        language: &str,
        names: &[String],
    ) -> Result<Transcript, WhisperFailure> {
        let positions = self.context_for(pcm_16k.len())?;
        let mut params = self.params_for(language)?;
        params.set_audio_ctx(i32::try_from(positions).unwrap_or(0));
        let tokens = pcm_16k.len() * TOKENS_PER_SECOND / PCM_RATE_HZ as usize + TOKENS_BESIDE;
        params.set_max_tokens(i32::try_from(tokens).unwrap_or(i32::MAX));
        let mut sound: Vec<f32> = pcm_16k.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        sound.resize(sound.len().max(MIN_SAMPLES), 0.0);
        let mut bias = NameBias::new(&self.vocabulary, names);
        bias.decode(&mut self.state, params.clone(), &sound)?;
        let tokens = self
            .state
            .as_iter()
            .flat_map(|segment| (0..segment.n_tokens()).filter_map(move |index| segment.get_token(index)));
        let tokens: Vec<_> = tokens.map(|token| token.token_id()).collect();
        if bias.marked(&tokens).is_none() {
            self.state.full(params, &sound)?;
        }
        self.heard(language)
    }

    /// Encoder positions to use for so many samples.
    fn context_for(&self, samples: usize) -> Result<usize, WhisperFailure> {
        let most = usize::try_from(self.context.n_audio_ctx()).unwrap_or(0);
        let fixed = self.fixed_context.map(|positions| usize::from(positions).min(most));
        let limit = fixed.unwrap_or(most) * SAMPLES_PER_POSITION;
        if samples > limit {
            return Err(WhisperFailure::TooLong { length: samples, limit });
        }
        let fitted = (samples / SAMPLES_PER_POSITION + CONTEXT_MARGIN).clamp(MIN_CONTEXT.min(most), most);
        Ok(fixed.unwrap_or(fitted))
    }

    /// A copy of the language's parameters; the copy owns nothing.
    fn params_for(&mut self, language: &str) -> Result<FullParams<'static, 'static>, WhisperFailure> {
        if let Some(params) = self.params.get(language) {
            return Ok(params.clone());
        }
        let known = whisper_rs::get_lang_id(language).and_then(whisper_rs::get_lang_str);
        let known = known.ok_or_else(|| WhisperFailure::Language(language.to_owned()))?;
        let params = greedy_params(known);
        self.params.insert(language.to_owned(), params.clone());
        Ok(params)
    }

    fn heard(&self, language: &str) -> Result<Transcript, WhisperFailure> {
        let first_special = self.context.token_eot();
        let (mut bytes, mut probability, mut tokens) = (Vec::new(), 0.0, 0_u16);
        for segment in self.state.as_iter() {
            bytes.extend_from_slice(segment.to_bytes()?);
            for index in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(index) else { continue };
                if token.token_id() < first_special {
                    probability += token.token_probability();
                    tokens += 1;
                }
            }
        }
        let text = self.cleaner.clean(&String::from_utf8_lossy(&bytes), language);
        let confidence = if tokens == 0 { 0.0 } else { (probability / f32::from(tokens)).clamp(0.0, 1.0) };
        Ok(Transcript { text, confidence, language: Some(language.to_owned()), ..Transcript::default() })
    }
}

impl Recogniser for Whisper {
    fn recognise(
        &mut self,
        header: &RequestHeader,
        pcm_16k: &[i16],
    ) -> Result<Transcript, Box<dyn std::error::Error>> {
        Ok(self.transcribe(pcm_16k, header.language.as_deref().unwrap_or("zh"), &header.bias)?)
    }
}

/// Greedy, one pass, one segment, nothing printed, nothing remembered.
fn greedy_params(language: &'static str) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_n_threads(1);
    params.set_language(Some(language));
    params.set_translate(false);
    params.set_no_context(true);
    params.set_no_timestamps(true);
    params.set_single_segment(true);
    params.set_suppress_blank(true);
    params.set_temperature(0.0);
    // No second pass at a higher temperature: it costs up to six times as much, and guesses.
    params.set_temperature_inc(0.0);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params
}
