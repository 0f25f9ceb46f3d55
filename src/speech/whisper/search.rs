//! The likeliest text as a whole, where greedy decoding takes each token as it comes: a beam search over the decoder,
//! on what was encoded last. whisper.cpp's own draws its candidates by lot, with numbers that go on from call to call,
//! so that the same sound does not give the same text.

use whisper_rs::{WhisperContext, WhisperError, WhisperState, WhisperTokenId};

use super::bias::{NameBias, few_best};
use super::repetition;
use super::size;

/// What is asked of a search.
pub(super) struct Search<'a> {
    pub(super) context: &'a WhisperContext,
    /// Texts gone on with at each step.
    pub(super) beams: usize,
    /// The most tokens of a text.
    pub(super) most_tokens: usize,
    /// Names of the city to be preferred.
    pub(super) names: Option<NameBias<'a>>,
}

/// A text, or its beginning.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    pub(super) tokens: Vec<WhisperTokenId>,
    /// Of each token, natural logarithms.
    pub(super) log_probabilities: Vec<f32>,
    /// Of all, the end's too.
    pub(super) sum: f32,
}

/// What the decoder has taken in, so that texts with a common beginning share it.
struct Decoder<'a> {
    state: &'a mut WhisperState,
    fed: Vec<WhisperTokenId>,
}

impl Search<'_> {
    /// Searches. `language` is Whisper's own name of it. Nothing where no text came to its end, or where a name was
    /// begun that was not said; else the text, and of each token whether a name made it.
    ///
    /// # Errors
    /// Where whisper.cpp fails.
    pub(super) fn run(
        mut self,
        state: &mut WhisperState,
        language: &str,
    ) -> Result<Option<(Text, Vec<bool>)>, WhisperError> {
        let mut decoder = Decoder { state, fed: Vec::new() };
        let prompt = self.prompt(language);
        let mut open = vec![Text::default()];
        let mut ended: Vec<Text> = Vec::new();
        while !open.is_empty() && ended.len() < self.beams {
            let mut longer = Vec::new();
            for text in &open {
                let logits = decoder.after(&prompt, &text.tokens)?;
                longer.extend(self.continued(text, logits));
            }
            longer.sort_by(|one, other| other.0.sum.total_cmp(&one.0.sum));
            longer.truncate(self.beams);
            open.clear();
            for (text, ends) in longer {
                if ends {
                    ended.push(text);
                } else if text.tokens.len() < self.most_tokens && repetition::cut(&text.tokens).is_none() {
                    open.push(text);
                }
            }
            // Neighbours in this order have the longest common beginnings.
            open.sort_by(|one, other| one.tokens.cmp(&other.tokens));
        }
        let Some(best) = ended.into_iter().max_by(|one, other| one.mean().total_cmp(&other.mean())) else {
            return Ok(None);
        };
        let biased = match &mut self.names {
            Some(names) => names.marked(&best.tokens),
            None => Some(Vec::new()),
        };
        Ok(biased.map(|biased| (best, biased)))
    }

    /// What stands before every text.
    fn prompt(&self, language: &str) -> Vec<WhisperTokenId> {
        let context = self.context;
        let mut prompt = vec![context.token_sot()];
        if context.is_multilingual() {
            prompt.extend(whisper_rs::get_lang_id(language).map(|id| context.token_lang(id)));
            prompt.push(context.token_transcribe());
        }
        prompt.push(context.token_not());
        prompt
    }

    /// A text with each of its likeliest next tokens, and whether that is its end.
    fn continued(&mut self, text: &Text, mut logits: Vec<f32>) -> Vec<(Text, bool)> {
        let end = self.context.token_eot();
        logits.truncate(size(end) + 1);
        if let Some(names) = &mut self.names {
            names.prefer(&text.tokens, &mut logits);
        }
        let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all = most + logits.iter().map(|logit| (logit - most).exp()).sum::<f32>().ln();
        few_best(&logits, self.beams)
            .into_iter()
            .map(|(logit, token)| text.then(token, logit - all, token == end))
            .collect()
    }
}

impl Text {
    /// This and one more token; the end is none, but counts.
    fn then(&self, token: WhisperTokenId, log_probability: f32, ends: bool) -> (Self, bool) {
        let mut longer = self.clone();
        longer.sum += log_probability;
        if !ends {
            longer.tokens.push(token);
            longer.log_probabilities.push(log_probability);
        }
        (longer, ends)
    }

    /// For each of its tokens, the end's too, so that short texts are not preferred.
    fn mean(&self) -> f32 {
        self.sum / (self.tokens.len() + 1) as f32
    }
}

impl Decoder<'_> {
    /// The logits after a text.
    fn after(
        &mut self,
        prompt: &[WhisperTokenId],
        text: &[WhisperTokenId],
    ) -> Result<Vec<f32>, WhisperError> {
        let whole = [prompt, text].concat();
        let (last, before) = whole.split_last().ok_or(WhisperError::UnableToCalculateEvaluation)?;
        let known = self.fed.iter().zip(before).take_while(|(one, other)| one == other).count();
        // Of several tokens whisper-rs gives the first one's logits.
        if known < before.len() {
            self.state.decode(&before[known..], known, 1)?;
        }
        self.state.decode(&[*last], before.len(), 1)?;
        self.fed = whole;
        Ok(self.state.get_logits()?.to_vec())
    }
}
