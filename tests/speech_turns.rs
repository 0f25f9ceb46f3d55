//! What the service's ears make of the recorded calls: voices high and low, slow and angry, on bad lines, are
//! all cut into turns without a word lost or said twice. The recogniser reads the script at each turn's place,
//! so that what is missing in the words was missed by the ears.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs, dead_code)]

use std::path::Path;

use jiesu::domain::{CallId, Channel, SamplePosition, Turn};
use jiesu::eval::align::{Errors, align};
use jiesu::speech::{Speech, SpeechConfig};

#[path = "support/script.rs"]
mod script;
#[path = "support/sound.rs"]
mod sound;

use script::{Script, fixtures, shown};
use sound::Recording;

/// The sound of a packet: 20 ms.
const PACKET_SAMPLES: usize = 160;

/// A recogniser that reads a call's script.
fn reading(id: &str) -> Vec<String> {
    let recogniser =
        Path::new(env!("CARGO_BIN_EXE_jiesu")).with_file_name("examples").join("fixture_recogniser");
    assert!(recogniser.exists(), "{}: cargo build --example fixture_recogniser", recogniser.display());
    let script = fixtures().join(format!("{id}.json"));
    [recogniser.as_path(), "--script".as_ref(), script.as_path()]
        .map(|word| word.display().to_string())
        .to_vec()
}

/// The turns that the service's ears find in a recorded call; with no `command`, as the bundled recogniser hears it.
async fn turns_of(id: &str, command: Option<Vec<String>>) -> Vec<Turn> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let bundled = command.is_none();
    let mut config = SpeechConfig::new(&models, "demo", 1, command).unwrap();
    if bundled {
        // The program that runs is this test; its recogniser is the real one's.
        config.command[0] = env!("CARGO_BIN_EXE_jiesu").to_owned();
    }
    let recording = Recording::load(&fixtures().join(format!("{id}.wav")));
    let packets = (0..recording.channel(Channel::Caller).len()).step_by(PACKET_SAMPLES).flat_map(|at| {
        Channel::BOTH.map(|channel| {
            let all = recording.channel(channel);
            (channel, SamplePosition(at as u64), all[at..(at + PACKET_SAMPLES).min(all.len())].to_vec())
        })
    });
    Speech::start(config).unwrap().transcribe(CallId::new(), packets).await
}

/// The ids of all recorded calls.
fn ids() -> Vec<String> {
    let files = std::fs::read_dir(fixtures()).unwrap().map(|entry| entry.unwrap().path());
    let scripts = files.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    scripts.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn no_word_of_any_call_is_lost_or_said_twice_and_music_makes_no_flood_of_turns() {
    for id in ids() {
        let script = Script::of(&id);
        let turns = turns_of(&id, Some(reading(&id))).await;
        for channel in Channel::BOTH {
            assert_eq!(heard(&turns, channel), said(&script, channel), "{id}: {channel:?}");
        }
        let wordless = turns.iter().filter(|turn| turn.text.is_empty()).count();
        assert!(wordless <= 2 + script.music.len() * 4, "{id}: {wordless} turns without words");
    }
}

#[tokio::test]
async fn the_calls_of_the_demo_are_heard_by_the_bundled_recogniser() {
    for id in ["demo_1", "demo_2"] {
        let turns = turns_of(id, None).await;
        for channel in Channel::BOTH {
            let letters =
                |text: String| text.chars().filter(|char| char.is_alphanumeric()).collect::<Vec<_>>();
            let (said, heard) = (letters(said(&Script::of(id), channel)), letters(heard(&turns, channel)));
            let wrong = Errors::of(&align(&said, &heard)).wrong;
            println!("{id} {channel:?}: {wrong} of {}: {}", said.len(), String::from_iter(&heard));
            let text = String::from_iter(&heard);
            // As `speech_heldout` asks of unseen sentences; and the number that the ticket needs.
            assert!(wrong * 10 <= said.len(), "{id} {channel:?}: {text} for {}", String::from_iter(said));
            let number = Script::of(id).ticket.and_then(|ticket| ticket.phone).expect("a demo call has one");
            assert!(channel == Channel::Agent || text.contains(&number), "{number} in {text}");
        }
    }
}

/// What a side of the call said, by the turns.
fn heard(turns: &[Turn], channel: Channel) -> String {
    turns.iter().filter(|turn| turn.channel == channel).map(|turn| plain(&turn.text)).collect()
}

/// What a side of the call said, by the script.
fn said(script: &Script, channel: Channel) -> String {
    let turns = script.turns.iter().filter(|turn| turn.channel == channel);
    turns.map(|turn| plain(&shown(&turn.text, &script.language))).collect()
}

/// Without spaces: turns are joined without one.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
