//! A recogniser for tests of the pool, spoken to over the protocol of `jiesu::speech::protocol`. It hears nothing:
//! it says back what it was asked, writes down that it was, and goes wrong as told. An example of this package, so
//! that it is never part of `jiesu`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs)]

use std::fs::OpenOptions;
use std::io::{Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, ValueEnum};
use jiesu::speech::protocol::{
    Hello, Outcome, Reply, Request, RequestHeader, RequestKind, Transcript, VERSION, write_message,
};

#[derive(Parser)]
struct Options {
    /// A line for each request is added here: process, kind, channel, start, language, names.
    #[arg(long)]
    log: PathBuf,
    /// What it says, in place of whom it heard where; names that come with a request are said after it.
    #[arg(long)]
    say: Option<String>,
    /// The language it finds where it is told none.
    #[arg(long)]
    find: Option<String>,
    /// Time each answer takes.
    #[arg(long, default_value_t = 0)]
    slow_ms: u64,
    /// The n-th answer waits until this file has n bytes: how fast this recogniser is, is in the test's hand.
    #[arg(long)]
    permits: Option<PathBuf>,
    /// What goes wrong with finals.
    #[arg(long)]
    fault: Option<Fault>,
    /// How often it goes wrong, all processes taken together.
    #[arg(long, default_value_t = u32::MAX)]
    times: u32,
    /// It goes wrong only with requests that bring names.
    #[arg(long)]
    with_names: bool,
    /// Says that it cannot start.
    #[arg(long)]
    refuse: bool,
    /// The version of the protocol that it says it speaks.
    #[arg(long, default_value_t = VERSION)]
    version: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Fault {
    Die,
    Hang,
    Garbage,
    Error,
    OtherRequest,
    EndlessMessage,
}

fn main() {
    let options = Options::parse();
    let (mut input, mut output) = (stdin().lock(), stdout().lock());
    let error = options.refuse.then(|| "told to refuse".to_owned());
    let hello = Hello { ready: !options.refuse, name: "echo".to_owned(), version: options.version, error };
    write_message(&mut output, &hello).unwrap();
    let mut answers = 0;
    // The service may kill this process in the middle of a message.
    while let Ok(Some(request)) = Request::read(&mut input) {
        note(&options.log, &request.header);
        std::thread::sleep(Duration::from_millis(options.slow_ms));
        answers += 1;
        wait_for_permit(options.permits.as_deref(), answers);
        let fault = options.fault.filter(|_| {
            let meant = !options.with_names || !request.header.bias.is_empty();
            meant && request.header.kind == RequestKind::Final && claim_fault(&options.log, options.times)
        });
        let mut answer =
            Reply { id: request.header.id, outcome: Outcome::Heard(said_back(&request, &options)) };
        match fault {
            None => {}
            Some(Fault::Die) => std::process::exit(3),
            Some(Fault::Hang) => loop {
                std::thread::sleep(Duration::from_secs(60));
            },
            Some(Fault::Garbage) => output.write_all(b"\x05\0\0\0nonsense").unwrap(),
            Some(Fault::EndlessMessage) => output.write_all(&u32::MAX.to_le_bytes()).unwrap(),
            Some(Fault::Error) => answer.outcome = Outcome::Failed { error: "told to fail".to_owned() },
            Some(Fault::OtherRequest) => answer.id += 7,
        }
        if write_message(&mut output, &answer).is_err() {
            return;
        }
    }
}

fn wait_for_permit(permits: Option<&Path>, answer: u64) {
    let given = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
    while permits.is_some_and(|path| given(path) < answer) {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn said_back(request: &Request, options: &Options) -> Transcript {
    let RequestHeader { channel, start_sample, language, bias, .. } = &request.header;
    let text = match &options.say {
        Some(said) => format!("{said}{}", bias.concat()),
        None => format!("{channel:?} {}", start_sample.0),
    };
    let language = language.clone().or(options.find.clone());
    Transcript { text, confidence: 1.0, language, ..Transcript::default() }
}

fn note(log: &Path, header: &RequestHeader) {
    let mut log = OpenOptions::new().create(true).append(true).open(log).unwrap();
    let kind = if header.kind == RequestKind::Final { "final" } else { "partial" };
    let RequestHeader { channel, start_sample, language, bias, .. } = header;
    let language = language.as_deref().unwrap_or("-");
    let names = bias.join(",");
    let line = format!("{} {kind} {channel:?} {} {language} {names}\n", std::process::id(), start_sample.0);
    log.write_all(line.as_bytes()).unwrap();
}

/// True the first `times` times, over all processes with the same log.
fn claim_fault(log: &Path, times: u32) -> bool {
    let file = |number: u32| log.with_extension(format!("fault-{number}"));
    let claim = |number| OpenOptions::new().create_new(true).write(true).open(file(number)).is_ok();
    times == u32::MAX || (0..times).any(claim)
}
