//! `jiesu transcribe FILE.wav`: the words of a recording, both channels, by the recogniser of the settings.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::Args;

use crate::audio::resample::Downsampler;
use crate::audio::wav::Wav;
use crate::config::Config;
use crate::domain::{CallId, Channel, SAMPLE_RATE_HZ, SamplePosition, Turn, TurnStatus};
use crate::speech::{Speech, SpeechConfig};

/// Samples given to the ears at a time: one second.
const PIECE_SAMPLES: usize = SAMPLE_RATE_HZ as usize;

/// Writes down what is said in a recording.
#[derive(Debug, Args)]
pub(super) struct Transcribe {
    /// The recording: WAV, one channel, or two (caller left, agent right); 8 or 16 kHz.
    file: PathBuf,
    /// Prints the turns as JSON, with the times of their words.
    #[arg(long)]
    json: bool,
    /// The recogniser's name in the manifest, in place of the settings'.
    #[arg(long)]
    model: Option<String>,
}

impl Transcribe {
    /// Prints the turns, in the order of their beginning. Ends with failure where something was not recognised.
    ///
    /// # Errors
    /// A file that is no sound, or a recogniser that cannot be used.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        // Without a settings file the defaults serve.
        let mut settings = if config.exists() { Config::read(config)? } else { Config::default() }.speech;
        if let Some(model) = self.model {
            settings.recogniser = model;
        }
        let named = || format!("{}", self.file.display());
        let channels = at_8_khz(Wav::read(&self.file).with_context(named)?).with_context(named)?;
        let directory = &settings.models_directory;
        let speech = SpeechConfig::new(directory, &settings.recogniser, settings.workers, settings.command)?;
        if let Some(notice) = &speech.model.entry.notice {
            eprintln!("{}\n{}", notice.zh, notice.en);
        }
        let turns = tokio::runtime::Runtime::new()?.block_on(async {
            let speech = Speech::start(speech)?;
            anyhow::Ok(speech.transcribe(CallId::new(), pieces(&channels)).await)
        })?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&turns)?);
        } else {
            turns.iter().for_each(|turn| println!("{}", line(turn)));
        }
        let whole = turns.iter().all(|turn| turn.status != TurnStatus::Unrecognised);
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The channels at the recording's rate.
fn at_8_khz(wav: Wav) -> anyhow::Result<Vec<Vec<i16>>> {
    let channels = wav.channels.len();
    ensure!((1..=Channel::BOTH.len()).contains(&channels), "{channels} channels where one or two are read");
    match wav.rate_hz {
        8_000 => Ok(wav.channels),
        16_000 => Ok(wav.channels.iter().map(|channel| halved(channel)).collect()),
        other => bail!("{other} Hz where 8000 or 16000 are read; `sox IN.wav -r 8000 OUT.wav` makes it so"),
    }
}

fn halved(pcm_16k: &[i16]) -> Vec<i16> {
    let (mut downsampler, mut pcm_8k) = (Downsampler::default(), Vec::new());
    downsampler.push(pcm_16k, &mut pcm_8k);
    downsampler.finish(&mut pcm_8k);
    pcm_8k
}

/// The sound in pieces, the channels side by side as in a call.
fn pieces(channels: &[Vec<i16>]) -> impl Iterator<Item = (Channel, SamplePosition, Vec<i16>)> + '_ {
    let longest = channels.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).step_by(PIECE_SAMPLES).flat_map(move |at| {
        Channel::BOTH.into_iter().zip(channels).filter_map(move |(channel, pcm)| {
            let piece = pcm.get(at..(at + PIECE_SAMPLES).min(pcm.len()))?;
            (!piece.is_empty()).then(|| (channel, SamplePosition(at as u64), piece.to_vec()))
        })
    })
}

fn line(turn: &Turn) -> String {
    let seconds = |at: SamplePosition| at.as_ms() as f64 / 1_000.0;
    let channel = match turn.channel {
        Channel::Caller => "caller",
        Channel::Agent => "agent",
    };
    let text = match turn.status {
        TurnStatus::Recognised => turn.text.clone(),
        TurnStatus::Unrecognised => "(not recognised)".to_owned(),
        TurnStatus::Suppressed => format!("(probably misheard: {})", turn.text),
    };
    format!("{:8.2} {:8.2}  {channel:6}  {text}", seconds(turn.start_sample), seconds(turn.end_sample))
}
