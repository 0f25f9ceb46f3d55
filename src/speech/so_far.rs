//! A turn while it is spoken: what it says so far, and which part of its sound the next partial is made from.

use crate::domain::{Channel, Partial, SAMPLE_RATE_HZ, SamplePosition, TurnId, Word};

use super::agreement::Agreement;
use super::channel::Utterance;

/// Samples of 1/8000 s in a millisecond.
const MS: u64 = SAMPLE_RATE_HZ as u64 / 1_000;
/// Up to this length a turn's partials are made from all of it: 5 s.
const WHOLE: u64 = 5_000 * MS;
/// A partial is never made from more: 6 s.
const LONGEST_TAIL: u64 = 6_000 * MS;
/// Nor, of a long turn, from less, for a recogniser without context guesses: 2.5 s.
const SHORTEST_TAIL: u64 = 2_500 * MS;
/// Committed letters that are heard again, so that it is plain where the new ones begin: about a second.
const OVERLAP_LETTERS: usize = 4;
/// The sound is rather cut in a pause, where there is one up to so long before: 0.8 s.
const PAUSE_WITHIN: u64 = 800 * MS;
/// A pause is at least so long: 64 ms.
const SHORTEST_PAUSE: u64 = 64 * MS;

/// A turn without a final yet.
#[derive(Debug)]
pub(super) struct SoFar {
    turn_id: TurnId,
    start: SamplePosition,
    agreement: Agreement,
    /// True once the desk has a partial of it.
    pub(super) shown: bool,
}

impl SoFar {
    /// A turn of which nothing has been recognised yet.
    pub(super) fn of(turn: &Utterance) -> Self {
        Self { turn_id: turn.turn_id, start: turn.start, agreement: Agreement::default(), shown: false }
    }

    /// What it says so far.
    pub(super) fn text(&self) -> String {
        self.agreement.text()
    }

    /// The part of the turn's sound that its next partial is made from: all of it while it is short; then what
    /// follows the last committed words, or the last seconds. `shortest_ms`: the recogniser can use no less.
    pub(super) fn tail(&self, mut turn: Utterance, shortest_ms: u32) -> Utterance {
        let length = turn.end.0.saturating_sub(turn.start.0);
        if length <= WHOLE {
            return turn;
        }
        let shortest = SHORTEST_TAIL.max(u64::from(shortest_ms) * MS).min(length);
        let earliest = turn.end.0 - LONGEST_TAIL.max(shortest).min(length);
        let after = self.agreement.committed_before(OVERLAP_LETTERS).map_or(0, |at| at.0);
        let wanted = after.clamp(earliest, turn.end.0 - shortest);
        let from = pause_before(&turn, wanted).filter(|pause| *pause >= earliest).unwrap_or(wanted);
        let skipped = usize::try_from(2 * (from - turn.start.0)).unwrap_or(usize::MAX);
        turn.pcm_16k.drain(..skipped.min(turn.pcm_16k.len()));
        turn.start = SamplePosition(from);
        turn.voiced.retain(|run| run.end > turn.start);
        for run in &mut turn.voiced {
            run.start = run.start.max(turn.start);
        }
        turn
    }

    /// Takes in a pass over some of its sound. The partial to show; nothing where a later pass came before this
    /// one, or there are no words.
    pub(super) fn hear(&mut self, channel: Channel, sound: &Utterance, words: &[Word]) -> Option<Partial> {
        let new = self.agreement.hear(words, sound.start, sound.end);
        let text = self.text();
        let says_something = text.chars().any(char::is_alphanumeric);
        (new && says_something).then(|| Partial {
            turn_id: self.turn_id,
            channel,
            start_sample: self.start,
            text,
            committed: self.agreement.committed(),
        })
    }
}

/// The middle of the last pause before a place, not far from it.
fn pause_before(turn: &Utterance, place: u64) -> Option<u64> {
    let mut pauses = turn.voiced.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let length = after.start.0.saturating_sub(before.end.0);
        (length >= SHORTEST_PAUSE).then_some(before.end.0 + length / 2)
    });
    pauses.rfind(|middle| *middle <= place && place - middle <= PAUSE_WITHIN)
}

#[cfg(test)]
#[path = "so_far_tests.rs"]
mod tests;
