//! The session cookie: a random token that only the browser keeps; the store knows its hash.

use std::fmt::Write;

use axum_extra::extract::cookie::{Cookie, SameSite};
use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::store::TokenHash;

/// A session lasts a long shift.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// The cookie's name; with the `__Host-` prefix a browser takes it from this host by HTTPS only.
const NAME: &str = "jiesu_session";
const SECURE_NAME: &str = "__Host-jiesu_session";

/// 256 random bits in hexadecimal.
pub(super) struct Token(String);

impl Token {
    pub(super) fn new() -> Self {
        let bytes: [u8; 32] = rand::random();
        Self(bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    pub(super) fn hash(&self) -> TokenHash {
        hash(&self.0)
    }

    /// The `Set-Cookie` line. No `Max-Age`: closing the browser signs out.
    pub(super) fn cookie(&self, secure: bool) -> String {
        cookie(self.0.clone(), secure).to_string()
    }
}

/// The `Set-Cookie` line that forgets the cookie.
pub(super) fn cleared(secure: bool) -> String {
    let mut cookie = cookie(String::new(), secure);
    cookie.make_removal();
    cookie.to_string()
}

pub(super) fn hash(token: &str) -> TokenHash {
    TokenHash(Sha256::digest(token.as_bytes()).into())
}

pub(super) const fn name(secure: bool) -> &'static str {
    if secure { SECURE_NAME } else { NAME }
}

fn cookie(value: String, secure: bool) -> Cookie<'static> {
    Cookie::build((name(secure), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(secure)
        .build()
}
