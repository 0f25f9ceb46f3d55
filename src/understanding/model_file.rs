//! The form of a trained model's file: eight letters, the length of a JSON head, the head, arrays (little-endian),
//! and SHA-256 of all that.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

const CHECKSUM_BYTES: usize = 32;
/// What is wrong with a file that has fewer bytes than it says, or others.
pub(super) const CUT: &str = "cut short, or changed since it was written";
/// What is wrong with a file whose parts do not fit together.
pub(super) const CONTRADICTS: &str = "it contradicts itself";

/// Why a trained model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is another kind of file, or a part of one.
    #[error("{}: {what}; make it again with `jiesu train {kind}`", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
        /// What trains it.
        kind: &'static str,
    },
}

/// A kind of model.
pub(super) struct Form {
    /// The first eight letters; the last counts changes of the form and of the features.
    pub(super) magic: &'static [u8; 8],
    /// Its name on the command line.
    pub(super) kind: &'static str,
    /// What is said of a file with other letters.
    pub(super) another: &'static str,
}

impl Form {
    /// Reads a model's file.
    pub(super) fn read<T>(
        &self,
        path: &Path,
        from_bytes: impl FnOnce(&[u8]) -> Result<T, &'static str>,
    ) -> Result<T, ModelError> {
        let bytes =
            std::fs::read(path).map_err(|source| ModelError::Unreadable { path: path.to_owned(), source })?;
        from_bytes(&bytes).map_err(|what| ModelError::Wrong { path: path.to_owned(), what, kind: self.kind })
    }

    /// A file's bytes; `arrays` adds what comes after the head.
    pub(super) fn seal(
        &self,
        head: &impl Serialize,
        arrays: impl FnOnce(&mut Vec<u8>),
    ) -> Result<Vec<u8>, serde_json::Error> {
        let head = serde_json::to_vec(head)?;
        let mut bytes = self.magic.to_vec();
        bytes.extend((head.len() as u32).to_le_bytes());
        bytes.extend(head);
        arrays(&mut bytes);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        Ok(bytes)
    }

    /// The head and the arrays of a file's bytes, or what is wrong with them.
    pub(super) fn open<'a, H: DeserializeOwned>(
        &self,
        bytes: &'a [u8],
    ) -> Result<(H, Arrays<'a>), &'static str> {
        if !bytes.starts_with(self.magic) {
            return Err(self.another);
        }
        let end = bytes.len().checked_sub(CHECKSUM_BYTES).ok_or(CUT)?;
        let (content, checksum) = bytes.split_at_checked(end).ok_or(CUT)?;
        if Sha256::digest(content).as_slice() != checksum {
            return Err(CUT);
        }
        let rest = content.strip_prefix(self.magic).ok_or(CUT)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(CUT)?;
        let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(CUT)?;
        let head = serde_json::from_slice(head).map_err(|_| "its head is not what this version writes")?;
        Ok((head, Arrays(rest)))
    }
}

/// The arrays that are not read yet.
pub(super) struct Arrays<'a>(&'a [u8]);

impl Arrays<'_> {
    /// The next number's bytes.
    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], &'static str> {
        let (first, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*first)
    }

    /// The next `count` numbers of `N` bytes.
    pub(super) fn many<const N: usize, T>(
        &mut self,
        count: usize,
        of: fn([u8; N]) -> T,
    ) -> Result<Vec<T>, &'static str> {
        let (first, rest) = self.0.split_at_checked(count.saturating_mul(N)).ok_or(CUT)?;
        self.0 = rest;
        Ok(first.as_chunks::<N>().0.iter().map(|bytes| of(*bytes)).collect())
    }

    /// What was wanted of the file, where nothing is left of it.
    pub(super) fn end(self) -> Result<(), &'static str> {
        if self.0.is_empty() { Ok(()) } else { Err(CUT) }
    }
}
