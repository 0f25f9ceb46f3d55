//! Recognisers that die, hang, lie or are too slow: what becomes of the words, and that a call never notices.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sentences.rs"]
mod sentences;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiesu::domain::{CallId, Channel, SamplePosition, Turn, TurnEvent, TurnStatus};
use jiesu::speech::{CallEars, LanguageChoice, Speech, SpeechConfig};
use tokio::sync::mpsc;

/// Samples of an RTP packet.
const PACKET: usize = 160;
/// Between two sentences: longer than any hang-over.
const PAUSE: usize = 8_000;

/// A service with `echo_recogniser` as its recogniser, and the recogniser's log.
struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn config(&self, options: &[&str]) -> SpeechConfig {
        let (echo_recogniser, log) = (echo_recogniser(), self.log());
        let command = [echo_recogniser.to_str().unwrap(), "--log", log.to_str().unwrap()];
        let command = command.iter().chain(options).map(|word| (*word).to_owned()).collect();
        SpeechConfig::new(&sentences::root().join("models"), "demo", 1, Some(command)).unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Process, kind, channel and start of every request so far.
    fn requests(&self) -> Vec<Vec<String>> {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
    }

    fn finals_asked(&self) -> usize {
        self.requests().iter().filter(|request| request[1] == "final").count()
    }
}

fn echo_recogniser() -> PathBuf {
    let jiesu = Path::new(env!("CARGO_BIN_EXE_jiesu"));
    let program = jiesu.with_file_name("examples").join("echo_recogniser");
    assert!(program.exists(), "`cargo test` builds it; with `--test` alone, `cargo build --examples` does");
    program
}

/// Two short sentences with a pause between them and after them.
fn two_sentences() -> Vec<i16> {
    let said = sentences::sentences();
    let pause = vec![0; PAUSE];
    [&pause, &said[1].pcm_8k, &pause, &said[3].pcm_8k, &pause].map(Vec::as_slice).concat()
}

fn speak(ears: &mut CallEars, channel: Channel, pcm: &[i16]) {
    for (index, packet) in pcm.chunks(PACKET).enumerate() {
        ears.push(channel, SamplePosition((index * PACKET) as u64), packet);
    }
}

async fn finals(mut events: mpsc::Receiver<TurnEvent>) -> Vec<Turn> {
    let mut turns = Vec::new();
    while let Some(event) = events.recv().await {
        match event {
            TurnEvent::Final(turn) => turns.push(turn),
            TurnEvent::Partial(_) | TurnEvent::Language(_) => {}
        }
    }
    turns.sort_by_key(|turn| (turn.start_sample, turn.channel));
    turns
}

fn statuses(turns: &[Turn]) -> Vec<TurnStatus> {
    turns.iter().map(|turn| turn.status).collect()
}

async fn one_call(config: SpeechConfig) -> Vec<Turn> {
    let speech = Speech::start(config).unwrap();
    let (mut ears, events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    speak(&mut ears, Channel::Caller, &two_sentences());
    drop(ears);
    finals(events).await
}

#[tokio::test]
async fn every_kind_of_failure_costs_one_retry_and_the_words_come() {
    for fault in ["die", "hang", "garbage", "endless-message", "error", "other-request"] {
        let bench = Bench::new();
        let mut config = bench.config(&["--fault", fault, "--times", "1"]);
        if fault == "hang" {
            config.reply_timeout = Duration::from_secs(2);
        }
        let turns = one_call(config).await;
        assert_eq!(statuses(&turns), [TurnStatus::Recognised; 2], "{fault}");
        assert_eq!(bench.finals_asked(), 3, "{fault}: two finals and one retry");
        for turn in &turns {
            assert_eq!(turn.text, format!("Caller {}.", turn.start_sample.0), "{fault}");
        }
    }
}

#[tokio::test]
async fn what_fails_twice_becomes_a_turn_that_says_so_and_the_next_words_come() {
    for fault in ["die", "error"] {
        let bench = Bench::new();
        let turns = one_call(bench.config(&["--fault", fault, "--times", "2"])).await;
        assert_eq!(statuses(&turns), [TurnStatus::Unrecognised, TurnStatus::Recognised], "{fault}");
        assert_eq!(turns[0].text, "");
        assert!(turns[0].start_sample < turns[0].end_sample, "its place in the recording is kept");
        assert_eq!(bench.finals_asked(), 3, "{fault}");
    }
}

#[tokio::test]
async fn a_recogniser_killed_from_outside_is_restarted_and_words_resume() {
    let bench = Bench::new();
    let speech = Speech::start(bench.config(&[])).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    let sound = two_sentences();
    let half = PAUSE + sentences::sentences()[1].pcm_8k.len() + PAUSE / PACKET * PACKET;
    let half = half / PACKET * PACKET;
    speak(&mut ears, Channel::Caller, &sound[..half]);
    let first = events.recv().await.unwrap();
    assert!(!matches!(&first, TurnEvent::Final(turn) if turn.status == TurnStatus::Unrecognised));
    let killed = bench.requests()[0][0].clone();
    let kill = std::process::Command::new("kill").args(["-9", &killed]).status().unwrap();
    assert!(kill.success());
    for (index, packet) in sound[half..].chunks(PACKET).enumerate() {
        ears.push(Channel::Caller, SamplePosition((half + index * PACKET) as u64), packet);
    }
    drop(ears);
    let turns = finals(events).await;
    assert_eq!(turns.last().unwrap().status, TurnStatus::Recognised, "{turns:?}");
    let last = bench.requests().last().unwrap()[0].clone();
    assert_ne!(last, killed, "another process");
}

#[tokio::test]
async fn under_overload_every_final_comes_once() {
    const CALLS: usize = 12;
    let bench = Bench::new();
    let mut config = bench.config(&["--slow-ms", "10"]);
    config.queued_finals = 2;
    let speech = Speech::start(config).unwrap();
    let sound = two_sentences();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..CALLS {
        let (mut ears, events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
        speak(&mut ears, Channel::Caller, &sound);
        speak(&mut ears, Channel::Agent, &sound);
        drop(ears);
        calls.spawn(finals(events));
    }
    let mut most_waiting = 0;
    while let Some(turns) = calls.join_next().await {
        let turns = turns.unwrap();
        assert_eq!(statuses(&turns), [TurnStatus::Recognised; 4]);
        let said: Vec<_> = turns.iter().map(|turn| turn.text.clone()).collect();
        let expected: Vec<_> =
            turns.iter().map(|turn| format!("{:?} {}.", turn.channel, turn.start_sample.0)).collect();
        assert_eq!(said, expected);
        most_waiting = most_waiting.max(speech.health().queue_length);
    }
    assert_eq!(bench.finals_asked(), CALLS * 4);
    assert!(most_waiting <= 2, "{most_waiting} finals waited where two places are");
    let health = speech.health();
    assert_eq!((health.queue_length, health.lag_ms, health.unheard_ms), (0, 0, 0));
}

#[tokio::test]
async fn without_any_recogniser_the_turns_say_so_and_the_desk_is_told_why() {
    let bench = Bench::new();
    let mut missing = bench.config(&[]);
    missing.command = vec!["/nowhere/recogniser".to_owned()];
    let refusing = bench.config(&["--refuse"]);
    let newer = bench.config(&["--version", "99"]);
    for (mut config, said) in
        [(missing, "/nowhere/recogniser"), (refusing, "told to refuse"), (newer, "version 99")]
    {
        config.patience = Duration::from_millis(200);
        let speech = Speech::start(config).unwrap();
        let (mut ears, events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
        speak(&mut ears, Channel::Agent, &two_sentences());
        drop(ears);
        let turns = finals(events).await;
        assert_eq!(statuses(&turns), [TurnStatus::Unrecognised; 2], "{said}");
        let failing = speech.health().failing.unwrap_or_default();
        assert!(failing.contains(said), "{failing}");
    }
    assert_eq!(bench.requests().len(), 0);
}

#[tokio::test]
async fn sound_that_nobody_could_take_becomes_a_turn_that_says_so() {
    const PIECES: u64 = 17_000;
    const PIECE: u64 = 8;
    let bench = Bench::new();
    let speech = Speech::start(bench.config(&[])).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    // All at once: the ears' task, on this same thread, has had no chance to take any.
    for index in 0..PIECES {
        ears.push(Channel::Caller, SamplePosition(index * PIECE), &[0; PIECE as usize]);
    }
    let unheard_ms = speech.health().unheard_ms;
    assert!(unheard_ms > 0);
    // The ears catch up when they are let.
    let mut at = SamplePosition(PIECES * PIECE);
    let lost = loop {
        tokio::task::yield_now().await;
        ears.push(Channel::Caller, at, &[0; PIECE as usize]);
        at.0 += PIECE;
        if let Ok(event) = events.try_recv() {
            break event;
        }
    };
    let TurnEvent::Final(lost) = lost else { panic!("{lost:?}") };
    assert_eq!(lost.status, TurnStatus::Unrecognised);
    assert!(lost.end_sample.as_ms() - lost.start_sample.as_ms() >= unheard_ms);
}

#[tokio::test]
async fn partials_begin_with_what_was_committed_and_long_turns_are_not_heard_again_from_their_start() {
    const PIECE: usize = 5 * PACKET;
    let bench = Bench::new();
    let speech = Speech::start(bench.config(&[])).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    // Without the silence between them the sentences are long turns.
    let said = sentences::sentences();
    let sound: Vec<i16> = said.iter().flat_map(|said| said.pcm_8k[3_200..].to_vec()).collect();
    let mut committed = HashMap::new();
    let (mut most_committed, mut turns) = (0, Vec::new());
    for (index, piece) in sound.chunks(PIECE).enumerate() {
        ears.push(Channel::Caller, SamplePosition((index * PIECE) as u64), piece);
        tokio::time::sleep(Duration::from_millis(20)).await;
        while let Ok(event) = events.try_recv() {
            let partial = match event {
                TurnEvent::Partial(partial) => partial,
                TurnEvent::Language(_) => continue,
                TurnEvent::Final(turn) => {
                    turns.push(turn);
                    continue;
                }
            };
            let before = committed.entry(partial.turn_id).or_insert_with(String::new);
            assert!(partial.text.starts_with(before.as_str()), "{before:?}, then {partial:?}");
            *before = partial.text.chars().take(partial.committed).collect();
            most_committed = most_committed.max(partial.committed);
        }
    }
    assert!(most_committed > 0, "{committed:?}");
    drop(ears);
    turns.extend(finals(events).await);
    let starts: HashSet<_> = turns.iter().map(|turn| turn.start_sample.0.to_string()).collect();
    let requests = bench.requests();
    let later = requests.iter().filter(|request| request[1] == "partial" && !starts.contains(&request[3]));
    assert!(later.count() > 0, "{starts:?} {requests:?}");
}

#[tokio::test]
async fn recognisers_end_with_the_service() {
    let bench = Bench::new();
    let turns = one_call(bench.config(&[])).await;
    assert_eq!(turns.len(), 2);
    let process = PathBuf::from("/proc").join(&bench.requests()[0][0]);
    while process.exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
