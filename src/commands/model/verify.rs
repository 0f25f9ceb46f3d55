//! `jiesu model verify`.

use std::process::ExitCode;

use crate::speech::manifest::{Checksums, Manifest, Model, Verified};

/// Checks models and says of each how it is. A file without any checksum has its own noted.
pub(super) fn all(manifest: &Manifest, models: &[Model]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    if models.is_empty() {
        println!("no model is here; `jiesu model list` says which there are");
    }
    for model in models {
        let verified = match model.verify() {
            Ok(verified) => verified,
            Err(error) => {
                eprintln!("{}: {error}", model.name);
                code = ExitCode::FAILURE;
                continue;
            }
        };
        for (file, verified) in verified {
            let noted = match &verified {
                Verified::Matches => Ok(()),
                Verified::MatchesSha1 { sha256 } | Verified::NoChecksum { sha256 } => {
                    Checksums::note(manifest.directory(), &file.file.file, sha256, "found here")
                }
            };
            match noted {
                Ok(()) => println!("{}: {}: {}", model.name, file.path.display(), super::checked(&verified)),
                Err(error) => {
                    eprintln!(
                        "{}: {}: its checksum cannot be noted: {error}",
                        model.name,
                        file.path.display()
                    );
                    code = ExitCode::FAILURE;
                }
            }
        }
    }
    code
}
