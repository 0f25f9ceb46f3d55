//! What is still to be handed to departments. A row stands here from the confirmation on, in the same
//! transaction, until the ticket is in the department's list.

use jiff::Timestamp;
use sqlx::Row;

use super::columns::{from_integer, from_text, to_ns, to_text};
use super::{ServiceReads, Store, StoreError};
use crate::domain::{CallId, TicketId, TicketState};

/// A ticket on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Which ticket.
    pub ticket_id: TicketId,
    /// The call it came from.
    pub call_id: CallId,
    /// Tries that failed so far.
    pub attempts: u64,
}

impl ServiceReads<'_> {
    /// Deliveries whose time has come, the oldest first.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn due_deliveries(&self, now: Timestamp, limit: u32) -> Result<Vec<Delivery>, StoreError> {
        sqlx::query(
            "select o.ticket_id, o.attempts, t.call_id from outbox o join tickets t on t.id = o.ticket_id
             where o.next_attempt_at_ns <= $1 order by o.next_attempt_at_ns, o.ticket_id limit $2",
        )
        .bind(to_ns(now))
        .bind(i64::from(limit))
        .fetch_all(&self.0.readers)
        .await?
        .iter()
        .map(|row| {
            Ok(Delivery {
                ticket_id: from_text("outbox.ticket_id", row.try_get("ticket_id")?)?,
                call_id: from_text("tickets.call_id", row.try_get("call_id")?)?,
                attempts: from_integer(row.try_get("attempts")?),
            })
        })
        .collect()
    }
}

impl Store {
    /// Puts a ticket into its department's list and takes it out of the outbox, in one transaction. True where it
    /// was not there yet: done again, it changes nothing.
    ///
    /// # Errors
    ///
    /// Where the database fails; then it is still in the outbox.
    pub async fn deliver(&self, ticket_id: TicketId, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.writer.begin_with("begin immediate").await?;
        let moved = sqlx::query(
            "update tickets set delivered_at_ns = $2, state = $3 where id = $1 and delivered_at_ns is null",
        )
        .bind(ticket_id.to_string())
        .bind(to_ns(now))
        .bind(to_text("tickets.state", &TicketState::ToAccept)?)
        .execute(&mut *transaction)
        .await?;
        sqlx::query("delete from outbox where ticket_id = $1")
            .bind(ticket_id.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(moved.rows_affected() > 0)
    }

    /// Counts a failed try and sets the time of the next.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn put_off(&self, ticket_id: TicketId, next_attempt_at: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "update outbox set attempts = attempts + 1, next_attempt_at_ns = $2 where ticket_id = $1",
        )
        .bind(ticket_id.to_string())
        .bind(to_ns(next_attempt_at))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
