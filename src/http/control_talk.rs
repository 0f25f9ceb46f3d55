//! `POST /api/calls/{id}/talk`: an agent asks for something during a talk: hold, transfer, a third person, a pause.

use axum::extract::State;
use axum::http::StatusCode;

use super::input::{Body, Segment};
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{CallId, TalkCommand};

/// Does what the agent of a call asks for while it lasts. What it leads to comes as an event of the call.
#[utoipa::path(
    post, path = "/api/calls/{id}/talk", operation_id = "control_talk", tag = "calls",
    params(("id" = CallId, Path, description = "The call")), request_body = TalkCommand,
    responses(
        (status = 204, description = "It is done, or begun"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`: another agent has the call", body = Problem),
        (status = 404, description = "`not_found`: there is no such call, or it is over", body = Problem),
        (status = 409, description = "`not_now` or `seat_busy`", body = Problem),
        (status = 422, description = "`no_such_number` or `number_not_allowed`", body = Problem),
    ),
)]
pub(super) async fn control_talk(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(call_id): Segment<CallId>,
    Body(command): Body<TalkCommand>,
) -> Result<StatusCode, Problem> {
    viewer_role::talks(&viewer)?;
    desk.talks.order(call_id, viewer.user, command).await?;
    Ok(StatusCode::NO_CONTENT)
}
