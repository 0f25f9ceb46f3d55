//! `GET /api/events`: what happens, as server-sent events; a page that comes back misses nothing.

use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Desk, Problem, ProblemCode};
use crate::domain::Event;

/// Where to begin.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventQuery {
    /// The number of the last event seen; the header `Last-Event-ID` goes before it. Without either, only
    /// what happens from now on is sent.
    #[serde(default)]
    pub after: Option<u64>,
}

/// Follows what happens. Each message's `data` is an `Event`, its `id` the event's `seq`; partials have none.
#[utoipa::path(
    get, path = "/api/events", operation_id = "stream_events", tag = "events",
    params(EventQuery, ("Last-Event-ID" = Option<u64>, Header, description = "The last event seen")),
    responses(
        (status = 200, description = "A stream of events", body = Event, content_type = "text/event-stream"),
        (status = 401, description = "`not_signed_in`", body = Problem),
    ),
)]
pub(super) async fn stream_events(
    State(_desk): State<Desk>,
    Query(_query): Query<EventQuery>,
) -> Result<Response, Problem> {
    Err(ProblemCode::Unavailable.into())
}
