//! WAV files: 16-bit PCM, A-law or µ-law in, whatever the number of channels and the rate; and the header of
//! the files that we write. RIFF/WAVE of Microsoft's "Multimedia Programming Interface", August 1991.

mod pieces;

use std::path::Path;

use jiesu_sip::codec::Codec;

pub use pieces::WavPieces;

/// Bytes of the header that [`header`] makes.
pub const HEADER_BYTES: usize = 44;
/// The size that writers to a pipe leave where they cannot know it: everything to the end of the file.
const UNKNOWN_SIZE: u32 = u32::MAX;

const PCM: u16 = 1;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
/// The real format stands in the first two bytes of a GUID.
const EXTENSIBLE: u16 = 0xFFFE;

/// A sound, one vector of samples per channel, all of one length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wav {
    /// Samples of a channel in a second.
    pub rate_hz: u32,
    /// The channels, in the file's order: left, right.
    pub channels: Vec<Vec<i16>>,
}

/// Why a file gives no sound.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] std::io::Error),
    /// It is something else.
    #[error("not a WAV file")]
    NotWav,
    /// It ends early.
    #[error("truncated: {missing_bytes} bytes are missing")]
    Truncated {
        /// How much its header announces beyond its end.
        missing_bytes: u64,
    },
    /// It has no `fmt ` or no `data` chunk.
    #[error("a WAV file without its \"{chunk}\" chunk")]
    NoChunk {
        /// Which.
        chunk: &'static str,
    },
    /// A format that is not read.
    #[error("unsupported format: {format}; 16-bit PCM, A-law and µ-law are read")]
    Unsupported {
        /// What it is.
        format: String,
    },
}

impl Wav {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it is missing, damaged or of another format.
    pub fn read(path: &Path) -> Result<Self, WavError> {
        Self::parse(&std::fs::read(path)?)
    }

    /// Reads a file's bytes. Chunks that carry no sound are stepped over.
    ///
    /// # Errors
    /// Where they are damaged or of another format.
    pub fn parse(file: &[u8]) -> Result<Self, WavError> {
        if file.get(..4) != Some(b"RIFF") || file.get(8..12) != Some(b"WAVE") {
            // An intact beginning that is too short is a WAV file cut off.
            let cut = file.len() < 12 && !file.is_empty() && b"RIFF".starts_with(&file[..file.len().min(4)]);
            return Err(if cut { missing(12 - file.len()) } else { WavError::NotWav });
        }
        let (mut format, mut rest) = (None, &file[12..]);
        while let Some(([n0, n1, n2, n3, s0, s1, s2, s3], body)) = rest.split_first_chunk::<8>() {
            let announced = u32::from_le_bytes([*s0, *s1, *s2, *s3]);
            let size = announced as usize;
            match &[*n0, *n1, *n2, *n3] {
                b"fmt " => {
                    format =
                        Some(Format::parse(body.get(..size).ok_or(missing(size - body.len().min(size)))?)?)
                }
                b"data" => {
                    let format = format.ok_or(WavError::NoChunk { chunk: "fmt " })?;
                    let sound = if announced == UNKNOWN_SIZE { Some(body) } else { body.get(..size) };
                    return Ok(format.sound(sound.ok_or_else(|| missing(size - body.len()))?));
                }
                _ => {}
            }
            // Chunks begin on even bytes; the last one's pad byte is often forgotten.
            let next = size.checked_add(size & 1).filter(|next| *next <= body.len());
            rest = next.map_or(&[], |next| &body[next..]);
        }
        Err(WavError::NoChunk { chunk: if format.is_none() { "fmt " } else { "data" } })
    }

    /// Samples of each channel.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }
}

fn missing(bytes: usize) -> WavError {
    WavError::Truncated { missing_bytes: bytes as u64 }
}

/// The `fmt ` chunk.
#[derive(Clone, Copy)]
struct Format {
    coding: Coding,
    channels: usize,
    rate_hz: u32,
}

#[derive(Clone, Copy)]
enum Coding {
    Pcm16,
    G711(Codec),
}

impl Format {
    fn parse(chunk: &[u8]) -> Result<Self, WavError> {
        let [t0, t1, c0, c1, r0, r1, r2, r3, _, _, _, _, _, _, b0, b1] =
            *chunk.first_chunk::<16>().ok_or_else(|| missing(16 - chunk.len()))?;
        let tag = match (u16::from_le_bytes([t0, t1]), chunk.get(24..26)) {
            (EXTENSIBLE, Some(&[g0, g1])) => u16::from_le_bytes([g0, g1]),
            (tag, _) => tag,
        };
        let (channels, bits) = (u16::from_le_bytes([c0, c1]), u16::from_le_bytes([b0, b1]));
        let coding = match (tag, bits) {
            (PCM, 16) => Coding::Pcm16,
            (A_LAW, 8) => Coding::G711(Codec::Pcma),
            (MU_LAW, 8) => Coding::G711(Codec::Pcmu),
            _ => return Err(WavError::Unsupported { format: named(tag, bits) }),
        };
        if channels == 0 {
            return Err(WavError::Unsupported { format: "no channels".into() });
        }
        let rate_hz = u32::from_le_bytes([r0, r1, r2, r3]);
        if rate_hz == 0 {
            return Err(WavError::Unsupported { format: "0 samples a second".into() });
        }
        Ok(Self { coding, channels: usize::from(channels), rate_hz })
    }

    /// Bytes of one sample of every channel.
    fn frame_bytes(self) -> usize {
        match self.coding {
            Coding::Pcm16 => 2 * self.channels,
            Coding::G711(_) => self.channels,
        }
    }

    /// The channels of interleaved sound; a frame cut off at the end is left out.
    fn sound(self, bytes: &[u8]) -> Wav {
        let mut samples = Vec::new();
        match self.coding {
            Coding::Pcm16 => {
                let (whole, _) = bytes.as_chunks::<2>();
                samples.extend(whole.iter().map(|sample| i16::from_le_bytes(*sample)));
            }
            Coding::G711(codec) => codec.decode(bytes, &mut samples),
        }
        let frames = samples.len() / self.channels;
        let mut channels = vec![Vec::with_capacity(frames); self.channels];
        for frame in samples.chunks_exact(self.channels) {
            for (channel, sample) in channels.iter_mut().zip(frame) {
                channel.push(*sample);
            }
        }
        Wav { rate_hz: self.rate_hz, channels }
    }
}

fn named(tag: u16, bits: u16) -> String {
    match tag {
        PCM => format!("{bits}-bit PCM"),
        3 => format!("{bits}-bit floating point"),
        0x11 => "IMA ADPCM".into(),
        0x31 => "GSM 06.10".into(),
        0x55 => "MP3".into(),
        A_LAW | MU_LAW => format!("{bits}-bit G.711"),
        other => format!("format tag {other:#06x}"),
    }
}

/// The header of a 16-bit PCM file with `data_bytes` bytes of sound, which follow it. A file at the format's
/// limit of 4 GiB (37 hours of a recording) says so and no more.
#[must_use]
pub fn header(channels: u16, rate_hz: u32, data_bytes: u64) -> [u8; HEADER_BYTES] {
    const AFTER_SIZE: u32 = HEADER_BYTES as u32 - 8;
    let data_bytes = u32::try_from(data_bytes).unwrap_or(u32::MAX).min(u32::MAX - AFTER_SIZE);
    let frame_bytes = channels.saturating_mul(2);
    let mut header = [0; HEADER_BYTES];
    let mut fill = header.as_mut_slice();
    let mut put = |bytes: &[u8]| {
        let (now, later) = std::mem::take(&mut fill).split_at_mut(bytes.len());
        now.copy_from_slice(bytes);
        fill = later;
    };
    put(b"RIFF");
    put(&(data_bytes + AFTER_SIZE).to_le_bytes());
    put(b"WAVEfmt ");
    put(&16_u32.to_le_bytes());
    put(&PCM.to_le_bytes());
    put(&channels.to_le_bytes());
    put(&rate_hz.to_le_bytes());
    put(&rate_hz.saturating_mul(u32::from(frame_bytes)).to_le_bytes());
    put(&frame_bytes.to_le_bytes());
    put(&16_u16.to_le_bytes());
    put(b"data");
    put(&data_bytes.to_le_bytes());
    header
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file of our own header and these samples.
    fn file(channels: u16, samples: &[i16]) -> Vec<u8> {
        let mut file = header(channels, 8_000, samples.len() as u64 * 2).to_vec();
        file.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
        file
    }

    fn format(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
        let mut chunk = b"fmt \x10\0\0\0".to_vec();
        chunk.extend(tag.to_le_bytes());
        chunk.extend(channels.to_le_bytes());
        chunk.extend(8_000_u32.to_le_bytes());
        chunk.extend([0; 6]);
        chunk.extend(bits.to_le_bytes());
        chunk
    }

    fn riff(chunks: &[&[u8]]) -> Vec<u8> {
        [b"RIFF\0\0\0\0WAVE".as_slice(), &chunks.concat()].concat()
    }

    #[test]
    fn what_is_written_is_read() {
        let wav = Wav::parse(&file(2, &[1, -2, 3, -4])).unwrap();
        assert_eq!(wav, Wav { rate_hz: 8_000, channels: vec![vec![1, 3], vec![-2, -4]] });
    }

    #[test]
    fn g711_is_decoded_and_other_chunks_are_stepped_over() {
        let list = b"LIST\x03\0\0\0abc\0";
        for (tag, codec) in [(A_LAW, Codec::Pcma), (MU_LAW, Codec::Pcmu)] {
            let bytes = riff(&[list, &format(tag, 2, 8), list, b"data\x05\0\0\0\x11\x22\x33\x44\x55"]);
            let mut expected = Vec::new();
            codec.decode(&[0x11, 0x22, 0x33, 0x44], &mut expected);
            let wav = Wav::parse(&bytes).unwrap();
            assert_eq!(wav.channels, [[expected[0], expected[2]], [expected[1], expected[3]]]);
        }
    }

    #[test]
    fn the_extensible_form_is_read_by_its_real_format() {
        let mut chunk = format(EXTENSIBLE, 1, 16);
        chunk[4] = 40;
        chunk.extend([22, 0, 16, 0, 4, 0, 0, 0, 1, 0]);
        chunk.extend([0; 14]);
        let wav = Wav::parse(&riff(&[&chunk, b"data\x02\0\0\0\x01\0"])).unwrap();
        assert_eq!(wav.channels, [[1]]);
    }

    #[test]
    fn a_size_that_its_writer_did_not_know_means_to_the_end() {
        let wav = Wav::parse(&riff(&[&format(PCM, 1, 16), b"data\xFF\xFF\xFF\xFF\x01\0\x02\0"])).unwrap();
        assert_eq!(wav.channels, [[1, 2]]);
    }

    #[test]
    fn a_file_cut_anywhere_says_what_is_wrong() {
        let whole = file(1, &[7; 100]);
        for cut in HEADER_BYTES..whole.len() {
            let error = Wav::parse(&whole[..cut]).unwrap_err();
            assert_eq!(error.to_string(), format!("truncated: {} bytes are missing", whole.len() - cut));
        }
        for cut in 1..12 {
            assert!(matches!(Wav::parse(&whole[..cut]), Err(WavError::Truncated { .. })), "{cut}");
        }
        for cut in 12..HEADER_BYTES {
            assert!(Wav::parse(&whole[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn other_formats_are_named() {
        for (tag, bits, name) in [
            (PCM, 24, "24-bit PCM"),
            (3, 32, "32-bit floating point"),
            (0x55, 0, "MP3"),
            (0x1234, 0, "0x1234"),
        ] {
            let error = Wav::parse(&riff(&[&format(tag, 1, bits), b"data\0\0\0\0"])).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
        assert!(matches!(Wav::parse(b"OggS"), Err(WavError::NotWav)));
        assert!(matches!(Wav::parse(b""), Err(WavError::NotWav)));
        let no_data = Wav::parse(&riff(&[&format(PCM, 1, 16)])).unwrap_err();
        assert_eq!(no_data.to_string(), "a WAV file without its \"data\" chunk");
        let no_format = Wav::parse(&riff(&[b"data\0\0\0\0"])).unwrap_err();
        assert_eq!(no_format.to_string(), "a WAV file without its \"fmt \" chunk");
    }

    #[test]
    fn a_header_never_says_more_than_the_format_can() {
        let header = header(2, 8_000, u64::MAX);
        assert_eq!(header[4..8], u32::MAX.to_le_bytes());
        assert_eq!(header[40..44], (u32::MAX - 36).to_le_bytes());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(
            start in prop::sample::select(vec![Vec::new(), riff(&[]), riff(&[&format(PCM, 2, 16)])]),
            bytes in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let _ = Wav::parse(&[start, bytes].concat());
        }
    }
}
