//! A recording as it lies on disk, also while it is written: where its samples begin, and a header that fits
//! what is there now (RIFF/WAVE, as in the Multimedia Programming Interface of 1991).

use std::io::SeekFrom;
use std::path::Path;

use axum::body::Body;
use futures_util::{StreamExt, stream};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use crate::audio::wav::header;
use crate::domain::SAMPLE_RATE_HZ;

/// Caller and agent.
const CHANNELS: u16 = 2;
/// A 16-bit sample of each.
const FRAME_BYTES: u64 = 4;
/// The samples begin within so many bytes.
const MAX_PREFIX_BYTES: u64 = 4_096;
/// Bytes read at once.
const CHUNK_BYTES: u64 = 64 * 1_024;

/// A recording, opened. What is read is a header and then samples of the file.
pub(super) struct RecordingFile {
    file: File,
    header: Vec<u8>,
    /// Where the bytes after the header lie in the file.
    body_offset: u64,
    body_bytes: u64,
}

impl RecordingFile {
    /// Opens a file that is complete: its bytes as they are.
    pub(super) async fn open_closed(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path).await?;
        let body_bytes = file.metadata().await?.len();
        Ok(Self { file, header: Vec::new(), body_offset: 0, body_bytes })
    }

    /// Opens a file that is being written, or was left open: its header counts what is there at this moment.
    pub(super) async fn open_growing(path: &Path) -> std::io::Result<Self> {
        let mut file = File::open(path).await?;
        let mut prefix = Vec::new();
        (&mut file).take(MAX_PREFIX_BYTES).read_to_end(&mut prefix).await?;
        let file_bytes = file.metadata().await?.len();
        let body_offset = samples_offset(&prefix).unwrap_or(file_bytes);
        let body_bytes = (file_bytes - body_offset.min(file_bytes)) / FRAME_BYTES * FRAME_BYTES;
        Ok(Self {
            file,
            header: header(CHANNELS, SAMPLE_RATE_HZ, body_bytes).to_vec(),
            body_offset,
            body_bytes,
        })
    }

    /// Bytes in all.
    pub(super) fn len(&self) -> u64 {
        self.header.len() as u64 + self.body_bytes
    }

    /// The bytes from `first` on, `count` of them, as a body.
    pub(super) async fn body(mut self, first: u64, count: u64) -> std::io::Result<Body> {
        let in_header = usize::try_from(first).unwrap_or(usize::MAX).min(self.header.len());
        let mut start = self.header.split_off(in_header);
        start.truncate(usize::try_from(count).unwrap_or(usize::MAX));
        let left = count - start.len() as u64;
        let offset = self.body_offset + (first - in_header as u64);
        self.file.seek(SeekFrom::Start(offset)).await?;
        let samples = stream::try_unfold((self.file, left), |(mut file, left)| async move {
            if left == 0 {
                return Ok::<_, std::io::Error>(None);
            }
            let mut chunk = Vec::new();
            let read = (&mut file).take(left.min(CHUNK_BYTES)).read_to_end(&mut chunk).await?;
            if read == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Some((chunk, (file, left - read as u64))))
        });
        let start = stream::iter((!start.is_empty()).then_some(Ok(start)));
        Ok(Body::from_stream(start.chain(samples)))
    }
}

/// Where the samples of a WAV file begin, by its chunks; their lengths before `data` are right from the start.
fn samples_offset(prefix: &[u8]) -> Option<u64> {
    if prefix.get(..4)? != b"RIFF" || prefix.get(8..12)? != b"WAVE" {
        return None;
    }
    let mut at: usize = 12;
    loop {
        let name = prefix.get(at..at + 4)?;
        let length = u32::from_le_bytes(prefix.get(at + 4..at + 8)?.try_into().ok()?);
        at += 8;
        if name == b"data" {
            return u64::try_from(at).ok();
        }
        // Chunks are padded to an even length.
        at = at.checked_add(usize::try_from(length).ok()?.checked_add(1)? & !1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_begin_after_the_recorders_header() {
        let header = header(CHANNELS, SAMPLE_RATE_HZ, 80);
        assert_eq!(samples_offset(&header), Some(header.len() as u64));
    }

    #[test]
    fn chunks_before_the_samples_are_passed_over() {
        let mut file = header(CHANNELS, SAMPLE_RATE_HZ, 0).to_vec();
        let end = file.len() as u64;
        let data = file.split_off(36);
        file.extend_from_slice(b"LIST\x03\x00\x00\x00abc\x00");
        file.extend(data);
        assert_eq!(samples_offset(&file), Some(end + 12));
        assert_eq!(samples_offset(b"RIFF"), None);
    }
}
