//! What was said. Written by the journal only, each turn with its place in the word index.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{from_integer, from_json, from_text, to_integer, to_json, to_text};
use super::{Store, StoreError, access, word_index};
use crate::domain::{CallId, SamplePosition, Turn, TurnStatus, Viewer};

pub(super) const TURNS_OF_CALL: &str =
    "select t.* from turns t where t.call_id = $1 order by t.start_sample, t.id";

impl Store {
    /// What was said in a call, in the order of its recording.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn turns(&self, viewer: &Viewer, call_id: CallId) -> Result<Vec<Turn>, StoreError> {
        access::calls(viewer)?;
        sqlx::query(TURNS_OF_CALL)
            .bind(call_id.to_string())
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(turn)
            .collect()
    }
}

pub(super) fn turn(row: &SqliteRow) -> Result<Turn, StoreError> {
    Ok(Turn {
        id: from_text("turns.id", row.try_get("id")?)?,
        call_id: from_text("turns.call_id", row.try_get("call_id")?)?,
        channel: from_text("turns.channel", row.try_get("channel")?)?,
        start_sample: SamplePosition(from_integer(row.try_get("start_sample")?)),
        end_sample: SamplePosition(from_integer(row.try_get("end_sample")?)),
        text: row.try_get("text")?,
        words: from_json("turns.words", row.try_get("words")?)?,
        confidence: row.try_get("confidence")?,
        status: from_text("turns.status", row.try_get("status")?)?,
    })
}

/// Writes a turn as it now is, and indexes its words where they were said.
pub(super) async fn put_turn(connection: &mut SqliteConnection, turn: &Turn) -> Result<(), StoreError> {
    sqlx::query(
        "insert into turns (id, call_id, channel, start_sample, end_sample, text, words, confidence, status)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set channel = excluded.channel, start_sample = excluded.start_sample,
             end_sample = excluded.end_sample, text = excluded.text, words = excluded.words,
             confidence = excluded.confidence, status = excluded.status",
    )
    .bind(turn.id.to_string())
    .bind(turn.call_id.to_string())
    .bind(to_text("turns.channel", &turn.channel)?)
    .bind(to_integer(turn.start_sample.0))
    .bind(to_integer(turn.end_sample.0))
    .bind(&turn.text)
    .bind(to_json("turns.words", &turn.words)?)
    .bind(turn.confidence)
    .bind(to_text("turns.status", &turn.status)?)
    .execute(&mut *connection)
    .await?;
    // Nobody is to find what was most likely never said.
    let searched = if turn.status == TurnStatus::Suppressed { "" } else { &turn.text };
    word_index::put(connection, turn.id, searched).await
}
