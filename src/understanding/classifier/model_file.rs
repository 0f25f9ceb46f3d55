//! The model's file: eight letters, the length of a JSON head, the head, four arrays (hashes and weights of the
//! vocabulary, weights and ratios of the lines; little-endian), and SHA-256 of all that.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Calibration, Classifier, Labels, Lines, Vocabulary};

/// The last letter counts changes of the form.
const MAGIC: &[u8; 8] = b"JIESU-C1";
const CHECKSUM_BYTES: usize = 32;

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is another kind of file, or a part of one.
    #[error("{path}: {what}; make it again with `jiesu train categories`")]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    labels: Labels,
    runs: usize,
    weight_steps: Vec<f32>,
    offsets: Vec<f32>,
    calibration: Calibration,
}

impl Classifier {
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
            runs: self.vocabulary.len(),
            weight_steps: self.lines.weight_steps.clone(),
            offsets: self.lines.offsets.clone(),
            calibration: self.calibration.clone(),
        })?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend((head.len() as u32).to_le_bytes());
        bytes.extend(head);
        bytes.extend(self.vocabulary.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
        bytes.extend(self.vocabulary.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        bytes.extend(self.lines.weights.iter().map(|weight| weight.cast_unsigned()));
        bytes.extend(&self.lines.ratios);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        Ok(bytes)
    }

    /// Reads a model from its file's bytes.
    ///
    /// # Errors
    /// What is wrong, where they are not a whole model of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        const CUT: &str = "cut short, or changed since it was written";
        let rest = bytes.strip_prefix(MAGIC).ok_or("not a model of categories of this version")?;
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
        let outputs = head.labels.outputs();
        let fits = [&head.weight_steps, &head.offsets].iter().all(|row| row.len() == outputs)
            && head.calibration.offsets.len() == head.labels.names.len()
            && head.labels.class_of.len() == head.labels.names.len();
        if !fits || outputs == 0 {
            return Err("its head contradicts itself");
        }
        let (hashes, rest) = rest.split_at_checked(head.runs.saturating_mul(4)).ok_or(CUT)?;
        let (rarities, rest) = rest.split_at_checked(head.runs.saturating_mul(4)).ok_or(CUT)?;
        let (weights, rest) = rest.split_at_checked(head.runs.saturating_mul(outputs)).ok_or(CUT)?;
        let (ratios, rest) = rest.split_at_checked(head.runs.saturating_mul(outputs)).ok_or(CUT)?;
        if rest.len() != CHECKSUM_BYTES {
            return Err(CUT);
        }
        let (hashes, _) = hashes.as_chunks::<4>();
        let (rarities, _) = rarities.as_chunks::<4>();
        Ok(Self {
            labels: head.labels,
            vocabulary: Vocabulary {
                hashes: hashes.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect(),
                weights: rarities.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            },
            lines: Lines {
                weight_steps: head.weight_steps,
                offsets: head.offsets,
                weights: weights.iter().map(|byte| byte.cast_signed()).collect(),
                ratios: ratios.to_vec(),
            },
            calibration: head.calibration,
        })
    }
}
