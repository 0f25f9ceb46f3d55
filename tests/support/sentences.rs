//! Sound for tests: the committed sentences, and sound that no one spoke.

use std::path::{Path, PathBuf};

/// A sentence of `audio_fixtures/sentences`: what is said, and its sound at 8 kHz.
pub(crate) struct Sentence {
    pub(crate) text: String,
    pub(crate) pcm_8k: Vec<i16>,
}

/// The committed sentences, in the order of their file.
pub(crate) fn sentences() -> Vec<Sentence> {
    let folder = root().join("audio_fixtures/sentences");
    let json = std::fs::read_to_string(folder.join("sentences.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let sentences = json["sentences"].as_array().unwrap().iter();
    sentences
        .map(|sentence| Sentence {
            text: sentence["text"].as_str().unwrap().to_owned(),
            pcm_8k: alaw_wav(&folder.join(sentence["file"].as_str().unwrap())),
        })
        .collect()
}

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The samples of an 8 kHz mono A-law file.
fn alaw_wav(path: &Path) -> Vec<i16> {
    let file = std::fs::read(path).unwrap();
    let at = file.windows(4).position(|window| window == b"data").unwrap() + 8;
    file[at..].iter().map(|code| alaw(*code)).collect()
}

/// ITU-T G.711 A-law.
fn alaw(code: u8) -> i16 {
    let code = code ^ 0x55;
    let (segment, mantissa) = (u32::from(code >> 4 & 7), i16::from(code & 15));
    let magnitude = match segment {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}
