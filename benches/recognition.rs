//! What streaming recognition costs, beside its peer on the same kernels, the same recorded speech and weights of the
//! same shape: CPU-seconds for each second of voice.
//!
//! Ours is the real pipeline (voice, segments, partials, finals) with its real requests, asked of a process that
//! decodes with Whisper base's shape. The peer is whisper_streaming's policy (`local_agreement.rs`). A pass over the
//! same characters says the same number of tokens on both sides. Not counted for the peer: word times, its prompts'
//! tokenising, Python. `--seconds N` sets how much voice (20), `--beams 1` makes the peer greedy (its own is 5).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "recognition/forced.rs"]
mod forced;
#[path = "recognition/local_agreement.rs"]
mod local_agreement;
#[path = "../tests/support/random_model.rs"]
mod random_model;
#[path = "recognition/spoken.rs"]
mod spoken;

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use jiesu::audio::resample;
use jiesu::domain::{CallId, Channel, SamplePosition};
use jiesu::eval::cpu::CpuTime;
use jiesu::eval::listen::{Listener, Pace};
use jiesu::speech::protocol::{RequestHeader, RequestKind, TimedWord, Transcript};
use jiesu::speech::recogniser::{self, Recogniser};
use jiesu::speech::whisper;
use jiesu::speech::{LanguageChoice, Speech, SpeechConfig, Watched};

use forced::{Decoding, Forced, WHOLE_WINDOW};
use local_agreement::{Character, passes};
use random_model::{Ending, Shape};
use spoken::Spoken;

/// Given first, it makes this program a recogniser: then the model and the file of what is said.
const RECOGNISE: &str = "--recognise";
const VOICED_S: u64 = 20;
/// `beam_size` of whisper_streaming.
const PEER_BEAMS: i32 = 5;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [RECOGNISE, model, said] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        return recognise(Path::new(model), Path::new(said));
    }
    let number = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1)?.parse::<u64>().ok()
    };
    let spoken = Spoken::of(1_000 * number("--seconds").unwrap_or(VOICED_S))?;
    let beams = number("--beams").map_or(PEER_BEAMS, |beams| beams as i32);
    let folder = tempfile::tempdir()?;
    let (model, said) = (folder.path().join("base.bin"), folder.path().join("said.json"));
    random_model::write(&model, &Shape::BASE, 1, Ending::Never)?;
    std::fs::write(&said, serde_json::to_string(&spoken.said)?)?;
    let voiced_s = spoken.voiced_ms as f64 / 1_000.0;
    println!(
        "{voiced_s:.1} s of voice in {:.1} s of speech, {} characters; Whisper base, random weights, one thread",
        spoken.length_ms() as f64 / 1_000.0,
        spoken.said.len()
    );
    let ours = ours(&spoken, &model, &said)?.as_secs_f64() / voiced_s;
    println!("jiesu: {ours:.3} CPU-seconds a voiced second");
    let peer = peer(&spoken, &model, beams)?.as_secs_f64() / voiced_s;
    println!("whisper_streaming's policy, beam {beams}: {peer:.3} CPU-seconds a voiced second");
    println!("ratio {:.1}", peer / ours);
    Ok(())
}

/// The pipeline over the speech, front end included.
fn ours(spoken: &Spoken, model: &Path, said: &Path) -> Result<Duration, Box<dyn Error>> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let command = vec![text(&std::env::current_exe()?), RECOGNISE.to_owned(), text(model), text(said)];
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let (watch, watched) = tokio::sync::mpsc::unbounded_channel();
    let config = SpeechConfig::new(&models, "whisper-base", 1, Some(command))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let speech = Speech::start(SpeechConfig { watch: Some(watch), ..config })?;
        let silence = vec![0; 8_000];
        speech
            .recognise_whole(CallId::new(), Channel::Caller, SamplePosition(0), &silence, speech.language())
            .await;
        let mut listener = Listener::new(speech, watched);
        let before = CpuTime::now().ok_or("this system does not tell CPU time")?;
        let heard = listener
            .hear(std::slice::from_ref(&spoken.pcm_8k), LanguageChoice::Fixed("zh".to_owned()), Pace::Sound)
            .await;
        let used = CpuTime::now().ok_or("this system does not tell CPU time")?.since(before);
        for (name, kind) in [("partials", RequestKind::Partial), ("finals", RequestKind::Final)] {
            let of_kind = |watched: &Watched| match watched {
                Watched::Taken { kind: its, sound_ms, .. } if *its == kind => Some(*sound_ms),
                Watched::Taken { .. } | Watched::Answered { .. } => None,
            };
            let sound: Vec<u64> = heard.asked.iter().filter_map(|asked| of_kind(&asked.taken)).collect();
            let mean = sound.iter().sum::<u64>() as f64 / 1_000.0 / sound.len().max(1) as f64;
            println!("  {} {name} of {mean:.1} s on average", sound.len());
        }
        println!("  of this the front end {:.3} CPU-seconds", used.own.as_secs_f64());
        Ok(used.own + used.children)
    })
}

/// The peer's passes over the same speech, its own front end not counted.
fn peer(spoken: &Spoken, model: &Path, beams: i32) -> Result<Duration, Box<dyn Error>> {
    let passes = passes(&spoken.said, &spoken.segments, spoken.length_ms());
    let pcm_16k = resample::doubled(&spoken.pcm_8k);
    let mut whisper = Forced::load(model)?;
    let before = CpuTime::now().ok_or("this system does not tell CPU time")?;
    for pass in &passes {
        let sound = &pcm_16k[16 * pass.start_ms as usize..(16 * pass.end_ms as usize).min(pcm_16k.len())];
        let (characters, prompt) = (pass.characters, pass.prompt);
        whisper.decode(sound, Decoding { positions: WHOLE_WINDOW, characters, prompt, beams })?;
    }
    let used = CpuTime::now().ok_or("this system does not tell CPU time")?.since(before);
    let mean =
        passes.iter().map(|pass| pass.end_ms - pass.start_ms).sum::<u64>() / passes.len().max(1) as u64;
    println!("  {} passes of {:.1} s on average, each padded to 30 s", passes.len(), mean as f64 / 1_000.0);
    Ok(used.own)
}

/// This program as a recogniser's process.
fn recognise(model: &Path, said: &Path) -> Result<(), Box<dyn Error>> {
    let said = serde_json::from_str(&std::fs::read_to_string(said)?)?;
    let mut recogniser = Told { said, whisper: Forced::load(model)? };
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    Ok(recogniser::serve("random", &mut recogniser, &mut input, &mut output)?)
}

/// Costs what Whisper costs, and gives the words that were said.
struct Told {
    said: Vec<Character>,
    whisper: Forced,
}

impl Recogniser for Told {
    fn recognise(&mut self, header: &RequestHeader, pcm_16k: &[i16]) -> Result<Transcript, Box<dyn Error>> {
        let (start_ms, end_ms) = (header.start_sample.as_ms(), header.end_sample.as_ms());
        let said: Vec<&Character> = Spoken::between(&self.said, start_ms, end_ms).collect();
        let positions = whisper::positions(pcm_16k.len(), header.kind, WHOLE_WINDOW);
        let decoding = Decoding { positions, characters: said.len(), prompt: 0, beams: 1 };
        self.whisper.decode(pcm_16k, decoding)?;
        let ms = |at: u64| u32::try_from(at - start_ms).unwrap_or(u32::MAX);
        let word = |one: &&Character| TimedWord {
            text: one.character.to_string(),
            start_ms: ms(one.start_ms),
            end_ms: ms(one.end_ms),
            biased: false,
        };
        let text = said.iter().map(|one| one.character).collect();
        let words = said.iter().map(word).collect();
        Ok(Transcript {
            text,
            words,
            confidence: 0.9,
            language: Some("zh".to_owned()),
            ..Transcript::default()
        })
    }
}
