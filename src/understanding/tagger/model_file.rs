//! What a model's file holds of a tagger: labels, machine and sizes in the head, then the lists and the weights.

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Tagger;
use super::lists::Lists;
use super::machine::Machine;
use super::weights::Rows;
use crate::understanding::model_file::{Arrays, CONTRADICTS, CUT, Form, ModelError};

const FORM: Form =
    Form { magic: b"JIESU-S1", kind: "spans", another: "not a model of spans of this version" };

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
        FORM.read(path, Self::from_bytes)
    }

    /// The model as its file's bytes.
    ///
    /// # Errors
    /// A head that JSON cannot hold: numbers that are none.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let head = Head {
            labels: self.labels.clone(),
            longest: self.longest.clone(),
            followers: self.machine.states.clone(),
            machine: self.machine.weights.clone(),
            list_entries: self.lists.entries.values().map(Vec::len).sum(),
            tokens: size(&self.token_weights),
            segments: size(&self.segment_weights),
        };
        FORM.seal(&head, |bytes| {
            for (key, seen) in &self.lists.entries {
                for (label, count) in seen {
                    bytes.extend(key.to_le_bytes());
                    bytes.extend(label.to_le_bytes());
                    bytes.extend(count.to_le_bytes());
                }
            }
            write_rows(&self.token_weights, bytes);
            write_rows(&self.segment_weights, bytes);
        })
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let (head, mut arrays) = FORM.open::<Head>(bytes)?;
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
        let mut lists = Lists::default();
        for _ in 0..head.list_entries {
            let key = u64::from_le_bytes(arrays.take()?);
            let label = u16::from_le_bytes(arrays.take()?);
            lists.entries.entry(key).or_default().push((label, u32::from_le_bytes(arrays.take()?)));
        }
        let columns = super::lattice::PLACES * labels;
        let token_weights = read_rows(&mut arrays, &head.tokens, columns)?;
        let segment_weights = read_rows(&mut arrays, &head.segments, labels)?;
        arrays.end()?;
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

fn read_rows(arrays: &mut Arrays<'_>, size: &Size, columns: usize) -> Result<Rows, &'static str> {
    let rows = Rows {
        hashes: arrays.many(size.rows, u32::from_le_bytes)?,
        starts: arrays.many(size.rows.checked_add(1).ok_or(CUT)?, u32::from_le_bytes)?,
        columns: arrays.many(size.values, u16::from_le_bytes)?,
        values: arrays.many(size.values, i8::from_le_bytes)?,
        step: size.step,
    };
    let fits = rows.starts.is_sorted()
        && rows.starts.last().is_some_and(|last| *last as usize == size.values)
        && rows.columns.iter().all(|column| usize::from(*column) < columns);
    if fits { Ok(rows) } else { Err(CONTRADICTS) }
}
