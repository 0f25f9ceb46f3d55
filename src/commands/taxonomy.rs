//! `jiesu taxonomy check`: whether a taxonomy file is right, before it is put in the service's place.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::Config;
use crate::understanding::Understanding;

/// Checks a city's own taxonomy.
#[derive(Debug, Args)]
pub(super) struct TaxonomyCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Says all that is wrong with a taxonomy, each with its line; else what is in it. A service that runs reads its
    /// file again by itself once it changes.
    Check {
        /// The taxonomy; the settings' own where it is left out.
        file: Option<PathBuf>,
        /// The gazetteer that its territories are places of; the settings' own where it is left out.
        #[arg(long)]
        gazetteer: Option<PathBuf>,
    },
}

impl TaxonomyCommand {
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        let Action::Check { file, gazetteer } = self.action;
        let (file, gazetteer) = match (file, gazetteer) {
            (Some(file), Some(gazetteer)) => (file, gazetteer),
            (file, gazetteer) => {
                let hotline = Config::read(config)?.hotline;
                (file.unwrap_or(hotline.taxonomy), gazetteer.unwrap_or(hotline.gazetteer))
            }
        };
        match Understanding::load(&file, &gazetteer) {
            Ok(understanding) => {
                let taxonomy = understanding.taxonomy();
                println!(
                    "{}: right; {} chapters, {} classes, {} kinds, {} departments",
                    file.display(),
                    taxonomy.chapters.len(),
                    taxonomy.classes.len(),
                    taxonomy.categories().count(),
                    taxonomy.departments.len()
                );
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                eprintln!("{error}");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}
