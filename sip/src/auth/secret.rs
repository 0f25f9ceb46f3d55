//! What is kept to prove who somebody is: a phone's, and our own with a provider. Neither shows its password.

use std::fmt;

use super::{Algorithm, Ha1};

/// What is known of a user that registers here.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// The password itself.
    Password(String),
    /// Hashes of it with the realm of this service. Only algorithms with a hash are offered: with `md5` alone also
    /// phones get in that give up at the name of another (baresip 1.0 does).
    Hashes {
        /// For phones that know SHA-256.
        sha256: Option<Ha1>,
        /// For phones that know only MD5.
        md5: Option<Ha1>,
    },
}

impl Secret {
    /// The secret of a phone that knows nothing but MD5.
    pub fn md5_only(username: &str, realm: &str, password: &str) -> Self {
        let md5 = Ha1::new(Algorithm::Md5, username.as_bytes(), realm.as_bytes(), password.as_bytes());
        Self::Hashes { sha256: None, md5: Some(md5) }
    }

    /// Whether this user can answer with the algorithm.
    pub(super) fn allows(&self, algorithm: Algorithm) -> bool {
        match (self, algorithm) {
            (Self::Password(_), _) => true,
            (Self::Hashes { sha256, .. }, Algorithm::Sha256) => sha256.is_some(),
            (Self::Hashes { md5, .. }, Algorithm::Md5) => md5.is_some(),
            (Self::Hashes { .. }, Algorithm::Sha512_256) => false,
        }
    }

    /// The hash for one algorithm, where it is known.
    pub(super) fn ha1(&self, algorithm: Algorithm, username: &[u8], realm: &[u8]) -> Option<Ha1> {
        match (self, algorithm) {
            (Self::Password(password), _) => Some(Ha1::new(algorithm, username, realm, password.as_bytes())),
            (Self::Hashes { sha256, .. }, Algorithm::Sha256) => sha256.clone(),
            (Self::Hashes { md5, .. }, Algorithm::Md5) => md5.clone(),
            (Self::Hashes { .. }, Algorithm::Sha512_256) => None,
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Our own name and password with a provider or PBX.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// The name that the digest is made with, which is not always the telephone number.
    pub username: String,
    /// Password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("username", &self.username).finish_non_exhaustive()
    }
}
