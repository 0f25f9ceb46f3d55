//! What a reader of the page saw: when words came, when they were final, and which of them changed under the eyes.

use std::collections::HashMap;

use crate::domain::{Channel, SamplePosition, Turn, TurnEvent, TurnId, TurnStatus};

use super::listen::{Heard, Shown};
use super::set::{Recording, Said};

/// What was seen of one recording.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// From the beginning of a turn's speech to its first words, milliseconds.
    pub(super) first_words_ms: Vec<f64>,
    /// From the end of a turn's speech to its final words.
    pub(super) finals_ms: Vec<f64>,
    /// Turns whose first words were their final ones: no partial came before.
    pub(super) without_partial: usize,
    /// Characters that were shown and then changed or taken back.
    pub(super) changed: usize,
    /// Of these, characters that had been said to stay.
    pub(super) committed_changed: usize,
    /// Characters of the final turns.
    pub(super) characters: usize,
    /// The final words of each channel.
    pub(super) texts: Vec<String>,
    /// Turns that the recogniser failed on.
    pub(super) unrecognised: usize,
    /// Turns kept from being read: probably misheard.
    pub(super) suppressed: usize,
}

/// A turn on the page.
#[derive(Default)]
struct OnPage {
    first_at_ms: Option<f64>,
    partial: bool,
    text: Vec<char>,
    committed: usize,
}

pub(super) fn seen(recording: &Recording, heard: &Heard) -> Seen {
    let mut seen = Seen { texts: vec![String::new(); recording.channels.len()], ..Seen::default() };
    let mut page: HashMap<TurnId, OnPage> = HashMap::new();
    let mut finals: Vec<&Turn> = Vec::new();
    for Shown { at_ms, event } in &heard.shown {
        match event {
            TurnEvent::Partial(partial) => {
                let turn = page.entry(partial.turn_id).or_default();
                let text: Vec<char> = partial.text.chars().collect();
                let same = turn.replace(&text, &mut seen);
                seen.committed_changed += turn.committed.saturating_sub(same);
                turn.committed = partial.committed;
                turn.partial |= !text.is_empty();
                turn.show(text, *at_ms);
            }
            TurnEvent::Language(_) => {}
            TurnEvent::Final(turn) => {
                let mut on_page = page.remove(&turn.id).unwrap_or_default();
                let suppressed = turn.status == TurnStatus::Suppressed;
                let text: Vec<char> = if suppressed { Vec::new() } else { turn.text.chars().collect() };
                on_page.replace(&text, &mut seen);
                on_page.show(text, *at_ms);
                match turn.status {
                    TurnStatus::Recognised => {
                        seen.characters += on_page.text.len();
                        let (start_ms, end_ms) = speech_of(recording, turn);
                        seen.first_words_ms.extend(on_page.first_at_ms.map(|at_ms| at_ms - start_ms));
                        seen.finals_ms.push(at_ms - end_ms);
                        seen.without_partial += usize::from(!on_page.partial);
                        finals.push(turn);
                    }
                    TurnStatus::Suppressed => seen.suppressed += 1,
                    TurnStatus::Unrecognised => seen.unrecognised += 1,
                }
            }
        }
    }
    finals.sort_by_key(|turn| turn.start_sample);
    for turn in finals {
        if let Some(text) = seen.texts.get_mut(turn.channel.index()) {
            text.push_str(&turn.text);
            text.push(' ');
        }
    }
    seen
}

impl OnPage {
    /// Counts what of the text does not stay; tells how much of its beginning does.
    fn replace(&self, by: &[char], seen: &mut Seen) -> usize {
        let same = self.text.iter().zip(by).take_while(|(one, other)| one == other).count();
        seen.changed += self.text.len() - same;
        same
    }

    fn show(&mut self, text: Vec<char>, at_ms: f64) {
        if !text.is_empty() {
            self.first_at_ms.get_or_insert(at_ms);
        }
        self.text = text;
    }
}

/// Where the speech of a turn begins and ends, milliseconds: by the reference, within what the turn holds of it (a
/// long one may have been cut); without times by the service's own.
fn speech_of(recording: &Recording, turn: &Turn) -> (f64, f64) {
    let (start_ms, end_ms) = (turn.start_sample.as_ms(), turn.end_sample.as_ms());
    let said =
        recording.turns.iter().filter(|said| recording.timed && covers(turn.channel, start_ms, end_ms, said));
    let (starts, ends): (Vec<u64>, Vec<u64>) = said.map(|said| (said.start_ms, said.end_ms)).unzip();
    let of_word = |at: Option<SamplePosition>, other| at.map_or(other, SamplePosition::as_ms);
    let first = of_word(turn.words.first().map(|word| word.start_sample), start_ms);
    let last = of_word(turn.words.last().map(|word| word.end_sample), end_ms);
    let start = starts.into_iter().min().map_or(first, |said| said.max(start_ms));
    let end = ends.into_iter().max().map_or(last, |said| said.min(end_ms));
    (start as f64, end as f64)
}

/// True where most of one lies in the other.
fn covers(channel: Channel, start_ms: u64, end_ms: u64, said: &Said) -> bool {
    let common = said.end_ms.min(end_ms).saturating_sub(said.start_ms.max(start_ms));
    let shorter = (said.end_ms - said.start_ms).min(end_ms - start_ms);
    channel == said.channel && 2 * common >= shorter && common > 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::domain::{CallId, Partial};

    fn partial(turn_id: TurnId, at_ms: f64, text: &str, committed: usize) -> Shown {
        let (channel, start_sample, text) = (Channel::Caller, SamplePosition(8_000), text.to_owned());
        Shown {
            at_ms,
            event: TurnEvent::Partial(Partial { turn_id, channel, start_sample, text, committed }),
        }
    }

    fn ended(id: TurnId, at_ms: f64, text: &str) -> Shown {
        let turn = Turn {
            id,
            call_id: CallId::new(),
            channel: Channel::Caller,
            start_sample: SamplePosition::from_ms(1_000),
            end_sample: SamplePosition::from_ms(4_200),
            text: text.to_owned(),
            words: Vec::new(),
            confidence: 1.0,
            status: TurnStatus::Recognised,
        };
        Shown { at_ms, event: TurnEvent::Final(turn) }
    }

    fn recording(timed: bool) -> Recording {
        let said = |start_ms, end_ms| Said {
            channel: Channel::Caller,
            start_ms,
            end_ms,
            text: String::new(),
            parts: Vec::new(),
        };
        let turns = vec![said(1_300, 2_000), said(2_200, 4_000), said(9_000, 9_500)];
        Recording { name: String::new(), channels: vec![Vec::new()], turns, timed, language: None }
    }

    #[test]
    fn latency_is_from_the_beginning_and_from_the_end_of_what_was_said() {
        let id = TurnId::new();
        let shown = vec![partial(id, 2_100.0, "路", 0), ended(id, 4_900.0, "路灯")];
        let heard = Heard { shown, asked: Vec::new() };
        let seen_here = seen(&recording(true), &heard);
        assert_eq!((seen_here.first_words_ms, seen_here.finals_ms), (vec![800.0], vec![900.0]));
        let untimed = seen(&recording(false), &heard);
        assert_eq!((untimed.first_words_ms, untimed.finals_ms), (vec![1_100.0], vec![700.0]));
    }

    #[test]
    fn what_changes_after_it_was_shown_is_counted_and_what_was_to_stay_apart() {
        let id = TurnId::new();
        let shown = vec![
            partial(id, 1.0, "路东", 0),
            partial(id, 2.0, "路灯不", 2),
            partial(id, 3.0, "路登不亮", 2),
            ended(id, 4.0, "路灯不亮。"),
        ];
        let seen = seen(&recording(true), &Heard { shown, asked: Vec::new() });
        assert_eq!((seen.changed, seen.committed_changed, seen.characters), (1 + 2 + 3, 1, 5));
        assert_eq!((seen.texts, seen.without_partial), (vec!["路灯不亮。 ".to_owned()], 0));
    }

    #[test]
    fn what_is_taken_back_as_no_speech_is_a_change() {
        let id = TurnId::new();
        let shown = vec![partial(id, 1.0, "啊", 0), partial(id, 2.0, "", 0)];
        let seen = seen(&recording(true), &Heard { shown, asked: Vec::new() });
        assert_eq!((seen.changed, seen.characters), (1, 0));
    }
}
