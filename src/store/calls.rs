//! Calls, for those who may see them. Written by the journal only (see `events.rs`).

use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};
use utoipa::ToSchema;

use super::columns::{
    from_integer, from_json, from_ns, from_optional_text, from_text, like_pattern, to_integer, to_json,
    to_ns, to_text,
};
use super::{Store, StoreError, access};
use crate::domain::{Call, CallId, CallState, CategoryCode, TicketId, Viewer};

/// Which calls a list holds.
#[derive(Debug, Default)]
pub struct CallFilter {
    /// Only in this state.
    pub state: Option<CallState>,
    /// Only with (true) or without (false) a ticket.
    pub confirmed: Option<bool>,
    /// Only with these words, this caller's number, title or ticket number.
    pub words: Option<String>,
    /// Only older than this one.
    pub before: Option<CallId>,
    /// At most so many.
    pub limit: u32,
}

/// A line of the call list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallSummary {
    /// The call.
    pub call: Call,
    /// The title of its draft.
    pub title: Option<String>,
    /// The category of its draft.
    pub category: Option<CategoryCode>,
    /// The name shown of the agent who took it.
    pub agent_name: Option<String>,
    /// Its ticket, once confirmed.
    pub ticket_id: Option<TicketId>,
    /// Its ticket's number, once confirmed.
    pub ticket_number: Option<String>,
}

const SUMMARY: &str = "select c.*, d.title, d.category, t.id as ticket_id, t.number as ticket_number,
        u.display_name as agent_name
    from calls c
    left join drafts d on d.call_id = c.id
    left join tickets t on t.call_id = c.id
    left join users u on u.id = c.agent
    where 1 = 1";

impl Store {
    /// Calls, newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn calls(&self, viewer: &Viewer, filter: &CallFilter) -> Result<Vec<CallSummary>, StoreError> {
        access::calls(viewer)?;
        let mut query = QueryBuilder::<Sqlite>::new(SUMMARY);
        if let Some(state) = &filter.state {
            query.push(" and c.state = ").push_bind(to_text("state", state)?);
        }
        match filter.confirmed {
            Some(true) => drop(query.push(" and t.id is not null")),
            Some(false) => drop(query.push(" and t.id is null")),
            None => {}
        }
        if let Some(before) = &filter.before {
            query.push(" and c.id < ").push_bind(before.to_string());
        }
        if let Some(words) = filter.words.as_deref().map(str::trim).filter(|words| !words.is_empty()) {
            let pattern = like_pattern(words);
            query.push(" and (c.caller_number like ").push_bind(pattern.clone()).push(" escape '\\'");
            query.push(" or d.title like ").push_bind(pattern.clone()).push(" escape '\\'");
            query.push(" or t.number like ").push_bind(pattern).push(" escape '\\'");
            let spoken = self.calls_with_words(words).await?;
            if !spoken.is_empty() {
                query.push(" or c.id in (");
                let mut list = query.separated(", ");
                for call_id in spoken {
                    list.push_bind(call_id);
                }
                query.push(")");
            }
            query.push(")");
        }
        query.push(" order by c.id desc limit ").push_bind(i64::from(filter.limit));
        query.build().fetch_all(&self.readers).await?.iter().map(summary).collect()
    }

    /// One call, with its draft's title, its agent's name and its ticket.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`], [`StoreError::NotFound`], or where the database fails.
    pub async fn call(&self, viewer: &Viewer, id: CallId) -> Result<CallSummary, StoreError> {
        access::calls(viewer)?;
        let mut query = QueryBuilder::<Sqlite>::new(SUMMARY);
        query.push(" and c.id = ").push_bind(id.to_string());
        let row = query.build().fetch_optional(&self.readers).await?.ok_or(StoreError::NotFound)?;
        summary(&row)
    }

    /// The calls by which the hotline called back about a call, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, or where the database fails.
    pub async fn call_backs(&self, viewer: &Viewer, about: CallId) -> Result<Vec<Call>, StoreError> {
        access::calls(viewer)?;
        sqlx::query("select * from calls where about = $1 order by id")
            .bind(about.to_string())
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(call)
            .collect()
    }

    /// The call, if this viewer may hear its recording: the hotline's own people, and the department that its
    /// ticket was delivered to unless the caller asked for confidentiality.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`], [`StoreError::NotFound`], or where the database fails.
    pub async fn hearable_call(&self, viewer: &Viewer, id: CallId) -> Result<Call, StoreError> {
        let mut query = QueryBuilder::<Sqlite>::new("select c.* from calls c where c.id = ");
        query.push_bind(id.to_string());
        if let access::TicketScope::Delivered(department) = access::tickets(viewer)? {
            query.push(
                " and exists (select 1 from tickets t where t.call_id = c.id and t.confidential = 0
                   and t.delivered_at_ns is not null and t.department = ",
            );
            query.push_bind(department.0).push(")");
        }
        let row = query.build().fetch_optional(&self.readers).await?.ok_or(StoreError::NotFound)?;
        call(&row)
    }
}

fn summary(row: &SqliteRow) -> Result<CallSummary, StoreError> {
    Ok(CallSummary {
        call: call(row)?,
        title: row.try_get("title")?,
        category: row.try_get::<Option<String>, _>("category")?.map(CategoryCode),
        agent_name: row.try_get("agent_name")?,
        ticket_id: from_optional_text("tickets.id", row.try_get("ticket_id")?)?,
        ticket_number: row.try_get("ticket_number")?,
    })
}

pub(super) fn call(row: &SqliteRow) -> Result<Call, StoreError> {
    let moment = |column| row.try_get::<Option<i64>, _>(column).map(|ns| ns.map(from_ns));
    Ok(Call {
        id: from_text("calls.id", row.try_get("id")?)?,
        state: from_text("calls.state", row.try_get("state")?)?,
        caller_number: row.try_get("caller_number")?,
        called_number: row.try_get("called_number")?,
        seat: row.try_get("seat")?,
        agent: from_optional_text("calls.agent", row.try_get("agent")?)?,
        language: row.try_get("language")?,
        started_at: from_ns(row.try_get("started_at_ns")?),
        answered_at: moment("answered_at_ns")?,
        queued_at: moment("queued_at_ns")?,
        bridged_at: moment("bridged_at_ns")?,
        ended_at: moment("ended_at_ns")?,
        end_cause: from_optional_text("calls.end_cause", row.try_get("end_cause")?)?,
        recording: from_json("calls.recording", row.try_get("recording")?)?,
        talk: from_json("calls.talk", row.try_get("talk")?)?,
        revision: from_integer(row.try_get("revision")?),
        direction: from_text("calls.direction", row.try_get("direction")?)?,
        about: from_optional_text("calls.about", row.try_get("about")?)?,
        rating: row.try_get("rating")?,
    })
}

/// Writes a call as it now is.
pub(super) async fn put_call(connection: &mut SqliteConnection, call: &Call) -> Result<(), StoreError> {
    sqlx::query(
        "insert into calls (id, state, caller_number, called_number, seat, agent, started_at_ns,
             answered_at_ns, bridged_at_ns, ended_at_ns, end_cause, recording, language, talk, revision, direction, about,
             rating, queued_at_ns)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
         on conflict (id) do update set state = excluded.state, caller_number = excluded.caller_number,
             called_number = excluded.called_number, seat = excluded.seat, agent = excluded.agent,
             started_at_ns = excluded.started_at_ns, answered_at_ns = excluded.answered_at_ns,
             bridged_at_ns = excluded.bridged_at_ns, ended_at_ns = excluded.ended_at_ns,
             end_cause = excluded.end_cause, recording = excluded.recording, language = excluded.language,
             talk = excluded.talk, revision = excluded.revision, rating = excluded.rating,
             queued_at_ns = excluded.queued_at_ns",
    )
    .bind(call.id.to_string())
    .bind(to_text("calls.state", &call.state)?)
    .bind(&call.caller_number)
    .bind(&call.called_number)
    .bind(&call.seat)
    .bind(call.agent.map(|agent| agent.to_string()))
    .bind(to_ns(call.started_at))
    .bind(call.answered_at.map(to_ns))
    .bind(call.bridged_at.map(to_ns))
    .bind(call.ended_at.map(to_ns))
    .bind(call.end_cause.map(|cause| to_text("calls.end_cause", &cause)).transpose()?)
    .bind(to_json("calls.recording", &call.recording)?)
    .bind(&call.language)
    .bind(to_json("calls.talk", &call.talk)?)
    .bind(to_integer(call.revision))
    .bind(to_text("calls.direction", &call.direction)?)
    .bind(call.about.map(|about| about.to_string()))
    .bind(call.rating)
    .bind(call.queued_at.map(to_ns))
    .execute(connection)
    .await?;
    Ok(())
}
