//! A WAV file read piece by piece, for recordings of any length: no more of it is held than one piece.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use super::{Format, UNKNOWN_SIZE, WavError, missing};

/// A `fmt ` chunk is 16, 18 or 40 bytes; a longer one is no sound file's.
const LONGEST_FORMAT_BYTES: u64 = 4_096;

/// A WAV file being read.
pub struct WavPieces {
    file: BufReader<File>,
    format: Format,
    /// Bytes of sound that are still to come; nothing where only the file's end tells.
    left_bytes: Option<u64>,
    frames: Option<u64>,
}

impl WavPieces {
    /// Opens a file and reads all that stands before its sound. Chunks that carry none are stepped over.
    ///
    /// # Errors
    /// Where it is missing, cut off or of another format.
    pub fn open(path: &Path) -> Result<Self, WavError> {
        let file = File::open(path)?;
        let meta = file.metadata()?;
        let length = meta.is_file().then_some(meta.len());
        let mut reader = Counted { file: BufReader::new(file), read: 0 };
        let mut head = Vec::new();
        reader.take_up_to(12, &mut head)?;
        if head.get(..4) != Some(b"RIFF") || head.get(8..12) != Some(b"WAVE") {
            let cut = head.len() < 12 && !head.is_empty() && b"RIFF".starts_with(&head[..head.len().min(4)]);
            return Err(if cut { missing(12 - head.len()) } else { WavError::NotWav });
        }
        let mut format = None;
        loop {
            head.clear();
            reader.take_up_to(8, &mut head)?;
            let Some([n0, n1, n2, n3, s0, s1, s2, s3]) = head.first_chunk::<8>() else {
                return Err(WavError::NoChunk { chunk: if format.is_none() { "fmt " } else { "data" } });
            };
            let size = u32::from_le_bytes([*s0, *s1, *s2, *s3]);
            match &[*n0, *n1, *n2, *n3] {
                b"fmt " => {
                    let mut chunk = Vec::new();
                    let wanted = u64::from(size).min(LONGEST_FORMAT_BYTES);
                    reader.take_up_to(wanted, &mut chunk)?;
                    let read = chunk.len() as u64;
                    if read < wanted {
                        return Err(WavError::Truncated { missing_bytes: u64::from(size) - read });
                    }
                    format = Some(Format::parse(&chunk)?);
                    reader.skip(u64::from(size) - read + u64::from(size % 2))?;
                }
                b"data" => {
                    let format = format.ok_or(WavError::NoChunk { chunk: "fmt " })?;
                    return Self::at_sound(reader, format, size, length);
                }
                _ => reader.skip(u64::from(size) + u64::from(size % 2))?,
            }
        }
    }

    fn at_sound(reader: Counted, format: Format, size: u32, length: Option<u64>) -> Result<Self, WavError> {
        let there = length.map(|length| length.saturating_sub(reader.read));
        let announced = (size != UNKNOWN_SIZE).then_some(u64::from(size));
        if let (Some(there), Some(announced)) = (there, announced)
            && there < announced
        {
            return Err(WavError::Truncated { missing_bytes: announced - there });
        }
        let left_bytes = announced.or(there);
        let frames = left_bytes.map(|bytes| bytes / format.frame_bytes() as u64);
        Ok(Self { file: reader.file, format, left_bytes, frames })
    }

    /// Samples of a channel in a second.
    #[must_use]
    pub fn rate_hz(&self) -> u32 {
        self.format.rate_hz
    }

    /// How many channels there are.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.format.channels
    }

    /// Samples of each channel in the whole file, where that is known before its end.
    #[must_use]
    pub fn frames(&self) -> Option<u64> {
        self.frames
    }

    /// The next samples, one vector per channel, at most `frames` each; nothing at the end. A frame cut off at the
    /// end is left out.
    ///
    /// # Errors
    /// Where the file cannot be read any further, or ends before it should.
    pub fn next_piece(&mut self, frames: usize) -> Result<Option<Vec<Vec<i16>>>, WavError> {
        let wanted = (frames * self.format.frame_bytes()) as u64;
        let wanted = self.left_bytes.map_or(wanted, |left| left.min(wanted));
        let mut bytes = Vec::new();
        let read = (&mut self.file).take(wanted).read_to_end(&mut bytes)? as u64;
        if let Some(left) = &mut self.left_bytes {
            if read < wanted {
                return Err(WavError::Truncated { missing_bytes: *left - read });
            }
            *left -= read;
        }
        let channels = self.format.sound(&bytes).channels;
        Ok(channels.first().is_some_and(|channel| !channel.is_empty()).then_some(channels))
    }
}

/// A file, and how far it was read.
struct Counted {
    file: BufReader<File>,
    read: u64,
}

impl Counted {
    fn take_up_to(&mut self, bytes: u64, into: &mut Vec<u8>) -> io::Result<()> {
        self.read += (&mut self.file).take(bytes).read_to_end(into)? as u64;
        Ok(())
    }

    /// By reading, so that a pipe will do.
    fn skip(&mut self, bytes: u64) -> io::Result<()> {
        self.read += io::copy(&mut (&mut self.file).take(bytes), &mut io::sink())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::super::{Wav, header};
    use super::*;

    fn in_file<T>(bytes: &[u8], look: impl FnOnce(&Path) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sound.wav");
        std::fs::write(&path, bytes).unwrap();
        look(&path)
    }

    fn sound(channels: u16, samples: &[i16]) -> Vec<u8> {
        let mut file = header(channels, 8_000, samples.len() as u64 * 2).to_vec();
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        file
    }

    fn joined(path: &Path, frames: usize) -> Result<Vec<Vec<i16>>, WavError> {
        let mut pieces = WavPieces::open(path)?;
        let mut whole = vec![Vec::new(); pieces.channels()];
        while let Some(piece) = pieces.next_piece(frames)? {
            assert!(piece[0].len() <= frames);
            whole.iter_mut().zip(piece).for_each(|(whole, piece)| whole.extend(piece));
        }
        Ok(whole)
    }

    #[test]
    fn the_pieces_are_the_file_that_is_read_whole() {
        for name in ["audio_fixtures/demo_1.wav", "audio_fixtures/sentences/sentence_1.wav"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            let whole = Wav::read(&path).unwrap();
            assert_eq!(WavPieces::open(&path).unwrap().frames(), Some(whole.samples() as u64));
            assert_eq!(joined(&path, 8_000).unwrap(), whole.channels);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn a_file_cut_or_spoiled_anywhere_is_refused_as_when_it_is_read_whole(
            samples in prop::collection::vec(any::<i16>(), 1..40),
            cut in 0..120_usize, spoil in prop::option::of((0..60_usize, any::<u8>())), frames in 1..9_usize,
        ) {
            let mut bytes = sound(2, &samples);
            bytes.truncate(cut);
            if let Some((at, byte)) = spoil && let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let (whole, pieces) = in_file(&bytes, |path| (Wav::read(path), joined(path, frames)));
            match (whole, pieces) {
                (Ok(whole), Ok(pieces)) => prop_assert_eq!(whole.channels, pieces),
                (Err(whole), Err(pieces)) => prop_assert_eq!(whole.to_string(), pieces.to_string()),
                (whole, pieces) => prop_assert!(false, "{:?} and {:?}", whole, pieces),
            }
        }
    }
}
