//! `checksums.toml`: the SHA-256 that a file had when it first came, for those that the manifest has none of.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::ManifestError;
use crate::whole_file::write_whole;

const FILE_NAME: &str = "checksums.toml";
const HEAD: &str = "# Written by `jiesu model`: the SHA-256 of model files that the manifest has none of, noted when each\n\
                    # first came here. They are checked against it from then on. To accept another file in place of\n\
                    # one, remove its entry.\n\n";

/// What was noted, by a file's path in the models directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Checksums {
    #[serde(default)]
    file: BTreeMap<PathBuf, Noted>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Noted {
    sha256: String,
    from: String,
}

impl Checksums {
    pub(super) fn read(directory: &Path) -> Result<Self, ManifestError> {
        let path = directory.join(FILE_NAME);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ManifestError::Read { path, source }),
        };
        toml::from_str(&text).map_err(|source| ManifestError::Parse { path, source: Box::new(source) })
    }

    /// What was noted of a file.
    #[must_use]
    pub(super) fn sha256_of(&self, file: &Path) -> Option<String> {
        self.file.get(file).map(|noted| noted.sha256.clone())
    }

    /// Notes a file's SHA-256 and where it came from.
    ///
    /// # Errors
    /// A folder that cannot be written to, or notes that cannot be read.
    pub fn note(directory: &Path, file: &Path, sha256: &str, from: &str) -> anyhow::Result<()> {
        let mut checksums = Self::read(directory)?;
        let noted = Noted { sha256: sha256.to_owned(), from: from.to_owned() };
        checksums.file.insert(file.to_owned(), noted);
        let text = toml::to_string(&checksums)?;
        let path = directory.join(FILE_NAME);
        write_whole(&path, format!("{HEAD}{text}"))
            .map_err(|error| anyhow::anyhow!("{} cannot be written: {error}", path.display()))
    }
}
