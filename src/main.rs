//! The `jiesu` program: reads the command line and hands over to `jiesu::commands`.

use std::process::ExitCode;

use clap::Parser;
use jiesu::commands::CommandLine;

fn main() -> ExitCode {
    match CommandLine::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("jiesu: {error:#}");
            ExitCode::FAILURE
        }
    }
}
