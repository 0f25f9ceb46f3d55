//! Who is signed in: the hash of a cookie's token, and until when it holds.

use jiff::Timestamp;

use super::columns::to_ns;
use super::users::user;
use super::{Store, StoreError};
use crate::domain::{User, UserId};

/// SHA-256 of a session cookie's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl Store {
    /// Begins a session, and forgets those that are over.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn begin_session(
        &self,
        token: &TokenHash,
        user: UserId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query("delete from sessions where expires_at_ns <= $1")
            .bind(to_ns(now))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "insert into sessions (token_hash, user_id, created_at_ns, expires_at_ns) values ($1, $2, $3, $4)",
        )
        .bind(token.0.as_slice())
        .bind(user.to_string())
        .bind(to_ns(now))
        .bind(to_ns(expires_at))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The person whose session this is, unless it is over.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn session_user(&self, token: &TokenHash, now: Timestamp) -> Result<Option<User>, StoreError> {
        sqlx::query(
            "select u.id, u.username, u.display_name, u.role, u.department
             from sessions s join users u on u.id = s.user_id
             where s.token_hash = $1 and s.expires_at_ns > $2",
        )
        .bind(token.0.as_slice())
        .bind(to_ns(now))
        .fetch_optional(&self.readers)
        .await?
        .map(|row| user(&row))
        .transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn end_session(&self, token: &TokenHash) -> Result<(), StoreError> {
        sqlx::query("delete from sessions where token_hash = $1")
            .bind(token.0.as_slice())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
