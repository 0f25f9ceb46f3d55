//! `GET /api/calls`: calls, newest first, by state, words or number.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::Parameters;
use super::{Desk, Problem, SignedIn, page, viewer_role};
use crate::domain::{CallId, CallState};
use crate::store::{CallFilter, CallSummary};

/// Which calls.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CallQuery {
    /// Only calls in this state.
    #[serde(default)]
    state: Option<CallState>,
    /// Only calls that have (true) or have not (false) become a ticket.
    #[serde(default)]
    confirmed: Option<bool>,
    /// Only calls with these words, this caller number, this title or this ticket number.
    #[serde(default)]
    q: Option<String>,
    /// Only calls older than this one: `next` of the page before.
    #[serde(default)]
    before: Option<CallId>,
    /// At most so many; 50 unless said, 200 at most.
    #[serde(default)]
    limit: Option<u32>,
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
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Parameters(query): Parameters<CallQuery>,
) -> Result<Json<CallList>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    desk.settle().await;
    let limit = page::limit(query.limit);
    let filter = CallFilter {
        state: query.state,
        confirmed: query.confirmed,
        words: query.q,
        before: query.before,
        limit: page::one_more(limit),
    };
    let (items, next) = page::cut(desk.store.calls(&viewer, &filter).await?, limit, |item| item.call.id);
    Ok(Json(CallList { items, next }))
}
