//! Whisper by whisper-rs, on models of random weights: built around what whisper.cpp 1.8.3 does wrong, and fit to run
//! for months.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/random_model.rs"]
mod random_model;

use std::path::{Path, PathBuf};
use std::sync::Barrier;

use jiesu::speech::protocol::{RequestKind, Transcript};
use jiesu::speech::whisper::{Whisper, WhisperFailure};
use random_model::{Ending, Shape};

const SECOND: usize = 16_000;
/// Decodes of the test of memory: the first part warms up.
const WARM_UP_DECODES: usize = 2_000;
const DECODES: usize = 20_000;
/// What memory may have grown by between the two.
const MOST_GROWN_BYTES: u64 = 1024 * 1024;
/// Recognisers that share the test of memory, to be done sooner.
const MOST_RECOGNISERS: usize = 4;

struct Bench {
    _folder: tempfile::TempDir,
    model: PathBuf,
}

impl Bench {
    fn new(ending: Ending) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model.bin");
        random_model::write(&model, &Shape::ONE_LAYER, 7, ending).unwrap();
        Self { _folder: folder, model }
    }

    fn whisper(&self) -> Whisper {
        load(&self.model, None)
    }
}

fn load(model: &Path, fixed_context: Option<u16>) -> Whisper {
    Whisper::load(model, fixed_context, &["zh".to_owned(), "en".to_owned()]).unwrap()
}

/// Something to hear, another for every `pitch`.
fn sound(samples: usize, pitch: usize) -> Vec<i16> {
    (0..samples).map(|index| ((index * pitch) % 4_000) as i16 - 2_000).collect()
}

fn final_of(whisper: &mut Whisper, pcm: &[i16]) -> Transcript {
    whisper.transcribe(pcm, RequestKind::Final, Some("zh")).unwrap()
}

#[test]
fn sound_of_any_length_is_heard_up_to_the_models_context_and_no_longer() {
    let mut whisper = Bench::new(Ending::After(3)).whisper();
    for samples in [0, 1, 200, 201, 1_599, SECOND - 1, SECOND, 2 * SECOND] {
        let heard = final_of(&mut whisper, &sound(samples, 7));
        assert_eq!(heard.text.chars().count(), 3, "{samples} samples: {heard:?}");
    }
    let refused = whisper.transcribe(&sound(2 * SECOND + 1, 7), RequestKind::Partial, Some("zh"));
    assert!(matches!(refused, Err(WhisperFailure::TooLong { length: 32_001, limit: 32_000 })), "{refused:?}");
    assert_eq!(final_of(&mut whisper, &sound(SECOND, 7)).text.chars().count(), 3, "it goes on");
}

#[test]
fn the_manifests_context_is_obeyed() {
    let bench = Bench::new(Ending::After(3));
    let mut whisper = load(&bench.model, Some(60));
    assert_eq!(final_of(&mut whisper, &sound(19_200, 7)).text.chars().count(), 3);
    let refused = whisper.transcribe(&sound(19_201, 7), RequestKind::Final, Some("zh"));
    assert!(matches!(refused, Err(WhisperFailure::TooLong { limit: 19_200, .. })), "{refused:?}");
}

#[test]
fn a_partial_says_what_the_final_says() {
    let mut whisper = Bench::new(Ending::After(8)).whisper();
    let pcm = sound(SECOND + 3_200, 11);
    let heard = final_of(&mut whisper, &pcm);
    let partial = whisper.transcribe(&pcm, RequestKind::Partial, Some("zh")).unwrap();
    assert_eq!(partial.text, heard.text);
    assert_eq!(partial.mean_log_probability, heard.mean_log_probability);
    assert!(partial.mean_log_probability.unwrap() < 0.0);
    let no_speech = heard.no_speech_probability.unwrap();
    assert!((0.0..=1.0).contains(&no_speech) && partial.no_speech_probability.is_none());
}

#[test]
fn where_the_heads_are_known_words_have_times_or_none() {
    // OpenAI's tiny, but for what it costs. Random heads give times that may well be none.
    let shape = Shape { width: 384, heads: 6, encoder_layers: 4, decoder_layers: 4, ..Shape::ONE_LAYER };
    let bench = Bench::new(Ending::After(4));
    random_model::write(&bench.model, &shape, 7, Ending::After(4)).unwrap();
    let mut whisper = bench.whisper();
    for pitch in [7, 11, 13] {
        let heard = final_of(&mut whisper, &sound(SECOND, pitch));
        assert_eq!(heard.text.chars().count(), 4);
        let joined: String = heard.words.iter().map(|word| word.text.as_str()).collect();
        assert!(heard.words.is_empty() || joined == heard.text, "{heard:?}");
        assert!(heard.words.iter().all(|word| word.start_ms <= word.end_ms && word.end_ms <= 1_000));
    }
}

#[test]
fn nothing_is_carried_from_one_piece_of_sound_to_the_next() {
    let mut whisper = Bench::new(Ending::After(5)).whisper();
    let first = final_of(&mut whisper, &sound(SECOND, 7));
    // whisper.cpp's own no-speech probability would be that of what came before.
    for (samples, pitch) in [(SECOND / 2, 3), (2 * SECOND, 13), (0, 1)] {
        final_of(&mut whisper, &sound(samples, pitch));
        assert_eq!(final_of(&mut whisper, &sound(SECOND, 7)), first);
    }
}

#[test]
fn a_search_says_the_same_each_time_and_leaves_partials_alone() {
    let bench = Bench::new(Ending::After(6));
    let (mut greedy, mut searching) = (bench.whisper(), bench.whisper().with_beams(5));
    for pitch in [3, 7, 13] {
        let pcm = sound(SECOND, pitch);
        let first = final_of(&mut greedy, &pcm);
        let found = final_of(&mut searching, &pcm);
        assert_eq!(found.text.chars().count(), 6);
        let partial = searching.transcribe(&pcm, RequestKind::Partial, Some("zh")).unwrap();
        assert_eq!(partial.text, first.text);
        assert_eq!(final_of(&mut searching, &pcm), found);
    }
    let mut endless = Bench::new(Ending::Never).whisper().with_beams(5);
    assert_eq!(final_of(&mut endless, &sound(SECOND / 4, 7)).text.chars().count(), 20);
}

#[test]
fn a_model_that_never_ends_is_ended() {
    let mut whisper = Bench::new(Ending::Never).whisper();
    for kind in [RequestKind::Partial, RequestKind::Final] {
        let heard = whisper.transcribe(&sound(SECOND / 4, 7), kind, Some("zh")).unwrap();
        assert_eq!(heard.text.chars().count(), 20, "{kind:?}: {heard:?}");
    }
}

#[test]
fn a_model_may_hear_nothing() {
    let mut whisper = Bench::new(Ending::After(0)).whisper();
    let heard = final_of(&mut whisper, &sound(SECOND, 7));
    assert_eq!((heard.text.as_str(), heard.words.len(), heard.mean_log_probability), ("", 0, None));
    assert!(heard.no_speech_probability.is_some());
}

#[test]
fn which_of_the_manifests_languages_is_spoken_is_found_out() {
    let bench = Bench::new(Ending::After(4));
    let pcm = sound(SECOND, 7);
    let found = bench.whisper().transcribe(&pcm, RequestKind::Partial, None).unwrap();
    let language = found.language.clone().unwrap();
    assert!(["zh", "en"].contains(&language.as_str()), "{language}");
    // The likeliest is tried first; the one that is found is decoded in, whichever is named first.
    let turned = ["en".to_owned(), "zh".to_owned()];
    let mut turned = Whisper::load(&bench.model, None, &turned).unwrap();
    for kind in [RequestKind::Partial, RequestKind::Final] {
        let again = turned.transcribe(&pcm, kind, None).unwrap();
        let asked = turned.transcribe(&pcm, kind, Some(&language)).unwrap();
        assert_eq!((again.language.as_ref(), &again.text), (Some(&language), &asked.text));
        assert_eq!(again.text, found.text);
    }
    let unknown = turned.transcribe(&pcm, RequestKind::Final, Some("tlh"));
    assert!(matches!(unknown, Err(WhisperFailure::Language(_))), "{unknown:?}");
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.bin");
    std::fs::write(&path, "not a model").unwrap();
    assert!(matches!(Whisper::load(&path, None, &[]), Err(WhisperFailure::Load { .. })));
}

#[test]
fn memory_stays_where_it_is() {
    let bench = Bench::new(Ending::After(1));
    let recognisers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_RECOGNISERS);
    let (before, after) = (Barrier::new(recognisers + 1), Barrier::new(recognisers + 1));
    let pcm = sound(SECOND, 7);
    let decode = || {
        let mut whisper = bench.whisper();
        let mut hear = |decodes: usize| {
            for index in 0..decodes / recognisers {
                let (kind, language) = match index % 16 {
                    0 => (RequestKind::Final, Some("zh")),
                    1 => (RequestKind::Partial, None),
                    2 => (RequestKind::Partial, Some("en")),
                    _ => (RequestKind::Partial, Some("zh")),
                };
                whisper.transcribe(&pcm, kind, language).unwrap();
            }
        };
        hear(WARM_UP_DECODES);
        before.wait();
        // Nobody decodes while the test looks.
        before.wait();
        hear(DECODES - WARM_UP_DECODES);
        after.wait();
        after.wait();
    };
    let (warm, end) = std::thread::scope(|scope| {
        for _ in 0..recognisers {
            scope.spawn(decode);
        }
        let look = |barrier: &Barrier| {
            barrier.wait();
            let bytes = resident_bytes();
            barrier.wait();
            bytes
        };
        (look(&before), look(&after))
    });
    println!("{warm} bytes after {WARM_UP_DECODES} decodes, {end} after {DECODES}");
    assert!(end <= warm + MOST_GROWN_BYTES, "memory grew from {warm} to {end} bytes");
}

/// This process's memory that is really there.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() * 1024
}
