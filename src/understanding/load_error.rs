//! What can be wrong with a taxonomy or a gazetteer file, said with the file and the line.

use std::fmt;
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
    /// The file reads well and means nothing: an unknown department, a code given twice, an empty word. All that
    /// was found, a line each.
    #[error("{}", shown(path, faults))]
    Meaning {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, in the order of its lines; one at least.
        faults: Vec<Fault>,
    },
    /// A trained model cannot be used.
    #[error(transparent)]
    Model(#[from] super::ModelError),
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

fn shown(path: &Path, faults: &[Fault]) -> String {
    let lines = faults.iter().map(|Fault { line, message }| format!("{}:{line}: {message}", path.display()));
    lines.collect::<Vec<_>>().join("\n")
}

/// A configuration file's text, and how to complain about a place in it.
pub(super) struct Source<'a> {
    /// The file's path, for messages.
    pub(super) path: &'a Path,
    /// Its text.
    pub(super) text: &'a str,
}

impl<'a> Source<'a> {
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
        let fault = Fault { line: self.line_of(offset), message };
        LoadError::Meaning { path: self.path.to_owned(), faults: vec![fault] }
    }

    /// Takes complaints until the whole file was looked at.
    pub(super) fn faults(&'a self) -> Faults<'a> {
        Faults { source: self, found: Vec::new() }
    }

    fn line_of(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        self.text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count() + 1
    }
}

/// The complaints about a file, so far.
pub(super) struct Faults<'a> {
    source: &'a Source<'a>,
    found: Vec<Fault>,
}

impl Faults<'_> {
    /// A complaint about the byte at `offset`.
    pub(super) fn add(&mut self, offset: usize, message: impl fmt::Display) {
        self.found.push(Fault { line: self.source.line_of(offset), message: message.to_string() });
    }

    /// The value, where there was nothing to complain about.
    pub(super) fn unless_any<T>(mut self, value: T) -> Result<T, LoadError> {
        if self.found.is_empty() {
            return Ok(value);
        }
        self.found.sort();
        Err(LoadError::Meaning { path: self.source.path.to_owned(), faults: self.found })
    }
}

/// Reads a file whole.
pub(super) fn read(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}
