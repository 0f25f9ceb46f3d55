//! What can be wrong with a taxonomy or a gazetteer file, said with the file and the line.

use std::path::{Path, PathBuf};

/// Why a taxonomy, its model or a gazetteer could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not TOML, or lacks a key.
    #[error("{}:{line}: {}", path.display(), source.message())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
    /// The file reads well and means nothing: an unknown department, a code given twice, an empty word.
    #[error("{}:{line}: {message}", path.display())]
    Meaning {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong, and what to do.
        message: String,
    },
    /// The taxonomy's model cannot be used.
    #[error(transparent)]
    Model(#[from] super::classifier::ModelError),
}

/// A configuration file's text, and how to complain about a place in it.
pub(super) struct Source<'a> {
    /// The file's path, for messages.
    pub(super) path: &'a Path,
    /// Its text.
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// Parses the text.
    pub(super) fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, LoadError> {
        toml::from_str(self.text).map_err(|source| LoadError::Syntax {
            path: self.path.to_owned(),
            line: self.line_of(source.span().map_or(0, |span| span.start)),
            source: Box::new(source),
        })
    }

    /// A complaint about the byte at `offset`.
    pub(super) fn wrong(&self, offset: usize, message: String) -> LoadError {
        LoadError::Meaning { path: self.path.to_owned(), line: self.line_of(offset), message }
    }

    fn line_of(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        self.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// Reads a file whole.
pub(super) fn read(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}
