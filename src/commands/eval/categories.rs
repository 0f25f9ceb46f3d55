//! `jiesu eval categories --data PATH`: how well texts are sorted, by a model or by folds of the set.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, value_parser};

use crate::learning::categories::{across_folds, examples, of_model};
use crate::understanding::classifier::Classifier;

/// Measures a model of categories.
///
/// With --model that model is asked about the whole set. With --folds the set is cut into so many parts, and each is
/// asked of a model made from the others; texts that share 40 characters in a row lie in one part.
#[derive(Debug, Args)]
pub(super) struct EvalCategories {
    /// A file of lines {"title": "", "body": "…", "label": "04-01"}, or a folder of such files, NAME.jsonl. What is
    /// asked about is the body.
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// The model, made by `jiesu train categories`.
    #[arg(long, value_name = "MODEL", required_unless_present = "folds")]
    model: Option<PathBuf>,
    /// In how many parts to cut the set, in place of a model.
    #[arg(long, conflicts_with = "model", value_parser = value_parser!(u8).range(2..=20))]
    folds: Option<u8>,
    /// Prints the figures as JSON.
    #[arg(long)]
    json: bool,
}

impl EvalCategories {
    /// Prints the figures.
    ///
    /// # Errors
    /// Examples or a model that cannot be used.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let examples = examples::read(&self.data)?;
        let report = match (self.model, self.folds) {
            (Some(path), _) => {
                let model = Classifier::read(&path)?;
                of_model(&model, std::fs::metadata(&path)?.len() as usize, &examples)
            }
            (None, folds) => {
                let folds = usize::from(folds.unwrap_or(5));
                let bar = indicatif::ProgressBar::new(folds as u64);
                let report = across_folds(&examples, folds, || bar.inc(1))?;
                bar.finish_and_clear();
                report
            }
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{report}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
