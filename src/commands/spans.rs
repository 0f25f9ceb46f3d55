//! `jiesu train spans` and `jiesu eval spans`: a model that finds spans, made from marked texts and measured on them.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use crate::learning::spans::{examples, measure, train};
use crate::understanding::tagger::Tagger;

const FORMAT: &str = "The file:\n\n  \
NAME.jsonl, NAME.json   a text a line: {\"text\":\"…\",\"label\":{\"name\":{\"李明\":[[3,4]]}}}; places count \
characters from 0, the last one included\n  \
any other name          a token and its tag a line (B-LABEL, I-LABEL, O), a blank line between texts";

/// Learns to find spans (names, addresses and their parts) from texts in which they are marked.
#[derive(Debug, Args)]
#[command(after_long_help = FORMAT)]
pub(super) struct TrainSpans {
    /// The marked texts.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Where the model goes.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
}

/// Measures a model of spans: precision, recall and F1 of each label, and how many texts are right as a whole.
#[derive(Debug, Args)]
#[command(after_long_help = FORMAT)]
pub(super) struct EvalSpans {
    /// The model.
    #[arg(long, value_name = "MODEL")]
    model: PathBuf,
    /// The marked texts.
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// Prints the figures as JSON.
    #[arg(long)]
    json: bool,
}

impl TrainSpans {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let examples = examples::read(&self.data)?;
        let cannot = || format!("{}: cannot be written", self.out.display());
        // Begun before the minutes of training, that none are lost to a wrong path; whole or not at all, for a
        // service may be reading the model.
        let part = self.out.with_extension("model.part");
        std::fs::write(&part, []).with_context(cannot)?;
        let (bytes, labels) = learn(&examples).inspect_err(|_| drop(std::fs::remove_file(&part)))?;
        std::fs::write(&part, &bytes)
            .and_then(|()| std::fs::rename(&part, &self.out))
            .inspect_err(|_| drop(std::fs::remove_file(&part)))
            .with_context(cannot)?;
        let texts = examples.len();
        println!("{}: {texts} texts, {labels} labels, {} bytes", self.out.display(), bytes.len());
        Ok(ExitCode::SUCCESS)
    }
}

impl EvalSpans {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let tagger = Tagger::read(&self.model)?;
        let report = measure::measure(&tagger, &examples::read(&self.data)?);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{report}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The model's bytes, and how many labels it knows.
fn learn(examples: &[examples::Example]) -> anyhow::Result<(Vec<u8>, usize)> {
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{bar:40} pass {pos} of {len}") {
        bar.set_style(style);
    }
    let tagger = train(examples, |pass, all| {
        bar.set_length(all as u64);
        bar.set_position(pass as u64);
    })?;
    bar.finish_and_clear();
    Ok((tagger.to_bytes()?, tagger.labels().len()))
}
