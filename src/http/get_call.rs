//! `GET /api/calls/{id}`: one call with its words, its draft and its ticket.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Segment;
use super::said_in_calls::with_unwritten;
use super::{Desk, Problem, ProblemCode, SignedIn, hide_identities, viewer_role};
use crate::domain::{Call, CallId, Draft, RecordingPause, Role, Supervision, Ticket, Turn};
use crate::store::StoreError;
use crate::ticket::DraftingError;

/// A call with all that is known of it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CallDetail {
    /// The call.
    pub call: Call,
    /// What was said, in the order of the recording.
    pub turns: Vec<Turn>,
    /// The ticket in the making, a person's edits on top.
    pub draft: Draft,
    /// The ticket, once confirmed.
    pub ticket: Option<Ticket>,
    /// The name shown of the agent who took it.
    pub agent_name: Option<String>,
    /// The parts that were kept out of recording and transcript.
    pub pauses: Vec<RecordingPause>,
    /// Which supervisors were in it, and how; told to supervisors only.
    pub supervisions: Vec<Supervision>,
    /// All events up to this number are in this answer: where to begin with `/api/events?after=`.
    pub seen_seq: u64,
}

/// Reads one call.
#[utoipa::path(
    get, path = "/api/calls/{id}", operation_id = "get_call", tag = "calls",
    params(("id" = CallId, Path, description = "The call")),
    responses(
        (status = 200, description = "The call", body = CallDetail),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub(super) async fn get_call(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(id): Segment<CallId>,
) -> Result<Json<CallDetail>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    desk.settle().await;
    // Taken first: what is read after it holds at least all up to it.
    let seen_seq = desk.journal.written_seq();
    let (unwritten_call, unwritten_turns) = desk.journal.unwritten_of(id);
    let (stored_call, agent_name) = match desk.store.call(&viewer, id).await {
        Ok(summary) => (Some(summary.call), summary.agent_name),
        // It began while the database fails: what is in memory is shown.
        Err(_) if unwritten_call.is_some() => (None, None),
        Err(error) => return Err(error.into()),
    };
    let call = unwritten_call.or(stored_call).ok_or(ProblemCode::NotFound)?;
    let turns = with_unwritten(desk.store.turns(&viewer, id).await?, unwritten_turns);
    let turns = hide_identities::in_turns(turns);
    let draft = desk.drafting.draft(&viewer, id).await.or_else(|error| match error {
        // Nothing was said yet, and the call is not stored.
        DraftingError::Store(StoreError::NotFound) => Ok(empty_draft(id)),
        other => Err(other),
    })?;
    let ticket = desk.store.ticket_of_call(&viewer, id).await?;
    let pauses = desk.store.recording_pauses(&viewer, id).await?;
    let supervisions = match viewer.role {
        Role::Supervisor => desk.store.supervisions(&viewer, id).await?,
        Role::Agent | Role::Department | Role::Admin => Vec::new(),
    };
    Ok(Json(CallDetail { call, turns, draft, ticket, agent_name, pauses, supervisions, seen_seq }))
}

const fn empty_draft(call_id: CallId) -> Draft {
    Draft { call_id, revision: 0, fields: BTreeMap::new(), categories: Vec::new(), questions: Vec::new() }
}
