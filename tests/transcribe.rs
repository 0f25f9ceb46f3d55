//! `jiesu transcribe` as a person runs it: the real program, the bundled recogniser, recordings of two channels.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sentences.rs"]
mod sentences;

use std::path::Path;
use std::process::{Command, Output};

use jiesu::audio::resample;
use jiesu::audio::wav;
use jiesu::domain::{Channel, Turn, TurnStatus};

const SECOND: usize = 8_000;

fn transcribe(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiesu"))
        .current_dir(sentences::root())
        .args(["--config", "none.toml", "transcribe"])
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn write_wav(path: &Path, rate_hz: u32, channels: &[Vec<i16>]) {
    let frames = channels[0].len();
    let mut file = wav::header(channels.len() as u16, rate_hz, (2 * frames * channels.len()) as u64).to_vec();
    for frame in 0..frames {
        file.extend(channels.iter().flat_map(|channel| channel[frame].to_le_bytes()));
    }
    std::fs::write(path, file).unwrap();
}

/// The caller speaks, then the agent.
fn call() -> Vec<Vec<i16>> {
    let said = sentences::sentences();
    let (caller, agent) = (&said[0].pcm_8k, &said[3].pcm_8k);
    let silence = |samples| vec![0_i16; samples];
    vec![
        [caller.clone(), silence(SECOND + agent.len())].concat(),
        [silence(caller.len() + SECOND), agent.clone()].concat(),
    ]
}

#[test]
fn both_channels_are_written_in_every_form_with_the_same_times() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("call.wav");
    write_wav(&file, 8_000, &call());
    let file = file.to_str().unwrap();

    let json = transcribe(&[file, "--json"]);
    assert!(json.status.success(), "{}", text(&json.stderr));
    assert!(text(&json.stderr).contains("bundled trial recogniser"), "its notice is said");
    let turns: Vec<Turn> = serde_json::from_slice(&json.stdout).unwrap();
    let mut channels: Vec<_> = turns.iter().map(|turn| turn.channel).collect();
    channels.dedup();
    assert_eq!(channels, [Channel::Caller, Channel::Agent]);
    for turn in &turns {
        assert!(turn.status == TurnStatus::Recognised && !turn.words.is_empty(), "{turn:?}");
    }

    // Into a file: it is there whole, and nothing beside it.
    let out = folder.path().join("call.srt");
    let srt = transcribe(&[file, "--srt", "--out", out.to_str().unwrap()]);
    assert!(srt.status.success() && srt.stdout.is_empty(), "{}", text(&srt.stderr));
    let srt = std::fs::read_to_string(&out).unwrap();
    let blocks: Vec<Vec<&str>> = srt.trim_end().split("\n\n").map(|block| block.lines().collect()).collect();
    assert_eq!(blocks.len(), turns.len());
    for (index, (block, turn)) in blocks.iter().zip(&turns).enumerate() {
        let [number, times, words] = block[..] else { panic!("{block:?}") };
        assert_eq!(number, (index + 1).to_string());
        let (start, end) = times.split_once(" --> ").unwrap();
        assert_eq!(
            (milliseconds(start), milliseconds(end)),
            (turn.start_sample.as_ms(), turn.end_sample.as_ms())
        );
        let speaker = if turn.channel == Channel::Caller { "caller" } else { "agent" };
        assert_eq!(words, format!("{speaker}: {}", turn.text));
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "the recording and the subtitles");

    let (plain, txt) = (transcribe(&[file]), transcribe(&[file, "--txt"]));
    assert_eq!(text(&plain.stdout), text(&txt.stdout));
    let lines: Vec<String> = text(&txt.stdout).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), turns.len());
    assert!(lines.iter().zip(&turns).all(|(line, turn)| line.ends_with(&turn.text)), "{lines:?}");
    assert!(!text(&txt.stderr).contains('\u{2588}'), "no progress bar where there is no terminal");
}

#[test]
fn sixteen_kilohertz_and_one_channel_give_the_same_turns_as_eight() {
    let folder = tempfile::tempdir().unwrap();
    let sound = [sentences::sentences()[1].pcm_8k.clone(), vec![0; SECOND]].concat();
    let spans = [(8_000, sound.clone()), (16_000, resample::doubled(&sound))].map(|(rate_hz, pcm)| {
        let file = folder.path().join(format!("{rate_hz}.wav"));
        write_wav(&file, rate_hz, &[pcm]);
        let json = transcribe(&[file.to_str().unwrap(), "--json"]);
        assert!(json.status.success(), "{}", text(&json.stderr));
        let turns: Vec<Turn> = serde_json::from_slice(&json.stdout).unwrap();
        turns.iter().map(|turn| (turn.channel, turn.start_sample.0, turn.end_sample.0)).collect::<Vec<_>>()
    });
    let [at_8, at_16] = spans;
    assert!(!at_8.is_empty() && at_8.len() == at_16.len(), "{at_8:?} {at_16:?}");
    for (one, other) in at_8.iter().zip(&at_16) {
        // The filters round a little; a tenth of a second is far more than that moves.
        let near = |one: u64, other: u64| one.abs_diff(other) < SECOND as u64 / 10;
        assert!(one.0 == other.0 && near(one.1, other.1) && near(one.2, other.2), "{one:?} {other:?}");
    }
}

#[test]
fn what_cannot_be_written_down_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    write_wav(&path("fast.wav"), 44_100, &[vec![0; 100]]);
    write_wav(&path("three.wav"), 8_000, &vec![vec![0; 100]; 3]);
    write_wav(&path("good.wav"), 8_000, &[vec![0; 100]]);
    std::fs::write(path("text.wav"), "not a sound").unwrap();
    let whole = std::fs::read(path("good.wav")).unwrap();
    std::fs::write(path("cut.wav"), &whole[..whole.len() - 60]).unwrap();
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    for (arguments, reason) in [
        (vec!["none.wav"], "none.wav: No such file"),
        (vec!["text.wav"], "text.wav: not a WAV file"),
        (vec!["fast.wav"], "44100 Hz where 8000 or 16000 are read"),
        (vec!["three.wav"], "3 channels where one or two are read"),
        (vec!["cut.wav"], "cut.wav: truncated: 60 bytes are missing"),
        (vec!["good.wav", "--out", "no/folder/a.txt"], "name a folder that is there with --out"),
        (vec!["good.wav", "--out", "."], "is a folder; name a file in it with --out"),
        (vec!["good.wav", "--json", "--srt"], "cannot be used with"),
        (vec!["good.wav", "--model", "none"], "knows no model `none`"),
    ] {
        let placed = arguments.iter().map(|argument| match argument.strip_prefix("--") {
            None if *argument != "none" => path(argument).to_str().unwrap().to_owned(),
            None | Some(_) => (*argument).to_owned(),
        });
        let placed: Vec<String> = placed.collect();
        let refused = transcribe(&placed.iter().map(String::as_str).collect::<Vec<_>>());
        let error = text(&refused.stderr);
        assert!(error.contains(reason), "{arguments:?}: {error}");
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
        assert!(refused.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before, "nothing is left behind");
}

/// Of `HH:MM:SS,mmm`.
fn milliseconds(time: &str) -> u64 {
    let parts: Vec<u64> = time.split([':', ',']).map(|part| part.parse().unwrap()).collect();
    let [hours, minutes, seconds, ms] = parts[..] else { panic!("{time}") };
    assert!(minutes < 60 && seconds < 60 && ms < 1_000, "{time}");
    ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms
}
