//! What a recogniser is told of a call: its language (fixed, chosen, or found on the caller's first words), and the
//! names of the city that its finals may hold. The recogniser is one that says back what it was asked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sentences.rs"]
mod sentences;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiesu::domain::{CallId, Channel, SamplePosition, TurnEvent};
use jiesu::speech::{CallEars, LanguageChoice, NameIndex, Speech, SpeechConfig};
use tokio::sync::mpsc;

/// Samples of an RTP packet.
const PACKET: usize = 160;
/// Between two sentences: longer than any hang-over.
const PAUSE: usize = 12_000;

/// A request as the recogniser notes it.
#[derive(Debug, PartialEq)]
struct Asked {
    kind: String,
    channel: String,
    language: String,
    names: String,
}

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn config(&self, options: &[&str]) -> SpeechConfig {
        let program =
            Path::new(env!("CARGO_BIN_EXE_jiesu")).with_file_name("examples").join("echo_recogniser");
        assert!(
            program.exists(),
            "`cargo test` builds it; with `--test` alone, `cargo build --examples` does"
        );
        let log = self.log();
        let command = [program.to_str().unwrap(), "--log", log.to_str().unwrap()];
        let command = command.iter().chain(options).map(|word| (*word).to_owned()).collect();
        SpeechConfig::new(&sentences::root().join("models"), "demo", 1, Some(command)).unwrap()
    }

    fn asked(&self, kind: &str) -> Vec<Asked> {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let asked = log.lines().map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let word = |at: usize| words[at].to_owned();
            Asked { kind: word(1), channel: word(2), language: word(4), names: word(5) }
        });
        asked.filter(|asked| asked.kind == kind).collect()
    }

    fn languages(&self) -> Vec<String> {
        self.asked("final").into_iter().map(|asked| asked.language).collect()
    }
}

/// Says a sentence and the pause after it, and waits for its final; where the sound goes on, and what came.
async fn say(
    ears: &mut CallEars,
    events: &mut mpsc::Receiver<TurnEvent>,
    channel: Channel,
    at: usize,
) -> (usize, Vec<TurnEvent>) {
    let said = [sentences::sentences()[1].pcm_8k.as_slice(), &[0; PAUSE]].concat();
    for (index, packet) in said.chunks(PACKET).enumerate() {
        ears.push(channel, SamplePosition((at + index * PACKET) as u64), packet);
    }
    let mut came = Vec::new();
    while !matches!(came.last(), Some(TurnEvent::Final(_))) {
        came.push(events.recv().await.unwrap());
    }
    (at + said.len(), came)
}

fn languages(events: &[TurnEvent]) -> Vec<&str> {
    events
        .iter()
        .filter_map(|event| if let TurnEvent::Language(found) = event { Some(found.as_str()) } else { None })
        .collect()
}

fn final_text(events: &[TurnEvent]) -> &str {
    let TurnEvent::Final(turn) = events.last().unwrap() else { panic!("{events:?}") };
    &turn.text
}

#[tokio::test]
async fn a_fixed_language_is_told_from_the_first_request_on() {
    let bench = Bench::new();
    let speech = Speech::start(bench.config(&["--find", "zh"])).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("en".to_owned()));
    let (_, came) = say(&mut ears, &mut events, Channel::Caller, 0).await;
    assert_eq!(languages(&came), [""; 0], "nothing is found out that is given");
    assert!(bench.asked("partial").iter().chain(&bench.asked("final")).all(|asked| asked.language == "en"));
}

#[tokio::test]
async fn the_callers_first_final_settles_a_language_that_is_to_be_found() {
    let bench = Bench::new();
    let speech = Speech::start(bench.config(&["--find", "en"])).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Detect);
    let (_, came) = say(&mut ears, &mut events, Channel::Agent, 0).await;
    assert_eq!(languages(&came), [""; 0], "the agent's words settle nothing");
    let (at, came) = say(&mut ears, &mut events, Channel::Caller, 0).await;
    assert_eq!(languages(&came), ["en"], "told before the turn it was found in: {came:?}");
    let (_, came) = say(&mut ears, &mut events, Channel::Caller, at).await;
    assert_eq!(languages(&came), [""; 0], "told once");
    assert_eq!(bench.languages(), ["-", "-", "en"]);
}

#[tokio::test]
async fn a_choice_in_mid_call_holds_from_then_on() {
    let bench = Bench::new();
    let speech = Speech::start(bench.config(&["--find", "zh"])).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    let (at, _) = say(&mut ears, &mut events, Channel::Caller, 0).await;
    ears.speak("en");
    say(&mut ears, &mut events, Channel::Caller, at).await;
    assert_eq!(bench.languages(), ["zh", "en"]);
}

/// A city of two names.
fn with_names(config: SpeechConfig) -> SpeechConfig {
    SpeechConfig { names: Arc::new(NameIndex::new(["洞庭路", "曙光里"])), ..config }
}

#[tokio::test]
async fn a_final_is_recognised_with_the_names_its_partial_sounds_like() {
    let bench = Bench::new();
    let mut config = with_names(bench.config(&["--say", "在东停路"]));
    config.model.entry.first_partial_ms = 500;
    let speech = Speech::start(config).unwrap();
    let (mut ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    // Half of the sentence, until its partial comes; then the rest.
    let said = &sentences::sentences()[1].pcm_8k;
    let (half, rest) = said.split_at(said.len() / 2 / PACKET * PACKET);
    for (index, packet) in half.chunks(PACKET).enumerate() {
        ears.push(Channel::Caller, SamplePosition((index * PACKET) as u64), packet);
    }
    assert!(matches!(events.recv().await.unwrap(), TurnEvent::Partial(_)));
    for (index, packet) in [rest, &[0; PAUSE]].concat().chunks(PACKET).enumerate() {
        ears.push(Channel::Caller, SamplePosition((half.len() + index * PACKET) as u64), packet);
    }
    drop(ears);
    let mut came = Vec::new();
    while let Some(event) = events.recv().await {
        came.push(event);
    }
    assert!(bench.asked("partial").iter().all(|asked| asked.names.is_empty()), "partials go without");
    assert_eq!(final_text(&came), "在东停路洞庭路。", "this recogniser says the names it was given");
    assert_eq!(bench.asked("final")[0].names, "洞庭路");
}

#[tokio::test]
async fn without_a_partial_what_sounds_like_a_name_is_heard_once_more_with_it() {
    let bench = Bench::new();
    let speech = Speech::start(with_names(bench.config(&["--say", "在东停路"]))).unwrap();
    let sound = &sentences::sentences()[1].pcm_8k;
    let turns = speech.transcribe(CallId::new(), [(Channel::Caller, SamplePosition(0), sound.clone())]).await;
    assert_eq!(turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), ["在东停路洞庭路。"]);
    let names: Vec<String> = bench.asked("final").into_iter().map(|asked| asked.names).collect();
    assert_eq!(names, ["", "洞庭路"]);
}

#[tokio::test]
async fn words_without_a_name_or_with_it_already_are_heard_once() {
    for said in ["下水道堵了", "在洞庭路"] {
        let bench = Bench::new();
        let speech = Speech::start(with_names(bench.config(&["--say", said]))).unwrap();
        let sound = &sentences::sentences()[1].pcm_8k;
        let turns =
            speech.transcribe(CallId::new(), [(Channel::Caller, SamplePosition(0), sound.clone())]).await;
        assert_eq!((turns.len(), bench.asked("final").len()), (1, 1), "{said}");
    }
}

#[tokio::test]
async fn a_second_hearing_that_fails_costs_no_words() {
    let bench = Bench::new();
    let speech =
        Speech::start(with_names(bench.config(&["--say", "在东停路", "--fault", "error", "--with-names"])))
            .unwrap();
    let sound = &sentences::sentences()[1].pcm_8k;
    let turns = speech.transcribe(CallId::new(), [(Channel::Caller, SamplePosition(0), sound.clone())]).await;
    assert_eq!(turns.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(), ["在东停路。"]);
}
