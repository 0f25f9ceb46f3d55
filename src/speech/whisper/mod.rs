//! Whisper models in whisper.cpp's format, by `whisper-rs`. Runs in a recogniser's own process only. A request's
//! way: `params` (how much of the encoder it needs) → whisper.cpp, with `watch` looking on (loops, length) → `heard`
//! (is it to be believed? else once more at full size) → `search` (what is likelier as a whole) → `start` (was it speech, in which language) → `times`
//! (when each word was said, by the heads that `heads` names).
//!
//! Built around the sharp edges of whisper-rs 0.16 and whisper.cpp 1.8.3:
//! - `set_language`, `set_initial_prompt` and the safe callbacks leak at every call, and the safe abort callback is
//!   unsound: parameters are made once for each language and only copied afterwards; the one callback is a plain
//!   function with a pointer to what lives on the caller's stack; a process that hangs is killed from outside.
//! - Under 201 samples whisper.cpp reads past their end, under 100 ms it hears nothing: sound is padded.
//! - Too small a context cuts the end of the sound off and says nothing: longer sound is refused.
//! - Its no-speech probability is that of whatever was decoded before, where the prompt has several tokens: it is
//!   asked for anew, by one step of the decoder.
//! - To find out the language it encodes with the context of the call before, and then everything again: the same
//!   one step says it, after decoding in the language that is likeliest.
//! - Token times cost, on four threads that wait for one whatever is asked for, and no parameter leaves them out: a
//!   result that whisper.cpp takes for silence has none, and a partial's text is taken from the callback.
//! - One thread (more make a pool for every graph: several processes are used instead); no flash attention on a CPU,
//!   where it is slower; its voice detector, which begins anew at every call, is not used.
//! - A state is hundreds of megabytes: one, made at the start.

mod bias;
mod heads;
mod heard;
mod params;
mod repetition;
mod search;
mod start;
mod times;
mod watch;

use std::path::Path;

use whisper_rs::{WhisperContext, WhisperContextParameters, WhisperState, WhisperTokenData};

use super::protocol::{PCM_RATE_HZ, RequestHeader, RequestKind, Transcript};
use super::recogniser::Recogniser;
use super::text::Cleaner;
use bias::{NameBias, Vocabulary};
use heard::Heard;
use params::{Params, SAMPLES_PER_POSITION};
use search::Search;
use start::Start;
use times::Piece;
use watch::Watch;

pub use params::positions;

/// Shorter sound is padded with silence to one second, which is also what Whisper does with its ends.
const MIN_SAMPLES: usize = PCM_RATE_HZ as usize;
/// What a hotline is taken to speak where nobody says.
const DEFAULT_LANGUAGE: &str = "zh";
/// Stands where the same was said over and over and is shown once.
const REPETITION_MARK: char = '…';

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
    /// Texts tried at once for a final.
    beams: u8,
    /// What may be spoken, the likeliest first.
    languages: Vec<&'static str>,
    params: Params,
    cleaner: Cleaner,
    vocabulary: Vocabulary,
}

impl Whisper {
    /// Loads a model. `fixed_context` is the manifest's `audio_ctx`, `languages` are its `languages`: which one is
    /// spoken is found out among them where a request does not say.
    ///
    /// # Errors
    /// Where the file is not a model, memory does not suffice, or Whisper does not know a language.
    pub fn load(
        model: &Path,
        fixed_context: Option<u16>,
        languages: &[String],
    ) -> Result<Self, WhisperFailure> {
        // Without a backend for it this silences whisper.cpp, which would write some lines for every token.
        whisper_rs::install_logging_hooks();
        let failed = |source| WhisperFailure::Load { path: model.display().to_string(), source };
        let mut options = WhisperContextParameters::default();
        // Slower on a CPU; on a GPU the default serves, and there are no times of words.
        options.flash_attn(cfg!(any(feature = "cuda", feature = "vulkan")));
        options.dtw_parameters(heads::alignment(model));
        let context = WhisperContext::new_with_params(model, options).map_err(failed)?;
        let state = context.create_state().map_err(failed)?;
        let mut languages =
            languages.iter().map(|language| params::known(language)).collect::<Result<Vec<_>, _>>()?;
        if languages.is_empty() {
            languages.push(DEFAULT_LANGUAGE);
        }
        let (params, cleaner, vocabulary) = (Params::default(), Cleaner::new()?, Vocabulary::of(&context));
        Ok(Self { context, state, fixed_context, beams: 1, languages, params, cleaner, vocabulary })
    }

    /// Tries so many texts at once for each final, and takes the likeliest as a whole. Their cost is the decoder's, so
    /// it is for models whose decoder is small.
    #[must_use]
    pub fn with_beams(self, beams: u8) -> Self {
        Self { beams, ..self }
    }

    /// Recognises 16 kHz sound. A final has word times, is decoded again where the result is doubtful, and says how
    /// likely there was no speech; a partial only costs less. Without a `language` the model's likeliest is taken,
    /// and where that was not what was spoken, the sound is decoded again.
    ///
    /// # Errors
    /// An unknown language, sound over the model's context, or a failure inside whisper.cpp.
    pub fn transcribe(
        &mut self,
        pcm_16k: &[i16],
        kind: RequestKind,
        language: Option<&str>,
    ) -> Result<Transcript, WhisperFailure> {
        self.transcribe_with(pcm_16k, kind, language, &[])
    }

    /// The same, these names of the city being preferred where they sound the same. Words they made are marked.
    ///
    /// # Errors
    /// As above.
    pub fn transcribe_with(
        &mut self,
        pcm_16k: &[i16],
        kind: RequestKind,
        language: Option<&str>,
        names: &[String],
    ) -> Result<Transcript, WhisperFailure> {
        let mut spoken = match (language, self.languages.first()) {
            (Some(language), _) => params::known(language)?,
            (None, likeliest) => likeliest.copied().unwrap_or(DEFAULT_LANGUAGE),
        };
        let mut heard = self.hear(pcm_16k, kind, spoken, names)?;
        let find_out = language.is_none() && self.languages.len() > 1;
        let mut no_speech = None;
        if find_out || kind == RequestKind::Final {
            let start = Start::ask(&self.context, &mut self.state)?;
            no_speech = Some(start.no_speech_probability);
            let found =
                if find_out { start.language_among(&self.languages).unwrap_or(spoken) } else { spoken };
            if found != spoken {
                spoken = found;
                heard = self.hear(pcm_16k, kind, spoken, names)?;
            }
        }
        let sound_ms = u32::try_from(pcm_16k.len() / (PCM_RATE_HZ as usize / 1_000)).unwrap_or(u32::MAX);
        let transcript = self.written(&heard, spoken, sound_ms)?;
        Ok(Transcript { no_speech_probability: no_speech, ..transcript })
    }

    /// Decodes, and once more with all of the encoder where a final is doubtful.
    fn hear(
        &mut self,
        pcm_16k: &[i16],
        kind: RequestKind,
        language: &'static str,
        names: &[String],
    ) -> Result<Heard, WhisperFailure> {
        let positions = self.positions_for(pcm_16k.len(), kind)?;
        let heard = self.decode(pcm_16k, kind, language, positions, names)?;
        let most = size(self.context.n_audio_ctx());
        let again = kind == RequestKind::Final && self.fixed_context.is_none() && positions < most;
        if heard.passes() || !again {
            return Ok(heard);
        }
        Ok(heard.or(self.decode(pcm_16k, kind, language, most, names)?))
    }

    /// One run of encoder and decoder.
    fn decode(
        &mut self,
        pcm_16k: &[i16],
        kind: RequestKind,
        language: &'static str,
        positions: usize,
        names: &[String],
    ) -> Result<Heard, WhisperFailure> {
        let mut params = self.params.of(language);
        params.set_audio_ctx(i32::try_from(positions).unwrap_or(0));
        if kind == RequestKind::Partial {
            params::without_times(&mut params);
        }
        let mut sound: Vec<f32> = pcm_16k.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
        sound.resize(sound.len().max(MIN_SAMPLES.min(positions * SAMPLES_PER_POSITION)), 0.0);
        let most_tokens = params::most_tokens(pcm_16k.len(), size(self.context.n_text_ctx()));
        let end = self.context.token_eot();
        let bias = (!names.is_empty()).then(|| NameBias::new(&self.vocabulary, names));
        let mut watch = Watch::new(most_tokens, size(self.context.n_vocab()), end).with(bias);
        watch.over(&mut self.state, params, &sound)?;
        let mut timed: Vec<WhisperTokenData> = Vec::new();
        for segment in self.state.as_iter() {
            let tokens = (0..segment.n_tokens()).filter_map(|index| segment.get_token(index));
            timed.extend(tokens.map(|token| token.token_data()).filter(|token| token.id < end));
        }
        // A name was begun that was not said: once more without any.
        let Some(biased) = watch.biased() else {
            return self.decode(pcm_16k, kind, language, positions, &[]);
        };
        let heard = Heard::new(&watch, &timed, &biased);
        if kind == RequestKind::Partial || self.beams <= 1 || !heard.passes() || heard.tokens.is_empty() {
            return Ok(heard);
        }
        let names = (!names.is_empty()).then(|| NameBias::new(&self.vocabulary, names));
        let search = Search { context: &self.context, beams: usize::from(self.beams), most_tokens, names };
        let found = search.run(&mut self.state, language)?;
        Ok(match found {
            Some((text, biased)) => heard.reworded(&text, &biased),
            None => heard,
        })
    }

    /// Encoder positions to use for so many samples.
    fn positions_for(&self, samples: usize, kind: RequestKind) -> Result<usize, WhisperFailure> {
        let most = size(self.context.n_audio_ctx());
        let fixed = self.fixed_context.map(|positions| usize::from(positions).min(most));
        let limit = fixed.unwrap_or(most) * SAMPLES_PER_POSITION;
        if samples > limit {
            return Err(WhisperFailure::TooLong { length: samples, limit });
        }
        Ok(fixed.unwrap_or_else(|| positions(samples, kind, most)))
    }

    /// What was heard, as text.
    fn written(
        &self,
        heard: &Heard,
        language: &'static str,
        sound_ms: u32,
    ) -> Result<Transcript, WhisperFailure> {
        let mut pieces = Vec::with_capacity(heard.tokens.len());
        for token in &heard.tokens {
            pieces.push(Piece {
                bytes: self.context.token_to_bytes(token.id)?,
                end_ms: token.end_ms,
                biased: token.biased,
            });
        }
        let mut text = self.cleaner.clean(&times::text(&pieces), language);
        let mut words = times::words(&pieces, &text, sound_ms);
        if heard.repeated && !text.is_empty() {
            text.push(REPETITION_MARK);
            if let Some(last) = words.last_mut() {
                last.text.push(REPETITION_MARK);
            }
        }
        Ok(Transcript {
            text,
            words,
            confidence: heard.confidence(),
            language: Some(language.to_owned()),
            mean_log_probability: heard.mean_log_probability(),
            no_speech_probability: None,
        })
    }
}

impl Recogniser for Whisper {
    fn recognise(
        &mut self,
        header: &RequestHeader,
        pcm_16k: &[i16],
    ) -> Result<Transcript, Box<dyn std::error::Error>> {
        Ok(self.transcribe_with(pcm_16k, header.kind, header.language.as_deref(), &header.bias)?)
    }
}

/// A number of whisper.cpp's, which is never below 0.
fn size(number: i32) -> usize {
    usize::try_from(number).unwrap_or(0)
}
