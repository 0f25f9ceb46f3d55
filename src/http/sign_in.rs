//! `POST /api/session`: a name and a password become a session cookie.

use std::time::Instant;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::AppendHeaders;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Body;
use super::{Desk, Problem, ProblemCode, session_cookie};
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
    State(desk): State<Desk>,
    Body(form): Body<SignIn>,
) -> Result<(AppendHeaders<[(HeaderName, String); 1]>, Json<User>), Problem> {
    let SignIn { username, password } = form;
    if let Err(wait_s) = desk.attempts.may_try(&username, Instant::now()) {
        return Err(Problem::new(ProblemCode::TooManyAttempts).with_retry_after_s(wait_s));
    }
    let known = desk.store.credentials(&username).await?;
    let (user, hash) = known.map_or((None, None), |known| (Some(known.user), Some(known.password_hash)));
    let right = desk.passwords.verify(password, hash).await.map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, "a password cannot be checked");
        ProblemCode::Internal
    })?;
    let Some(user) = user.filter(|_| right) else {
        desk.attempts.failed(&username, Instant::now());
        return Err(ProblemCode::WrongPassword.into());
    };
    desk.attempts.succeeded(&username);
    let token = session_cookie::Token::new();
    let now = Timestamp::now();
    let expires_at = now.saturating_add(session_cookie::LIFETIME).unwrap_or(now);
    desk.store.begin_session(&token.hash(), user.id, now, expires_at).await?;
    let cookie = token.cookie(desk.secure_cookies);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(user)))
}
