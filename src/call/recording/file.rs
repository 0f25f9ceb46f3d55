//! The recording's file: frames at their places, and a header that is true after every write.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Closed, RecordingError};
use crate::audio::wav::{HEADER_BYTES, header};
use crate::domain::{Channel, SAMPLE_RATE_HZ};

/// Bytes of a frame: two channels of 16 bits.
pub(super) const FRAME_BYTES: u64 = 4;

/// An open recording.
#[derive(Debug)]
pub(super) struct RecordingFile {
    file: File,
    path: PathBuf,
    /// Frames the header counts.
    frames: u64,
    /// Whether something was written since the last [`Self::sync`].
    dirty: bool,
}

impl RecordingFile {
    /// Makes the file, and its folder.
    pub(super) fn create(path: PathBuf) -> Result<Self, RecordingError> {
        let create = || {
            if let Some(directory) = path.parent() {
                std::fs::create_dir_all(directory)?;
            }
            let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
            // A disk without room for the header leaves no empty file in the next attempt's way.
            file.write_all_at(&header(2, SAMPLE_RATE_HZ, 0), 0)
                .inspect_err(|_| drop(std::fs::remove_file(&path)))?;
            Ok(file)
        };
        let file = create().map_err(|cause| RecordingError::File { path: path.clone(), cause })?;
        Ok(Self { file, path, frames: 0, dirty: true })
    }

    /// Opens what a crash left, cuts a torn frame off its end, and mends its header.
    pub(super) fn mend(path: PathBuf) -> Result<Self, RecordingError> {
        let open = || {
            let file = OpenOptions::new().read(true).write(true).open(&path)?;
            let sound = file.metadata()?.len().saturating_sub(HEADER_BYTES as u64);
            let frames = sound / FRAME_BYTES;
            file.set_len(HEADER_BYTES as u64 + frames * FRAME_BYTES)?;
            file.write_all_at(&header(2, SAMPLE_RATE_HZ, frames * FRAME_BYTES), 0)?;
            Ok((file, frames))
        };
        let (file, frames) = open().map_err(|cause| RecordingError::File { path: path.clone(), cause })?;
        Ok(Self { file, path, frames, dirty: true })
    }

    /// Writes frames at their place; gives how many went, which on a full disk may be some of them. A gap before
    /// them is silence: the system reads zeros there.
    pub(super) fn write(&mut self, at_frame: u64, bytes: &[u8]) -> (u64, Result<(), RecordingError>) {
        let (written_bytes, outcome) = self.write_bytes(at_frame, bytes);
        let written = written_bytes / FRAME_BYTES;
        self.dirty |= written > 0;
        // The header last: it never counts a frame that is not there.
        let counted = match at_frame + written {
            end if written > 0 && end > self.frames => {
                self.frames = end;
                self.file.write_all_at(&header(2, SAMPLE_RATE_HZ, end * FRAME_BYTES), 0)
            }
            _ => Ok(()),
        };
        (written, outcome.and(counted).map_err(|cause| self.error(cause)))
    }

    fn write_bytes(&self, at_frame: u64, mut bytes: &[u8]) -> (u64, io::Result<()>) {
        let mut written = 0;
        while !bytes.is_empty() {
            match self.file.write_at(bytes, offset(at_frame) + written) {
                Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
                Ok(some) => {
                    bytes = &bytes[some..];
                    written += some as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (written, Err(error)),
            }
        }
        (written, Ok(()))
    }

    /// Sets samples of one channel in frames already written.
    pub(super) fn patch(
        &mut self,
        channel: Channel,
        at_frame: u64,
        samples: &[i16],
    ) -> Result<(), RecordingError> {
        let mut bytes = vec![0; samples.len() * FRAME_BYTES as usize];
        self.read_frames(at_frame, &mut bytes).map_err(|cause| self.error(cause))?;
        for (frame, sample) in bytes.chunks_exact_mut(FRAME_BYTES as usize).zip(samples) {
            let at = 2 * channel.index();
            frame[at..at + 2].copy_from_slice(&sample.to_le_bytes());
        }
        self.write(at_frame, &bytes).1
    }

    /// Reads frames; those beyond the file's end stay as they are.
    fn read_frames(&self, at_frame: u64, mut bytes: &mut [u8]) -> io::Result<()> {
        let mut at = offset(at_frame);
        while !bytes.is_empty() {
            match self.file.read_at(bytes, at) {
                Ok(0) => break,
                Ok(read) => {
                    bytes = &mut bytes[read..];
                    at += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Lets what was written survive a power cut.
    pub(super) fn sync(&mut self) -> Result<(), RecordingError> {
        if self.dirty {
            self.file.sync_data().map_err(|cause| self.error(cause))?;
            self.dirty = false;
        }
        Ok(())
    }

    /// Hashes the file and gives it its closed name.
    pub(super) fn close(mut self, closed: &Path, lost_samples: u64) -> Result<Closed, RecordingError> {
        self.sync()?;
        let sha256 = hash(&mut self.file).map_err(|cause| self.error(cause))?;
        std::fs::rename(&self.path, closed)
            // The name survives a power cut only once the folder is on disk, too.
            .and_then(|()| closed.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all()))
            .map_err(|cause| RecordingError::File { path: closed.to_owned(), cause })?;
        Ok(Closed { path: closed.to_owned(), samples: self.frames, sha256, lost_samples })
    }

    fn error(&self, cause: io::Error) -> RecordingError {
        RecordingError::File { path: self.path.clone(), cause }
    }
}

/// Frames and SHA-256 of a file that is closed.
pub(super) fn measure(path: &Path) -> Result<(u64, String), RecordingError> {
    let measure = || {
        let mut file = File::open(path)?;
        let sound = file.metadata()?.len().saturating_sub(HEADER_BYTES as u64);
        Ok((sound / FRAME_BYTES, hash(&mut file)?))
    };
    measure().map_err(|cause| RecordingError::File { path: path.to_owned(), cause })
}

fn hash(file: &mut File) -> io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let (mut hasher, mut chunk) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => hasher.update(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

const fn offset(frame: u64) -> u64 {
    HEADER_BYTES as u64 + frame * FRAME_BYTES
}
