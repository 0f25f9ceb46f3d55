//! `jiesu backup FILE`: a whole copy of the database, also while the service runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;

use crate::config::Config;
use crate::store::Store;

/// Copies the database to a new file, also while the service runs. Recordings are files of their own.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The copy; refused if it is there already.
    file: PathBuf,
}

impl Backup {
    /// Makes the copy.
    ///
    /// # Errors
    /// No database, a file that is there already, a full disk.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        let database = Config::read(config)?.storage.database();
        ensure!(database.exists(), "there is no database at {}", database.display());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let store = Store::open(&database)
                .await
                .with_context(|| format!("{} cannot be opened", database.display()))?;
            store.backup(&self.file).await?;
            store.close().await;
            println!("{}", self.file.display());
            Ok(ExitCode::SUCCESS)
        })
    }
}
