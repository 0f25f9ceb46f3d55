//! What happened, and the rows that follow from it. Only the journal writes here. Events serve pages that come
//! back, and are kept for that long; what lasts are the rows.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;

use super::calls::put_call;
use super::columns::{from_integer, from_json, from_ns, from_optional_text, to_integer, to_json, to_ns};
use super::drafts::put_draft;
use super::figures::put_seat_span;
use super::follow_ups::put_follow_up;
use super::matters::put_recurring;
use super::pauses::put_pause;
use super::supervisions::put_supervision;
use super::turns::put_turn;
use super::{ServiceReads, Store, StoreError};
use crate::domain::{Event, EventKind};

/// How long an event is kept: a page that was away for longer reads everything anew.
const KEPT: SignedDuration = SignedDuration::from_hours(48);
/// Old events forgotten with each batch that is written: more than are written, and no long transaction.
const FORGOTTEN_AT_ONCE: i64 = 512;

impl Store {
    /// Writes events and what follows from them (the call, the turn with its words, the draft) in one
    /// transaction. Written again, an event changes nothing.
    ///
    /// # Errors
    ///
    /// Where the database fails; then nothing is written.
    pub async fn append(&self, events: &[Event]) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with("begin immediate").await?;
        for event in events {
            append_event(&mut transaction, event).await?;
            put_rows(&mut transaction, &event.kind).await?;
        }
        if let Some(last) = events.last() {
            forget_before(&mut transaction, last.at.checked_sub(KEPT).unwrap_or(Timestamp::MIN)).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Writes an event alone, where its rows are refused (a turn of an unknown call).
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn append_bare(&self, event: &Event) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin_with("begin immediate").await?;
        append_event(&mut transaction, event).await?;
        transaction.commit().await?;
        Ok(())
    }
}

impl ServiceReads<'_> {
    /// The number of the last event kept; 0 where none is.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn last_seq(&self) -> Result<u64, StoreError> {
        let last: i64 =
            sqlx::query_scalar("select coalesce(max(seq), 0) from events").fetch_one(&self.0.readers).await?;
        Ok(from_integer(last))
    }

    /// The events after a number, in order. What of them a person may see is for the caller to decide.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn events_after(&self, seq: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        sqlx::query("select seq, at_ns, call_id, kind from events where seq > $1 order by seq limit $2")
            .bind(to_integer(seq))
            .bind(i64::from(limit))
            .fetch_all(&self.0.readers)
            .await?
            .iter()
            .map(|row| {
                Ok(Event {
                    seq: Some(from_integer(row.try_get("seq")?)),
                    at: from_ns(row.try_get("at_ns")?),
                    call_id: from_optional_text("events.call_id", row.try_get("call_id")?)?,
                    kind: from_json("events.kind", row.try_get("kind")?)?,
                })
            })
            .collect()
    }
}

async fn append_event(connection: &mut SqliteConnection, event: &Event) -> Result<(), StoreError> {
    let Some(seq) = event.seq else { return Ok(()) };
    sqlx::query(
        "insert into events (seq, at_ns, call_id, kind) values ($1, $2, $3, $4) on conflict (seq) do nothing",
    )
    .bind(to_integer(seq))
    .bind(to_ns(event.at))
    .bind(event.call_id.map(|id| id.to_string()))
    .bind(to_json("events.kind", &event.kind)?)
    .execute(connection)
    .await?;
    Ok(())
}

async fn forget_before(connection: &mut SqliteConnection, moment: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "delete from events where seq in (select seq from events where at_ns < $1 order by at_ns limit $2)",
    )
    .bind(to_ns(moment))
    .bind(FORGOTTEN_AT_ONCE)
    .execute(connection)
    .await?;
    Ok(())
}

async fn put_rows(connection: &mut SqliteConnection, kind: &EventKind) -> Result<(), StoreError> {
    match kind {
        EventKind::Call { call } => put_call(connection, call).await,
        EventKind::Turn { turn } => put_turn(connection, turn).await,
        EventKind::Draft { draft } => put_draft(connection, draft).await,
        EventKind::Recurring { recurring } => put_recurring(connection, recurring).await,
        EventKind::Unrecorded { pause } => put_pause(connection, pause).await,
        EventKind::Supervision { supervision } => put_supervision(connection, supervision).await,
        EventKind::Seat { seat } => put_seat_span(connection, seat).await,
        EventKind::FollowUp { follow_up } => put_follow_up(connection, follow_up).await,
        EventKind::Partial { .. } | EventKind::Ticket { .. } | EventKind::Degraded { .. } => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::Degradation;

    #[tokio::test]
    async fn events_are_forgotten_after_two_days() {
        let home = tempfile::tempdir().unwrap();
        let store = Store::open(&home.path().join("jiesu.db")).await.unwrap();
        let noon: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        for (seq, hours) in [(1, 0), (2, 10), (3, 50)] {
            let at = noon + SignedDuration::from_hours(hours);
            let kind = EventKind::Degraded { part: Degradation::Recorder, failing: true };
            store.append(&[Event { seq: Some(seq), at, call_id: None, kind }]).await.unwrap();
        }
        let kept = store.for_service().events_after(0, 10).await.unwrap();
        assert_eq!(kept.iter().map(|event| event.seq).collect::<Vec<_>>(), [Some(2), Some(3)]);
    }
}
