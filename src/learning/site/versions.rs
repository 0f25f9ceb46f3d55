//! The models that were in use, kept beside the one that is: `NAME.versions/` beside `NAME.model`, with their dates
//! and figures in `versions.json`. Which is in use is known by its bytes, so that a file that was put there by hand,
//! or by a newer release, is kept like any other.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Comparison;
use crate::whole_file::write_whole;

/// Versions kept; the oldest go first, but never one that a roll-back would lead to next.
const KEPT: usize = 12;

/// A model that is or was in use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, rising.
    pub number: u32,
    /// When it came here.
    pub at: Timestamp,
    /// The SHA-256 of its file, in hexadecimal.
    pub sha256: String,
    /// How it did beside the one before; nothing for one that was found here.
    pub comparison: Option<Comparison>,
    /// How many of the site's tickets it was learnt from.
    pub learnt_from: usize,
    /// Which one it took the place of; nothing where there was no model before.
    pub replaced: Option<u32>,
    /// When a person went back from it.
    pub rolled_back_at: Option<Timestamp>,
}

/// The versions of one model.
#[derive(Debug)]
pub struct Versions {
    model: PathBuf,
    folder: PathBuf,
    list: Vec<Version>,
}

/// Why a version cannot be kept, promoted or gone back to.
#[derive(Debug, thiserror::Error)]
pub enum VersionsError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The list is not what this program writes.
    #[error("{path}: {source}; mend it, or move {} away to begin a new list", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// What JSON said.
        source: serde_json::Error,
    },
    /// The model in use took no other's place.
    #[error("there is nothing to go back to: the model in use took no other's place")]
    NothingBefore,
    /// A kept file is not the one that was kept.
    #[error("{0} was changed since it was kept; put it back from a copy")]
    Changed(PathBuf),
}

impl Versions {
    /// The versions of the model in this file; none where none was promoted yet.
    ///
    /// # Errors
    /// A list that cannot be read.
    pub fn open(model: &Path) -> Result<Self, VersionsError> {
        let folder = model.with_extension("versions");
        let path = folder.join("versions.json");
        let list = match std::fs::read(&path) {
            Ok(text) => {
                serde_json::from_slice(&text).map_err(|source| VersionsError::List { path, source })?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(VersionsError::File { path, source }),
        };
        Ok(Self { model: model.to_owned(), folder, list })
    }

    /// All that are kept, the oldest first.
    #[must_use]
    pub fn list(&self) -> &[Version] {
        &self.list
    }

    /// The one in use; nothing where the file is missing, or is none that was kept.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn in_use(&self) -> Result<Option<&Version>, VersionsError> {
        let Some(bytes) = self.model_bytes()? else { return Ok(None) };
        let sum = sha256(&bytes);
        Ok(self.list.iter().rev().find(|version| version.sha256 == sum))
    }

    /// Puts a model in use; the one before is kept.
    ///
    /// # Errors
    /// A folder that cannot be written, a full disk: then the model in use stays.
    pub fn promote(
        &mut self,
        model: &[u8],
        comparison: Comparison,
        learnt_from: usize,
        at: Timestamp,
    ) -> Result<&Version, VersionsError> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|source| VersionsError::File { path: self.folder.clone(), source })?;
        let replaced = match self.model_bytes()? {
            None => None,
            Some(bytes) => Some(match self.in_use()? {
                Some(version) => version.number,
                None => self.keep(&bytes, None, 0, None, at)?,
            }),
        };
        let number = self.keep(model, Some(comparison), learnt_from, replaced, at)?;
        self.forget_oldest(number)?;
        self.write_list()?;
        write(&self.model, model)?;
        self.list.iter().find(|version| version.number == number).ok_or(VersionsError::NothingBefore)
    }

    /// Puts the model back whose place the one in use took; nothing where there was none, and the rules serve alone.
    ///
    /// # Errors
    /// [`VersionsError::NothingBefore`], a kept file that is missing or changed, a folder that cannot be written.
    pub fn roll_back(&mut self, at: Timestamp) -> Result<Option<&Version>, VersionsError> {
        let Some(current) = self.in_use()?.filter(|version| version.comparison.is_some()) else {
            return Err(VersionsError::NothingBefore);
        };
        let (number, replaced) = (current.number, current.replaced);
        let before = self.list.iter().position(|version| Some(version.number) == replaced);
        match before.and_then(|index| self.list.get(index)) {
            Some(version) => {
                let path = self.file(version.number);
                let bytes = std::fs::read(&path)
                    .map_err(|source| VersionsError::File { path: path.clone(), source })?;
                if sha256(&bytes) != version.sha256 {
                    return Err(VersionsError::Changed(path));
                }
                write(&self.model, &bytes)?;
            }
            None if replaced.is_some() => return Err(VersionsError::NothingBefore),
            None => std::fs::remove_file(&self.model)
                .map_err(|source| VersionsError::File { path: self.model.clone(), source })?,
        }
        for version in self.list.iter_mut().filter(|version| version.number == number) {
            version.rolled_back_at = Some(at);
        }
        self.write_list()?;
        Ok(before.and_then(|index| self.list.get(index)))
    }

    fn file(&self, number: u32) -> PathBuf {
        self.folder.join(format!("{number:04}.model"))
    }

    fn model_bytes(&self) -> Result<Option<Vec<u8>>, VersionsError> {
        match std::fs::read(&self.model) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(VersionsError::File { path: self.model.clone(), source }),
        }
    }

    fn keep(
        &mut self,
        model: &[u8],
        comparison: Option<Comparison>,
        learnt_from: usize,
        replaced: Option<u32>,
        at: Timestamp,
    ) -> Result<u32, VersionsError> {
        let number = self.list.last().map_or(1, |version| version.number + 1);
        write(&self.file(number), model)?;
        let sha256 = sha256(model);
        self.list.push(Version {
            number,
            at,
            sha256,
            comparison,
            learnt_from,
            replaced,
            rolled_back_at: None,
        });
        Ok(number)
    }

    /// Removes the oldest versions that no roll-back from `newest` leads to next.
    fn forget_oldest(&mut self, newest: u32) -> Result<(), VersionsError> {
        let next =
            self.list.iter().find(|version| version.number == newest).and_then(|version| version.replaced);
        while self.list.len() > KEPT {
            let old =
                self.list.iter().position(|version| ![Some(newest), next].contains(&Some(version.number)));
            let Some(old) = old else { return Ok(()) };
            let forgotten = self.list.remove(old);
            let path = self.file(forgotten.number);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(VersionsError::File { path, source });
                }
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    fn write_list(&self) -> Result<(), VersionsError> {
        let path = self.folder.join("versions.json");
        let text = serde_json::to_vec_pretty(&self.list)
            .map_err(|source| VersionsError::List { path: path.clone(), source })?;
        write(&path, &text)
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), VersionsError> {
    write_whole(path, bytes).map_err(|source| VersionsError::File { path: path.to_owned(), source })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
