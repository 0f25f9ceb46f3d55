//! `GET /api/search`: the turns in which something was said.

use axum::Json;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Desk, Problem, ProblemCode};
use crate::domain::{CallId, Turn};

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WordQuery {
    /// Words; all of them must stand in the turn.
    pub q: String,
    /// At most so many; 50 unless said, 200 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A turn in which the words were said.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WordHit {
    /// The call.
    pub call_id: CallId,
    /// When the call began.
    pub call_started_at: Timestamp,
    /// The turn.
    pub turn: Turn,
}

/// Searches the words of all calls, newest call first.
#[utoipa::path(
    get, path = "/api/search", operation_id = "search_words", tag = "search", params(WordQuery),
    responses(
        (status = 200, description = "The turns found", body = Vec<WordHit>),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn search_words(
    State(_desk): State<Desk>,
    Query(_query): Query<WordQuery>,
) -> Result<Json<Vec<WordHit>>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
