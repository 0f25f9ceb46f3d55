//! A recogniser for tests, spoken to over the protocol of `jiesu::speech::protocol`. It does not listen: it
//! answers with the words that a recorded call's JSON puts at the request's place in the recording. It is an
//! example of this package, so that it is never part of `jiesu`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs, dead_code)]

use std::collections::HashMap;
use std::io::{Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, ValueEnum};
use jiesu::domain::CallId;
use jiesu::speech::protocol::{
    Hello, Outcome, Reply, Request, RequestHeader, TimedWord, Transcript, VERSION, write_message,
};

#[path = "script.rs"]
mod script;

use script::Script;

/// What it says of its certainty; it has none.
const CONFIDENCE: f32 = 0.9;

#[derive(Parser)]
struct Options {
    /// The JSON of a recorded call. With several, the n-th call that asks for words gets the n-th script, and
    /// after the last one the first again.
    #[arg(long, required = true)]
    script: Vec<PathBuf>,
    /// Remembers here which call has which script and whether the fault was had, so that children running at
    /// once or one after another agree. Without it each child begins anew.
    #[arg(long)]
    state: Option<PathBuf>,
    /// What goes wrong.
    #[arg(long, requires = "at")]
    fault: Option<Fault>,
    /// At which request of a child's, counted from 1, it goes wrong.
    #[arg(long)]
    at: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Fault {
    /// The process ends without an answer.
    Die,
    /// It never answers again.
    Hang,
    /// It answers with bytes that are no message.
    Garbage,
    /// It answers that it failed.
    Error,
}

fn main() {
    let options = Options::parse();
    let mut child = Child {
        scripts: options.script.iter().map(|path| Script::load(path)).collect(),
        ..Child::new(&options)
    };
    let mut input = stdin().lock();
    let mut output = stdout().lock();
    let hello = Hello { ready: true, name: "fixture".to_owned(), version: VERSION, error: None };
    write_message(&mut output, &hello).expect("the service reads");
    while let Some(request) = Request::read(&mut input).expect("the service writes requests") {
        match child.fault() {
            Some(Fault::Die) => std::process::exit(3),
            Some(Fault::Hang) => loop {
                std::thread::sleep(Duration::from_secs(60));
            },
            Some(Fault::Garbage) => {
                output.write_all(b"\x05\0\0\0nonsense that is no message").expect("the service reads");
                output.flush().expect("the service reads");
            }
            Some(Fault::Error) => {
                let outcome = Outcome::Failed { error: "told to fail".to_owned() };
                write_message(&mut output, &Reply { id: request.header.id, outcome })
                    .expect("the service reads");
            }
            None => {
                let outcome = Outcome::Heard(child.hear(&request.header));
                write_message(&mut output, &Reply { id: request.header.id, outcome })
                    .expect("the service reads");
            }
        }
    }
}

/// One run of this process.
struct Child {
    scripts: Vec<Script>,
    calls: HashMap<CallId, usize>,
    state: Option<PathBuf>,
    fault: Option<(Fault, u64)>,
    requests: u64,
}

impl Child {
    fn new(options: &Options) -> Self {
        Self {
            scripts: Vec::new(),
            calls: HashMap::new(),
            state: options.state.clone(),
            fault: options.fault.zip(options.at),
            requests: 0,
        }
    }

    /// Counts a request; the fault, where it is this one's turn.
    fn fault(&mut self) -> Option<Fault> {
        self.requests += 1;
        let (fault, _) = self.fault.filter(|(_, at)| *at == self.requests)?;
        let had = self.state.as_deref().is_some_and(|state| !claim(state, "fault", ""));
        (!had).then_some(fault)
    }

    /// The words at the request's place.
    fn hear(&mut self, request: &RequestHeader) -> Transcript {
        let scripts = self.scripts.len();
        let known = self.calls.len();
        let number = *self.calls.entry(request.call_id).or_insert_with(|| match &self.state {
            Some(state) => booked(state, request.call_id),
            None => known,
        });
        let words =
            self.scripts[number % scripts].words(request.channel, request.start_sample, request.end_sample);
        let offset_ms = |at_ms: u64| at_ms.saturating_sub(request.start_sample.as_ms()) as u32;
        Transcript {
            text: words.iter().map(|word| word.text.as_str()).collect(),
            words: words
                .iter()
                .map(|word| TimedWord {
                    text: word.text.clone(),
                    start_ms: offset_ms(word.start_ms),
                    end_ms: offset_ms(word.end_ms),
                    biased: false,
                })
                .collect(),
            confidence: CONFIDENCE,
            language: request.language.clone(),
            ..Transcript::default()
        }
    }
}

/// The number of a call among those written into `state`, which takes it in where it is new.
fn booked(state: &Path, call: CallId) -> usize {
    let call = call.to_string();
    (0..)
        .find(|number| {
            let name = format!("call-{number}");
            claim(state, &name, &call)
                || std::fs::read_to_string(state.join(name)).is_ok_and(|other| other == call)
        })
        .expect("there are numbers enough")
}

/// Writes a file that nobody has written yet, whole or not at all; false where somebody has.
fn claim(state: &Path, name: &str, text: &str) -> bool {
    let draft = state.join(format!("{name}.{}", std::process::id()));
    std::fs::write(&draft, text).expect("the state directory can be written");
    let claimed = std::fs::hard_link(&draft, state.join(name)).is_ok();
    std::fs::remove_file(&draft).expect("the draft is there");
    claimed
}
