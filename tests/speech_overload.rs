//! Three times as much speech as the recogniser can take: partials stop, every final comes, and when the overload
//! is over so are its traces. How fast the recogniser is, the test decides answer by answer: nothing is timed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/sentences.rs"]
mod sentences;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiesu::domain::{CallId, Channel, SamplePosition, Turn, TurnEvent, TurnStatus};
use jiesu::speech::{CallEars, LanguageChoice, Speech, SpeechConfig, SpeechMetrics};
use tokio::sync::mpsc;

/// Samples of an RTP packet.
const PACKET: usize = 160;
/// Between two sentences: longer than any hang-over.
const PAUSE: usize = 8_000;
/// Calls, in each of which a sentence is said while the recogniser answers once.
const CALLS: usize = 3;
/// Sentences said in each call during the overload.
const ROUNDS: usize = 12;
/// Places for finals in the queue: fewer than will wait.
const PLACES: usize = 8;
/// Permits for all that may still be asked.
const PLENTY: u64 = 1 << 20;

/// A call in which the same sentence is said again and again.
struct Call {
    ears: CallEars,
    at: usize,
}

impl Call {
    fn hear(&mut self, pcm: &[i16]) {
        for packet in pcm.chunks(PACKET) {
            self.ears.push(Channel::Caller, SamplePosition(self.at as u64), packet);
            self.at += packet.len();
        }
    }
}

struct Bench {
    folder: tempfile::TempDir,
    permits: File,
    given: u64,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let permits = File::create(folder.path().join("permits")).unwrap();
        Self { folder, permits, given: 0 }
    }

    fn speech(&self) -> Speech {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        let program = echo_recogniser().display().to_string();
        let command = [program, "--log".to_owned(), path("log"), "--permits".to_owned(), path("permits")];
        let models = sentences::root().join("models");
        let config = SpeechConfig::new(&models, "demo", 1, Some(command.to_vec())).unwrap();
        // Nothing here is to be given up for being slow.
        let long = Duration::from_secs(600);
        Speech::start(SpeechConfig { queued_finals: PLACES, reply_timeout: long, patience: long, ..config })
            .unwrap()
    }

    /// Lets the recogniser answer so many times more.
    fn permit(&mut self, answers: u64) {
        self.given += answers;
        self.permits.set_len(self.given).unwrap();
    }

    /// Requests of a kind that the recogniser was asked so far.
    fn asked(&self, kind: &str) -> usize {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        log.lines().filter(|line| line.split(' ').nth(1) == Some(kind)).count()
    }
}

fn echo_recogniser() -> PathBuf {
    let jiesu = Path::new(env!("CARGO_BIN_EXE_jiesu"));
    let program = jiesu.with_file_name("examples").join("echo_recogniser");
    assert!(program.exists(), "`cargo test` builds it; with `--test` alone, `cargo build --examples` does");
    program
}

async fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..20_000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("{what}: not within patience");
}

async fn finals(mut events: mpsc::Receiver<TurnEvent>) -> Vec<Turn> {
    let mut turns = Vec::new();
    while let Some(event) = events.recv().await {
        match event {
            TurnEvent::Final(turn) => turns.push(turn),
            TurnEvent::Partial(_) | TurnEvent::Language(_) => {}
        }
    }
    turns
}

#[tokio::test]
async fn at_three_times_overload_every_final_comes_and_the_queue_recovers() {
    let mut bench = Bench::new();
    let speech = bench.speech();
    let sentence = [vec![0; PAUSE], sentences::sentences()[1].pcm_8k.clone(), vec![0; PAUSE]].concat();
    let (mut calls, mut heard) = (Vec::new(), Vec::new());
    for _ in 0..CALLS {
        let (ears, events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
        calls.push(Call { ears, at: 0 });
        heard.push(tokio::spawn(finals(events)));
    }

    for round in 1..=ROUNDS {
        for call in &mut calls {
            call.hear(&sentence);
        }
        bench.permit(1);
        // Each round three more and one answered, and one is in hand, which keeps its place: the queue fills, and
        // then the ears wait.
        let waiting = ((CALLS - 1) * round).min(PLACES) - 1;
        until("the queue grows", || speech.health().queue_length >= waiting).await;
        assert!(speech.health().queue_length <= PLACES);
        until("the recogniser is asked", || bench.asked("final") + bench.asked("partial") > round).await;
    }
    assert!(bench.asked("final") < CALLS * ROUNDS, "it was overloaded");
    assert!(bench.asked("partial") <= CALLS, "no partials once finals wait");

    bench.permit(PLENTY);
    let ends: Vec<_> = calls.into_iter().map(|call| call.at as u64).collect();
    for (turns, end) in heard.into_iter().zip(ends) {
        let turns = turns.await.unwrap();
        assert_eq!(turns.len(), ROUNDS, "each sentence is one final, once");
        for (turn, next) in turns.iter().zip(turns.iter().skip(1)) {
            assert!(turn.end_sample <= next.start_sample && next.end_sample.0 <= end);
        }
        assert!(turns.iter().all(|turn| turn.status == TurnStatus::Recognised), "{turns:?}");
    }
    assert_eq!(bench.asked("final"), CALLS * ROUNDS);
    let SpeechMetrics { finals, queue_length, lag_ms, unheard_ms, unrecognised, .. } = speech.metrics();
    assert_eq!((queue_length, lag_ms, unheard_ms, unrecognised), (0, 0, 0, 0));
    assert_eq!(finals.count, (CALLS * ROUNDS) as u64, "each wait is counted");

    // The overload is over: who speaks now sees words while speaking.
    let (ears, mut events) = speech.open(CallId::new(), LanguageChoice::Fixed("zh".to_owned()));
    let mut call = Call { ears, at: 0 };
    let long: Vec<i16> =
        sentences::sentences().iter().flat_map(|said| said.pcm_8k[3_200..].to_vec()).collect();
    let mut partial = false;
    for packet in long.chunks(PACKET) {
        call.hear(packet);
        tokio::time::sleep(Duration::from_millis(1)).await;
        partial |= matches!(events.try_recv(), Ok(TurnEvent::Partial(_)));
        if partial {
            break;
        }
    }
    assert!(partial, "{} partials were asked for", bench.asked("partial"));
}
