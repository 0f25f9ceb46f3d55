//! `jiesu eval speech --set DIR`: how well and at what cost speech is recognised on a set of recordings.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Config;
use crate::eval::listen::Pace;
use crate::eval::{Evaluation, set};
use crate::speech::SpeechConfig;

/// Measures, on recordings whose words are known.
#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Speech(EvalSpeech),
    Spans(super::spans::EvalSpans),
}

/// Measures speech recognition: error rates, latency, cost.
///
/// Every recording is heard twice: as a call, in call order and with partials, through the very path that a call
/// takes; and each turn in one piece by the same recogniser, which is the best that streaming could do.
#[derive(Debug, Args)]
#[command(after_long_help = help())]
struct EvalSpeech {
    /// The folder of recordings and words; the form is below.
    #[arg(long, value_name = "DIR")]
    set: PathBuf,
    /// Prints the figures as JSON.
    #[arg(long)]
    json: bool,
    /// Hears each recording as long as it lasts, so that latency and waits are those of this machine as it is now.
    #[arg(long)]
    realtime: bool,
    /// Recogniser processes.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    workers: u8,
    /// The recogniser's name in the manifest, in place of the settings'.
    #[arg(long)]
    model: Option<String>,
    /// The names of places whose error rate is told, in place of the settings' gazetteer.
    #[arg(long, value_name = "FILE")]
    places: Option<PathBuf>,
}

fn help() -> String {
    format!(
        "The set:\n\n{}\n\n\
The figures:\n\n  \
character error rate   changed, missing and extra characters in a hundred said, each channel aligned as a whole\n  \
as written             punctuation included, spaces not\n  \
normalised             without punctuation, width, script, capitals, and how numbers are written\n  \
numbers                of rows of digits and of counted ones (5 of 5号楼), the digits beside them included\n  \
names of places        of the gazetteer's names in what was said\n  \
first words            from the beginning of a turn's speech to the first text shown of it\n  \
final words            from the end of its speech to its final text; the pause that ends a turn is part of it\n  \
characters changed     shown, and then not there any more; committed ones must be none\n  \
CPU-seconds            of the recognisers and of this process, for each second of voice, while streaming\n\n\
Without --realtime the clock is the sound's: it stands still while the recogniser works and the recogniser's own \
time is added to what it answers. Latency is then that of a machine with nothing else to do, and requests wait \
for nothing but the call's other side. With --realtime it is the wall's.",
        set::FORMAT
    )
}

impl Eval {
    /// Prints the figures.
    ///
    /// # Errors
    /// A set or a recogniser that cannot be used.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Speech(command) => command.run(config),
            What::Spans(command) => command.run(),
        }
    }
}

impl EvalSpeech {
    fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        // Without a settings file the defaults serve.
        let settings = if config.exists() { Config::read(config)? } else { Config::default() };
        let recogniser = self.model.unwrap_or(settings.speech.recogniser);
        let speech = SpeechConfig::new(
            &settings.speech.models_directory,
            &recogniser,
            usize::from(self.workers),
            settings.speech.command,
        )?;
        let gazetteer = settings.hotline.gazetteer;
        let evaluation = Evaluation {
            speech,
            set: self.set,
            pace: if self.realtime { Pace::RealTime } else { Pace::Sound },
            // The default one need not be there.
            places: self.places.or_else(|| gazetteer.exists().then_some(gazetteer)),
        };
        let bar = ProgressBar::no_length();
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len}  {msg}") {
            bar.set_style(style);
        }
        // One thread: the clock of the sound relies on it.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let report = runtime.block_on(evaluation.run(|name, done, all| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
            bar.set_message(name.to_owned());
        }))?;
        bar.finish_and_clear();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{report}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
