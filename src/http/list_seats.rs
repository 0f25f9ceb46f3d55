//! `GET /api/seats`: how things are at each seat, and in the queue for them. Agents see all of it: it is their room, and
//! nothing of any caller is told.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::SeatStatus;

/// The seats and the queue.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SeatList {
    /// In the order of the settings.
    pub items: Vec<SeatStatus>,
    /// Who waits for a seat.
    pub queue: QueueState,
    /// Why agents take breaks: words that the page knows, or the city's own.
    pub break_reasons: Vec<String>,
}

/// The callers for whom no seat is asked at the moment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct QueueState {
    /// How many.
    pub callers: u32,
    /// Since when the one that has waited longest does.
    pub longest_since: Option<Timestamp>,
    /// How long one who came now would most likely wait, seconds; nothing where that cannot be told.
    pub expected_wait_s: Option<u64>,
}

/// Lists the seats.
#[utoipa::path(
    get, path = "/api/seats", operation_id = "list_seats", tag = "seats",
    responses(
        (status = 200, description = "The seats and the queue", body = SeatList),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn list_seats(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
) -> Result<Json<SeatList>, Problem> {
    viewer_role::sees_seats(&viewer)?;
    let queue = desk.seats.queue_figures();
    Ok(Json(SeatList {
        items: desk.seats.statuses(),
        queue: QueueState {
            callers: u32::try_from(queue.callers).unwrap_or(u32::MAX),
            longest_since: queue.longest_since,
            expected_wait_s: queue.expected_wait.map(|wait| wait.as_secs().unsigned_abs()),
        },
        break_reasons: desk.break_reasons.clone(),
    }))
}
