//! How the store fails.

use thiserror::Error;

use crate::domain::{CallId, EditId};

/// How a read or a write of the store fails.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database does not answer, is locked, or the disk is full.
    #[error("the database fails")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database's tables could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value could not be read back.
    #[error("the stored {what} cannot be read")]
    Damaged {
        /// Which column.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// This viewer may not see that.
    #[error("this viewer may not see that")]
    Forbidden,
    /// There is no such thing, or not for this viewer.
    #[error("no such thing")]
    NotFound,
    /// The name is taken.
    #[error("the name {0} is taken")]
    NameTaken(String),
    /// The call's ticket is confirmed already.
    #[error("call {0} has a ticket already")]
    AlreadyConfirmed(CallId),
    /// The identity belongs to a different edit.
    #[error("edit {0} is already another change")]
    EditConflict(EditId),
    /// The backup's file is there already.
    #[error("{0} is there already and is not overwritten")]
    BackupExists(std::path::PathBuf),
    /// A file of the store could not be reached.
    #[error("{path}")]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl StoreError {
    /// True where the same write may succeed later: the database is locked, read-only, full or gone. False where
    /// the value itself is refused, and trying again would be for ever.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::Database(error)) => {
                !(error.is_unique_violation()
                    || error.is_foreign_key_violation()
                    || error.is_check_violation()
                    || matches!(error.kind(), sqlx::error::ErrorKind::NotNullViolation))
            }
            Self::Database(error) => !matches!(
                error,
                sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::Encode(_)
            ),
            Self::File { .. } => true,
            Self::Migration(_)
            | Self::Damaged { .. }
            | Self::Forbidden
            | Self::NotFound
            | Self::NameTaken(_)
            | Self::AlreadyConfirmed(_)
            | Self::EditConflict(_)
            | Self::BackupExists(_) => false,
        }
    }
}
