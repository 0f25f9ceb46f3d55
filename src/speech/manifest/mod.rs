//! Which recognisers there are: `models/manifest.toml`, which comes with Jiesu and is only read, and a site's own
//! part beside it, `site.toml`. What lies in the folder is checked before it is used ([`Model::verify`]); what came
//! without a published SHA-256 has its own noted in `checksums.toml` and is held to it from then on.

pub mod add;
mod checksums;
mod entry;
mod error;
mod file;
pub mod ggml;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use checksums::Checksums;
pub use entry::{Engine, Entry, ModelFile, Notice};
pub use error::ManifestError;
pub use file::{Digests, FileState, PlacedFile, Verified, free_bytes};

use entry::Written;

/// The manifest's name in the models directory.
const FILE_NAME: &str = "manifest.toml";
/// The site's own part of it.
const SITE_NAME: &str = "site.toml";

/// The recognisers a site may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    directory: PathBuf,
    models: BTreeMap<String, Listed>,
    checksums: Checksums,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    entry: Entry,
    of_the_site: bool,
}

/// One recogniser, with where its files should lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name in the manifest.
    pub name: String,
    /// What the manifest says of it.
    pub entry: Entry,
    /// Its file; of several the first.
    pub path: PathBuf,
    /// All its files.
    pub files: Vec<PlacedFile>,
    /// True where the entry is the site's own.
    pub of_the_site: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    model: BTreeMap<String, Written>,
}

impl Manifest {
    /// Reads `manifest.toml` of the models directory, and `site.toml` and `checksums.toml` where they are. The
    /// site's entry goes before one of the same name that came with Jiesu.
    ///
    /// # Errors
    /// Where it is missing or wrong.
    pub fn read(directory: &Path) -> Result<Self, ManifestError> {
        let mut models = BTreeMap::new();
        read_part(&directory.join(FILE_NAME), false, &mut models)?;
        let site = directory.join(SITE_NAME);
        if site.exists() {
            read_part(&site, true, &mut models)?;
        }
        Ok(Self { checksums: Checksums::read(directory)?, directory: directory.to_owned(), models })
    }

    /// The folder of the manifest and the files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The model of that name.
    ///
    /// # Errors
    /// Where there is none; the message lists those there are.
    pub fn model(&self, name: &str) -> Result<Model, ManifestError> {
        self.models().find(|model| model.name == name).ok_or_else(|| ManifestError::Unknown {
            path: self.directory.join(FILE_NAME),
            name: name.to_owned(),
            known: self.models.keys().cloned().collect::<Vec<_>>().join(", "),
        })
    }

    /// All models, by name.
    pub fn models(&self) -> impl Iterator<Item = Model> + '_ {
        self.models.iter().map(|(name, listed)| {
            let files: Vec<_> = listed
                .entry
                .files
                .iter()
                .map(|file| PlacedFile {
                    path: self.directory.join(&file.file),
                    noted: self.checksums.sha256_of(&file.file),
                    file: file.clone(),
                })
                .collect();
            Model {
                name: name.clone(),
                entry: listed.entry.clone(),
                path: files.first().map(|file| file.path.clone()).unwrap_or_default(),
                files,
                of_the_site: listed.of_the_site,
            }
        })
    }
}

fn read_part(
    path: &Path,
    of_the_site: bool,
    models: &mut BTreeMap<String, Listed>,
) -> Result<(), ManifestError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ManifestError::Read { path: path.to_owned(), source })?;
    let document: Document = toml::from_str(&text)
        .map_err(|source| ManifestError::Parse { path: path.to_owned(), source: Box::new(source) })?;
    for (name, written) in document.model {
        let entry = Entry::try_from(written).map_err(|what| ManifestError::Entry {
            path: path.to_owned(),
            name: name.clone(),
            what,
        })?;
        models.insert(name, Listed { entry, of_the_site });
    }
    Ok(())
}

impl Model {
    /// Compares the model's files with what is known of them. Takes about a second for each gigabyte.
    ///
    /// # Errors
    /// Where one is missing, unreadable, or not the one named; the message says what to put where.
    pub fn verify(&self) -> Result<Vec<(&PlacedFile, Verified)>, ManifestError> {
        if self.files.iter().any(|file| matches!(file.state(), FileState::Missing | FileState::Part { .. })) {
            return Err(ManifestError::Missing { name: self.name.clone(), how: self.how_to_get() });
        }
        self.files.iter().map(|file| Ok((file, file.verify()?))).collect()
    }

    /// Refuses a model whose engine this build has not.
    ///
    /// # Errors
    /// With what to choose instead.
    pub fn runs_here(&self) -> Result<(), ManifestError> {
        match self.entry.engine {
            Engine::Whisper => Ok(()),
            Engine::SherpaOnnx => {
                Err(ManifestError::Engine { name: self.name.clone(), engine: self.entry.engine.name() })
            }
        }
    }

    /// All its files' sizes together, bytes; unknown where one is.
    #[must_use]
    pub fn size_bytes(&self) -> Option<u64> {
        self.files.iter().map(|file| file.file.size_bytes).sum()
    }

    /// What to do about files that are missing, a line each.
    #[must_use]
    pub fn how_to_get(&self) -> String {
        let pull = format!("\nWith internet here, `jiesu model pull {}` does it.", self.name);
        self.by_hand() + if self.entry.url.is_some() { &pull } else { "" }
    }

    /// What to get from where and where to put it, a line each, for who has to do it by hand.
    #[must_use]
    pub fn by_hand(&self) -> String {
        let mut said = String::new();
        if self.entry.bundled {
            said.push_str("It comes with Jiesu: copy it from the release or the source tree.\n");
        }
        if let Some(how) = &self.entry.how {
            let _ = writeln!(said, "{}", how.trim());
        }
        for file in &self.files {
            let address = self.entry.addresses(&file.file).into_iter().next().unwrap_or_else(|| file.name());
            let _ = writeln!(said, "  get  {address}\n  as   {}", file.path.display());
            if let Some(known) = file.known() {
                let _ = writeln!(said, "       ({known})");
            }
        }
        if !self.entry.bundled {
            let name = &self.name;
            let _ = write!(
                said,
                "From a stick: `jiesu model add /PATH/TO/FILE --name {name}`; \
                 from a folder or mirror: `jiesu model pull {name} --from FOLDER_OR_URL`."
            );
        }
        said.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests;
