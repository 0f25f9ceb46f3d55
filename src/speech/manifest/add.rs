//! Taking over a model file that was brought by hand, from a USB stick: is it one of the manifest's, or one of the
//! site's own; a copy that is whole or not there; and the entry that makes it usable.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::ggml::{Head, NotAModel};
use super::{
    Checksums, Digests, Engine, Manifest, ManifestError, Model, PlacedFile, SITE_NAME, Verified, free_bytes,
};
use crate::whole_file::write_whole;

/// What site.toml opens with.
const SITE_HEAD: &str = "# The site's own recognisers, in the form of manifest.toml beside it, which is left as it was packaged.\n\
                         # An entry here goes before one of the same name there.\n";

/// A file to take over.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'a> {
    /// Where it lies now.
    pub file: &'a Path,
    /// What it is to be called; needed where the manifest does not know it.
    pub name: Option<&'a str>,
    /// What languages it knows, two letters each; needed where the manifest does not know it.
    pub languages: &'a [String],
    /// Its licence, where the manifest does not know it.
    pub licence: Option<&'a str>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The model's name.
    pub name: String,
    /// Where the file lies now.
    pub path: PathBuf,
    /// Its SHA-256.
    pub sha256: String,
    /// How it was checked.
    pub checked: Verified,
    /// True where an entry of the site's own was written for it.
    pub new_entry: bool,
}

/// Why a file was not taken over.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// It cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no model that this build runs.
    #[error("{path}: {why}")]
    NotAModel {
        /// Which file.
        path: PathBuf,
        /// What it is.
        why: NotAModel,
    },
    /// It is not what the manifest says.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It bears the name of a known file without being it.
    #[error(
        "{source}\nIf it is a model of the site's own, give it a name of its own: \
         `jiesu model add {path} --name NAME --languages zh,en`"
    )]
    Namesake {
        /// Which file.
        path: PathBuf,
        /// What differs.
        source: Box<ManifestError>,
    },
    /// The manifest does not know it, and it was not given a name and languages.
    #[error(
        "{path} is {what}, which the manifest does not know. Give it a name and say what it understands: \
         `jiesu model add {path} --name NAME --languages zh,en`; \
         or `--name` one of those that the manifest has without a checksum: {nameless}"
    )]
    Unknown {
        /// Which file.
        path: PathBuf,
        /// What it is.
        what: Head,
        /// Models that a file can be given for.
        nameless: String,
    },
    /// A name that cannot stand in a path.
    #[error("`{0}` cannot be a model's name: use letters, digits, `-`, `_` and `.`")]
    Name(String),
    /// A model of several files, and the file's name is none of theirs.
    #[error("the model `{name}` has several files; call this one by its own name, one of: {files}")]
    WhichFile {
        /// Which model.
        name: String,
        /// Its files' names.
        files: String,
    },
    /// Something else lies where it belongs.
    #[error("{path} is there already and is another file; move it away first")]
    Occupied {
        /// Which file.
        path: PathBuf,
    },
    /// The disk is too full for it.
    #[error("no room: {path} needs {needed} bytes, and {free} are free there; make room and run it again")]
    NoRoom {
        /// Where it would have come.
        path: PathBuf,
        /// Its size.
        needed: u64,
        /// Free bytes.
        free: u64,
    },
    /// It changed while it was copied.
    #[error("{path} read differently the second time; the stick or its plug may be bad: try again")]
    Unsteady {
        /// Which file.
        path: PathBuf,
    },
    /// It cannot be written here.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is here, but its checksum could not be noted.
    #[error(transparent)]
    Note(anyhow::Error),
}

/// A file as it was read once.
struct Seen {
    size_bytes: u64,
    digests: Digests,
    head: Result<Head, NotAModel>,
}

impl Manifest {
    /// Takes over a file: into its place, checked, and with an entry where the manifest has none.
    ///
    /// # Errors
    /// A file that is no model, not the one it says it is, unknown without a name, or that cannot be copied.
    pub fn add(&self, brought: Brought<'_>) -> Result<Added, AddError> {
        let Brought { file: from, name, .. } = brought;
        if let Some(name) = name {
            check_name(name)?;
        }
        let read = |source| AddError::Read { path: from.to_owned(), source };
        let seen = Seen::of(from).map_err(read)?;
        match self.known(from, name, &seen)? {
            Some((model, placed)) => self.add_known(from, &model, &placed, seen),
            None => self.add_new(brought, seen),
        }
    }

    /// Which of the manifest's files it is.
    fn known(
        &self,
        from: &Path,
        name: Option<&str>,
        seen: &Seen,
    ) -> Result<Option<(Model, PlacedFile)>, AddError> {
        let base = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Some(name) = name {
            let Ok(model) = self.model(name) else { return Ok(None) };
            let placed = model.files.iter().find(|file| file.name() == base);
            return match placed.or(model.files.first().filter(|_| model.files.len() == 1)).cloned() {
                Some(placed) => Ok(Some((model, placed))),
                None => Err(AddError::WhichFile {
                    files: model.files.iter().map(PlacedFile::name).collect::<Vec<_>>().join(", "),
                    name: model.name,
                }),
            };
        }
        let all = || {
            self.models().flat_map(|model| model.files.clone().into_iter().map(move |f| (model.clone(), f)))
        };
        if let Some(found) = all().find(|(_, placed)| seen.has_checksum_of(placed)) {
            return Ok(Some(found));
        }
        // By its name only where its size or a checksum can bear that out.
        let mut namesakes = all().filter(|(_, placed)| placed.name() == base && placed.known().is_some());
        let Some((model, placed)) = namesakes.next() else { return Ok(None) };
        match placed.compare(from, seen.size_bytes, Some(seen.digests.clone())) {
            Ok(_) => Ok(Some((model, placed))),
            Err(source) => Err(AddError::Namesake { path: from.to_owned(), source: Box::new(source) }),
        }
    }

    fn add_known(
        &self,
        from: &Path,
        model: &Model,
        placed: &PlacedFile,
        seen: Seen,
    ) -> Result<Added, AddError> {
        if model.entry.engine == Engine::Whisper {
            seen.head.map_err(|why| AddError::NotAModel { path: from.to_owned(), why })?;
        }
        let checked = placed.compare(from, seen.size_bytes, Some(seen.digests.clone()))?;
        place(from, &placed.path, seen.size_bytes, &seen.digests)?;
        let Digests { sha256, .. } = seen.digests;
        if checked != Verified::Matches {
            Checksums::note(&self.directory, &placed.file.file, &sha256, &from.display().to_string())
                .map_err(AddError::Note)?;
        }
        Ok(Added { name: model.name.clone(), path: placed.path.clone(), sha256, checked, new_entry: false })
    }

    fn add_new(&self, brought: Brought<'_>, seen: Seen) -> Result<Added, AddError> {
        let path = brought.file.to_owned();
        let head = seen.head.map_err(|why| AddError::NotAModel { path: path.clone(), why })?;
        let Some(name) = brought.name.filter(|_| !brought.languages.is_empty()) else {
            let open = self.models().filter(|model| model.files.iter().any(|file| file.known().is_none()));
            let nameless = open.map(|model| model.name).collect::<Vec<_>>().join(", ");
            return Err(AddError::Unknown { path, what: head, nameless });
        };
        let file = PathBuf::from(format!("{name}.bin"));
        let to = self.directory.join(&file);
        place(&path, &to, seen.size_bytes, &seen.digests)?;
        let sha256 = seen.digests.sha256;
        let entry = site_entry(name, &file, seen.size_bytes, &sha256, &head, &brought);
        let site = self.directory.join(SITE_NAME);
        let written = match std::fs::read_to_string(&site) {
            Ok(before) => write_whole(&site, format!("{}\n\n{entry}", before.trim_end())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                write_whole(&site, format!("{SITE_HEAD}\n{entry}"))
            }
            Err(error) => Err(error),
        };
        written.map_err(|source| AddError::Write { path: site, source })?;
        Ok(Added { name: name.to_owned(), path: to, sha256, checked: Verified::Matches, new_entry: true })
    }
}

impl Seen {
    fn of(path: &Path) -> io::Result<Self> {
        let mut file = BufReader::new(File::open(path)?);
        let head = Head::read(&mut file);
        let mut file = file.into_inner();
        io::Seek::rewind(&mut file)?;
        Ok(Self { size_bytes: file.metadata()?.len(), digests: Digests::of(&mut file)?, head })
    }

    fn has_checksum_of(&self, placed: &PlacedFile) -> bool {
        let same = |known: &Option<String>, own: &str| {
            known.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(own))
        };
        same(&placed.file.sha256, &self.digests.sha256)
            || same(&placed.noted, &self.digests.sha256)
            || (placed.file.sha256.is_none() && same(&placed.file.sha1, &self.digests.sha1))
    }
}

fn check_name(name: &str) -> Result<(), AddError> {
    let good = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let named = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    if good && named { Ok(()) } else { Err(AddError::Name(name.to_owned())) }
}

fn site_entry(
    name: &str,
    file: &Path,
    size_bytes: u64,
    sha256: &str,
    head: &Head,
    brought: &Brought<'_>,
) -> String {
    let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let languages: Vec<_> = brought.languages.iter().map(|language| text(language)).collect();
    format!(
        "[model.{name:?}]    # {head}\nfile = {file}\nsha256 = {sha256}\nsize_bytes = {size_bytes}\n\
         languages = [{languages}]\nmax_segment_ms = {longest}\nlicence = {licence}\norigin = {origin}\n",
        file = text(&file.to_string_lossy()),
        sha256 = text(sha256),
        languages = languages.join(", "),
        longest = head.max_segment_ms(),
        licence = text(brought.licence.unwrap_or("not stated")),
        origin = text(&format!("brought by the site as {}", brought.file.display())),
    )
}

/// Copies a file into its place: under another name first, read back, then renamed.
fn place(from: &Path, to: &Path, size_bytes: u64, digests: &Digests) -> Result<(), AddError> {
    let write = |source| AddError::Write { path: to.to_owned(), source };
    let occupied = || AddError::Occupied { path: to.to_owned() };
    if to.exists() {
        let there = File::open(to).and_then(|mut file| Digests::of(&mut file)).map_err(write)?;
        return if there == *digests { Ok(()) } else { Err(occupied()) };
    }
    let folder = to.parent().unwrap_or(Path::new("."));
    if let Some(free) = free_bytes(folder).filter(|free| *free < size_bytes) {
        return Err(AddError::NoRoom { path: to.to_owned(), needed: size_bytes, free });
    }
    std::fs::create_dir_all(folder).map_err(write)?;
    let beside = to.with_extension(format!("{}.adding", std::process::id()));
    let copied = copy(from, &beside).map_err(write).and_then(|copied| {
        if copied == *digests { Ok(()) } else { Err(AddError::Unsteady { path: from.to_owned() }) }
    });
    let placed = copied.and_then(|()| std::fs::rename(&beside, to).map_err(write));
    if placed.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    placed
}

/// Copies, and reads what was written for its checksums.
fn copy(from: &Path, to: &Path) -> io::Result<Digests> {
    let mut out = BufWriter::new(File::create_new(to)?);
    io::copy(&mut File::open(from)?, &mut out)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Digests::of(&mut File::open(to)?)
}
