//! Sound for tests: the committed sentences, and sound that no one spoke.

// Each test uses its part.
#![allow(dead_code)]

use std::path::PathBuf;

use jiesu::audio::wav::Wav;
use jiesu::speech::SpeechConfig;

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
            pcm_8k: Wav::read(&folder.join(sentence["file"].as_str().unwrap())).unwrap().channels.remove(0),
        })
        .collect()
}

/// The bundled recogniser, in a process of its own.
pub(crate) fn bundled() -> SpeechConfig {
    let mut config = SpeechConfig::new(&root().join("models"), "demo", 1, None).unwrap();
    // `current_exe` is the test.
    config.command[0] = env!("CARGO_BIN_EXE_jiesu").to_owned();
    config
}

/// The project's folder.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
