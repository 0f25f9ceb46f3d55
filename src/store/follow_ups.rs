//! What calls left to do. Written by the journal only.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{from_ns, from_optional_text, from_text, to_ns, to_text};
use super::{ServiceReads, StoreError};
use crate::domain::FollowUp;

impl ServiceReads<'_> {
    /// What is not done yet, the oldest first.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn follow_ups(&self) -> Result<Vec<FollowUp>, StoreError> {
        sqlx::query(
            "select f.*, c.caller_number, c.called_number, c.language from follow_ups f
             join calls c on c.id = f.call_id where f.state <> 'done' order by f.since_ns",
        )
        .fetch_all(&self.0.readers)
        .await?
        .iter()
        .map(follow_up)
        .collect()
    }
}

fn follow_up(row: &SqliteRow) -> Result<FollowUp, StoreError> {
    Ok(FollowUp {
        call_id: from_text("follow_ups.call_id", row.try_get("call_id")?)?,
        kind: from_text("follow_ups.kind", row.try_get("kind")?)?,
        caller_number: row.try_get("caller_number")?,
        called_number: row.try_get("called_number")?,
        language: row.try_get("language")?,
        since: from_ns(row.try_get("since_ns")?),
        state: from_text("follow_ups.state", row.try_get("state")?)?,
        by: from_optional_text("follow_ups.by_user", row.try_get("by_user")?)?,
        by_name: row.try_get("by_name")?,
        attempts: row.try_get("attempts")?,
    })
}

/// Writes one as it now is.
pub(super) async fn put_follow_up(
    connection: &mut SqliteConnection,
    follow_up: &FollowUp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into follow_ups (call_id, kind, since_ns, state, by_user, by_name, attempts)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (call_id) do update set state = excluded.state, by_user = excluded.by_user,
             by_name = excluded.by_name, attempts = excluded.attempts",
    )
    .bind(follow_up.call_id.to_string())
    .bind(to_text("follow_ups.kind", &follow_up.kind)?)
    .bind(to_ns(follow_up.since))
    .bind(to_text("follow_ups.state", &follow_up.state)?)
    .bind(follow_up.by.map(|id| id.to_string()))
    .bind(&follow_up.by_name)
    .bind(follow_up.attempts)
    .execute(connection)
    .await?;
    Ok(())
}
