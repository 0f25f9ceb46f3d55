//! What leaves the service of what was said: identity numbers with their middle hidden, every character in its
//! place, so that evidence and word times stay right; also one said over several turns, as soon as it is whole. What
//! is stored stays as it was said.

use std::collections::HashMap;

use super::Desk;
use crate::domain::{CallId, Channel, Event, EventKind, Partial, Turn, TurnId, Viewer};
use crate::numerals::identity::without_identities;
use crate::numerals::{digit, without_identities_across};

/// A call's turns as they are shown.
pub(super) fn in_turns(turns: Vec<Turn>) -> Vec<Turn> {
    let texts = hidden_texts(&turns, |turn| turn.text.clone());
    let words = hidden_texts(&turns, |turn| turn.words.iter().map(|word| word.text.as_str()).collect());
    let shown = |mut turn: Turn| {
        let said: Vec<char> = words.get(&turn.id).map(|said| said.chars().collect()).unwrap_or_default();
        let mut at = 0;
        for word in &mut turn.words {
            let end = at + word.text.chars().count();
            word.text = said[at..end].iter().collect();
            at = end;
        }
        turn.text = texts.get(&turn.id).cloned().unwrap_or_default();
        turn
    };
    turns.into_iter().map(shown).collect()
}

/// A turn as it is shown, read by itself.
pub(super) fn in_turn(turn: Turn) -> Turn {
    in_turns(vec![turn.clone()]).pop().unwrap_or(turn)
}

/// A turn as it is shown, read with those of its call.
pub(super) async fn in_turn_of_call(desk: &Desk, viewer: &Viewer, turn: Turn) -> Turn {
    if !may_have_digits(&turn.text) {
        return turn;
    }
    let said = said_in(desk, viewer, turn.call_id).await;
    let shown = in_turns(said).into_iter().find(|shown| shown.id == turn.id);
    shown.unwrap_or_else(|| in_turn(turn))
}

/// An event as it is shown, and the turns before it that now have something to hide: these have no number.
pub(super) async fn in_event(desk: &Desk, viewer: &Viewer, event: Event) -> Vec<Event> {
    let (kind, others) = match (event.kind, event.call_id) {
        (EventKind::Turn { turn }, Some(call_id)) if may_have_digits(&turn.text) => {
            let mut said = said_in(desk, viewer, call_id).await;
            said.retain(|known| known.id != turn.id);
            // What is hidden before this turn is heard, and with it.
            let before: HashMap<TurnId, String> =
                in_turns(said.clone()).into_iter().map(|turn| (turn.id, turn.text)).collect();
            said.push(turn.clone());
            said.sort_by_key(|turn| (turn.start_sample, turn.id));
            let (own, others): (Vec<Turn>, Vec<Turn>) =
                in_turns(said).into_iter().partition(|shown| shown.id == turn.id);
            let changed = |shown: &Turn| {
                shown.start_sample < turn.start_sample && before.get(&shown.id) != Some(&shown.text)
            };
            let others = others.into_iter().filter(changed).collect();
            (EventKind::Turn { turn: own.into_iter().next().unwrap_or_else(|| in_turn(turn)) }, others)
        }
        (EventKind::Turn { turn }, _) => (EventKind::Turn { turn: in_turn(turn) }, Vec::new()),
        (EventKind::Partial { partial }, Some(call_id)) if may_have_digits(&partial.text) => {
            let said = said_in(desk, viewer, call_id).await;
            (EventKind::Partial { partial: in_partial(partial, said) }, Vec::new())
        }
        (
            kind @ (EventKind::Partial { .. }
            | EventKind::Call { .. }
            | EventKind::Draft { .. }
            | EventKind::Ticket { .. }
            | EventKind::Recurring { .. }
            | EventKind::Degraded { .. }),
            _,
        ) => (kind, Vec::new()),
    };
    let before =
        |turn| Event { seq: None, at: event.at, call_id: event.call_id, kind: EventKind::Turn { turn } };
    let others: Vec<Event> = others.into_iter().map(before).collect();
    [vec![Event { kind, ..event }], others].concat()
}

fn in_partial(partial: Partial, said: Vec<Turn>) -> Partial {
    let before = said.into_iter().filter(|turn| {
        turn.channel == partial.channel
            && turn.id != partial.turn_id
            && turn.start_sample <= partial.start_sample
    });
    let mut texts: Vec<String> = before.map(|turn| turn.text).collect();
    texts.push(partial.text.clone());
    let text = without_identities_across(&texts).pop().unwrap_or_default();
    Partial { text: without_identities(&text), ..partial }
}

/// What was said in a call so far. Where the store does not answer, what it does not have yet.
async fn said_in(desk: &Desk, viewer: &Viewer, call_id: CallId) -> Vec<Turn> {
    let (_, unwritten) = desk.journal.unwritten_of(call_id);
    with_unwritten(desk.store.turns(viewer, call_id).await.unwrap_or_default(), unwritten)
}

/// The turns with those that are not stored yet, in the order of the recording.
pub(super) fn with_unwritten(mut turns: Vec<Turn>, unwritten: Vec<Turn>) -> Vec<Turn> {
    turns.retain(|turn| unwritten.iter().all(|newer| newer.id != turn.id));
    turns.extend(unwritten);
    turns.sort_by_key(|turn| (turn.start_sample, turn.id));
    turns
}

/// Whether a text may have a part of an identity number.
fn may_have_digits(text: &str) -> bool {
    text.chars().any(|char| digit(char).is_some() || matches!(char, 'x' | 'X' | '叉'))
}

/// Each turn's text, hidden with those of the same side.
fn hidden_texts(turns: &[Turn], text: impl Fn(&Turn) -> String) -> HashMap<TurnId, String> {
    let mut hidden = HashMap::new();
    for channel in [Channel::Caller, Channel::Agent] {
        let side: Vec<&Turn> = turns.iter().filter(|turn| turn.channel == channel).collect();
        let texts: Vec<String> = side.iter().map(|turn| text(turn)).collect();
        let shown = without_identities_across(&texts);
        hidden.extend(side.iter().zip(shown).map(|(turn, text)| (turn.id, without_identities(&text))));
    }
    hidden
}
