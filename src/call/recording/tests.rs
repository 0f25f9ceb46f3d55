#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::Instant;

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::audio::wav::{Wav, header};
use crate::call::window::Window;
use crate::domain::{Channel, SamplePosition};

const PACKET: usize = 160;

/// A sample that tells where it belongs; never silence.
fn sample(channel: Channel, position: usize) -> i16 {
    let level = i16::try_from(position % 10_000).unwrap() + 1;
    match channel {
        Channel::Caller => level,
        Channel::Agent => -level,
    }
}

fn packet(channel: Channel, number: usize) -> Vec<i16> {
    (number * PACKET..(number + 1) * PACKET).map(|position| sample(channel, position)).collect()
}

/// What a channel should hold, given the packets recorded.
fn expected(channel: Channel, numbers: &[usize], samples: usize) -> Vec<i16> {
    let mut sound = vec![0; samples];
    for number in numbers {
        sound[number * PACKET..(number + 1) * PACKET].copy_from_slice(&packet(channel, *number));
    }
    sound
}

fn sha256_of(path: &Path) -> String {
    Sha256::digest(std::fs::read(path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().unwrap()
}

#[test]
fn both_channels_are_written_in_their_places_and_hashed() {
    let directory = tempfile::tempdir().unwrap();
    let call_id = CallId::new();
    let (mut recorder, mut events) = Recorder::open(directory.path(), call_id, Instant::now()).unwrap();
    let at = |number: usize| SamplePosition((number * PACKET) as u64);
    recorder.record(Channel::Caller, at(0), &packet(Channel::Caller, 0));
    recorder.record(Channel::Agent, at(3), &packet(Channel::Agent, 3));
    recorder.record(Channel::Caller, at(5), &packet(Channel::Caller, 5));
    let closed = runtime().block_on(recorder.close(SamplePosition(2_000))).unwrap();
    assert_eq!(closed.path, closed_path(directory.path(), call_id));
    assert_eq!(locate(directory.path(), call_id), Some(closed.path.clone()));
    assert_eq!(closed.sha256, sha256_of(&closed.path));
    assert_eq!((closed.samples, closed.lost_samples), (2_000, 0));
    let wav = Wav::read(&closed.path).unwrap();
    assert_eq!(wav.rate_hz, 8_000);
    assert_eq!(
        wav.channels,
        [expected(Channel::Caller, &[0, 5], 2_000), expected(Channel::Agent, &[3], 2_000)]
    );
    assert!(events.try_recv().is_err(), "nothing failed");
    assert!(!open_path(directory.path(), call_id).exists());
}

#[test]
fn a_recorder_that_is_dropped_still_closes_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let call_id = CallId::new();
    let (mut recorder, mut events) = Recorder::open(directory.path(), call_id, Instant::now()).unwrap();
    recorder.record(Channel::Agent, SamplePosition(80), &packet(Channel::Agent, 0));
    drop(recorder);
    // The events end with the writer.
    assert!(runtime().block_on(events.recv()).is_none());
    assert_eq!(Wav::read(&closed_path(directory.path(), call_id)).unwrap().samples(), 240);
}

#[test]
fn a_position_out_of_all_reason_is_counted_as_lost_and_fills_no_disk() {
    let directory = tempfile::tempdir().unwrap();
    let (mut recorder, _events) = Recorder::open(directory.path(), CallId::new(), Instant::now()).unwrap();
    recorder.record(Channel::Caller, SamplePosition(u64::MAX - 50), &[1; 160]);
    recorder.record(Channel::Caller, SamplePosition(0), &[1; 160]);
    let closed = runtime().block_on(recorder.close(SamplePosition(160))).unwrap();
    assert_eq!((closed.samples, closed.lost_samples), (160, 160));
}

#[test]
fn a_folder_that_cannot_be_made_is_told_and_ends_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let in_the_way = directory.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let (mut recorder, mut events) = Recorder::open(&in_the_way, CallId::new(), Instant::now()).unwrap();
    recorder.record(Channel::Caller, SamplePosition(0), &[1; 160]);
    let runtime = runtime();
    let told = runtime.block_on(events.recv()).unwrap();
    let RecorderEvent::Failed(fault) = told else { panic!("{told:?}") };
    assert!(fault.to_string().starts_with("the recording "), "{fault}");
    // Room is made: what was kept in memory is written, and nothing was lost.
    std::fs::remove_file(&in_the_way).unwrap();
    assert!(matches!(runtime.block_on(events.recv()), Some(RecorderEvent::Resumed)));
    let closed = runtime.block_on(recorder.close(SamplePosition(160))).unwrap();
    assert_eq!(closed.lost_samples, 0);
    assert_eq!(Wav::read(&closed.path).unwrap().channels[0][..160], [1; 160]);
}

#[test]
fn a_writer_that_cannot_close_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let in_the_way = directory.path().join("file");
    std::fs::write(&in_the_way, "").unwrap();
    let (recorder, _events) = Recorder::open(&in_the_way, CallId::new(), Instant::now()).unwrap();
    let outcome = runtime().block_on(recorder.close(SamplePosition(160)));
    assert!(matches!(outcome, Err(RecordingError::File { .. })));
}

#[test]
fn what_a_crash_left_open_is_mended_and_hashed() {
    let directory = tempfile::tempdir().unwrap();
    let sound: Vec<u8> = (0_u8..101).collect();
    let left = |bytes: &[u8]| {
        let call_id = CallId::new();
        std::fs::write(open_path(directory.path(), call_id), bytes).unwrap();
        call_id
    };
    // 25 whole frames and a torn one behind a header that counts 10; an empty file; half a header.
    let torn = left(&[header(2, 8_000, 40).as_slice(), &sound].concat());
    let empty = left(b"");
    let half = left(&header(2, 8_000, 0)[..20]);
    std::fs::write(directory.path().join("notes.part.wav"), "not a call").unwrap();
    std::fs::write(directory.path().join(format!("{}.wav", CallId::new())), "closed").unwrap();

    let recovery = recover(directory.path()).unwrap();
    assert!(recovery.failed.is_empty());
    let found: Vec<_> = recovery.recovered.iter().map(|found| (found.call_id, found.samples)).collect();
    assert_eq!(found, [(torn, 25), (empty, 0), (half, 0)]);
    for found in &recovery.recovered {
        assert_eq!(found.sha256, sha256_of(&found.path));
        assert_eq!(Wav::read(&found.path).unwrap().samples() as u64, found.samples);
    }
    assert_eq!(std::fs::read(&recovery.recovered[0].path).unwrap()[44..], sound[..100]);
    // Nothing is open any more, and what is no call's was left alone.
    assert!(recover(directory.path()).unwrap().recovered.is_empty());
    // And what was closed is known again, should its closing not have been written down.
    assert_eq!(super::closed(directory.path(), torn).unwrap().as_ref(), Some(&recovery.recovered[0]));
    assert_eq!(super::closed(directory.path(), CallId::new()).unwrap(), None);
    assert!(directory.path().join("notes.part.wav").exists());
}

#[test]
fn a_file_that_refuses_does_not_keep_the_others_open() {
    let directory = tempfile::tempdir().unwrap();
    let (refusing, good) = (CallId::new(), CallId::new());
    std::fs::create_dir(open_path(directory.path(), refusing)).unwrap();
    std::fs::write(open_path(directory.path(), good), header(2, 8_000, 0)).unwrap();
    let recovery = recover(directory.path()).unwrap();
    assert_eq!(recovery.recovered.iter().map(|found| found.call_id).collect::<Vec<_>>(), [good]);
    assert_eq!(recovery.failed.iter().map(|(call_id, _)| *call_id).collect::<Vec<_>>(), [refusing]);
    assert!(recover(&directory.path().join("none")).unwrap().recovered.is_empty());
}

/// Packets lost, doubled and moved about, on either channel.
fn packets() -> impl Strategy<Value = Vec<(Channel, usize)>> {
    let one = (prop::sample::select(Channel::BOTH.to_vec()), 0..60_usize);
    prop::collection::vec(one, 0..200)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In whatever order packets come, and wherever the window is written out between them, the file is the same.
    #[test]
    fn sound_lies_by_its_position_whatever_the_order(
        packets in packets(), written_out in prop::collection::vec(0..60_usize, 0..6),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let mut file = file::RecordingFile::create(directory.path().join("x.part.wav")).unwrap();
        let mut window = Window::starting_at(0);
        let every = packets.len() / (written_out.len() + 1) + 1;
        let mut write_out = |window: &mut Window<2>, end: u64| {
            window.reach(end);
            file.write(window.start(), &recorder::bytes(window, end)).1.unwrap();
            window.forget(end);
        };
        let mut late = Vec::new();
        for (index, (channel, number)) in packets.iter().enumerate() {
            if index % every == every - 1 {
                let end = (written_out.get(index / every).copied().unwrap_or(0) * PACKET + 7) as u64;
                let end = end.max(window.start());
                write_out(&mut window, end);
            }
            let (at, sound) = ((number * PACKET) as u64, packet(*channel, *number));
            let before = window.place(channel.index(), at, &sound).len();
            late.push((*channel, at, sound[..before].to_vec()));
        }
        let end = (61 * PACKET) as u64;
        let end = end.max(window.end());
        write_out(&mut window, end);
        for (channel, at, sound) in late {
            file.patch(channel, at, &sound).unwrap();
        }
        let closed = file.close(&directory.path().join("x.wav"), 0).unwrap();
        let wav = Wav::read(&closed.path).unwrap();
        for channel in Channel::BOTH {
            let numbers: Vec<_> =
                packets.iter().filter(|(of, _)| *of == channel).map(|(_, number)| *number).collect();
            prop_assert_eq!(&wav.channels[channel.index()], &expected(channel, &numbers, end as usize));
        }
    }
}
