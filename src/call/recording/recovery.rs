//! What a crash left open, closed at the next start.

use std::path::{Path, PathBuf};

use super::file::RecordingFile;
use super::{OPEN_SUFFIX, RecordingError, closed_path};
use crate::domain::CallId;

/// A recording that was open when the service stopped, now complete as far as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// Whose.
    pub call_id: CallId,
    /// The file.
    pub path: PathBuf,
    /// Its frames: samples of each channel.
    pub samples: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub sha256: String,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Recovery {
    /// The recordings that are complete now.
    pub recovered: Vec<Recovered>,
    /// Those that refuse, and stay as they are.
    pub failed: Vec<(CallId, RecordingError)>,
}

/// Closes every open recording of a folder. Only at start: no call may be writing there. A folder that does
/// not exist holds none.
///
/// # Errors
/// Where the folder cannot be read.
pub fn recover(directory: &Path) -> Result<Recovery, RecordingError> {
    let list = || {
        let names = std::fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name()));
        names.collect::<std::io::Result<Vec<_>>>()
    };
    let names = match list() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Recovery::default()),
        names => names.map_err(|cause| RecordingError::File { path: directory.to_owned(), cause })?,
    };
    let mut recovery = Recovery::default();
    for name in names {
        let call_id = name.to_str().and_then(|name| name.strip_suffix(OPEN_SUFFIX)?.parse().ok());
        let Some(call_id) = call_id else { continue };
        match close(directory, &directory.join(name), call_id) {
            Ok(recovered) => recovery.recovered.push(recovered),
            Err(error) => recovery.failed.push((call_id, error)),
        }
    }
    recovery.recovered.sort_by_key(|recovered| recovered.call_id);
    Ok(recovery)
}

/// The recording of a call that was closed; nothing where there is none. For a call that the service stopped
/// after closing its recording and before writing that down.
///
/// # Errors
/// Where the file cannot be read.
pub fn closed(directory: &Path, call_id: CallId) -> Result<Option<Recovered>, RecordingError> {
    let path = closed_path(directory, call_id);
    if !path.is_file() {
        return Ok(None);
    }
    let (samples, sha256) = super::file::measure(&path)?;
    Ok(Some(Recovered { call_id, path, samples, sha256 }))
}

fn close(directory: &Path, open: &Path, call_id: CallId) -> Result<Recovered, RecordingError> {
    let closed = RecordingFile::mend(open.to_owned())?.close(&closed_path(directory, call_id), 0)?;
    Ok(Recovered { call_id, path: closed.path, samples: closed.samples, sha256: closed.sha256 })
}
