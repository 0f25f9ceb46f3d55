//! `jiesu openapi`: prints the description of the desk's routes, from which the web's client is made.

use std::process::ExitCode;

use clap::Args;

/// Prints the OpenAPI description of the desk's routes.
#[derive(Debug, Args)]
pub(super) struct Openapi {}

impl Openapi {
    /// Prints it.
    ///
    /// # Errors
    /// Only a fault of this build.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        print!("{}", crate::http::openapi()?);
        Ok(ExitCode::SUCCESS)
    }
}
