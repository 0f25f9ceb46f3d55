//! A model file where it should lie: is it there, and is it the right one.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{ManifestError, ModelFile};

/// Read at a time while a checksum is made.
const CHUNK_BYTES: usize = 256 * 1024;

/// A file of a model, with where it belongs and what was noted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile {
    /// What the manifest says.
    pub file: ModelFile,
    /// Where it belongs.
    pub path: PathBuf,
    /// The SHA-256 it had when it first came here.
    pub noted: Option<String>,
}

/// Whether a file is there, by a look at the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// There, and of the right size where that is known.
    Here,
    /// There with another size.
    WrongSize {
        /// Its own, bytes.
        found: u64,
    },
    /// Fetched in part.
    Part {
        /// So much of it.
        bytes: u64,
    },
    /// Not there.
    Missing,
}

/// What a check of a file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Its SHA-256 is the manifest's, or the one it had when it first came.
    Matches,
    /// No SHA-256 is known yet, but the publisher's SHA-1, which it has.
    MatchesSha1 {
        /// Its SHA-256.
        sha256: String,
    },
    /// No checksum is known.
    NoChecksum {
        /// Its SHA-256.
        sha256: String,
    },
}

/// A file's checksums, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digests {
    /// SHA-256.
    pub sha256: String,
    /// SHA-1.
    pub sha1: String,
}

impl Digests {
    /// Reads to the end.
    ///
    /// # Errors
    /// Where that cannot be read.
    pub fn of(from: &mut impl Read) -> io::Result<Self> {
        let (mut sha256, mut sha1) = (Sha256::new(), Sha1::new());
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match from.read(&mut chunk) {
                Ok(0) => break,
                Ok(length) => {
                    sha256.update(&chunk[..length]);
                    sha1.update(&chunk[..length]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self { sha256: hex(&sha256.finalize()), sha1: hex(&sha1.finalize()) })
    }
}

impl PlacedFile {
    /// Its name without folders.
    #[must_use]
    pub fn name(&self) -> String {
        self.file.name()
    }

    /// The file beside it that another state of it has, such as `part`.
    #[must_use]
    pub fn beside(&self, extension: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(extension);
        PathBuf::from(name)
    }

    /// A look at the folder, without reading the file.
    #[must_use]
    pub fn state(&self) -> FileState {
        match std::fs::metadata(&self.path) {
            Ok(meta) => match self.file.size_bytes {
                Some(size) if size != meta.len() => FileState::WrongSize { found: meta.len() },
                _ => FileState::Here,
            },
            Err(_) => std::fs::metadata(self.beside("part"))
                .map_or(FileState::Missing, |meta| FileState::Part { bytes: meta.len() }),
        }
    }

    /// Reads the file and compares it with what is known of it.
    ///
    /// # Errors
    /// Where it is unreadable or not the one named.
    pub fn verify(&self) -> Result<Verified, ManifestError> {
        self.verify_at(&self.path)
    }

    /// The same for a file that lies elsewhere.
    ///
    /// # Errors
    /// Where it is unreadable or not the one named.
    pub fn verify_at(&self, path: &Path) -> Result<Verified, ManifestError> {
        let unreadable = |source| ManifestError::Unreadable { path: path.to_owned(), source };
        let mut file = std::fs::File::open(path).map_err(unreadable)?;
        let size_bytes = file.metadata().map_err(unreadable)?.len();
        if self.file.size_bytes.is_some_and(|expected| expected != size_bytes) {
            return self.compare(path, size_bytes, None);
        }
        let digests = Digests::of(&mut file).map_err(unreadable)?;
        self.compare(path, size_bytes, Some(digests))
    }

    /// Compares a file's size and checksums with what is known. Without checksums only a wrong size is found.
    ///
    /// # Errors
    /// Where it is not the one named.
    pub fn compare(
        &self,
        path: &Path,
        size_bytes: u64,
        found: Option<Digests>,
    ) -> Result<Verified, ManifestError> {
        let damaged = |what, found: &str, expected: &str, whose| ManifestError::Damaged {
            path: path.to_owned(),
            what,
            found: found.to_owned(),
            expected: expected.to_owned(),
            whose,
        };
        let manifest = "the manifest";
        if let Some(expected) = self.file.size_bytes.filter(|expected| *expected != size_bytes) {
            return Err(damaged("size", &size_bytes.to_string(), &expected.to_string(), manifest));
        }
        let Some(Digests { sha256, sha1 }) = found else { return Ok(Verified::Matches) };
        let noted = self.noted.as_ref().map(|sum| (sum, "checksums.toml, from when it first came here,"));
        let (expected, whose) = match self.file.sha256.as_ref().map(|sum| (sum, manifest)).or(noted) {
            Some((expected, whose)) => (expected, whose),
            None => {
                return match &self.file.sha1 {
                    Some(expected) if !expected.eq_ignore_ascii_case(&sha1) => {
                        Err(damaged("SHA-1", &sha1, expected, manifest))
                    }
                    Some(_) => Ok(Verified::MatchesSha1 { sha256 }),
                    None => Ok(Verified::NoChecksum { sha256 }),
                };
            }
        };
        if expected.eq_ignore_ascii_case(&sha256) {
            Ok(Verified::Matches)
        } else {
            Err(damaged("SHA-256", &sha256, expected, whose))
        }
    }

    /// Its size and checksum, as far as known.
    #[must_use]
    pub fn known(&self) -> Option<String> {
        let size = self.file.size_bytes.map(|size| format!("{size} bytes"));
        let sha256 = self.file.sha256.as_ref().or(self.noted.as_ref()).map(|sum| format!("SHA-256 {sum}"));
        let sha1 = || self.file.sha1.as_ref().map(|sum| format!("SHA-1 {sum}"));
        let known: Vec<_> = size.into_iter().chain(sha256.or_else(sha1)).collect();
        (!known.is_empty()).then(|| known.join(", "))
    }
}

/// Bytes that may still be written below a folder. Unknown where the system does not say.
#[must_use]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let existing = folder.ancestors().find(|path| path.exists())?;
    let existing = if existing.as_os_str().is_empty() { Path::new(".") } else { existing };
    let room = rustix::fs::statvfs(existing).ok()?;
    Some(room.f_bavail.saturating_mul(room.f_frsize))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
