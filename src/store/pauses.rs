//! The parts of calls that were kept out of recording and transcript. Written by the journal only.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{from_integer, from_text, to_integer, to_text};
use super::{Store, StoreError, access};
use crate::domain::{CallId, RecordingPause, SamplePosition, Viewer};

impl Store {
    /// The parts of a call that were not recorded on purpose, in their order.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn recording_pauses(
        &self,
        viewer: &Viewer,
        call_id: CallId,
    ) -> Result<Vec<RecordingPause>, StoreError> {
        access::calls(viewer)?;
        sqlx::query("select * from recording_pauses where call_id = $1 order by start_sample")
            .bind(call_id.to_string())
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(pause)
            .collect()
    }
}

fn pause(row: &SqliteRow) -> Result<RecordingPause, StoreError> {
    Ok(RecordingPause {
        call_id: from_text("recording_pauses.call_id", row.try_get("call_id")?)?,
        start_sample: SamplePosition(from_integer(row.try_get("start_sample")?)),
        end_sample: SamplePosition(from_integer(row.try_get("end_sample")?)),
        reason: from_text("recording_pauses.reason", row.try_get("reason")?)?,
        by: from_text("recording_pauses.by_user", row.try_get("by_user")?)?,
    })
}

/// Writes a pause; written again it changes nothing.
pub(super) async fn put_pause(
    connection: &mut SqliteConnection,
    pause: &RecordingPause,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into recording_pauses (call_id, start_sample, end_sample, reason, by_user)
         values ($1, $2, $3, $4, $5) on conflict (call_id, start_sample) do nothing",
    )
    .bind(pause.call_id.to_string())
    .bind(to_integer(pause.start_sample.0))
    .bind(to_integer(pause.end_sample.0))
    .bind(to_text("recording_pauses.reason", &pause.reason)?)
    .bind(pause.by.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
