//! The head of a Whisper model in whisper.cpp's format: a magic number and eleven numbers on its shape.

use std::io::{self, Read};

/// "ggml", as whisper.cpp writes it: a number, least byte first.
const MAGIC: u32 = 0x6767_6d6c;
/// From this many words on, OpenAI's vocabularies know more languages than English.
const MULTILINGUAL_WORDS: u32 = 51_865;
/// Beyond it no number of the head makes sense.
const LARGEST: u32 = 1 << 20;
/// A position of the encoder is 20 ms.
const POSITION_MS: u32 = 20;
/// What other files begin with, for saying what was brought in place of a model.
const OTHERS: [(&[u8], &str); 8] = [
    (b"GGUF", "a GGUF file, such as llama.cpp uses; whisper.cpp needs its own `ggml-….bin`"),
    (b"PK\x03\x04", "a ZIP or PyTorch file; convert it with whisper.cpp's models/convert-h5-to-ggml.py"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"<", "a web page: perhaps a firewall's or a sign-in page"),
    (b"version https://git-lfs", "a Git LFS pointer: the file itself was not fetched"),
    (b"\x08", "perhaps an ONNX file, which no engine of this build runs"),
    (b"{", "a JSON file"),
];

/// The shape of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Tokens of its vocabulary.
    pub vocabulary: u32,
    /// Encoder positions of 20 ms.
    pub audio_ctx: u32,
    /// Width of the encoder.
    pub width: u32,
    /// Layers of the encoder.
    pub audio_layers: u32,
    /// Layers of the decoder.
    pub text_layers: u32,
    /// Bands of the spectrogram.
    pub mels: u32,
}

/// Why a file is no such model.
#[derive(Debug, thiserror::Error)]
pub enum NotAModel {
    /// It begins otherwise.
    #[error("it is no Whisper model in ggml format: it is {0}")]
    Other(&'static str),
    /// The numbers make no sense, or the file ends among them.
    #[error("it begins like a Whisper model in ggml format, but its head is damaged")]
    Head,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
}

impl Head {
    /// Reads it from a file's beginning.
    ///
    /// # Errors
    /// Where the file is something else; the message says what, where that can be told.
    pub fn read(from: &mut impl Read) -> Result<Self, NotAModel> {
        let mut bytes = Vec::with_capacity(48);
        from.take(48).read_to_end(&mut bytes)?;
        let words: Vec<u32> = bytes
            .chunks_exact(4)
            .map(|word| word.iter().rev().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
            .collect();
        if words.first() != Some(&MAGIC) {
            let other = OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin));
            let empty = if bytes.is_empty() { "empty" } else { "of another kind" };
            return Err(NotAModel::Other(other.map_or(empty, |(_, what)| what)));
        }
        let [_, vocabulary, audio_ctx, width, _, audio_layers, _, text_width, _, text_layers, mels, _] =
            words.try_into().map_err(|_| NotAModel::Head)?;
        let head = Self { vocabulary, audio_ctx, width, audio_layers, text_layers, mels };
        let numbers = [vocabulary, audio_ctx, width, audio_layers, text_layers, mels];
        let sensible = numbers.iter().all(|number| (1..LARGEST).contains(number));
        if sensible && width == text_width { Ok(head) } else { Err(NotAModel::Head) }
    }

    /// The longest piece of sound to give it, milliseconds: what it has positions for, and no more than a phrase.
    #[must_use]
    pub fn max_segment_ms(&self) -> u32 {
        self.audio_ctx.saturating_mul(POSITION_MS).clamp(1_000, 12_000)
    }
}

impl std::fmt::Display for Head {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let size = match (self.audio_layers, self.text_layers) {
            (4, 4) => "of the size tiny",
            (6, 6) => "of the size base",
            (12, 12) => "of the size small",
            (24, 24) => "of the size medium",
            (32, 4) => "of the size large-v3-turbo",
            (32, 32) => "of the size large",
            _ => "of a size of its own",
        };
        let tongues = match self.vocabulary {
            MULTILINGUAL_WORDS.. => "many languages",
            51_864 => "English only",
            _ => "a vocabulary of its own",
        };
        write!(out, "a Whisper model {size}, {tongues}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(words: [u32; 12]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    const SMALL: [u32; 12] = [MAGIC, 51_865, 1_500, 768, 12, 12, 448, 768, 12, 12, 80, 1];

    fn refused(file: &[u8]) -> String {
        Head::read(&mut &*file).map_or_else(|error| error.to_string(), |head| head.to_string())
    }

    #[test]
    fn the_head_of_a_model_tells_its_size() {
        let head = Head::read(&mut bytes(SMALL).as_slice());
        assert!(matches!(head, Ok(head) if head.max_segment_ms() == 12_000));
        assert_eq!(refused(&bytes(SMALL)), "a Whisper model of the size small, many languages");
    }

    #[test]
    fn what_was_brought_in_place_of_a_model_is_named() {
        assert!(refused(b"GGUF\x03").contains("llama.cpp"));
        assert!(refused(b"<!DOCTYPE html>").contains("a web page"));
        assert!(refused(b"").contains("empty"));
        assert!(refused(b"RIFF").contains("another kind"));
    }

    #[test]
    fn a_damaged_head_is_seen() {
        assert!(refused(&bytes(SMALL)[..40]).contains("damaged"));
        let mut zero = SMALL;
        zero[1] = 0;
        assert!(refused(&bytes(zero)).contains("damaged"));
    }
}
