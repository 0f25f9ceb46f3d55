//! Fits a model's linear parts to examples: for each output one machine that tells it from all others, on vectors
//! stretched by how much each run of characters tells of it.

use super::svm::{Rows, separate};
use crate::understanding::classifier::{Calibration, Classifier, Labels, Lines, Vector, Vocabulary};

/// A run of characters in fewer texts is learnt by heart, not learnt.
const FEWEST_TEXTS: u32 = 2;
/// What a mistake costs, beside a small line; a rare label's cost as much more as it is rarer.
const COST: f32 = 0.5;
/// How far a vector is stretched by what its runs tell, 0 to 1.
const STRETCH: f32 = 0.5;
/// Added to every run's share, so that none tells without end.
const SMOOTHING: f32 = 0.1;

/// An example made ready.
#[derive(Debug)]
pub(super) struct Ready {
    /// The runs of its text.
    pub(super) counts: Vec<(u32, u32)>,
    /// The same of its text misheard.
    pub(super) misheard: Vec<(u32, u32)>,
    /// Its label, by its place in [`Labels::names`].
    pub(super) label: usize,
}

/// A model of these examples that is not calibrated.
pub(super) fn fit(labels: &Labels, examples: &[&Ready]) -> Classifier {
    let texts: Vec<&[(u32, u32)]> = examples.iter().map(|example| example.counts.as_slice()).collect();
    let vocabulary = Vocabulary::of(&texts, FEWEST_TEXTS);
    // Every text is learnt as it is and as it may be misheard.
    let misheard = examples.iter().map(|example| example.misheard.as_slice());
    let vectors: Vec<Vector> =
        texts.into_iter().chain(misheard).map(|counts| vocabulary.vector(counts)).collect();
    let outputs = labels.outputs();
    let runs = vocabulary.len();
    let mut lines = Lines {
        weights: vec![0; runs * outputs],
        ratios: vec![0; runs * outputs],
        weight_steps: Vec::with_capacity(outputs),
        offsets: Vec::with_capacity(outputs),
    };
    for output in 0..outputs {
        let positive: Vec<bool> =
            examples.iter().chain(examples).map(|example| belongs(labels, example.label, output)).collect();
        let ratios = ratios(&vectors, &positive, runs);
        let ratio_step = step(&ratios, u8::MAX.into());
        let ratios: Vec<u8> = ratios.iter().map(|ratio| (ratio / ratio_step).round() as u8).collect();
        let line = separate(&stretched(&vectors, &ratios), runs, &positive, &costs(&positive));
        let weight_step = step(&line.weights, i8::MAX.into());
        for (run, (weight, ratio)) in line.weights.iter().zip(&ratios).enumerate() {
            lines.weights[run * outputs + output] = (weight / weight_step).round() as i8;
            lines.ratios[run * outputs + output] = *ratio;
        }
        lines.weight_steps.push(weight_step);
        lines.offsets.push(line.offset);
    }
    Classifier { labels: labels.clone(), vocabulary, lines, calibration: Calibration::default() }
}

/// Whether an example with this label is one of an output: the label itself, or its class.
fn belongs(labels: &Labels, label: usize, output: usize) -> bool {
    let class = labels.class_of.get(label).copied().flatten();
    output == label || class.is_some_and(|class| output == labels.names.len() + class)
}

/// How much each run tells of the positive examples: the logarithm of how much more often it stands in one side
/// than in the other, whichever.
fn ratios(vectors: &[Vector], positive: &[bool], runs: usize) -> Vec<f32> {
    let mut sides = [vec![SMOOTHING; runs], vec![SMOOTHING; runs]];
    for (vector, positive) in vectors.iter().zip(positive) {
        for (index, value) in vector {
            sides[usize::from(*positive)][*index as usize] += value;
        }
    }
    let [others, own] = sides;
    let (all_others, all_own) = (others.iter().sum::<f32>(), own.iter().sum::<f32>());
    let ratio = |(own, other): (&f32, &f32)| ((own / all_own) / (other / all_others)).ln().abs();
    own.iter().zip(&others).map(|sides| 1.0 - STRETCH + STRETCH * ratio(sides)).collect()
}

fn stretched(vectors: &[Vector], ratios: &[u8]) -> Rows {
    let mut rows = Rows { starts: vec![0], ..Rows::default() };
    for vector in vectors {
        let stretched = || vector.iter().map(|(index, value)| value * f32::from(ratios[*index as usize]));
        let length = stretched().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        rows.columns.extend(vector.iter().map(|(index, _)| *index));
        rows.values.extend(stretched().map(|value| value / length));
        rows.starts.push(rows.columns.len());
    }
    rows
}

fn costs(positive: &[bool]) -> Vec<f32> {
    let all = positive.len() as f32;
    let own = positive.iter().filter(|positive| **positive).count() as f32;
    let cost = |side: f32| COST * all / (2.0 * side.max(1.0));
    let costs = [cost(all - own), cost(own)];
    positive.iter().map(|positive| costs[usize::from(*positive)]).collect()
}

/// What one of `steps` steps is worth, so that the greatest value has them all.
fn step(values: &[f32], steps: f32) -> f32 {
    values.iter().fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs())) / steps
}
