//! `jiesu transcribe FILE.wav`: the words of a recording, both channels, by the recogniser of the settings.

mod recording;
mod written;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Config;
use crate::domain::{CallId, SAMPLE_RATE_HZ, TurnStatus};
use crate::speech::{Speech, SpeechConfig};

use recording::Recording;
use written::Form;

/// Writes down what is said in a recording.
#[derive(Debug, Args)]
#[command(
    after_help = "Ends with 0 where everything was recognised, with 1 where something was not, or where it \
    could not be tried.\nFor a film's subtitles: jiesu transcribe call.wav --srt --out call.srt"
)]
pub(super) struct Transcribe {
    /// The recording: WAV, one channel, or two (caller left, agent right); 8 or 16 kHz.
    file: PathBuf,
    /// Writes the turns as JSON, with the times of their words.
    #[arg(long, group = "form")]
    json: bool,
    /// Writes subtitles (SubRip), with the speaker before each where there are two channels.
    #[arg(long, group = "form")]
    srt: bool,
    /// Writes a line a turn: seconds from, seconds to, speaker, text. So it is without any of the three.
    #[arg(long, group = "form")]
    txt: bool,
    /// Writes to this file, once all is recognised, and not to the terminal.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The recogniser's name in the manifest, in place of the settings'.
    #[arg(long)]
    model: Option<String>,
}

impl Transcribe {
    /// Writes the turns, in the order of their beginning. Ends with failure where something was not recognised.
    ///
    /// # Errors
    /// A file that is no sound, a place that cannot be written to, or a recogniser that cannot be used.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        // Without a settings file the defaults serve.
        let mut settings = if config.exists() { Config::read(config)? } else { Config::default() }.speech;
        if let Some(model) = &self.model {
            settings.recogniser.clone_from(model);
        }
        let mut recording = Recording::open(&self.file).with_context(|| self.file.display().to_string())?;
        let out = self.out.as_deref().map(Out::beside).transpose()?;
        let directory = &settings.models_directory;
        let speech =
            SpeechConfig::new(directory, &settings.recogniser, settings.workers.max(1), settings.command)?;
        if let Some(notice) = &speech.model.entry.notice {
            eprintln!("{}\n{}", notice.zh, notice.en);
        }
        let progress = progress(&recording);
        let turns = tokio::runtime::Runtime::new()?.block_on(async {
            let speech = Speech::start(speech)?;
            let sound = recording.by_ref().inspect(|(at, _)| progress.set_position(at.0));
            anyhow::Ok(speech.transcribe(CallId::new(), sound.flat_map(|(_, pieces)| pieces)).await)
        })?;
        progress.finish_and_clear();
        recording.ended_well().with_context(|| self.file.display().to_string())?;

        let text = self.form().write(&turns, recording.channels())?;
        match out {
            Some(out) => out.keep(&text)?,
            None => std::io::stdout().lock().write_all(text.as_bytes())?,
        }
        let whole = turns.iter().all(|turn| turn.status != TurnStatus::Unrecognised);
        Ok(if whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn form(&self) -> Form {
        match (self.json, self.srt) {
            (true, _) => Form::Json,
            (false, true) => Form::Srt,
            (false, false) => Form::Text,
        }
    }
}

/// A bar of the recording's seconds on the terminal; nothing where there is none.
fn progress(recording: &Recording) -> ProgressBar {
    let bar = match recording.samples_8k() {
        Some(samples) => ProgressBar::new(samples),
        None => ProgressBar::no_length(),
    };
    let seconds = |samples: u64| samples / u64::from(SAMPLE_RATE_HZ);
    let style = ProgressStyle::with_template("{bar:40} {heard} s, {eta} to go");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).with_key(
        "heard",
        move |state: &indicatif::ProgressState, to: &mut dyn std::fmt::Write| {
            let whole = state.len().map_or_else(String::new, |length| format!(" of {}", seconds(length)));
            let _ = write!(to, "{}{whole}", seconds(state.pos()));
        },
    ));
    bar
}

/// A file that takes its place only once it is whole.
struct Out {
    path: PathBuf,
    part: PathBuf,
}

impl Out {
    /// Makes sure that it can be written, before hours are spent.
    fn beside(path: &Path) -> anyhow::Result<Self> {
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        anyhow::ensure!(!path.is_dir(), "{} is a folder; name a file in it with --out", path.display());
        std::fs::write(&part, "").with_context(|| {
            format!("{} cannot be written; name a folder that is there with --out", path.display())
        })?;
        Ok(Self { path: path.to_owned(), part })
    }

    fn keep(&self, text: &str) -> anyhow::Result<()> {
        let written = std::fs::write(&self.part, text);
        let written = written.and_then(|()| std::fs::rename(&self.part, &self.path));
        written.with_context(|| format!("{} cannot be written", self.path.display()))
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        // Gone already where it took its place.
        let _ = std::fs::remove_file(&self.part);
    }
}
