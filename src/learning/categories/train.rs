//! Makes a model: examples are asked of models that have not seen them, which calibrates; then all are learnt.

use std::collections::BTreeMap;

use super::calibrate::{Scored, calibrate};
use super::examples::Example;
use super::fit::{Ready, fit};
use super::folds::folds;
use super::spoil::spoilt;
use crate::understanding::classifier::{Classifier, Labels, counts};

/// In so many parts examples are asked about.
const FOLDS: usize = 5;
/// Every example is learnt a second time, with this share of its characters wrong.
const MISHEARD: f64 = 0.1;
/// Not that of the figures under errors, which would then be of the same errors.
const SEED: u64 = 2;

/// Why nothing can be learnt.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// There is nothing to tell apart.
    #[error("all examples have the label `{0}`; at least two are needed")]
    OneLabel(String),
    /// A label is seen too rarely to be learnt and asked about.
    #[error("label `{label}` has {count} examples; at least {FOLDS} are needed")]
    TooFew {
        /// The label.
        label: String,
        /// How many it has.
        count: usize,
    },
}

/// A model of these examples.
///
/// # Errors
/// [`TrainError`], where there are too few labels or examples.
pub fn train(examples: &[Example]) -> Result<Classifier, TrainError> {
    let labels = Labels::of(examples.iter().map(|example| example.label.as_str()));
    check(examples)?;
    let texts: Vec<&str> = examples.iter().map(|example| example.body.as_str()).collect();
    let ready = prepared(&labels, examples, &texts);
    let calibration = calibrate(&labels, &asked(&labels, &texts, &ready));
    let all: Vec<&Ready> = ready.iter().collect();
    Ok(Classifier { calibration, ..fit(&labels, &all) })
}

fn check(examples: &[Example]) -> Result<(), TrainError> {
    let mut by_label: BTreeMap<&str, usize> = BTreeMap::new();
    examples.iter().for_each(|example| *by_label.entry(&example.label).or_default() += 1);
    if let [(label, _)] = by_label.iter().collect::<Vec<_>>()[..] {
        return Err(TrainError::OneLabel((*label).to_owned()));
    }
    match by_label.into_iter().find(|(_, count)| *count < FOLDS) {
        Some((label, count)) => Err(TrainError::TooFew { label: label.to_owned(), count }),
        None => Ok(()),
    }
}

fn prepared(labels: &Labels, examples: &[Example], texts: &[&str]) -> Vec<Ready> {
    let ready = |(example, misheard): (&Example, String)| Ready {
        counts: counts(&example.body),
        misheard: counts(&misheard),
        label: labels.names.binary_search(&example.label).unwrap_or_default(),
    };
    examples.iter().zip(spoilt(texts, MISHEARD, SEED)).map(ready).collect()
}

/// Every example's scores by a model of the other folds.
fn asked(labels: &Labels, texts: &[&str], ready: &[Ready]) -> Vec<Scored> {
    let label_of: Vec<usize> = ready.iter().map(|example| example.label).collect();
    let fold_of = folds(texts, &label_of, FOLDS);
    let mut scored: Vec<Scored> =
        label_of.iter().map(|label| Scored { scores: Vec::new(), label: *label }).collect();
    for fold in 0..FOLDS {
        let seen: Vec<&Ready> =
            ready.iter().zip(&fold_of).filter(|(_, other)| **other != fold).map(|(one, _)| one).collect();
        let model = fit(labels, &seen);
        let unseen = (scored.iter_mut().zip(ready).zip(&fold_of)).filter(|(_, other)| **other == fold);
        for ((scored, example), _) in unseen {
            scored.scores = model.scores(&example.counts);
        }
    }
    scored
}
