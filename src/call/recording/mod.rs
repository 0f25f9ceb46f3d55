//! A call's sound on disk: samples and their positions enter, one stereo WAV file leaves, whatever happens.
//! Left is the caller, right the agent, 16-bit PCM at 8 kHz; silence stands where nothing was heard.
//!
//! While a call lasts its file is `CALL.part.wav`, playable at any moment and at most half a second behind;
//! closed, it is `CALL.wav`. What a crash leaves open, [`recover`] closes at the next start.

mod file;
mod recorder;
mod recovery;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::domain::CallId;

pub use recorder::{Recorder, RecorderEvent, RecorderFault};
pub use recovery::{Recovered, Recovery, closed, recover};

const OPEN_SUFFIX: &str = ".part.wav";
const CLOSED_SUFFIX: &str = ".wav";

/// A recording that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The file.
    pub path: PathBuf,
    /// Its frames: samples of each channel.
    pub samples: u64,
    /// SHA-256 of the whole file, in hexadecimal.
    pub sha256: String,
    /// Frames that could not be written, and are silence.
    pub lost_samples: u64,
}

/// Why a recording was not written, or not closed.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// The file or its folder refuses.
    #[error("the recording {}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why; told with the file, so it is no separate source.
        cause: std::io::Error,
    },
    /// The system gives no thread to write with.
    #[error("cannot start the recording's writer: {0}")]
    Thread(std::io::Error),
    /// The writer ended before its time.
    #[error("the recording's writer is gone")]
    WriterGone,
}

/// Where a call's recording is, open or closed; nothing where there is none.
#[must_use]
pub fn locate(directory: &Path, call_id: CallId) -> Option<PathBuf> {
    // Closing renames from the one to the other, so the closed name is asked for last, too.
    let closed = closed_path(directory, call_id);
    [closed.clone(), open_path(directory, call_id), closed].into_iter().find(|path| path.is_file())
}

/// The file of a call that lasts.
#[must_use]
pub fn open_path(directory: &Path, call_id: CallId) -> PathBuf {
    directory.join(format!("{call_id}{OPEN_SUFFIX}"))
}

/// The file of a call that is over.
#[must_use]
pub fn closed_path(directory: &Path, call_id: CallId) -> PathBuf {
    directory.join(format!("{call_id}{CLOSED_SUFFIX}"))
}
