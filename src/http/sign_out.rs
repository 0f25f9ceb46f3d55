//! `DELETE /api/session`: the session ends here, not only its cookie.

use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::AppendHeaders;

use super::{Desk, Problem, SignedIn, session_cookie};

/// Signs out.
#[utoipa::path(
    delete, path = "/api/session", operation_id = "sign_out", tag = "session",
    responses(
        (status = 204, description = "Signed out"),
        (status = 401, description = "`not_signed_in`", body = Problem),
    ),
)]
pub(super) async fn sign_out(
    State(desk): State<Desk>,
    signed_in: SignedIn,
) -> Result<(AppendHeaders<[(HeaderName, String); 1]>, StatusCode), Problem> {
    desk.store.end_session(&signed_in.token).await?;
    let cookie = session_cookie::cleared(desk.secure_cookies);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), StatusCode::NO_CONTENT))
}
