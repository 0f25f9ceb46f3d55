//! `jiesu eval`: measures, one file per thing measured.

mod categories;
mod speech;

use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Measures, on what is known.
#[derive(Debug, Args)]
pub(super) struct Eval {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Speech(speech::EvalSpeech),
    Categories(categories::EvalCategories),
    Spans(super::spans::EvalSpans),
}

impl Eval {
    /// Prints the figures.
    ///
    /// # Errors
    /// A set, a recogniser or a model that cannot be used.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Speech(command) => command.run(config),
            What::Categories(command) => command.run(),
            What::Spans(command) => command.run(),
        }
    }
}
