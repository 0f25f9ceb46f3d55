//! One recogniser's entry: as it is written in the manifest, and as it is used.

use std::path::{Component, PathBuf};

use serde::{Deserialize, Serialize};

/// As many as whisper.cpp has room for.
const MOST_BEAMS: u8 = 8;

/// What the manifest says of a recogniser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What runs it.
    pub engine: Engine,
    /// Its files, at least one.
    pub files: Vec<ModelFile>,
    /// The address of the folder its publisher has the files in.
    pub url: Option<String>,
    /// Another address of the same folder, tried after the first.
    pub mirror: Option<String>,
    /// Two letters each, such as `zh`; the first is what the hotline is taken to speak.
    pub languages: Vec<String>,
    /// The longest piece of sound it is given.
    pub max_segment_ms: u32,
    /// A turn shorter than this, pre-roll included, is given to it only when it is over: some models make up whole
    /// sentences from a syllable.
    pub first_partial_ms: u32,
    /// Encoder positions (20 ms each) it must always be run with; fitted to the segment where left out.
    pub audio_ctx: Option<u16>,
    /// Texts tried at once for a final, of which the likeliest as a whole is taken.
    pub beams: u8,
    /// True for the recogniser that comes with Jiesu.
    pub bundled: bool,
    /// The file's and its voice's licence.
    pub licence: String,
    /// Memory of one recogniser process, megabytes.
    pub memory_mb: Option<u32>,
    /// What machine it is for.
    pub machine: Option<String>,
    /// What it was made from.
    pub origin: Option<String>,
    /// How to get it where there is no address to fetch it from.
    pub how: Option<String>,
    /// What must be said wherever its words are shown.
    pub notice: Option<Notice>,
}

/// What runs a recogniser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// whisper.cpp.
    #[default]
    Whisper,
    /// sherpa-onnx, which is not in this build yet.
    SherpaOnnx,
}

/// One file of a recogniser.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Where it belongs, relative to the models directory.
    pub file: PathBuf,
    /// Its size.
    pub size_bytes: Option<u64>,
    /// Its SHA-256 in hexadecimal; left out where it could not be verified by us.
    pub sha256: Option<String>,
    /// Its SHA-1 in hexadecimal, where that is what its publisher gives: proof against damage, not against malice.
    pub sha1: Option<String>,
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

/// An entry as it is written. A recogniser of one file has `file`, `size_bytes` and checksums of its own; one of
/// several has `files`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default)]
    engine: Engine,
    file: Option<PathBuf>,
    size_bytes: Option<u64>,
    sha256: Option<String>,
    sha1: Option<String>,
    #[serde(default)]
    files: Vec<ModelFile>,
    url: Option<String>,
    mirror: Option<String>,
    languages: Vec<String>,
    max_segment_ms: u32,
    #[serde(default)]
    first_partial_ms: u32,
    audio_ctx: Option<u16>,
    #[serde(default = "one")]
    beams: u8,
    #[serde(default)]
    bundled: bool,
    licence: String,
    memory_mb: Option<u32>,
    machine: Option<String>,
    origin: Option<String>,
    how: Option<String>,
    notice: Option<Notice>,
}

/// Where nothing is said, a model's first thought is taken.
const fn one() -> u8 {
    1
}

impl Engine {
    /// Its name in the manifest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Whisper => "whisper",
            Self::SherpaOnnx => "sherpa-onnx",
        }
    }
}

impl TryFrom<Written> for Entry {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let Written { file, size_bytes, sha256, sha1, mut files, .. } = written;
        match file {
            Some(file) if files.is_empty() => files.push(ModelFile { file, size_bytes, sha256, sha1 }),
            None if size_bytes.is_none() && sha256.is_none() && sha1.is_none() && !files.is_empty() => {}
            _ => return Err("it needs either `file` with its size and checksums, or `files`"),
        }
        let entry = Self {
            engine: written.engine,
            files,
            url: written.url,
            mirror: written.mirror,
            languages: written.languages,
            max_segment_ms: written.max_segment_ms,
            first_partial_ms: written.first_partial_ms,
            audio_ctx: written.audio_ctx,
            beams: written.beams,
            bundled: written.bundled,
            licence: written.licence,
            memory_mb: written.memory_mb,
            machine: written.machine,
            origin: written.origin,
            how: written.how,
            notice: written.notice,
        };
        entry.mistake().map_or(Ok(entry), Err)
    }
}

impl Entry {
    /// What is wrong with it, if anything.
    fn mistake(&self) -> Option<&'static str> {
        let addresses = self.url.iter().chain(&self.mirror);
        if self.languages.is_empty() {
            Some("`languages` is empty")
        } else if !(1_000..=30_000).contains(&self.max_segment_ms) {
            Some("`max_segment_ms` must lie between 1000 and 30000")
        } else if self.audio_ctx.is_some_and(|positions| u32::from(positions) * 20 < self.max_segment_ms) {
            Some("`audio_ctx` positions of 20 ms must hold `max_segment_ms`")
        } else if !(1..=MOST_BEAMS).contains(&self.beams) {
            Some("`beams` must lie between 1 and 8")
        } else if addresses.into_iter().any(|address| !is_url(address)) {
            Some("`url` and `mirror` must begin with https:// or http://")
        } else {
            self.files.iter().find_map(ModelFile::mistake)
        }
    }

    /// Where a file can be fetched, in the order to try.
    #[must_use]
    pub fn addresses(&self, file: &ModelFile) -> Vec<String> {
        let folders = self.url.iter().chain(&self.mirror);
        folders.map(|folder| format!("{}/{}", folder.trim_end_matches('/'), file.name())).collect()
    }
}

impl ModelFile {
    fn mistake(&self) -> Option<&'static str> {
        let hex = |text: &String| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if self.sha256.as_ref().is_some_and(|sum| sum.len() != 64 || !hex(sum)) {
            Some("`sha256` must be 64 hexadecimal digits")
        } else if self.sha1.as_ref().is_some_and(|sum| sum.len() != 40 || !hex(sum)) {
            Some("`sha1` must be 40 hexadecimal digits")
        } else if self.file.file_name().is_none()
            || self.file.components().any(|part| !matches!(part, Component::Normal(_)))
        {
            Some("a file must be named relative to the models directory, and lie inside it")
        } else {
            None
        }
    }

    /// Its name without folders.
    #[must_use]
    pub fn name(&self) -> String {
        self.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Whether it is an address rather than a folder.
#[must_use]
pub(crate) fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
