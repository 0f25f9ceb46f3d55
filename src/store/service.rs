//! What the service reads for itself: to go on after a restart, and to hand tickets over. Nothing read here
//! goes to a person as it is.

use super::calls::call;
use super::columns::{from_integer, from_json};
use super::drafts::{StoredDraft, edit};
use super::turns::{TURNS_OF_CALL, turn};
use super::{Store, StoreError};
use crate::domain::{Call, CallId};
use sqlx::Row;

/// The service's own reads.
#[derive(Debug)]
pub struct ServiceReads<'a>(pub(super) &'a Store);

impl Store {
    /// The service's own reads; never for an answer to a person.
    #[must_use]
    pub const fn for_service(&self) -> ServiceReads<'_> {
        ServiceReads(self)
    }
}

impl ServiceReads<'_> {
    /// Calls that were not over when the service stopped.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn open_calls(&self) -> Result<Vec<Call>, StoreError> {
        sqlx::query("select c.* from calls c where c.state <> 'ended' order by c.id")
            .fetch_all(&self.0.readers)
            .await?
            .iter()
            .map(call)
            .collect()
    }

    /// What is needed to go on writing a call's draft; nothing where the call is not stored.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn stored_draft(&self, call_id: CallId) -> Result<Option<StoredDraft>, StoreError> {
        let id = call_id.to_string();
        // One transaction, so that all of it is of one moment.
        let mut transaction = self.0.readers.begin().await?;
        let Some(row) = sqlx::query("select c.* from calls c where c.id = $1")
            .bind(&id)
            .fetch_optional(&mut *transaction)
            .await?
        else {
            return Ok(None);
        };
        let call = call(&row)?;
        let turns = sqlx::query(TURNS_OF_CALL).bind(&id).fetch_all(&mut *transaction).await?;
        let shown: Option<String> = sqlx::query_scalar("select body from drafts where call_id = $1")
            .bind(&id)
            .fetch_optional(&mut *transaction)
            .await?;
        let edits = sqlx::query("select * from edits where call_id = $1 order by revision")
            .bind(&id)
            .fetch_all(&mut *transaction)
            .await?;
        let ticket: Option<i64> = sqlx::query_scalar("select 1 from tickets where call_id = $1")
            .bind(&id)
            .fetch_optional(&mut *transaction)
            .await?;
        let last_edit_revision =
            edits.last().map(|row| row.try_get("revision")).transpose()?.map_or(0, from_integer);
        Ok(Some(StoredDraft {
            call,
            turns: turns.iter().map(turn).collect::<Result<_, _>>()?,
            shown: shown.map(|body| from_json("drafts.body", &body)).transpose()?,
            edits: edits.iter().map(edit).collect::<Result<_, _>>()?,
            last_edit_revision,
            confirmed: ticket.is_some(),
        }))
    }
}
