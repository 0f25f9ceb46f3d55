//! The command line, one file per command.

mod backup;
mod call;
mod eval;
mod model;
mod openapi;
mod recognise;
mod serve;
mod spans;
mod taxonomy;
mod train;
mod transcribe;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A city's hotline: answers the call, writes the words, fills the ticket. On the premises.
#[derive(Debug, Parser)]
#[command(name = "jiesu", version, about)]
pub struct CommandLine {
    /// The settings file.
    #[arg(long, env = "JIESU_CONFIG", default_value = "jiesu.toml", global = true)]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Call(Box<call::Call>),
    Transcribe(transcribe::Transcribe),
    Eval(eval::Eval),
    Train(train::Train),
    Model(model::ModelCommand),
    Taxonomy(taxonomy::TaxonomyCommand),
    User(user::UserCommand),
    Backup(backup::Backup),
    Openapi(openapi::Openapi),
    #[command(hide = true)]
    Recognise(recognise::Recognise),
}

impl CommandLine {
    /// Does what was asked for.
    ///
    /// # Errors
    /// Whatever keeps the command from its end, told for the person at the terminal.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Call(command) => command.run(),
            Command::Backup(command) => command.run(&self.config),
            Command::Model(command) => command.run(&self.config),
            Command::Eval(command) => command.run(&self.config),
            Command::Openapi(command) => command.run(),
            Command::Recognise(command) => command.run(),
            Command::Serve(command) => command.run(&self.config),
            Command::Taxonomy(command) => command.run(&self.config),
            Command::Train(command) => command.run(&self.config),
            Command::Transcribe(command) => command.run(&self.config),
            Command::User(command) => command.run(&self.config),
        }
    }
}
