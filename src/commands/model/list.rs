//! `jiesu model list`.

use std::fmt::Write as _;

use crate::speech::manifest::{FileState, Manifest, Model};

/// All recognisers, a paragraph each.
pub(super) fn table(manifest: &Manifest) -> String {
    let mut out = String::new();
    for model in manifest.models() {
        paragraph(&model, &mut out);
        out.push('\n');
    }
    out
}

fn paragraph(model: &Model, out: &mut String) {
    let entry = &model.entry;
    let engine = match model.runs_here() {
        Ok(()) => String::new(),
        Err(_) => format!("  (engine {}, not in this build yet)", entry.engine.name()),
    };
    let of_the_site = if model.of_the_site { "  (the site's own)" } else { "" };
    let _ = writeln!(out, "{}  {}{engine}{of_the_site}", model.name, state(model));
    let size = model.size_bytes().map_or_else(|| "not known".to_owned(), megabytes);
    let memory =
        entry.memory_mb.map_or_else(|| "not measured".to_owned(), |mb| megabytes(u64::from(mb) * 1_000_000));
    let languages = entry.languages.join(" ");
    let _ = writeln!(out, "    size {size}, memory a process {memory}, languages {languages}");
    let lines = [("machine", &entry.machine), ("made from", &entry.origin)];
    for (what, said) in lines.into_iter().filter_map(|(what, said)| Some((what, said.as_ref()?))) {
        let _ = writeln!(out, "    {what}: {said}");
    }
    let _ = writeln!(out, "    licence: {}", entry.licence);
    if let Some(notice) = &entry.notice {
        let _ = writeln!(out, "    {}\n    {}", notice.zh, notice.en);
    }
}

/// Whether all its files are here, by a look at the folder.
fn state(model: &Model) -> String {
    let states: Vec<_> = model.files.iter().map(|file| (file, file.state())).collect();
    let bundled = if model.entry.bundled { ", bundled" } else { "" };
    for (file, state) in &states {
        match state {
            FileState::WrongSize { found } => {
                return format!("WRONG: {} has {found} bytes; `jiesu model verify`", file.path.display());
            }
            FileState::Part { bytes } => {
                let whole = file.file.size_bytes.map(|size| format!(" of {}", megabytes(size)));
                let whole = whole.unwrap_or_default();
                return format!(
                    "in part ({}{whole}): `jiesu model pull {}` goes on",
                    megabytes(*bytes),
                    model.name
                );
            }
            FileState::Here | FileState::Missing => {}
        }
    }
    if states.iter().all(|(_, state)| *state == FileState::Here) {
        return format!("here{bundled}");
    }
    let get = if model.entry.url.is_some() { "pull" } else { "verify" };
    let does = if model.entry.url.is_some() { "fetches it" } else { "says how to get it" };
    format!("not here{bundled}; `jiesu model {get} {}` {does}", model.name)
}

/// Bytes for a person: whole megabytes, or gigabytes with one place.
pub(super) fn megabytes(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        format!("{} MB", bytes.div_ceil(1_000_000))
    } else {
        format!("{:.1} GB", bytes as f64 / 1e9)
    }
}
