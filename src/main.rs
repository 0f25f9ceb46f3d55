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
            eprintln!("jiesu: {}", told(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes on one line, without those that the text before already tells.
fn told(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error =
            anyhow::anyhow!("not there (os error 2)").context("a.toml: not there (os error 2)").context("no");
        assert_eq!(told(&error), "no: a.toml: not there (os error 2)");
    }
}
