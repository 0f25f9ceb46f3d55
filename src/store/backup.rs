//! A whole, consistent copy of the database while it is in use.

use std::path::Path;

use super::{Store, StoreError, private_file};

impl Store {
    /// Writes a copy to `file`, which must not be there yet. The copy is a database of its own.
    ///
    /// # Errors
    ///
    /// [`StoreError::BackupExists`], or where the database or the disk fails.
    pub async fn backup(&self, file: &Path) -> Result<(), StoreError> {
        let failed = |source| StoreError::File { path: file.to_owned(), source };
        let path = file.to_str().ok_or_else(|| failed(std::io::ErrorKind::InvalidFilename.into()))?;
        // Made first, empty (SQLite takes an empty file for none), so that nothing is ever overwritten and nobody
        // else reads what comes into it.
        let copy = private_file().create_new(true).open(file).map_err(|source| match source.kind() {
            std::io::ErrorKind::AlreadyExists => StoreError::BackupExists(file.to_owned()),
            _ => failed(source),
        })?;
        if let Err(error) = sqlx::query("vacuum into $1").bind(path).execute(&self.writer).await {
            // Half a copy is worse than none.
            std::fs::remove_file(file).map_err(failed)?;
            return Err(error.into());
        }
        copy.sync_all().map_err(failed)
    }
}
