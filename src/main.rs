//! The `jiesu` program: reads the command line and hands over to `jiesu::commands`.

use std::process::ExitCode;

use clap::Parser;
use jiesu::commands::CommandLine;

fn main() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(usage) => {
            let _ = usage.print();
            // Not clap's own 2, which for `jiesu call` says that the call was refused.
            return if usage.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    match command_line.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("jiesu: {error:#}");
            ExitCode::FAILURE
        }
    }
}
