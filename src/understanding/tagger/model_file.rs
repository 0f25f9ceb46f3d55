//! The model's file: eight letters, the length of a JSON head, the head (labels, machine, sizes), the lists and the
//! weights (little-endian), and SHA-256 of all that.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Tagger;
use super::lists::Lists;
use super::machine::Machine;
use super::weights::Rows;

/// The last letter counts changes of the form and of the features.
const MAGIC: &[u8; 8] = b"JIESU-S1";
const CHECKSUM_BYTES: usize = 32;
const CUT: &str = "cut short, or changed since it was written";
const CONTRADICTS: &str = "it contradicts itself";

/// Why a model of spans cannot be used.
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
    #[error("{}: {what}; make it again with `jiesu train spans`", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    labels: Vec<String>,
    longest: Vec<usize>,
    /// Label before, label.
    followers: Vec<(usize, usize)>,
    machine: Vec<f32>,
    list_entries: usize,
    tokens: Size,
    segments: Size,
}

#[derive(Serialize, Deserialize)]
struct Size {
    rows: usize,
    values: usize,
    step: f32,
}

impl Tagger {
    /// Reads a model.
    ///
    /// # Errors
    /// [`ModelError`], where the file is not there, or not a whole model of this version.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes =
            std::fs::read(path).map_err(|source| ModelError::Unreadable { path: path.to_owned(), source })?;
        Self::from_bytes(&bytes).map_err(|what| ModelError::Wrong { path: path.to_owned(), what })
    }

    /// The model as its file's bytes.
    ///
    /// # Errors
    /// A head that JSON cannot hold: numbers that are none.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let head = serde_json::to_vec(&Head {
            labels: self.labels.clone(),
            longest: self.longest.clone(),
            followers: self.machine.states.clone(),
            machine: self.machine.weights.clone(),
            list_entries: self.lists.entries.values().map(Vec::len).sum(),
            tokens: size(&self.token_weights),
            segments: size(&self.segment_weights),
        })?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend((head.len() as u32).to_le_bytes());
        bytes.extend(head);
        for (key, seen) in &self.lists.entries {
            for (label, count) in seen {
                bytes.extend(key.to_le_bytes());
                bytes.extend(label.to_le_bytes());
                bytes.extend(count.to_le_bytes());
            }
        }
        write_rows(&self.token_weights, &mut bytes);
        write_rows(&self.segment_weights, &mut bytes);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        Ok(bytes)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let rest = bytes.strip_prefix(MAGIC).ok_or("not a model of spans of this version")?;
        let content =
            bytes.len().checked_sub(CHECKSUM_BYTES).and_then(|length| bytes.split_at_checked(length));
        let (content, checksum) = content.ok_or(CUT)?;
        if Sha256::digest(content).as_slice() != checksum {
            return Err(CUT);
        }
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(CUT)?;
        let (head, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(CUT)?;
        let head: Head =
            serde_json::from_slice(head).map_err(|_| "its head is not what this version writes")?;
        let labels = head.labels.len();
        let mut machine = Machine::new(labels, &head.followers.iter().copied().collect::<BTreeSet<_>>());
        let known = machine.states.iter().all(|(before, label)| *before <= labels && *label < labels);
        let fits = known
            && head.longest.len() == labels
            && machine.states == head.followers
            && machine.weights.len() == head.machine.len();
        if !fits {
            return Err(CONTRADICTS);
        }
        machine.weights = head.machine;
        let mut reader = Reader(rest);
        let mut lists = Lists::default();
        for _ in 0..head.list_entries {
            let key = u64::from_le_bytes(reader.take()?);
            let label = u16::from_le_bytes(reader.take()?);
            lists.entries.entry(key).or_default().push((label, u32::from_le_bytes(reader.take()?)));
        }
        let columns = super::lattice::PLACES * labels;
        let token_weights = read_rows(&mut reader, &head.tokens, columns)?;
        let segment_weights = read_rows(&mut reader, &head.segments, labels)?;
        if reader.0.len() != CHECKSUM_BYTES {
            return Err(CUT);
        }
        Ok(Self {
            labels: head.labels,
            longest: head.longest,
            machine,
            lists,
            token_weights,
            segment_weights,
        })
    }
}

fn size(rows: &Rows) -> Size {
    Size { rows: rows.hashes.len(), values: rows.values.len(), step: rows.step }
}

fn write_rows(rows: &Rows, bytes: &mut Vec<u8>) {
    bytes.extend(rows.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
    bytes.extend(rows.starts.iter().flat_map(|start| start.to_le_bytes()));
    bytes.extend(rows.columns.iter().flat_map(|column| column.to_le_bytes()));
    bytes.extend(rows.values.iter().map(|value| value.cast_unsigned()));
}

fn read_rows(reader: &mut Reader<'_>, size: &Size, columns: usize) -> Result<Rows, &'static str> {
    let rows = Rows {
        hashes: reader.many(size.rows, u32::from_le_bytes)?,
        starts: reader.many(size.rows.checked_add(1).ok_or(CUT)?, u32::from_le_bytes)?,
        columns: reader.many(size.values, u16::from_le_bytes)?,
        values: reader.many(size.values, i8::from_le_bytes)?,
        step: size.step,
    };
    let fits = rows.starts.is_sorted()
        && rows.starts.last().is_some_and(|last| *last as usize == size.values)
        && rows.columns.iter().all(|column| usize::from(*column) < columns);
    if fits { Ok(rows) } else { Err(CONTRADICTS) }
}

/// The bytes not yet read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], &'static str> {
        let (first, rest) = self.0.split_first_chunk().ok_or(CUT)?;
        self.0 = rest;
        Ok(*first)
    }

    fn many<const N: usize, T>(
        &mut self,
        count: usize,
        of: fn([u8; N]) -> T,
    ) -> Result<Vec<T>, &'static str> {
        let (first, rest) = self.0.split_at_checked(count.saturating_mul(N)).ok_or(CUT)?;
        self.0 = rest;
        Ok(first.as_chunks::<N>().0.iter().map(|bytes| of(*bytes)).collect())
    }
}
