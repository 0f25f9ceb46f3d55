//! A whole, consistent copy of the database while it is in use.

use std::path::Path;

use super::{Store, StoreError};

impl Store {
    /// Writes a copy to `file`, which must not be there yet. The copy is a database of its own.
    ///
    /// # Errors
    ///
    /// [`StoreError::BackupExists`], or where the database or the disk fails.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        // SQLite itself refuses a file with content, but would take over an empty one.
        if file.symlink_metadata().is_ok() {
            return Err(StoreError::BackupExists(file.to_owned()));
        }
        let path = file.to_str().ok_or_else(|| StoreError::File {
            path: file.to_owned(),
            source: std::io::Error::new(std::io::ErrorKind::InvalidInput, "the name is not UTF-8"),
        })?;
        sqlx::query("vacuum into $1").bind(path).execute(&self.writer).await?;
        std::fs::File::open(file)
            .and_then(|copy| copy.sync_all())
            .map_err(|source| StoreError::File { path: file.to_owned(), source })
    }
}
