//! `POST /api/seat/state`: whoever sits at a seat takes calls, or a break. During a call the break comes after it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Body;
use super::{Desk, Problem, ProblemCode, SignedIn, viewer_role};
use crate::call::AgentWish;
use crate::domain::SeatStatus;

/// What is asked for.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
pub struct SeatWish {
    /// To take calls, or a break.
    pub state: WishedState,
    /// Why the break is taken: one of `break_reasons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A state that a person may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WishedState {
    /// The next call may come; ends a break and the time for writing, and takes back a break that was to come.
    Ready,
    /// Away for a while.
    Break,
}

/// Changes the state of the seats of whoever is signed in.
#[utoipa::path(
    post, path = "/api/seat/state", operation_id = "set_seat_state", tag = "seats", request_body = SeatWish,
    responses(
        (status = 200, description = "The person's seats as they now are", body = Vec<SeatStatus>),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 409, description = "`no_seat`, `seat_offline`", body = Problem),
        (status = 422, description = "`bad_value`: a reason that is not in the settings", body = Problem),
    ),
)]
pub(super) async fn set_seat_state(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Body(wish): Body<SeatWish>,
) -> Result<Json<Vec<SeatStatus>>, Problem> {
    viewer_role::talks(&viewer)?;
    let wish = match (wish.state, wish.reason) {
        (WishedState::Ready, _) => AgentWish::Ready,
        (WishedState::Break, Some(reason)) if desk.break_reasons.contains(&reason) => {
            AgentWish::Break(reason)
        }
        (WishedState::Break, _) => return Err(ProblemCode::BadValue.into()),
    };
    Ok(Json(desk.seats.wish(viewer.user, &wish)?))
}
