//! Files that others may be reading, or that a power cut must not leave half written.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

/// Writes a file whole or not at all: beside its place first, then renamed.
pub(crate) fn write_whole(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    let beside = path.with_extension(format!("{}.new", std::process::id()));
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes.as_ref()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written
}
