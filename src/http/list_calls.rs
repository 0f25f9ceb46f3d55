//! `GET /api/calls`: calls, newest first, by state, words or number.

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Desk, Problem, ProblemCode};
use crate::domain::{Call, CallId, CallState, CategoryCode, TicketId};

/// Which calls.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallQuery {
    /// Only calls in this state.
    #[serde(default)]
    pub state: Option<CallState>,
    /// Only calls that have (true) or have not (false) become a ticket.
    #[serde(default)]
    pub confirmed: Option<bool>,
    /// Only calls with these words, this caller number, this title or this ticket number.
    #[serde(default)]
    pub q: Option<String>,
    /// Only calls older than this one: `next` of the page before.
    #[serde(default)]
    pub before: Option<CallId>,
    /// At most so many; 50 unless said, 200 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A line of the call list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
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

/// A page of the call list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct CallList {
    /// Newest first.
    pub items: Vec<CallSummary>,
    /// `before` of the next page; nothing on the last.
    pub next: Option<CallId>,
}

/// Lists calls, newest first.
#[utoipa::path(
    get, path = "/api/calls", operation_id = "list_calls", tag = "calls", params(CallQuery),
    responses(
        (status = 200, description = "A page of calls", body = CallList),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn list_calls(
    State(_desk): State<Desk>,
    Query(_query): Query<CallQuery>,
) -> Result<Json<CallList>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
