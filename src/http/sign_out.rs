//! `DELETE /api/session`: the session ends here, not only its cookie.

use axum::extract::State;
use axum::http::StatusCode;

use super::{Desk, Problem, ProblemCode};

/// Signs out.
#[utoipa::path(
    delete, path = "/api/session", operation_id = "sign_out", tag = "session",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "`not_signed_in`", body = Problem),
    ),
)]
pub(super) async fn sign_out(State(_desk): State<Desk>) -> Result<StatusCode, Problem> {
    Err(ProblemCode::Unavailable.into())
}
