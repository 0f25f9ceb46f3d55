//! `jiesu recognise`: a recogniser's process. Started and supervised by the service, which speaks to it over
//! stdin and stdout (`jiesu::speech::protocol`); a person has no use for it.

use std::io::{self, BufReader, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;

use crate::speech::manifest::Manifest;
use crate::speech::recogniser;
use crate::speech::whisper::Whisper;

/// Recognises speech for the service (started by it).
#[derive(Debug, Args)]
pub(super) struct Recognise {
    /// The folder that holds `manifest.toml` and the model files.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// The model's name in the manifest.
    #[arg(long)]
    model: String,
}

impl Recognise {
    /// Serves until stdin ends.
    ///
    /// # Errors
    /// Where the model cannot be loaded (which is also said on the pipe), or the pipe breaks.
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let mut output = io::stdout().lock();
        match self.load() {
            Ok(mut whisper) => {
                let mut input = BufReader::new(io::stdin().lock());
                recogniser::serve(&self.model, &mut whisper, &mut input, &mut output)?;
                output.flush()?;
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                recogniser::refuse(&self.model, &format!("{error:#}"), &mut output)?;
                Err(error)
            }
        }
    }

    fn load(&self) -> anyhow::Result<Whisper> {
        // The service has checked the file's checksum; doing so at every restart would delay the words.
        let model = Manifest::read(&self.models)?.model(&self.model)?;
        let whisper = Whisper::load(&model.path, model.entry.audio_ctx, &model.entry.languages)
            .context("the recogniser cannot start")?;
        Ok(whisper.with_beams(model.entry.beams))
    }
}
