//! What whisper_streaming (<https://github.com/ufal/whisper_streaming>, `OnlineASRProcessor` of `whisper_online.py`)
//! asks of its recogniser, replayed without one: which sound it decodes at each step, with how many words in it and
//! before it. It is given the words that were said, as a recogniser without errors would give them; errors make
//! successive passes disagree, so that less is committed, buffers are longer and it costs more.
//!
//! Its defaults: a step for each second of new sound; each step decodes the whole buffer, padded to Whisper's 30 s;
//! what two successive passes agree on is committed (LocalAgreement-2); a buffer over 15 s is cut at the end of the
//! last segment but one that is wholly committed; the last 200 characters before the buffer are the prompt.
//! Over the bench's speech its own code, given the same words, asks for the same passes, prompts within a character
//! (compared by hand, at its commit 1f25a1a).

/// `--min-chunk-size`.
const STEP_MS: u64 = 1_000;
/// `--buffer_trimming_sec`.
const TRIM_OVER_MS: u64 = 15_000;
/// Words that begin so long before the last committed one's end are taken for new.
const COMMITTED_MARGIN_MS: u64 = 100;
/// Characters of the prompt: 200, of which the space between each two of its words is one; here a word is a character.
const PROMPT_CHARACTERS: usize = 100;

/// A character of what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Character {
    pub(crate) start_ms: u64,
    pub(crate) end_ms: u64,
    pub(crate) character: char,
}

/// One pass of the recogniser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) start_ms: u64,
    pub(crate) end_ms: u64,
    /// Characters in its sound.
    pub(crate) characters: usize,
    /// Characters of its prompt.
    pub(crate) prompt: usize,
}

/// The passes over a sound of this length. `segments` are the ends of its phrases, which a recogniser gives as its
/// segments.
pub(crate) fn passes(said: &[Character], segments: &[u64], length_ms: u64) -> Vec<Pass> {
    let mut buffer = Buffer::default();
    let steps = (1..=length_ms.div_ceil(STEP_MS)).map(|step| (step * STEP_MS).min(length_ms));
    steps.map(|now_ms| buffer.step(said, segments, now_ms)).collect()
}

/// `OnlineASRProcessor` with its `HypothesisBuffer`.
#[derive(Default)]
struct Buffer {
    /// `buffer_time_offset`.
    start_ms: u64,
    committed: Vec<Character>,
    /// What the last pass gave beyond what is committed.
    tail: Vec<Character>,
}

impl Buffer {
    fn step(&mut self, said: &[Character], segments: &[u64], now_ms: u64) -> Pass {
        let heard = said.iter().filter(|one| one.start_ms >= self.start_ms && one.end_ms <= now_ms);
        let heard: Vec<Character> = heard.copied().collect();
        let before = self.committed.iter().filter(|one| one.end_ms <= self.start_ms).count();
        // The last committed word is never in it.
        let before = before.min(self.committed.len().saturating_sub(1));
        let pass = Pass {
            start_ms: self.start_ms,
            end_ms: now_ms,
            characters: heard.len(),
            prompt: before.min(PROMPT_CHARACTERS),
        };
        self.agree(&heard);
        if now_ms - self.start_ms > TRIM_OVER_MS {
            self.trim(segments, now_ms);
        }
        pass
    }

    fn committed_ms(&self) -> u64 {
        self.committed.last().map_or(0, |one| one.end_ms)
    }

    /// `insert` and `flush`: the longest common beginning of two passes is committed.
    fn agree(&mut self, heard: &[Character]) {
        let (from, committed) = (self.committed_ms(), &self.committed);
        let new =
            heard.iter().filter(|one| one.start_ms + COMMITTED_MARGIN_MS > from && !committed.contains(one));
        let new: Vec<Character> = new.copied().collect();
        let same = self.tail.iter().zip(&new).take_while(|(one, other)| one == other).count();
        self.committed.extend_from_slice(&new[..same]);
        self.tail = new[same..].to_vec();
    }

    /// `chunk_completed_segment`.
    fn trim(&mut self, segments: &[u64], now_ms: u64) {
        let committed_ms = self.committed_ms();
        // The last segment is the one being said: the one before it may be the cut.
        let ended = segments.iter().filter(|end| **end > self.start_ms && **end <= now_ms);
        if let Some(end) = ended.rev().skip(1).find(|end| **end <= committed_ms) {
            self.start_ms = *end;
        }
    }
}
