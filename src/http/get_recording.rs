//! `GET /api/calls/{id}/recording`: the call's sound as WAV, whole or in part, also while it is being written.

use axum::extract::{Path, State};
use axum::response::Response;

use super::{Desk, Problem, ProblemCode};
use crate::domain::CallId;

/// Reads a call's recording: stereo 16-bit PCM at 8 kHz, the caller left, the agent right.
#[utoipa::path(
    get, path = "/api/calls/{id}/recording", operation_id = "get_recording", tag = "calls",
    params(
        ("id" = CallId, Path, description = "The call"),
        ("Range" = Option<String>, Header, description = "One range of bytes, RFC 9110 §14"),
    ),
    responses(
        (status = 200, description = "The recording so far", content_type = "audio/wav"),
        (status = 206, description = "The part asked for", content_type = "audio/wav"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: no such call, or nothing was recorded", body = Problem),
        (status = 416, description = "`range_not_satisfiable`", body = Problem),
    ),
)]
pub(super) async fn get_recording(
    State(_desk): State<Desk>,
    Path(_id): Path<CallId>,
) -> Result<Response, Problem> {
    Err(ProblemCode::Unavailable.into())
}
