//! What agents look up: short entries, Markdown files in a folder, found by what is said in the call. In: the folder
//! and the words so far. Out: the most relevant entries with their source. Files that change are read anew; a file
//! with a mistake is named, and what was read before stays.

mod entry;
mod index;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

pub use entry::{Entry, KnowledgeError};
pub use index::{Found, Index, Question};

/// A file's length and when it was written: what tells that it changed.
type Stamp = (u64, Option<SystemTime>);

/// The entries of a folder. Cheap to ask; read anew by [`refresh`](Self::refresh).
#[derive(Debug)]
pub struct Knowledge {
    folder: PathBuf,
    // A lock, since requests read while one task replaces the whole; it is held to copy a pointer.
    current: RwLock<Arc<Index>>,
    stamps: RwLock<BTreeMap<PathBuf, Stamp>>,
}

impl Knowledge {
    /// Reads a folder's `*.md` files.
    ///
    /// # Errors
    ///
    /// [`KnowledgeError`] with file and line, where the folder or a file in it cannot be read or lacks something.
    pub fn open(folder: &Path) -> Result<Self, KnowledgeError> {
        let stamps = stamps(folder)?;
        let index = Arc::new(read(stamps.keys())?);
        Ok(Self { folder: folder.to_owned(), current: RwLock::new(index), stamps: RwLock::new(stamps) })
    }

    /// Reads the folder anew where a file came, went or changed. True where it did.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); what was read before stays, and the same fault is told once.
    pub fn refresh(&self) -> Result<bool, KnowledgeError> {
        let now = stamps(&self.folder)?;
        let mut known = self.stamps.write().unwrap_or_else(PoisonError::into_inner);
        if *known == now {
            return Ok(false);
        }
        let index = read(now.keys());
        *known = now;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index?);
        Ok(true)
    }

    /// The entries as last read.
    #[must_use]
    pub fn index(&self) -> Arc<Index> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn stamps(folder: &Path) -> Result<BTreeMap<PathBuf, Stamp>, KnowledgeError> {
    let failed = |source| KnowledgeError::Folder { path: folder.to_owned(), source };
    let mut stamps = BTreeMap::new();
    for file in std::fs::read_dir(folder).map_err(failed)? {
        let path = file.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let facts = std::fs::metadata(&path).map_err(failed)?;
            stamps.insert(path, (facts.len(), facts.modified().ok()));
        }
    }
    Ok(stamps)
}

fn read<'a>(files: impl Iterator<Item = &'a PathBuf>) -> Result<Index, KnowledgeError> {
    Ok(Index::new(files.map(|path| Entry::read(path)).collect::<Result<_, _>>()?))
}
