//! How often what the machine suggested was kept, per field: counted from what became of it in confirmed tickets.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use utoipa::ToSchema;

use super::columns::{from_integer, from_text, to_ns, to_text};
use super::{Store, StoreError, access};
use crate::domain::{FieldKey, Ticket, Viewer};

/// What became of a field's suggestion when the ticket was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionOutcome {
    /// The ticket holds what the machine suggested.
    Kept,
    /// A person put another value in its place.
    Corrected,
    /// A person emptied the field.
    Cleared,
    /// The machine suggested nothing, and a person filled the field.
    Missed,
}

/// How often what the machine suggested for a field was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldSuggestions {
    /// The field.
    pub field: FieldKey,
    /// Tickets that hold what the machine suggested.
    pub kept: u64,
    /// Tickets where a person put another value in its place.
    pub corrected: u64,
    /// Tickets where a person emptied the field.
    pub cleared: u64,
    /// Tickets where the machine suggested nothing and a person filled the field.
    pub missed: u64,
}

impl Store {
    /// How often suggestions were kept in the tickets confirmed since a moment, in the form's order; a field that no
    /// ticket has is not there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for agents and departments, or where the database fails.
    pub async fn suggestions(
        &self,
        viewer: &Viewer,
        since: Timestamp,
    ) -> Result<Vec<FieldSuggestions>, StoreError> {
        access::figures(viewer)?;
        let rows = sqlx::query(
            "select field, outcome, count(*) as tickets from suggestion_outcomes
             where confirmed_at_ns >= $1 group by field, outcome",
        )
        .bind(to_ns(since))
        .fetch_all(&self.readers)
        .await?;
        let mut fields: BTreeMap<FieldKey, FieldSuggestions> = BTreeMap::new();
        for row in rows {
            let field = from_text("suggestion_outcomes.field", row.try_get("field")?)?;
            let none = FieldSuggestions { field, kept: 0, corrected: 0, cleared: 0, missed: 0 };
            let counts = fields.entry(field).or_insert(none);
            let count = from_integer(row.try_get("tickets")?);
            match from_text("suggestion_outcomes.outcome", row.try_get("outcome")?)? {
                SuggestionOutcome::Kept => counts.kept = count,
                SuggestionOutcome::Corrected => counts.corrected = count,
                SuggestionOutcome::Cleared => counts.cleared = count,
                SuggestionOutcome::Missed => counts.missed = count,
            }
        }
        Ok(fields.into_values().collect())
    }
}

/// Keeps what became of a ticket's suggestions, in the transaction that confirms it.
pub(super) async fn put_outcomes(
    connection: &mut SqliteConnection,
    ticket: &Ticket,
    outcomes: &BTreeMap<FieldKey, SuggestionOutcome>,
) -> Result<(), StoreError> {
    for (field, outcome) in outcomes {
        sqlx::query(
            "insert into suggestion_outcomes (ticket_id, field, outcome, confirmed_at_ns)
             values ($1, $2, $3, $4)",
        )
        .bind(ticket.id.to_string())
        .bind(to_text("suggestion_outcomes.field", field)?)
        .bind(to_text("suggestion_outcomes.outcome", outcome)?)
        .bind(to_ns(ticket.confirmed_at))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
