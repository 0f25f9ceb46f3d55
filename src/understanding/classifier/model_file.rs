//! What a model's file holds of a classifier: labels and calibration in the head, then four arrays: hashes and
//! weights of the vocabulary, weights and ratios of the lines.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Calibration, Classifier, Labels, Lines, Vocabulary};
use crate::understanding::model_file::{CONTRADICTS, Form, ModelError};

const FORM: Form =
    Form { magic: b"JIESU-C1", kind: "categories", another: "not a model of categories of this version" };

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
        FORM.read(path, Self::from_bytes)
    }

    /// The model as its file's bytes.
    ///
    /// # Errors
    /// A head that JSON cannot hold: numbers that are none.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let head = Head {
            labels: self.labels.clone(),
            runs: self.vocabulary.len(),
            weight_steps: self.lines.weight_steps.clone(),
            offsets: self.lines.offsets.clone(),
            calibration: self.calibration.clone(),
        };
        FORM.seal(&head, |bytes| {
            bytes.extend(self.vocabulary.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
            bytes.extend(self.vocabulary.weights.iter().flat_map(|weight| weight.to_le_bytes()));
            bytes.extend(self.lines.weights.iter().map(|weight| weight.cast_unsigned()));
            bytes.extend(&self.lines.ratios);
        })
    }

    /// Reads a model from its file's bytes.
    ///
    /// # Errors
    /// What is wrong, where they are not a whole model of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, &'static str> {
        let (head, mut arrays) = FORM.open::<Head>(bytes)?;
        let outputs = head.labels.outputs();
        let fits = [&head.weight_steps, &head.offsets].iter().all(|row| row.len() == outputs)
            && head.calibration.offsets.len() == head.labels.names.len()
            && head.labels.class_of.len() == head.labels.names.len();
        if !fits || outputs == 0 {
            return Err(CONTRADICTS);
        }
        let vocabulary = Vocabulary {
            hashes: arrays.many(head.runs, u32::from_le_bytes)?,
            weights: arrays.many(head.runs, f32::from_le_bytes)?,
        };
        let values = head.runs.saturating_mul(outputs);
        let lines = Lines {
            weight_steps: head.weight_steps,
            offsets: head.offsets,
            weights: arrays.many(values, i8::from_le_bytes)?,
            ratios: arrays.many(values, u8::from_le_bytes)?,
        };
        arrays.end()?;
        Ok(Self { labels: head.labels, vocabulary, lines, calibration: head.calibration })
    }
}
