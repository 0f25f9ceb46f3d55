//! `POST /api/session`: a name and a password become a session cookie.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, ProblemCode};
use crate::domain::User;

/// A name and a password.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// The name, as given to `jiesu user add`.
    pub username: String,
    /// The password.
    #[schema(format = Password)]
    pub password: String,
}

/// Signs in. The answer carries the session cookie.
#[utoipa::path(
    post, path = "/api/session", operation_id = "sign_in", tag = "session", request_body = SignIn,
    responses(
        (status = 200, description = "Signed in", body = User),
        (status = 401, description = "`wrong_password`", body = Problem),
        (status = 429, description = "`too_many_attempts`", body = Problem),
    ),
)]
pub(super) async fn sign_in(
    State(_desk): State<Desk>,
    Json(_form): Json<SignIn>,
) -> Result<Json<User>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
