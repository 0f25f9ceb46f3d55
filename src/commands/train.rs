//! `jiesu train categories --data PATH --out MODEL`: makes a model from examples; `--site` from the site's tickets.
//! `jiesu train spans` is in `spans.rs`.

mod site;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use crate::learning::categories::{examples, train};
use crate::whole_file::write_whole;

/// Makes models from examples.
#[derive(Debug, Args)]
pub(super) struct Train {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Categories(TrainCategories),
    Spans(super::spans::TrainSpans),
}

/// Makes a model of categories: from what is said to what it is filed under.
///
/// The service uses the model that lies beside the taxonomy and has its name: `dagang.model` beside `dagang.toml`.
#[derive(Debug, Args)]
struct TrainCategories {
    /// A file of lines {"title": "", "body": "…", "label": "04-01"}, or a folder of such files, NAME.jsonl. What is
    /// learnt from is the body.
    #[arg(long, value_name = "PATH", required_unless_present = "site")]
    data: Option<PathBuf>,
    /// Where the model goes.
    #[arg(long, value_name = "MODEL", required_unless_present = "site")]
    out: Option<PathBuf>,
    /// Learns from this site's confirmed tickets, without names, numbers and addresses, and from the examples that
    /// came with the taxonomy; the new model is put in use where it is better on tickets that none learns from.
    #[arg(long, conflicts_with_all = ["data", "out"])]
    site: bool,
}

impl Train {
    /// Writes the model.
    ///
    /// # Errors
    /// Examples that cannot be learnt from, or a place that cannot be written.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        match self.what {
            What::Categories(command) => command.run(config),
            What::Spans(command) => command.run(),
        }
    }
}

impl TrainCategories {
    fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        if self.site {
            return site::run(config);
        }
        let (Some(data), Some(out)) = (self.data, self.out) else {
            bail!("give --data and --out, or --site")
        };
        let examples = examples::read(&data)?;
        let model = train(&examples)?;
        let bytes = model.to_bytes()?;
        // A service may be reading it.
        write_whole(&out, &bytes).with_context(|| format!("{}: cannot be written", out.display()))?;
        println!(
            "{}: {} labels from {} examples, {:.1} MB",
            out.display(),
            model.labels().len(),
            examples.len(),
            bytes.len() as f64 / 1e6
        );
        Ok(ExitCode::SUCCESS)
    }
}
