//! All SQL, and nothing but SQL. SQLite in WAL mode: one connection writes, several read.
//! Every read for a person takes a [`Viewer`](crate::domain::Viewer) and gives only what that person may see;
//! what the service reads for itself stands apart in [`ServiceReads`].

mod access;
mod backup;
mod calls;
mod columns;
mod confirmed;
mod drafts;
mod error;
mod events;
mod figures;
mod follow_ups;
mod matters;
mod outbox;
mod pauses;
mod redaction;
mod service;
mod sessions;
mod suggestions;
mod supervisions;
mod tickets;
mod turns;
mod users;
mod word_index;

pub use calls::{CallFilter, CallSummary};
pub use confirmed::ConfirmedTicket;
pub use drafts::StoredDraft;
pub use error::StoreError;
pub use matters::KnownMatter;
pub use outbox::Delivery;
pub use redaction::{IDENTITY, said};
pub use service::ServiceReads;
pub use sessions::TokenHash;
pub use suggestions::{FieldSuggestions, SuggestionOutcome};
pub use tickets::{NewTicket, TicketFilter, TicketSummary};
pub use users::{Credentials, NewUser};
pub use word_index::{WordHit, index_tokens, match_expression};

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::Connection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

/// How long a statement waits for another process's lock. Short: whoever waits is told, and tries again.
const BUSY_TIMEOUT: Duration = Duration::from_millis(1_000);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(5_000);
/// Readers at once; reads are short.
const READERS: u32 = 4;

/// The hotline's database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    path: PathBuf,
}

impl Store {
    /// Opens the database file, makes it where there is none, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// Where the file cannot be opened or is not this service's database.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        // Callers' data: made by us, so that it is this user's alone; SQLite gives its other files the same rights.
        private_file()
            .create(true)
            .open(path)
            .map_err(|source| StoreError::File { path: path.to_owned(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a confirmed ticket survives a power cut, not only a crash.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_release(|connection, _| Box::pin(is_sound(connection)))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self { writer, readers, path: path.to_owned() })
    }

    /// The database's file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes all connections after what is under way.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether the writing connection may be used again. On a full disk SQLite itself rolls a transaction back; sqlx's
/// own rollback then fails, and it would take the transaction for open, and refuse every further one, for ever.
async fn is_sound(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Comes after the rollback that a dropped transaction asks for.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// How a file is opened that only the service's own user may read.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
