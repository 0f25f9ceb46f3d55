//! Examples: lines of JSON, `{"title": "", "body": "电梯又坏了…", "label": "04-01"}`, in a file, or in all files
//! `*.jsonl` of a folder. What is learnt from is the body.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A text and what it is filed under.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Example {
    /// What was said or written.
    pub body: String,
    /// A code of the taxonomy, or whatever the set calls its categories.
    pub label: String,
}

/// Why examples cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExamplesError {
    /// A file or folder cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is not an example.
    #[error("{path}:{line}: {source}; a line is {{\"title\": \"\", \"body\": \"…\", \"label\": \"…\"}}")]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What JSON said.
        source: serde_json::Error,
    },
    /// A line has a body or a label without a letter in it.
    #[error("{path}:{line}: the {what} is empty")]
    Empty {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// `body` or `label`.
        what: &'static str,
    },
    /// There is nothing to learn from.
    #[error("{0}: no examples; it must be a file of lines of JSON, or a folder of such files, NAME.jsonl")]
    None(PathBuf),
}

/// Reads a file, or the files of a folder in the order of their names.
///
/// # Errors
/// [`ExamplesError`], with file and line.
pub fn read(path: &Path) -> Result<Vec<Example>, ExamplesError> {
    let mut examples = Vec::new();
    for file in files(path).map_err(|source| ExamplesError::Unreadable { path: path.to_owned(), source })? {
        let text = std::fs::read_to_string(&file)
            .map_err(|source| ExamplesError::Unreadable { path: file.clone(), source })?;
        for (index, text) in text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let line = index + 1;
            let example: Example = serde_json::from_str(text)
                .map_err(|source| ExamplesError::Line { path: file.clone(), line, source })?;
            let parts = [("body", &example.body), ("label", &example.label)];
            if let Some((what, _)) = parts.iter().find(|(_, text)| text.trim().is_empty()) {
                return Err(ExamplesError::Empty { path: file, line, what });
            }
            examples.push(example);
        }
    }
    if examples.is_empty() { Err(ExamplesError::None(path.to_owned())) } else { Ok(examples) }
}

fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}
