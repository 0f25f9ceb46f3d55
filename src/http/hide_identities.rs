//! What leaves the service of what was said: identity numbers with their middle hidden, every character in its
//! place, so that evidence and word times stay right. What is stored stays as it was said.

use crate::domain::{Event, EventKind, Partial, Turn};
use crate::numerals::identity::without_identities;

/// A turn as it is shown.
pub(super) fn in_turn(turn: Turn) -> Turn {
    let said: String = turn.words.iter().map(|word| word.text.as_str()).collect();
    let shown: Vec<char> = without_identities(&said).chars().collect();
    let mut words = turn.words;
    let mut at = 0;
    for word in &mut words {
        let end = at + word.text.chars().count();
        word.text = shown[at..end].iter().collect();
        at = end;
    }
    Turn { text: without_identities(&turn.text), words, ..turn }
}

/// An event as it is shown.
pub(super) fn in_event(event: Event) -> Event {
    let kind = match event.kind {
        EventKind::Turn { turn } => EventKind::Turn { turn: in_turn(turn) },
        EventKind::Partial { partial } => {
            EventKind::Partial { partial: Partial { text: without_identities(&partial.text), ..partial } }
        }
        other @ (EventKind::Call { .. }
        | EventKind::Draft { .. }
        | EventKind::Ticket { .. }
        | EventKind::Recurring { .. }
        | EventKind::Degraded { .. }) => other,
    };
    Event { kind, ..event }
}
