//! Why a recogniser cannot be used.

use std::io;
use std::path::PathBuf;

/// Why a recogniser cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The manifest is not there or not readable.
    #[error("{path} cannot be read ({source}); set `[speech] models_directory` to the folder that holds it")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The manifest is not what it should be; the message has line and column.
    #[error("{path} is wrong: {source}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What and where.
        source: Box<toml::de::Error>,
    },
    /// A value of an entry makes no sense.
    #[error("{path}, model `{name}`: {what}")]
    Entry {
        /// Which manifest.
        path: PathBuf,
        /// Which model.
        name: String,
        /// What is wrong.
        what: &'static str,
    },
    /// No model of that name.
    #[error("{path} knows no model `{name}`; it has: {known}")]
    Unknown {
        /// Which manifest.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The model's files are not all there.
    #[error(
        "the model `{name}` is not here; put its files there, or choose another with `[speech] recogniser`:\n{how}"
    )]
    Missing {
        /// Which model.
        name: String,
        /// What to put where.
        how: String,
    },
    /// Its engine is not in this build.
    #[error(
        "the model `{name}` needs the engine {engine}, which is not in this build yet; \
         choose one of the engine whisper with `[speech] recogniser`, or run your own with `[speech] command`"
    )]
    Engine {
        /// Which model.
        name: String,
        /// Which engine.
        engine: &'static str,
    },
    /// The model's file cannot be read.
    #[error("the model file {path} cannot be read: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The model's file is not the one the manifest names.
    #[error(
        "the model file {path} is damaged or another one: {what} is {found}, {whose} says {expected}; \
         put the right file there"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was compared: `size`, `SHA-256` or `SHA-1`.
        what: &'static str,
        /// What the file has.
        found: String,
        /// What it should have.
        expected: String,
        /// Who says so: `the manifest`, or the note of when it first came.
        whose: &'static str,
    },
}
