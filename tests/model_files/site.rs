//! A site: a folder of models with a manifest of its own, and `jiesu model` run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) success: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A folder `models`, and the folder that commands are run in.
#[derive(Debug)]
pub(crate) struct Site {
    home: TempDir,
}

/// A file that begins like a Whisper model and goes on as `seed` makes it.
pub(crate) fn model_file(bytes: usize, seed: u32) -> Vec<u8> {
    let head = [0x6767_6d6c, 51_865, 1_500, 384, 6, 4, 448, 384, 6, 4, 80, 1_u32];
    let mut content: Vec<u8> = head.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut state = seed;
    while content.len() < bytes {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        content.extend((state >> 8).to_le_bytes());
    }
    content.truncate(bytes);
    content
}

pub(crate) fn sha256(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha1(content: &[u8]) -> String {
    use sha1::{Digest, Sha1};
    Sha1::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Site {
    /// A manifest with the model `m` of the file `m.bin`, and more keys of it.
    pub(crate) fn new(more: &str) -> Self {
        Self::with_manifest(&format!("{}file = \"m.bin\"\n{more}\n", Self::entry("m")))
    }

    pub(crate) fn with_manifest(manifest: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::create_dir(home.path().join("models")).expect("made");
        fs::write(home.path().join("models/manifest.toml"), manifest).expect("written");
        Self { home }
    }

    /// What every entry has.
    pub(crate) fn entry(name: &str) -> String {
        format!("[model.{name}]\nlanguages = [\"zh\"]\nmax_segment_ms = 12000\nlicence = \"MIT\"\n")
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.home.path().join(inside)
    }

    pub(crate) fn write(&self, inside: &str, content: &[u8]) -> PathBuf {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, content).expect("written");
        path
    }

    pub(crate) fn read(&self, inside: &str) -> Vec<u8> {
        fs::read(self.path(inside)).unwrap_or_else(|error| panic!("{inside}: {error}"))
    }

    /// The names in the models' folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("models")).expect("read");
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("read").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    pub(crate) fn model(&self, words: &[&str]) -> Said {
        self.model_with(words, &[])
    }

    /// `jiesu model` with environment variables.
    pub(crate) fn model_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Said {
        self.jiesu(&[&["model"], words].concat(), variables)
    }

    pub(crate) fn jiesu(&self, words: &[&str], variables: &[(&str, &str)]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiesu"));
        command.args(words).current_dir(self.home.path());
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "JIESU_MODELS", "JIESU_CONFIG"] {
            command.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        let output = command.envs(variables.iter().copied()).output().expect("jiesu runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { success: output.status.success(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Said {
    /// What it said where it succeeded.
    #[track_caller]
    pub(crate) fn done(self) -> String {
        assert!(self.success, "{}{}", self.out, self.err);
        self.out + &self.err
    }

    /// What it said where it failed, in an orderly way.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert!(!self.success, "{}{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        self.err
    }
}

/// Every part stands in the text.
#[track_caller]
pub(crate) fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
}

pub(crate) fn display(path: &Path) -> String {
    path.display().to_string()
}
