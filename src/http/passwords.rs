//! Passwords: argon2id, off the request threads and few at a time, as long for a name that is not there.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use thiserror::Error;
use tokio::sync::Semaphore;

/// Checks at once: each takes 19 MiB and tens of milliseconds of a core.
const AT_ONCE: usize = 2;

/// Why a password cannot be hashed or checked.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// The hash is damaged, or there is no memory for it.
    #[error("the password cannot be hashed")]
    Hash(#[from] argon2::password_hash::Error),
    /// The stored hash cannot be read.
    #[error("the stored hash cannot be read")]
    Stored(#[from] argon2::password_hash::phc::Error),
    /// The service is going down.
    #[error("the check was broken off")]
    BrokenOff,
}

/// Hashes a password with argon2id and a random salt: a PHC string.
///
/// # Errors
///
/// Where there is no memory or no randomness.
pub fn hash_password(password: &str) -> Result<String, PasswordError> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Checks passwords.
pub(super) struct Passwords {
    at_once: Arc<Semaphore>,
    /// The hash of no password anybody has: what an unknown name is checked against.
    nobody: String,
}

impl Passwords {
    pub(super) fn new() -> Result<Self, PasswordError> {
        let unguessable: [u8; 32] = rand::random();
        let nobody = Argon2::default().hash_password(&unguessable)?.to_string();
        Ok(Self { at_once: Arc::new(Semaphore::new(AT_ONCE)), nobody })
    }

    /// Whether the password is that of the hash; never without a hash, after the same work.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, PasswordError> {
        let permit = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| PasswordError::BrokenOff)?;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.clone());
        let check = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let hash = PasswordHash::new(&hash)?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        });
        let right: Result<bool, PasswordError> = check.await.map_err(|_| PasswordError::BrokenOff)?;
        Ok(right? && known)
    }
}
