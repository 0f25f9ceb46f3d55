//! Why a file could not be had, told so that it can be mended.

use std::io;
use std::path::PathBuf;

use super::super::manifest::ManifestError;
use super::attempt;

/// Why one place did not give the file.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The server said no.
    #[error("the server answers HTTP {status}{hint}")]
    Status {
        /// Its status.
        status: u16,
        /// What that may mean.
        hint: &'static str,
    },
    /// The server or the way to it failed.
    #[error("{why}{hint}", why = .0, hint = attempt::hint(.0))]
    Http(#[from] Box<ureq::Error>),
    /// The connection broke in mid-file, or stood still.
    #[error("the connection broke after {at} bytes ({source})")]
    Broken {
        /// So far.
        at: u64,
        /// Why.
        source: io::Error,
    },
    /// The file ended before its end.
    #[error("the connection ended after {at} of {total} bytes")]
    Short {
        /// So far.
        at: u64,
        /// The whole.
        total: u64,
    },
    /// Part of a file that was not asked for.
    #[error("the server sent another piece of the file than was asked for")]
    OtherPiece,
    /// There is a file of another size.
    #[error("it has a file of {found} bytes where {expected} are expected; not taken")]
    OtherSize {
        /// The server's.
        found: u64,
        /// The manifest's.
        expected: u64,
    },
    /// It is not the model.
    #[error("{0}")]
    Wrong(String),
    /// A proxy's address that is none.
    #[error("`{0}` is no proxy's address; write it as http://HOST:PORT")]
    Proxy(String),
    /// A folder without the file.
    #[error("no such file there")]
    NotThere,
    /// It cannot be written here: no other place would help.
    #[error("{path} cannot be written: {source}{}", hint(.source))]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Why a model could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// There is no address to fetch it from.
    #[error("the model `{name}` cannot be fetched: nobody publishes it in the form that is needed.\n{how}")]
    NoAddress {
        /// Which model.
        name: String,
        /// How to get it.
        how: String,
    },
    /// The disk is too full for it.
    #[error(
        "no room: {name} needs {needed} more bytes in {folder}, and {free} are free there; make room and run it again"
    )]
    NoRoom {
        /// Which file.
        name: String,
        /// How many bytes are missing of it.
        needed: u64,
        /// Free bytes.
        free: u64,
        /// Where.
        folder: PathBuf,
    },
    /// What lies there is not the model, and cannot be put aside.
    #[error("{path} cannot be moved: {source}")]
    Aside {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file that is here cannot be read.
    #[error(transparent)]
    Here(ManifestError),
    /// It cannot be written here.
    #[error("{0}\nWhat was fetched so far is kept; run the same command again when that is mended.")]
    Write(SourceError),
    /// No place gave it.
    #[error("{name} could not be fetched:\n{tried}{kept}\nTo bring it by hand:\n{how}\n{ways}")]
    Nowhere {
        /// Which file.
        name: String,
        /// Every place and why not.
        tried: String,
        /// What is kept of it.
        kept: String,
        /// How to get it otherwise.
        how: String,
        /// Proxy and mirror.
        ways: &'static str,
    },
    /// Another process is fetching it.
    #[error("{0} is being fetched by another process; wait for it, or end it")]
    Busy(PathBuf),
    /// It is here, but its checksum could not be noted.
    #[error("the file is here, but its checksum could not be noted: {0}")]
    Note(anyhow::Error),
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "; make room there",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; run it as who owns the folder, or name another with --models"
        }
        _ => "",
    }
}
