//! Who makes the request, by the session cookie. A route that takes this is closed to all others.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use jiff::Timestamp;

use super::{Desk, Problem, ProblemCode, session_cookie};
use crate::domain::{User, Viewer};
use crate::store::TokenHash;

/// The person signed in.
pub(super) struct SignedIn {
    pub(super) user: User,
    pub(super) viewer: Viewer,
    pub(super) token: TokenHash,
}

impl FromRequestParts<Desk> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Problem> {
        let jar = CookieJar::from_headers(&parts.headers);
        let cookie = jar.get(session_cookie::name(desk.secure_cookies)).ok_or(ProblemCode::NotSignedIn)?;
        let token = session_cookie::hash(cookie.value());
        let user =
            desk.store.session_user(&token, Timestamp::now()).await?.ok_or(ProblemCode::NotSignedIn)?;
        Ok(Self { viewer: Viewer::from(&user), user, token })
    }
}
