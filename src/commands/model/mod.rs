//! `jiesu model list | pull | add | verify`: which recognisers there are, bringing them here, and whether their
//! files are right. `jiesu model categories`: the models of categories that the site learnt.

mod categories;
mod list;
mod progress;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::config::{Config, Speech};
use crate::speech::fetch::{self, Sources};
use crate::speech::manifest::add::Brought;
use crate::speech::manifest::{Manifest, Verified};

use progress::Progress;

/// Lists, fetches and checks the recognisers' model files.
#[derive(Debug, Args)]
pub(super) struct ModelCommand {
    /// The folder that holds `manifest.toml` and the model files, in place of the settings'.
    #[arg(long, env = "JIESU_MODELS", global = true)]
    models: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lists the recognisers: what is here, how large each is, and what machine it is for.
    List,
    /// Fetches a recogniser and checks it. What was interrupted goes on where it stopped.
    Pull {
        /// The recogniser's name in the manifest.
        name: String,
        /// A mirror or a folder to take it from, in place of the publisher's address.
        #[arg(long, value_name = "URL_OR_FOLDER")]
        from: Option<String>,
        /// A proxy, in place of HTTPS_PROXY, HTTP_PROXY and NO_PROXY; `none` for none.
        #[arg(long, value_name = "URL")]
        proxy: Option<String>,
    },
    /// Takes over a model file that was brought by hand, such as on a USB stick.
    Add {
        /// The file; of a recogniser that has several, all of them.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What it is to be called, or which recogniser of the manifest it is.
        #[arg(long)]
        name: Option<String>,
        /// The languages it knows, two letters each; the first is what the hotline is taken to speak.
        #[arg(long, value_delimiter = ',', value_parser = language)]
        languages: Vec<String>,
        /// Its licence, to be shown in the list.
        #[arg(long)]
        licence: Option<String>,
    },
    /// Compares model files with their checksums; without a name, all that are here.
    Verify {
        /// The recogniser's name in the manifest.
        name: Option<String>,
    },
    /// Lists the models of categories that this site learnt, or goes back to the one before.
    Categories {
        #[command(subcommand)]
        action: Option<categories::Categories>,
    },
}

impl ModelCommand {
    /// Does what was asked for. Ends with failure where a file is damaged, missing or cannot be had.
    ///
    /// # Errors
    /// A manifest or settings file that is missing or wrong, or a file that cannot be fetched or taken over.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        // Without a settings file the defaults serve.
        let settings = if config.exists() { Config::read(config)? } else { Config::default() };
        let Config { speech: settings, hotline, .. } = settings;
        let directory = self.models.clone().unwrap_or_else(|| settings.models_directory.clone());
        let manifest = || Manifest::read(&directory);
        match self.action {
            Action::Categories { action } => {
                action.unwrap_or_default().run(&hotline.taxonomy)?;
                Ok(ExitCode::SUCCESS)
            }
            Action::List => {
                print!("{}", list::table(&manifest()?));
                Ok(ExitCode::SUCCESS)
            }
            Action::Pull { name, from, proxy } => pull(&manifest()?, &name, sources(from, proxy, settings)),
            Action::Add { files, name, languages, licence } => {
                let manifest = manifest()?;
                for file in &files {
                    let (name, licence) = (name.as_deref(), licence.as_deref());
                    add(&manifest, Brought { file, name, languages: &languages, licence })?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Action::Verify { name: Some(name) } => {
                let manifest = manifest()?;
                Ok(verify::all(&manifest, &[manifest.model(&name)?]))
            }
            Action::Verify { name: None } => {
                let manifest = manifest()?;
                let here: Vec<_> = manifest.models().filter(|model| model.path.exists()).collect();
                Ok(verify::all(&manifest, &here))
            }
        }
    }
}

fn sources(from: Option<String>, proxy: Option<String>, settings: Speech) -> Sources {
    Sources { from: from.or(settings.models_from), proxy: proxy.or(settings.models_proxy) }
}

fn pull(manifest: &Manifest, name: &str, sources: Sources) -> anyhow::Result<ExitCode> {
    let model = manifest.model(name)?;
    if let Some(notice) = &model.entry.notice {
        eprintln!("{}\n{}", notice.zh, notice.en);
    }
    let mut progress = Progress::new();
    let fetched = fetch::pull(manifest.directory(), &model, &sources, &mut progress);
    progress.end();
    for file in fetched? {
        let from = file.from.map_or_else(|| "was here already".to_owned(), |from| format!("from {from}"));
        println!("{}: {from}; {}", file.path.display(), checked(&file.checked));
    }
    match model.runs_here() {
        Ok(()) => println!("{}", use_it(name)),
        Err(error) => println!("{error}"),
    }
    Ok(ExitCode::SUCCESS)
}

fn add(manifest: &Manifest, brought: Brought<'_>) -> anyhow::Result<()> {
    let added = manifest.add(brought)?;
    println!("{}: copied to {}, SHA-256 {}", added.name, added.path.display(), added.sha256);
    if added.new_entry {
        let site = manifest.directory().join("site.toml");
        println!("its entry is in {}, to be changed there as needed", site.display());
    } else {
        println!("{}", checked(&added.checked));
    }
    println!("{}", use_it(&added.name));
    Ok(())
}

/// How a file was checked, for a person.
fn checked(checked: &Verified) -> String {
    match checked {
        Verified::Matches => "its SHA-256 is right".to_owned(),
        Verified::MatchesSha1 { sha256 } => format!(
            "its SHA-1 is the publisher's; its SHA-256, {sha256}, is noted in checksums.toml and checked from now on"
        ),
        Verified::NoChecksum { sha256 } => format!(
            "no checksum of it is published; its SHA-256, {sha256}, is noted in checksums.toml and checked from now on"
        ),
    }
}

fn use_it(name: &str) -> String {
    format!(
        "To use it: `recogniser = \"{name}\"` under `[speech]` in jiesu.toml, and start the service anew."
    )
}

fn language(text: &str) -> Result<String, String> {
    let known = whisper_rs::get_lang_id(text).is_some() && text.len() <= 3;
    if known { Ok(text.to_owned()) } else { Err("write it as two letters, such as zh or en".to_owned()) }
}
