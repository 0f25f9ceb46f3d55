//! `POST /api/calls/{id}/supervision`: a supervisor listens to a talk, whispers to its agent, joins or takes over.

use axum::extract::State;
use axum::http::StatusCode;

use super::input::{Body, Segment};
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{CallId, SupervisionCommand};

/// Brings a supervisor into a talk, or out of it. Who is not in it yet is rung at the supervisor's own seat.
#[utoipa::path(
    post, path = "/api/calls/{id}/supervision", operation_id = "supervise_call", tag = "calls",
    params(("id" = CallId, Path, description = "The call")), request_body = SupervisionCommand,
    responses(
        (status = 204, description = "It is done, or begun"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: there is no such call, or it is over", body = Problem),
        (status = 409, description = "`not_now`, `no_seat`, `seat_busy` or `supervised`", body = Problem),
    ),
)]
pub(super) async fn supervise_call(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(call_id): Segment<CallId>,
    Body(command): Body<SupervisionCommand>,
) -> Result<StatusCode, Problem> {
    viewer_role::supervises(&viewer)?;
    desk.talks.supervise(call_id, viewer.user, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
