//! `models/manifest.toml`: which recognisers there are, and the check of their files before one is used.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The manifest's name in the models directory.
const FILE_NAME: &str = "manifest.toml";
/// Read at a time while a checksum is made.
const CHUNK_BYTES: usize = 256 * 1024;

/// The recognisers a site may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    directory: PathBuf,
    models: BTreeMap<String, Entry>,
}

/// One recogniser, with where its file should lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Its name in the manifest.
    pub name: String,
    /// What the manifest says of it.
    pub entry: Entry,
    /// Its file.
    pub path: PathBuf,
}

/// What the manifest says of a recogniser.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The file, relative to the models directory.
    pub file: PathBuf,
    /// Its SHA-256 in hexadecimal. Left out where it could not be verified by us: a site may fill it in.
    pub sha256: Option<String>,
    /// Its size.
    pub size_bytes: Option<u64>,
    /// Two letters each, such as `zh`; the first is what the hotline is taken to speak.
    pub languages: Vec<String>,
    /// The longest piece of sound it is given.
    pub max_segment_ms: u32,
    /// A turn shorter than this, pre-roll included, is given to it only when it is over: some models make up whole
    /// sentences from a syllable.
    #[serde(default)]
    pub first_partial_ms: u32,
    /// Encoder positions (20 ms each) it must always be run with; fitted to the segment where left out.
    pub audio_ctx: Option<u16>,
    /// True for the recogniser that comes with Jiesu.
    #[serde(default)]
    pub bundled: bool,
    /// The file's and its voice's licence.
    pub licence: String,
    /// What must be said wherever its words are shown.
    pub notice: Option<Notice>,
}

/// A notice in the desk's languages.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Why a recogniser cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The manifest is not there or not readable.
    #[error("{path} cannot be read ({source}); set `[speech] models_directory` to the folder that holds it")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The manifest is not what it should be; the message has line and column.
    #[error("{path} is wrong: {source}")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// What and where.
        source: Box<toml::de::Error>,
    },
    /// A value of an entry makes no sense.
    #[error("{path}, model `{name}`: {what}")]
    Entry {
        /// Which manifest.
        path: PathBuf,
        /// Which model.
        name: String,
        /// What is wrong.
        what: &'static str,
    },
    /// No model of that name.
    #[error("{path} knows no model `{name}`; it has: {known}")]
    Unknown {
        /// Which manifest.
        path: PathBuf,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The model's file is not there.
    #[error(
        "the model `{name}` is not here: put its file at {path} (SHA-256 {sha256}), \
         or choose another with `[speech] recogniser`"
    )]
    Missing {
        /// Which model.
        name: String,
        /// Where its file belongs.
        path: PathBuf,
        /// What its file must be.
        sha256: String,
    },
    /// The model's file cannot be read.
    #[error("the model file {path} cannot be read: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The model's file is not the one the manifest names.
    #[error(
        "the model file {path} is damaged or another one: {what} is {found}, the manifest says {expected}; \
         put the right file there"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was compared: `size` or `SHA-256`.
        what: &'static str,
        /// What the file has.
        found: String,
        /// What it should have.
        expected: String,
    },
}

/// What a check of a model's file found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Its SHA-256 is the manifest's.
    Matches,
    /// The manifest has none; this is the file's.
    NoChecksum {
        /// In hexadecimal.
        found: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    model: BTreeMap<String, Entry>,
}

impl Manifest {
    /// Reads `manifest.toml` of the models directory.
    ///
    /// # Errors
    /// Where it is missing or wrong.
    pub fn read(directory: &Path) -> Result<Self, ManifestError> {
        let path = directory.join(FILE_NAME);
        let text = std::fs::read_to_string(&path)
            .map_err(|source| ManifestError::Read { path: path.clone(), source })?;
        let document: Document = toml::from_str(&text)
            .map_err(|source| ManifestError::Parse { path: path.clone(), source: Box::new(source) })?;
        for (name, entry) in &document.model {
            if let Some(what) = entry.mistake() {
                return Err(ManifestError::Entry { path, name: name.clone(), what });
            }
        }
        Ok(Self { directory: directory.to_owned(), models: document.model })
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
        self.models.iter().map(|(name, entry)| Model {
            name: name.clone(),
            entry: entry.clone(),
            path: self.directory.join(&entry.file),
        })
    }
}

impl Entry {
    /// What is wrong with it, if anything.
    fn mistake(&self) -> Option<&'static str> {
        let hex = |text: &String| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if self.languages.is_empty() {
            Some("`languages` is empty")
        } else if !(1_000..=30_000).contains(&self.max_segment_ms) {
            Some("`max_segment_ms` must lie between 1000 and 30000")
        } else if self.audio_ctx.is_some_and(|positions| u32::from(positions) * 20 < self.max_segment_ms) {
            Some("`audio_ctx` positions of 20 ms must hold `max_segment_ms`")
        } else if self.sha256.as_ref().is_some_and(|sum| !hex(sum)) {
            Some("`sha256` must be 64 hexadecimal digits")
        } else {
            None
        }
    }
}

impl Model {
    /// Reads the model's file and compares it with the manifest. Takes about a second for each gigabyte.
    ///
    /// # Errors
    /// Where it is missing, unreadable, or not the one named; the message says what to put where.
    pub fn verify(&self) -> Result<Verified, ManifestError> {
        let unreadable = |source| ManifestError::Unreadable { path: self.path.clone(), source };
        let mut file = std::fs::File::open(&self.path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ManifestError::Missing {
                name: self.name.clone(),
                path: self.path.clone(),
                sha256: self.entry.sha256.clone().unwrap_or_else(|| "not given in the manifest".to_owned()),
            },
            _ => unreadable(source),
        })?;
        let size_bytes = file.metadata().map_err(unreadable)?.len();
        if let Some(expected) = self.entry.size_bytes.filter(|expected| *expected != size_bytes) {
            return Err(self.damaged("size", size_bytes.to_string(), expected.to_string()));
        }
        let found = sha256_hex(&mut file).map_err(unreadable)?;
        match &self.entry.sha256 {
            Some(expected) if expected.eq_ignore_ascii_case(&found) => Ok(Verified::Matches),
            Some(expected) => Err(self.damaged("SHA-256", found, expected.clone())),
            None => Ok(Verified::NoChecksum { found }),
        }
    }

    fn damaged(&self, what: &'static str, found: String, expected: String) -> ManifestError {
        ManifestError::Damaged { path: self.path.clone(), what, found, expected }
    }
}

fn sha256_hex(file: &mut impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => hash.update(&chunk[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const SHA_OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn site(manifest: &str, file: Option<&str>) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(FILE_NAME), manifest).unwrap();
        if let Some(content) = file {
            std::fs::write(directory.path().join("m.bin"), content).unwrap();
        }
        directory
    }

    fn entry(more: &str) -> String {
        format!(
            "[model.m]\nfile = \"m.bin\"\nlanguages = [\"zh\"]\nmax_segment_ms = 6500\nlicence = \"MIT\"\n{more}\n"
        )
    }

    fn verify(manifest: &str, file: Option<&str>) -> Result<Verified, String> {
        let site = site(manifest, file);
        let model = Manifest::read(site.path()).and_then(|manifest| manifest.model("m"));
        model.and_then(|model| model.verify()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_manifest_in_the_tree_is_right_and_so_is_the_bundled_file() {
        let manifest = Manifest::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models")).unwrap();
        let demo = manifest.model("demo").unwrap();
        assert!(demo.entry.bundled && demo.entry.notice.is_some());
        assert_eq!((demo.entry.max_segment_ms, demo.entry.audio_ctx), (6_500, Some(350)));
        assert_eq!(demo.verify().unwrap(), Verified::Matches);
        assert!(manifest.models().count() > 1);
    }

    #[test]
    fn a_file_with_the_right_checksum_passes_and_one_without_is_told_its_own() {
        assert_eq!(verify(&entry(&format!("sha256 = \"{SHA_OF_ABC}\"")), Some("abc")), Ok(Verified::Matches));
        let found = SHA_OF_ABC.to_owned();
        assert_eq!(verify(&entry(""), Some("abc")), Ok(Verified::NoChecksum { found }));
    }

    #[test]
    fn a_missing_file_is_told_where_to_put_what() {
        let said = verify(&entry(&format!("sha256 = \"{SHA_OF_ABC}\"")), None).unwrap_err();
        assert!(said.contains("m.bin") && said.contains(SHA_OF_ABC) && said.contains("put"), "{said}");
    }

    #[test]
    fn a_damaged_file_is_refused_by_its_checksum_or_already_by_its_size() {
        let said = verify(&entry(&format!("sha256 = \"{SHA_OF_ABC}\"")), Some("abd")).unwrap_err();
        assert!(said.contains("damaged") && said.contains("SHA-256"), "{said}");
        let said = verify(&entry("size_bytes = 4"), Some("abc")).unwrap_err();
        assert!(said.contains("size is 3, the manifest says 4"), "{said}");
    }

    #[test]
    fn mistakes_in_the_manifest_are_named() {
        for (more, named) in [
            ("sha256 = \"abc\"", "64 hexadecimal digits"),
            ("audio_ctx = 100", "must hold"),
            ("adio_ctx = 400", "adio_ctx"),
        ] {
            let said = verify(&entry(more), Some("abc")).unwrap_err();
            assert!(said.contains(named), "{said}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_those_there_are() {
        let site = site(&entry(""), None);
        let said = Manifest::read(site.path()).unwrap().model("large").unwrap_err().to_string();
        assert!(said.contains("`large`") && said.contains("it has: m"), "{said}");
    }
}
