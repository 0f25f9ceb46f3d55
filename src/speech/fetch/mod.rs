//! Fetching a model's files: from their publisher, its mirror, a mirror or folder of the site's own. Enters: a
//! [`PlacedFile`] of the manifest. Leaves: the file in its place and checked, or a reason with what to do.
//!
//! A file grows as `NAME.part` and is renamed when it is whole and right, so that nothing half-done is ever taken
//! for a model. What was interrupted goes on where it stopped, if the server can and still has the same file
//! (RFC 9110, Range with If-Range). What turns out to be another file is put aside as `NAME.rejected`.

mod attempt;
mod client;
mod error;
mod part;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::manifest::{
    Checksums, Engine, FileState, ManifestError, Model, PlacedFile, Verified, free_bytes, ggml,
};

pub use error::{FetchError, SourceError};

use part::Part;

/// Tries at one address that bring nothing new, before it is given up.
const VAIN_TRIES: u32 = 3;
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(500);

/// Where and how to fetch.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// A folder or mirror in place of the manifest's addresses.
    pub from: Option<String>,
    /// A proxy in place of the environment's; `none` for none.
    pub proxy: Option<String>,
}

/// Told what goes on.
pub trait Watcher {
    /// A file begins, or goes on at `at` of `total` bytes.
    fn begin(&mut self, file: &str, at: u64, total: Option<u64>);
    /// So many of its bytes are here.
    fn at(&mut self, bytes: u64);
    /// Something worth a line.
    fn say(&mut self, line: &str);
}

/// A file that is here now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it lies.
    pub path: PathBuf,
    /// Where it came from; nothing where it was here already.
    pub from: Option<String>,
    /// How it was checked.
    pub checked: Verified,
}

const WAYS: &str = "Behind a proxy: `--proxy http://HOST:PORT`, HTTPS_PROXY, or `[speech] models_proxy`. \
                    From a mirror or folder of your own: `--from URL_OR_FOLDER`, or `[speech] models_from`.";

/// Brings all files of a model here and checks them.
///
/// # Errors
/// Where one cannot be had from anywhere; what was fetched of it is kept.
pub fn pull(
    directory: &Path,
    model: &Model,
    sources: &Sources,
    watcher: &mut dyn Watcher,
) -> Result<Vec<Fetched>, FetchError> {
    if model.entry.url.is_none() && sources.from.is_none() && missing(model) {
        return Err(FetchError::NoAddress { name: model.name.clone(), how: model.by_hand() });
    }
    let mut fetched = Vec::new();
    for file in &model.files {
        let one = Pull { model, file, sources };
        let here = match one.here(watcher)? {
            Some(here) => here,
            None => one.fetch(watcher)?,
        };
        if let Verified::NoChecksum { sha256 } | Verified::MatchesSha1 { sha256 } = &here.checked {
            let from = here.from.as_deref().unwrap_or("found here");
            Checksums::note(directory, &file.file.file, sha256, from).map_err(FetchError::Note)?;
        }
        fetched.push(here);
    }
    Ok(fetched)
}

fn missing(model: &Model) -> bool {
    model.files.iter().any(|file| file.state() != FileState::Here)
}

/// One file on its way.
struct Pull<'a> {
    model: &'a Model,
    file: &'a PlacedFile,
    sources: &'a Sources,
}

/// A place to look for a file.
enum Place {
    Url(String),
    File(PathBuf),
}

impl Pull<'_> {
    /// The file if it is here already and right; a wrong one is put aside.
    fn here(&self, watcher: &mut dyn Watcher) -> Result<Option<Fetched>, FetchError> {
        let path = self.file.path.clone();
        if !path.exists() {
            return Ok(None);
        }
        match self.file.verify() {
            Ok(checked) => Ok(Some(Fetched { path, from: None, checked })),
            Err(error @ ManifestError::Unreadable { .. }) => Err(FetchError::Here(error)),
            Err(error) => {
                let aside = self.file.beside("rejected");
                std::fs::rename(&path, &aside).map_err(|source| FetchError::Aside { path, source })?;
                watcher.say(&format!("{error}\nit is put aside as {}", aside.display()));
                Ok(None)
            }
        }
    }

    fn fetch(&self, watcher: &mut dyn Watcher) -> Result<Fetched, FetchError> {
        let mut part = Part::open(self.file)?;
        self.check_room(&part)?;
        let mut tried = String::new();
        for place in self.places() {
            let (named, got) = match &place {
                Place::Url(address) => (address.clone(), self.take_url(address, &mut part, watcher)),
                Place::File(path) => (path.display().to_string(), self.take_file(path, &mut part, watcher)),
            };
            match got.and_then(|()| self.check(&mut part)) {
                Ok(checked) => {
                    let path = self.file.path.clone();
                    part.finish(&path).map_err(FetchError::Write)?;
                    return Ok(Fetched { path, from: Some(named), checked });
                }
                Err(error @ SourceError::Write { .. }) => {
                    part.drop_if_empty();
                    return Err(FetchError::Write(error));
                }
                Err(error) => tried.push_str(&format!("  {named}\n    {error}\n")),
            }
        }
        let kept = match part.length() {
            0 => String::new(),
            bytes => format!(
                "{bytes} bytes of it are kept in {}; the same command goes on from there.\n",
                part.path().display()
            ),
        };
        part.drop_if_empty();
        Err(FetchError::Nowhere {
            name: self.model.name.clone(),
            tried,
            kept,
            how: self.model.by_hand(),
            ways: WAYS,
        })
    }

    fn check_room(&self, part: &Part) -> Result<(), FetchError> {
        let folder = self.file.path.parent().unwrap_or(Path::new("."));
        let needed = self.file.file.size_bytes.unwrap_or(0).saturating_sub(part.length());
        match free_bytes(folder) {
            Some(free) if free < needed => {
                part.drop_if_empty();
                let name = self.file.name();
                Err(FetchError::NoRoom { name, needed, free, folder: folder.to_owned() })
            }
            _ => Ok(()),
        }
    }

    /// Where to look, in order. A mirror of one's own may be laid out like the publisher's site, like the models'
    /// folder, or flat; a folder like the models' folder or flat.
    fn places(&self) -> Vec<Place> {
        let (file, entry) = (&self.file.file, &self.model.entry);
        let Some(from) = &self.sources.from else {
            return entry.addresses(file).into_iter().map(Place::Url).collect();
        };
        let relative = file.file.to_string_lossy().into_owned();
        let mut ways = vec![relative, file.name()];
        ways.dedup();
        if from.starts_with("http://") || from.starts_with("https://") {
            let site_path = entry.url.as_deref().and_then(|url| url.split_once("://")?.1.split_once('/'));
            ways.splice(
                0..0,
                site_path.map(|(_, path)| format!("{}/{}", path.trim_matches('/'), file.name())),
            );
            ways.into_iter().map(|way| Place::Url(format!("{}/{way}", from.trim_end_matches('/')))).collect()
        } else {
            let folder = Path::new(from.strip_prefix("file://").unwrap_or(from));
            ways.into_iter().map(|way| Place::File(folder.join(way))).collect()
        }
    }

    fn take_url(&self, address: &str, part: &mut Part, watcher: &mut dyn Watcher) -> Result<(), SourceError> {
        let agent = client::agent(address, self.sources.proxy.as_deref())?;
        let (mut farthest, mut vain) = (part.length(), 0);
        loop {
            let error = match attempt::attempt(&agent, address, self.file, part, watcher) {
                Ok(()) => return Ok(()),
                Err(error) if attempt::may_pass(&error) => error,
                Err(error) => return Err(error),
            };
            vain = if part.length() > farthest { 1 } else { vain + 1 };
            farthest = farthest.max(part.length());
            if vain >= VAIN_TRIES {
                return Err(error);
            }
            watcher.say(&format!("{address}: {error}; trying again"));
            std::thread::sleep(PAUSE);
        }
    }

    fn take_file(&self, path: &Path, part: &mut Part, watcher: &mut dyn Watcher) -> Result<(), SourceError> {
        let mut from = std::fs::File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SourceError::NotThere,
            _ => SourceError::Broken { at: 0, source: error },
        })?;
        let size = from.metadata().map_err(|source| SourceError::Broken { at: 0, source })?.len();
        if let Some(expected) = self.file.file.size_bytes.filter(|expected| *expected != size) {
            return Err(SourceError::OtherSize { found: size, expected });
        }
        part.start_over(&path.display().to_string(), None)?;
        watcher.begin(&self.file.name(), 0, Some(size));
        part.append(&mut from, None, watcher)
    }

    /// Whether the fetched file is the right one; a wrong one is put aside.
    fn check(&self, part: &mut Part) -> Result<Verified, SourceError> {
        part.flush()?;
        let wrong = if self.model.entry.engine == Engine::Whisper {
            let head = std::fs::File::open(part.path()).map_err(ggml::NotAModel::Read);
            head.and_then(|mut file| ggml::Head::read(&mut file)).err().map(|error| error.to_string())
        } else {
            None
        };
        let checked = match wrong {
            Some(wrong) => Err(wrong),
            None => self.file.verify_at(part.path()).map_err(|error| error.to_string()),
        };
        checked.or_else(|wrong| {
            let aside = self.file.beside("rejected");
            part.put_aside(&aside)?;
            Err(SourceError::Wrong(format!("{wrong}\n    put aside as {}, not used", aside.display())))
        })
    }
}
