//! Recordings under a process that is killed and on a disk that is full, with real files and a real clock.
//! Each test is its own child: it runs itself again with the folder in the environment, and that one records.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use jiesu::audio::wav::Wav;
use jiesu::call::recording::{Recorder, RecorderEvent, open_path, recover};
use jiesu::domain::{CallId, Channel, SamplePosition};

const FOLDER: &str = "JIESU_TEST_RECORDING_FOLDER";
const RATE: usize = 8_000;

/// The folder to record in, where this process is the child.
fn folder_of_the_child() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// This test again, as a child that records in `folder`. `limits` are shell commands before it.
fn child(test: &str, folder: &Path, limits: &str) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut child = Command::new("sh")
        .arg("-c")
        .arg(format!("{limits} exec \"$0\" \"$@\""))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (child, stdin, BufReader::new(stdout))
}

/// A sample that tells where it belongs; never silence.
fn sample(channel: Channel, position: usize) -> i16 {
    let level = i16::try_from(position % 10_000).unwrap() + 1;
    match channel {
        Channel::Caller => level,
        Channel::Agent => -level,
    }
}

fn sound(channel: Channel, from: usize, to: usize) -> Vec<i16> {
    (from..to).map(|position| sample(channel, position)).collect()
}

/// What the child says, as numbers behind a word.
fn told(output: &mut impl BufRead, word: &str) -> Option<usize> {
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        // The test harness prints on the same line before the first of ours.
        if let Some((_, number)) = line.split_once(word) {
            return Some(number.trim().parse().unwrap());
        }
        line.clear();
    }
    None
}

fn tell(word: &str, number: usize) {
    println!("{word}{number}");
    std::io::stdout().flush().unwrap();
}

#[test]
fn a_process_that_is_killed_loses_at_most_a_second() {
    const PACKET: usize = 160;
    if let Some(folder) = folder_of_the_child() {
        let answered_at = Instant::now();
        let (mut recorder, _events) = Recorder::open(&folder, CallId::new(), answered_at).unwrap();
        for number in 0.. {
            let (from, to) = (number * PACKET, (number + 1) * PACKET);
            let due = answered_at + Duration::from_millis(to as u64 / 8);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            for channel in Channel::BOTH {
                recorder.record(channel, SamplePosition(from as u64), &sound(channel, from, to));
            }
            tell("recorded=", to);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _stdin, mut output) =
        child("a_process_that_is_killed_loses_at_most_a_second", folder.path(), "");
    while told(&mut output, "recorded=").unwrap() < 3 * RATE {}
    child.kill().unwrap();
    child.wait().unwrap();
    // What it had said before it died.
    let mut recorded = 3 * RATE;
    while let Some(more) = told(&mut output, "recorded=") {
        recorded = more;
    }

    let recovery = recover(folder.path()).unwrap();
    assert!(recovery.failed.is_empty());
    let [recovered] = recovery.recovered.as_slice() else { panic!("one recording was open: {recovery:?}") };
    let samples = usize::try_from(recovered.samples).unwrap();
    assert!(samples + RATE >= recorded, "{samples} of {recorded} samples");
    let wav = Wav::read(&recovered.path).unwrap();
    assert_eq!(wav.samples(), samples);
    for channel in Channel::BOTH {
        let heard = samples.min(recorded);
        assert_eq!(wav.channels[channel.index()][..heard], sound(channel, 0, heard));
    }
}

#[test]
fn a_full_disk_is_told_and_costs_what_it_must_and_no_more() {
    /// Seconds recorded before and after there was room again.
    const BEFORE: usize = 40;
    const AFTER: usize = 4;
    /// Kept in memory while the disk is full.
    const KEPT: usize = 30;
    /// Room on the disk, in seconds and in the shell's blocks of 512 bytes.
    const ROOM: usize = 4;
    const ROOM_BLOCKS: usize = ROOM * RATE * 4 / 512;
    if let Some(folder) = folder_of_the_child() {
        let call_id = CallId::new();
        let (mut recorder, mut events) = Recorder::open(&folder, call_id, Instant::now()).unwrap();
        let mut record = |second: usize| {
            for channel in Channel::BOTH {
                let (from, to) = (second * RATE, (second + 1) * RATE);
                recorder.record(channel, SamplePosition(from as u64), &sound(channel, from, to));
            }
        };
        (0..BEFORE).for_each(&mut record);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let Some(RecorderEvent::Failed(fault)) = runtime.block_on(events.recv()) else {
            panic!("no failure")
        };
        assert!(fault.to_string().contains(".part.wav"), "{fault}");
        // It has tried some times by now with all that was recorded, and gave up what it cannot keep.
        std::thread::sleep(Duration::from_secs(1));
        // What was written before is playable.
        let so_far = Wav::read(&open_path(&folder, call_id)).unwrap();
        assert!(so_far.channels[0].iter().zip(0..).all(|(heard, at)| *heard == sample(Channel::Caller, at)));
        tell("failed=", so_far.samples());
        std::io::stdin().read_line(&mut String::new()).unwrap();
        let Some(RecorderEvent::Resumed) = runtime.block_on(events.recv()) else { panic!("not resumed") };
        (BEFORE..BEFORE + AFTER).for_each(&mut record);
        let end = SamplePosition(((BEFORE + AFTER) * RATE) as u64);
        let closed = runtime.block_on(recorder.close(end)).unwrap();
        tell("lost=", usize::try_from(closed.lost_samples).unwrap());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // A file that may not grow fails as one on a full disk does; the signal that comes with it is not wanted.
    let limits = format!("trap '' XFSZ; ulimit -S -f {ROOM_BLOCKS};");
    let test = "a_full_disk_is_told_and_costs_what_it_must_and_no_more";
    let (mut child, mut stdin, mut output) = child(test, folder.path(), &limits);
    let written = told(&mut output, "failed=").unwrap();
    let room = Command::new("prlimit")
        .args(["--pid", &child.id().to_string(), "--fsize=unlimited"])
        .status()
        .unwrap();
    assert!(room.success());
    stdin.write_all(b"\n").unwrap();
    let lost = told(&mut output, "lost=").unwrap();
    assert!(child.wait().unwrap().success());

    let closed = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let wav = Wav::read(&closed).unwrap();
    assert_eq!(wav.samples(), (BEFORE + AFTER) * RATE);
    assert!(lost > 0 && lost <= (BEFORE - KEPT) * RATE, "{lost}");
    for channel in Channel::BOTH {
        let heard = &wav.channels[channel.index()];
        // A hole of silence, as long as what was lost, and all else in its place.
        let silent = heard.iter().filter(|sample| **sample == 0).count();
        assert_eq!(silent, lost);
        let hole = heard.iter().position(|sample| *sample == 0).unwrap();
        assert!(hole >= written, "what was written is kept: {hole}, {written}");
        assert!(hole + lost <= BEFORE * RATE);
        assert_eq!(heard[..hole], sound(channel, 0, hole));
        assert_eq!(heard[hole + lost..], sound(channel, hole + lost, (BEFORE + AFTER) * RATE));
    }
}
