//! `GET /api/calls/{id}`: one call with its words, its draft and its ticket.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, ProblemCode};
use crate::domain::{Call, CallId, Draft, Ticket, Turn};

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
    State(_desk): State<Desk>,
    Path(_id): Path<CallId>,
) -> Result<Json<CallDetail>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
