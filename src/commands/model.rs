//! `jiesu model list | verify`: which recognisers there are, and whether their files are right.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::speech::manifest::{Manifest, ManifestError, Model, Verified};

/// Lists and checks the recognisers' model files.
#[derive(Debug, Args)]
pub(super) struct ModelCommand {
    /// The folder that holds `manifest.toml` and the model files.
    #[arg(long, env = "JIESU_MODELS", default_value = "models", global = true)]
    models: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lists the recognisers of the manifest and says which are here.
    List,
    /// Compares model files with the manifest; without a name, all that are here.
    Verify {
        /// The recogniser's name in the manifest.
        name: Option<String>,
    },
}

impl ModelCommand {
    /// Does what was asked for. Ends with failure where a file is damaged, or the named one is missing.
    ///
    /// # Errors
    /// A manifest that is missing or wrong.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let manifest = Manifest::read(&self.models)?;
        match self.action {
            Action::List => {
                for model in manifest.models() {
                    println!("{}", line(&model));
                    if let Some(notice) = &model.entry.notice {
                        println!("    {}\n    {}", notice.zh, notice.en);
                    }
                }
                Ok(ExitCode::SUCCESS)
            }
            Action::Verify { name: Some(name) } => Ok(verify(&[manifest.model(&name)?])),
            Action::Verify { name: None } => {
                let here: Vec<_> = manifest.models().filter(|model| model.path.exists()).collect();
                Ok(verify(&here))
            }
        }
    }
}

fn line(model: &Model) -> String {
    let entry = &model.entry;
    let state = if model.path.exists() {
        "here".to_owned()
    } else {
        format!("not here; its file belongs at {}", model.path.display())
    };
    let bundled = if entry.bundled { ", bundled" } else { "" };
    format!("{}  [{}]  licence: {}{bundled}  ({state})", model.name, entry.languages.join(" "), entry.licence)
}

fn verify(models: &[Model]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for model in models {
        match verdict(model) {
            Ok(said) => println!("{}: {said}", model.name),
            Err(error) => {
                eprintln!("{}: {error}", model.name);
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

fn verdict(model: &Model) -> Result<String, ManifestError> {
    Ok(match model.verify()? {
        Verified::Matches => "right".to_owned(),
        Verified::NoChecksum { found } => {
            format!("not checked, for the manifest has no checksum; the file's SHA-256 is {found}")
        }
    })
}
