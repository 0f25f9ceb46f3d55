//! A file that is growing: `NAME.part`, and beside it `NAME.part.from`, which says what it is a part of.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use super::super::manifest::PlacedFile;
use super::{FetchError, SourceError, Watcher};

/// Read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// A file that is growing. Locked against another process as long as this lives.
#[derive(Debug)]
pub(super) struct Part {
    path: PathBuf,
    file: File,
    length: u64,
    origin: Option<Origin>,
}

/// Of which state of which address the part is one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    address: String,
    /// An entity tag or a date, for If-Range.
    validator: String,
}

impl Part {
    /// Opens what is there, or begins anew.
    pub(super) fn open(placed: &PlacedFile) -> Result<Self, FetchError> {
        let path = placed.beside("part");
        let write = |source| FetchError::Write(SourceError::Write { path: path.clone(), source });
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(write)?;
        }
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.map_err(write)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy(path)),
            Err(TryLockError::Error(source)) => return Err(write(source)),
        }
        let length = file.seek(io::SeekFrom::End(0)).map_err(write)?;
        let origin = std::fs::read_to_string(from_path(&path)).ok().and_then(|text| {
            let mut lines = text.lines().map(str::to_owned);
            Some(Origin { address: lines.next()?, validator: lines.next()? })
        });
        Ok(Self { path, file, length, origin })
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes so far.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What to send as If-Range for asking this address for the rest; nothing where it must be asked for the whole.
    pub(super) fn validator(&self, address: &str) -> Option<&str> {
        let origin = self.origin.as_ref().filter(|origin| origin.address == address && self.length > 0);
        origin.map(|origin| origin.validator.as_str())
    }

    /// Forgets what is there. With a validator the part can be gone on with after an interruption.
    pub(super) fn start_over(&mut self, address: &str, validator: Option<&str>) -> Result<(), SourceError> {
        if self.length > 0 {
            self.file
                .set_len(0)
                .and_then(|()| self.file.rewind())
                .map_err(|source| self.write_error(source))?;
            self.length = 0;
        }
        self.origin = validator
            .map(|validator| Origin { address: address.to_owned(), validator: validator.to_owned() });
        let from = from_path(&self.path);
        match &self.origin {
            Some(Origin { address, validator }) => std::fs::write(&from, format!("{address}\n{validator}\n"))
                .map_err(|source| SourceError::Write { path: from, source }),
            None => {
                let _ = std::fs::remove_file(from);
                Ok(())
            }
        }
    }

    /// Reads to the end, but no more than makes `most` in all.
    pub(super) fn append(
        &mut self,
        from: &mut impl Read,
        most: Option<u64>,
        watcher: &mut dyn Watcher,
    ) -> Result<(), SourceError> {
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let read = match from.read(&mut chunk) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(SourceError::Broken { at: self.length, source }),
            };
            let grown = self.length + read as u64;
            if let Some(expected) = most.filter(|most| grown > *most) {
                return Err(SourceError::OtherSize { found: grown, expected });
            }
            self.file.write_all(&chunk[..read]).map_err(|source| self.write_error(source))?;
            self.length = grown;
            watcher.at(self.length);
        }
    }

    /// To the disk.
    pub(super) fn flush(&mut self) -> Result<(), SourceError> {
        self.file.sync_all().map_err(|source| self.write_error(source))
    }

    /// Gives it its name.
    pub(super) fn finish(self, to: &Path) -> Result<(), SourceError> {
        std::fs::rename(&self.path, to)
            .map_err(|source| SourceError::Write { path: to.to_owned(), source })?;
        let _ = std::fs::remove_file(from_path(&self.path));
        Ok(())
    }

    /// Gives what is there another name, and begins anew.
    pub(super) fn put_aside(&mut self, to: &Path) -> Result<(), SourceError> {
        let moved = std::fs::rename(&self.path, to).and_then(|()| {
            let file = File::options().read(true).write(true).create_new(true).open(&self.path)?;
            file.try_lock()?;
            Ok(file)
        });
        self.file = moved.map_err(|source| SourceError::Write { path: to.to_owned(), source })?;
        (self.length, self.origin) = (0, None);
        Ok(())
    }

    /// Leaves nothing behind where nothing was fetched.
    pub(super) fn drop_if_empty(&self) {
        if self.length == 0 {
            let _ = std::fs::remove_file(&self.path);
            let _ = std::fs::remove_file(from_path(&self.path));
        }
    }

    fn write_error(&self, source: io::Error) -> SourceError {
        SourceError::Write { path: self.path.clone(), source }
    }
}

fn from_path(part: &Path) -> PathBuf {
    let mut name = part.as_os_str().to_owned();
    name.push(".from");
    PathBuf::from(name)
}
