//! `POST /api/seat/answer`: the agent takes the call that rings in the page.

use axum::extract::State;
use axum::http::StatusCode;

use super::{Desk, Problem, ProblemCode, SignedIn};

/// Takes the call that rings at the browser seat of who is signed in.
#[utoipa::path(
    post, path = "/api/seat/answer", operation_id = "answer_seat", tag = "seat",
    responses(
        (status = 204, description = "Done"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 404, description = "`not_found`: no call is at the seat of this user", body = Problem),
    ),
)]
pub(super) async fn answer_seat(
    State(desk): State<Desk>,
    SignedIn { user, .. }: SignedIn,
) -> Result<StatusCode, Problem> {
    let extension = desk.browsers.of(user.id).ok_or(ProblemCode::NotFound)?;
    match desk.browsers.answer(extension).await {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(ProblemCode::NotFound.into()),
    }
}
