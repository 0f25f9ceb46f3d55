//! `POST /api/seat/hang_up`: the agent ends the call that is talked in the page.

use axum::extract::State;
use axum::http::StatusCode;

use super::{Desk, Problem, ProblemCode, SignedIn};

/// Ends the call at the browser seat of who is signed in, or passes on one that rings.
#[utoipa::path(
    post, path = "/api/seat/hang_up", operation_id = "hang_up_seat", tag = "seat",
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 404, description = "`not_found`: no call is at the seat of this user", body = Problem),
    ),
)]
pub(super) async fn hang_up_seat(
    State(desk): State<Desk>,
    SignedIn { user, .. }: SignedIn,
) -> Result<StatusCode, Problem> {
    let extension = desk.browsers.of(user.id).ok_or(ProblemCode::NotFound)?;
    match desk.browsers.hang_up(extension).await {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ProblemCode::NotFound.into()),
    }
}
