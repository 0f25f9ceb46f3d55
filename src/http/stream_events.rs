//! `GET /api/events`: what happens, as server-sent events; a page that comes back misses nothing.

use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{self, KeepAlive, Sse};
use futures_util::{Stream, StreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use super::input::Parameters;
use super::open_streams::OpenStream;
use super::{Desk, Problem, ProblemCode, SignedIn, hide_identities};
use crate::domain::{Event, EventKind, Role, Viewer};
use crate::store::TokenHash;

/// A line of nothing so often keeps proxies from closing a quiet stream.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How soon a page comes back after its stream broke.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);
/// How often an open stream asks whether its session still holds.
const CHECK_SESSION: Duration = Duration::from_secs(15);

/// Where to begin.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EventQuery {
    /// The number of the last event seen; the header `Last-Event-ID` goes before it. Without either, only
    /// what happens from now on is sent.
    #[serde(default)]
    after: Option<u64>,
}

/// Follows what happens. `data` is an `Event`, `id` its `seq`; partials and turns shown again have none.
#[utoipa::path(
    get, path = "/api/events", operation_id = "stream_events", tag = "events",
    params(EventQuery, ("Last-Event-ID" = Option<u64>, Header, description = "The last event seen")),
    responses(
        (status = 200, description = "A stream of events", body = Event, content_type = "text/event-stream"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 429, description = "`too_many_attempts`: this session has too many open", body = Problem),
    ),
)]
pub(super) async fn stream_events(
    State(desk): State<Desk>,
    signed_in: SignedIn,
    Parameters(query): Parameters<EventQuery>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, axum::Error>>>, Problem> {
    let wait_s = CHECK_SESSION.as_secs();
    let too_many = || Problem::new(ProblemCode::TooManyAttempts).with_retry_after_s(wait_s);
    let open = desk.streams.open(signed_in.token).ok_or_else(too_many)?;
    let last_seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.trim().parse().ok());
    let events = desk.journal.subscribe(last_seen.or(query.after));
    let over = Box::pin(session_over(desk.clone(), signed_in.token, open));
    let viewer = signed_in.viewer;
    let messages = events
        .filter_map(move |event| {
            let (desk, viewer) = (desk.clone(), viewer.clone());
            async move {
                let event = visible(&desk, &viewer, event).await?;
                Some(stream::iter(hide_identities::in_event(&desk, &viewer, event).await))
            }
        })
        .flatten()
        .map(|event| {
            let message = sse::Event::default().json_data(&event)?;
            Ok(match event.seq {
                Some(seq) => message.id(seq.to_string()),
                None => message,
            })
        })
        .take_until(over);
    let first = sse::Event::default().retry(RECONNECT_AFTER);
    Ok(Sse::new(stream::once(async { Ok(first) }).chain(messages))
        .keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// The event as this viewer may see it. Supervisors see all, agents all but supervisions; everybody may
/// know what fails; a clerk also hears of the tickets that the clerk may read, an administrator of the seats.
async fn visible(desk: &Desk, viewer: &Viewer, event: Event) -> Option<Event> {
    match (viewer.role, &event.kind) {
        (Role::Agent, EventKind::Supervision { .. }) => None,
        (Role::Agent | Role::Supervisor, _)
        | (_, EventKind::Degraded { .. })
        | (Role::Admin, EventKind::Seat { .. }) => Some(event),
        (Role::Department, EventKind::Ticket { ticket_id }) => {
            // Where the store does not answer, the clerk's list shows it when it is read again.
            desk.store.ticket(viewer, *ticket_id).await.ok()?;
            Some(Event { call_id: None, ..event })
        }
        (
            Role::Department,
            EventKind::Call { .. }
            | EventKind::Partial { .. }
            | EventKind::Turn { .. }
            | EventKind::Draft { .. }
            | EventKind::Recurring { .. }
            | EventKind::Seat { .. }
            | EventKind::Unrecorded { .. }
            | EventKind::Supervision { .. }
            | EventKind::FollowUp { .. },
        )
        | (
            Role::Admin,
            EventKind::Call { .. }
            | EventKind::Partial { .. }
            | EventKind::Turn { .. }
            | EventKind::Draft { .. }
            | EventKind::Ticket { .. }
            | EventKind::Recurring { .. }
            | EventKind::Unrecorded { .. }
            | EventKind::Supervision { .. }
            | EventKind::FollowUp { .. },
        ) => None,
    }
}

/// Ends when the session does, or the service: a stream outlives neither.
async fn session_over(desk: Desk, token: TokenHash, _open: OpenStream) {
    let mut stopping = desk.stopping.subscribe();
    loop {
        let stopped =
            tokio::time::timeout(CHECK_SESSION, stopping.wait_for(|stopping| *stopping)).await.is_ok();
        // While the store does not answer, the session is taken to last.
        let gone = matches!(desk.store.session_user(&token, Timestamp::now()).await, Ok(None));
        if stopped || gone {
            return;
        }
    }
}
