//! What tickets are about, found by the keys that `ticket::repeat` gives them; and the matters that came up several
//! times.

use jiff::Timestamp;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row};

use super::columns::{from_json, from_ns, from_text, to_json, to_ns};
use super::{ServiceReads, Store, StoreError, access};
use crate::domain::{CallId, Matter, Recurring, TicketId, TicketState, Viewer};

/// Tickets looked at for each key, the newest: on a long road there are hundreds in a month.
const TICKETS_PER_KEY: i64 = 200;
/// Keys asked for at once; a place has three or four.
const MAX_KEYS: usize = 16;
/// Matters listed that came up several times.
const MAX_RECURRING: i64 = 20;

/// A ticket and what it is about.
#[derive(Debug, Clone)]
pub struct KnownMatter {
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number.
    pub number: String,
    /// The call it came from.
    pub call_id: CallId,
    /// Where it stands.
    pub state: TicketState,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// What it is about.
    pub matter: Matter,
}

impl Store {
    /// The newest tickets since a moment that share one of the keys.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn matters(
        &self,
        viewer: &Viewer,
        keys: &[String],
        since: Timestamp,
    ) -> Result<Vec<KnownMatter>, StoreError> {
        access::calls(viewer)?;
        self.for_service().matters(keys, since).await
    }

    /// Matters that came up several times, the oldest ticket of each after a moment; the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn recurring(&self, viewer: &Viewer, since: Timestamp) -> Result<Vec<Recurring>, StoreError> {
        access::calls(viewer)?;
        let bodies: Vec<String> = sqlx::query_scalar(
            "select body from recurring_matters where since_ns >= $1 order by ticket_id desc limit $2",
        )
        .bind(to_ns(since))
        .bind(MAX_RECURRING)
        .fetch_all(&self.readers)
        .await?;
        bodies.iter().map(|body| from_json("recurring_matters.body", body)).collect()
    }
}

impl ServiceReads<'_> {
    /// As [`Store::matters`], for the service itself.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn matters(&self, keys: &[String], since: Timestamp) -> Result<Vec<KnownMatter>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut query =
            QueryBuilder::new("select t.id, t.number, t.call_id, t.state, t.confirmed_at_ns, m.body from (");
        for (index, key) in keys.iter().take(MAX_KEYS).enumerate() {
            // Each key by itself, so that one with many tickets does not push out another's.
            query.push(if index == 0 { "" } else { " union " });
            query.push("select ticket_id from (select ticket_id from ticket_keys where key = ");
            query.push_bind(key).push(" and at_ns >= ").push_bind(to_ns(since));
            query.push(" order by at_ns desc limit ").push_bind(TICKETS_PER_KEY).push(")");
        }
        query.push(") k join tickets t on t.id = k.ticket_id join ticket_matters m on m.ticket_id = t.id");
        query.build().fetch_all(&self.0.readers).await?.iter().map(known).collect()
    }
}

fn known(row: &SqliteRow) -> Result<KnownMatter, StoreError> {
    Ok(KnownMatter {
        ticket_id: from_text("tickets.id", row.try_get("id")?)?,
        number: row.try_get("number")?,
        call_id: from_text("tickets.call_id", row.try_get("call_id")?)?,
        state: from_text("tickets.state", row.try_get("state")?)?,
        confirmed_at: from_ns(row.try_get("confirmed_at_ns")?),
        matter: from_json("ticket_matters.body", row.try_get("body")?)?,
    })
}

/// Writes what a new ticket is about, with its keys.
pub(super) async fn put_matter(
    connection: &mut SqliteConnection,
    ticket: TicketId,
    at: Timestamp,
    matter: &Matter,
    keys: &[String],
) -> Result<(), StoreError> {
    sqlx::query("insert into ticket_matters (ticket_id, body) values ($1, $2)")
        .bind(ticket.to_string())
        .bind(to_json("ticket_matters.body", matter)?)
        .execute(&mut *connection)
        .await?;
    for key in keys.iter().take(MAX_KEYS) {
        sqlx::query(
            "insert into ticket_keys (key, at_ns, ticket_id) values ($1, $2, $3) on conflict do nothing",
        )
        .bind(key)
        .bind(to_ns(at))
        .bind(ticket.to_string())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Keeps a matter that came up several times, under its newest ticket.
pub(super) async fn put_recurring(
    connection: &mut SqliteConnection,
    recurring: &Recurring,
) -> Result<(), StoreError> {
    let Some(newest) = recurring.tickets.last() else { return Ok(()) };
    for ticket in &recurring.tickets {
        // An earlier and shorter list of the same matter makes room.
        sqlx::query("delete from recurring_matters where ticket_id = $1")
            .bind(ticket.to_string())
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query("insert into recurring_matters (ticket_id, since_ns, body) values ($1, $2, $3)")
        .bind(newest.to_string())
        .bind(to_ns(recurring.since))
        .bind(to_json("recurring_matters.body", recurring)?)
        .execute(connection)
        .await?;
    Ok(())
}
