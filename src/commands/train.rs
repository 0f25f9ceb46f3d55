//! `jiesu train categories --data PATH --out MODEL`: makes a model from examples.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::learning::categories::{examples, train};

/// Makes models from examples.
#[derive(Debug, Args)]
pub(super) struct Train {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Categories(TrainCategories),
}

/// Makes a model of categories: from what is said to what it is filed under.
///
/// The service uses the model that lies beside the taxonomy and has its name: `dagang.model` beside `dagang.toml`.
#[derive(Debug, Args)]
struct TrainCategories {
    /// A file of lines {"title": "", "body": "…", "label": "04-01"}, or a folder of such files, NAME.jsonl. What is
    /// learnt from is the body.
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Where the model goes.
    #[arg(long, value_name = "MODEL")]
    out: PathBuf,
}

impl Train {
    /// Writes the model.
    ///
    /// # Errors
    /// Examples that cannot be learnt from, or a place that cannot be written.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Categories(command) => command.run(),
        }
    }
}

impl TrainCategories {
    fn run(self) -> anyhow::Result<ExitCode> {
        let examples = examples::read(&self.data)?;
        let model = train(&examples)?;
        let bytes = model.to_bytes()?;
        // Whole or not at all: a service may be reading it.
        let part = self.out.with_extension("model.part");
        std::fs::write(&part, &bytes)
            .and_then(|()| std::fs::rename(&part, &self.out))
            .with_context(|| format!("{}: cannot be written", self.out.display()))?;
        println!(
            "{}: {} labels from {} examples, {:.1} MB",
            self.out.display(),
            model.labels().len(),
            examples.len(),
            bytes.len() as f64 / 1e6
        );
        Ok(ExitCode::SUCCESS)
    }
}
