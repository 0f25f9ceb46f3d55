//! `jiesu train`: models made from examples.

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Makes a model from examples.
#[derive(Debug, Args)]
pub(super) struct Train {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Spans(super::spans::TrainSpans),
}

impl Train {
    /// Writes the model.
    ///
    /// # Errors
    /// Examples that cannot be used, or a file that cannot be written.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Spans(command) => command.run(),
        }
    }
}
