//! What leaves the service of what was said: identity numbers with their middle hidden, every character in its
//! place, so that evidence and word times stay right; also one said over several turns, as soon as it is whole. What
//! is stored stays as it was said.

use std::collections::HashMap;

use super::Desk;
use crate::domain::{Channel, Event, EventKind, Partial, Turn, TurnId, Viewer};
use crate::numerals::identity::{may_be_part_of_identity, without_identities};
use crate::numerals::without_identities_across;

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
    if !may_be_part_of_identity(&turn.text) {
        return turn;
    }
    let said = desk.said_in(viewer, turn.call_id).await;
    let shown = in_turns(said.to_vec()).into_iter().find(|shown| shown.id == turn.id);
    shown.unwrap_or_else(|| in_turn(turn))
}

/// An event as it is shown, and the turns before it that now have something to hide: these have no number.
pub(super) async fn in_event(desk: &Desk, viewer: &Viewer, event: Event) -> Vec<Event> {
    match (&event.kind, event.call_id) {
        (EventKind::Turn { turn }, _) if may_be_part_of_identity(&turn.text) => {
            let said = desk.said_in_until(viewer, turn.call_id, Some(turn.id)).await;
            let mut kinds =
                with_those_before(turn.clone(), &said).into_iter().map(|turn| EventKind::Turn { turn });
            let own = kinds.next().map(|kind| Event { kind, ..event.clone() });
            let again = kinds.map(|kind| Event { seq: None, kind, ..event.clone() });
            own.into_iter().chain(again).collect()
        }
        (EventKind::Partial { partial }, Some(call_id)) if may_be_part_of_identity(&partial.text) => {
            let said = desk.said_in_until(viewer, call_id, None).await;
            vec![Event { kind: EventKind::Partial { partial: in_partial(partial, &said) }, ..event }]
        }
        _ => vec![event],
    }
}

/// A turn as it is shown, then the turns before it of which more is hidden with it than without.
fn with_those_before(turn: Turn, said: &[Turn]) -> Vec<Turn> {
    let others: Vec<Turn> = said.iter().filter(|other| other.id != turn.id).cloned().collect();
    let before = hidden_texts(&others, |turn| turn.text.clone());
    let mut all = others;
    all.push(turn.clone());
    all.sort_by_key(|turn| (turn.start_sample, turn.id));
    let mut shown = in_turns(all);
    shown.retain(|other| {
        let earlier = other.start_sample < turn.start_sample && before.get(&other.id) != Some(&other.text);
        earlier || other.id == turn.id
    });
    shown.sort_by_key(|other| other.id != turn.id);
    shown
}

fn in_partial(partial: &Partial, said: &[Turn]) -> Partial {
    let before = said.iter().filter(|turn| {
        turn.channel == partial.channel
            && turn.id != partial.turn_id
            && turn.start_sample <= partial.start_sample
    });
    let mut texts: Vec<String> = before.map(|turn| turn.text.clone()).collect();
    texts.push(partial.text.clone());
    let text = without_identities_across(&texts).pop().unwrap_or_default();
    Partial { text: without_identities(&text), ..partial.clone() }
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
