//! The bundled recogniser's own bar: 230 sentences that share no six characters in a row with what it learnt (the
//! recipe leaves those out), in voices it never heard, over a telephone line with 15 dB of noise (`audio_fixtures/heldout`, made by `heldout.py` of its
//! recipe). Through the whole path: telephone sound in, turns out, by the real `jiesu recognise`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sentences.rs"]
mod sentences;

use std::path::{Path, PathBuf};

use jiesu::audio::wav::Wav;
use jiesu::domain::{CallId, Channel, SamplePosition, TurnStatus};
use jiesu::eval::align::{Errors, align};
use jiesu::speech::Speech;
use jiesu::speech::text::normalise;

/// Characters wrong among those said.
const MOST_ERRORS: f64 = 0.10;
/// Samples of an RTP packet.
const PACKET: usize = 160;

/// The Mandarin recordings.
fn recordings() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(sentences::root().join("audio_fixtures/heldout")).unwrap();
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.starts_with("heldout_0") && name.ends_with(".wav")
    });
    files.sort();
    files
}

/// The sentences of a recording, in their order.
fn said(recording: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(recording.with_extension("json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let turns = json["turns"].as_array().unwrap().iter();
    turns.map(|turn| turn["text"].as_str().unwrap().to_owned()).collect()
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

#[tokio::test]
async fn at_most_a_tenth_of_the_characters_of_unseen_sentences_is_wrong() {
    let speech = Speech::start(sentences::bundled()).unwrap();
    let (mut errors, mut characters, mut sentences) = (0, 0, 0);
    for file in recordings() {
        let sound = Wav::read(&file).unwrap().channels.remove(0);
        let packets = (0..).step_by(PACKET).zip(sound.chunks(PACKET));
        let packets: Vec<_> =
            packets.map(|(at, pcm)| (Channel::Caller, SamplePosition(at), pcm.to_vec())).collect();
        let turns = speech.transcribe(CallId::new(), packets).await;
        let shown = turns.iter().filter(|turn| turn.status == TurnStatus::Recognised);
        let heard: String = shown.map(|turn| turn.text.as_str()).collect();
        // As it is shown: numbers with digits.
        sentences += said(&file).len();
        let said: String = said(&file).iter().map(|text| normalise(text, &[], "zh").text).collect();
        let wrong = Errors::of(&align(&letters(&said), &letters(&heard))).wrong;
        println!("{}: {wrong} of {}", file.display(), letters(&said).len());
        errors += wrong;
        characters += letters(&said).len();
    }
    assert_eq!(sentences, 230);
    let rate = errors as f64 / characters as f64;
    println!("character error rate {rate:.3} ({errors} of {characters})");
    assert!(rate <= MOST_ERRORS, "character error rate {rate:.3}");
}
