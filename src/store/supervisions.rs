//! When which supervisor was in a call, and how. Written by the journal only.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{from_ns, from_text, to_ns, to_text};
use super::{Store, StoreError, access};
use crate::domain::{CallId, Supervision, Viewer};

impl Store {
    /// The supervisions of a call, in their order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for all but supervisors, or where the database fails.
    pub async fn supervisions(
        &self,
        viewer: &Viewer,
        call_id: CallId,
    ) -> Result<Vec<Supervision>, StoreError> {
        access::supervisions(viewer)?;
        sqlx::query(
            "select s.*, u.display_name as by_name from supervisions s left join users u on u.id = s.by_user
             where s.call_id = $1 order by s.at_ns",
        )
        .bind(call_id.to_string())
        .fetch_all(&self.readers)
        .await?
        .iter()
        .map(supervision)
        .collect()
    }
}

fn supervision(row: &SqliteRow) -> Result<Supervision, StoreError> {
    Ok(Supervision {
        call_id: from_text("supervisions.call_id", row.try_get("call_id")?)?,
        by: from_text("supervisions.by_user", row.try_get("by_user")?)?,
        by_name: row.try_get("by_name")?,
        at: from_ns(row.try_get("at_ns")?),
        state: from_text("supervisions.state", row.try_get("state")?)?,
    })
}

/// Writes a supervision; written again it changes nothing.
pub(super) async fn put_supervision(
    connection: &mut SqliteConnection,
    supervision: &Supervision,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into supervisions (call_id, at_ns, by_user, state) values ($1, $2, $3, $4)
         on conflict (call_id, at_ns) do nothing",
    )
    .bind(supervision.call_id.to_string())
    .bind(to_ns(supervision.at))
    .bind(supervision.by.to_string())
    .bind(to_text("supervisions.state", &supervision.state)?)
    .execute(connection)
    .await?;
    Ok(())
}
