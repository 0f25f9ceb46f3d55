//! Confirmed tickets with all that was said, for the service to learn from.

use sqlx::Row;

use super::StoreError;
use super::calls::call;
use super::columns::from_json;
use super::drafts::edit;
use super::service::ServiceReads;
use super::tickets::ticket;
use super::turns::{TURNS_OF_CALL, turn};
use crate::domain::{Call, CategoryCode, Draft, Edit, TicketId, Turn};

/// A confirmed ticket, and what it was written from.
#[derive(Debug, Clone, PartialEq)]
pub struct ConfirmedTicket {
    /// Its identity.
    pub id: TicketId,
    /// The category that a person confirmed.
    pub category: CategoryCode,
    /// Whether the caller asked for confidentiality.
    pub confidential: bool,
    /// The draft as confirmed.
    pub draft: Draft,
    /// Every name and number that the caller had while it was written.
    pub identities: Vec<String>,
    /// The call.
    pub call: Call,
    /// What was said, in the order of the recording.
    pub turns: Vec<Turn>,
    /// What people changed, in their order.
    pub edits: Vec<Edit>,
}

impl ServiceReads<'_> {
    /// Confirmed tickets, the oldest first: those after `after`, at most `limit`.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn confirmed_tickets(
        &self,
        after: Option<TicketId>,
        limit: u32,
    ) -> Result<Vec<ConfirmedTicket>, StoreError> {
        let rows = sqlx::query("select t.* from tickets t where t.id > $1 order by t.id limit $2")
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(i64::from(limit))
            .fetch_all(&self.0.readers)
            .await?;
        let mut confirmed = Vec::with_capacity(rows.len());
        for row in rows {
            let ticket = ticket(&row)?;
            let call_id = ticket.call_id.to_string();
            let of_call = |sql: &'static str| sqlx::query(sql).bind(call_id.clone());
            let call_row =
                of_call("select c.* from calls c where c.id = $1").fetch_one(&self.0.readers).await?;
            let turns = of_call(TURNS_OF_CALL).fetch_all(&self.0.readers).await?;
            let edits = of_call("select * from edits where call_id = $1 order by revision")
                .fetch_all(&self.0.readers)
                .await?;
            confirmed.push(ConfirmedTicket {
                id: ticket.id,
                category: ticket.category,
                confidential: ticket.confidential,
                draft: ticket.draft,
                identities: from_json("tickets.identities", row.try_get("identities")?)?,
                call: call(&call_row)?,
                turns: turns.iter().map(turn).collect::<Result<_, _>>()?,
                edits: edits.iter().map(edit).collect::<Result<_, _>>()?,
            });
        }
        Ok(confirmed)
    }
}
