//! Where to look: earlier tickets that share a key, judged one by one.

use jiff::{SignedDuration, Timestamp};

use super::{keys, likeness};
use crate::domain::{CallId, Matter, Recurring, Repeat, Ticket, TicketId, Viewer};
use crate::store::{KnownMatter, Store, StoreError};

/// How far back a repeat call is looked for.
pub const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How far back the tickets of one event are counted.
pub const RECURRING_WITHIN: SignedDuration = SignedDuration::from_hours(3 * 24);
/// So many tickets on one matter within that time are an event.
const RECURRING_FROM: usize = 3;

/// At most `limit` earlier tickets that may be on the matter of a call, the likeliest first.
///
/// # Errors
///
/// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
pub async fn candidates(
    store: &Store,
    viewer: &Viewer,
    call_id: CallId,
    matter: &Matter,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Repeat>, StoreError> {
    let known = store.matters(viewer, &keys(matter), since(now, LOOKED_BACK)).await?;
    let mut repeats = like(matter, known.into_iter().filter(|known| known.call_id != call_id));
    repeats.truncate(limit);
    Ok(repeats)
}

/// The event that a ticket just confirmed makes, where it is the third on its matter within days, or a later one.
///
/// # Errors
///
/// Where the database fails.
pub async fn recurring(
    store: &Store,
    ticket: &Ticket,
    matter: &Matter,
) -> Result<Option<Recurring>, StoreError> {
    let since = since(ticket.confirmed_at, RECURRING_WITHIN);
    let known = store.for_service().matters(&keys(matter), since).await?;
    let others = known.into_iter().filter(|known| known.ticket_id != ticket.id);
    let mut earlier: Vec<(Timestamp, TicketId)> =
        like(matter, others).into_iter().map(|repeat| (repeat.confirmed_at, repeat.ticket_id)).collect();
    earlier.sort_unstable();
    let Some((since, _)) = earlier.first().copied().filter(|_| earlier.len() + 1 >= RECURRING_FROM) else {
        return Ok(None);
    };
    Ok(Some(Recurring {
        tickets: earlier.into_iter().map(|(_, id)| id).chain([ticket.id]).collect(),
        number: ticket.number.clone(),
        title: matter.title.clone(),
        place: matter.place.clone(),
        since,
    }))
}

fn since(now: Timestamp, back: SignedDuration) -> Timestamp {
    now.checked_sub(back).unwrap_or(Timestamp::MIN)
}

fn like(matter: &Matter, known: impl Iterator<Item = KnownMatter>) -> Vec<Repeat> {
    let judged = |known: KnownMatter| {
        let likeness = likeness(matter, &known.matter)?;
        Some(Repeat {
            ticket_id: known.ticket_id,
            number: known.number,
            call_id: known.call_id,
            state: known.state,
            title: known.matter.title,
            place: known.matter.place,
            confirmed_at: known.confirmed_at,
            score: likeness.score,
            reasons: likeness.reasons,
        })
    };
    let mut repeats: Vec<Repeat> = known.filter_map(judged).collect();
    repeats.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then(other.confirmed_at.cmp(&one.confirmed_at))
    });
    repeats
}
