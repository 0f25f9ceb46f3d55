//! `GET /api/session`: who is signed in.

use axum::Json;

use super::{Problem, SignedIn};
use crate::domain::User;

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/session", operation_id = "get_session", tag = "session",
    responses(
        (status = 200, description = "The person signed in", body = User),
        (status = 401, description = "`not_signed_in`", body = Problem),
    ),
)]
pub(super) async fn get_session(SignedIn { user, .. }: SignedIn) -> Json<User> {
    Json(user)
}
