//! Fits a [`Calibration`] to scores of texts that the scoring model had not seen: least cross-entropy by gradient
//! descent with the steps of Adam, rare labels counting more.

use super::figures::Answer;
use crate::understanding::classifier::{Calibration, Labels, Sure};

const STEPS: i32 = 400;
const STEP: f32 = 0.05;
/// Holds offsets of labels with few examples near 0.
const RESTRAINT: f32 = 0.002;
/// How far a rare label counts more: half-way between as often as it comes and as often as all others.
const BALANCE: f32 = 0.5;
/// The precisions for which a confidence is looked for.
const PRECISIONS: [f32; 4] = [0.90, 0.95, 0.98, 0.99];

/// A text's scores by every output, and its label.
pub(super) struct Scored {
    pub(super) scores: Vec<f32>,
    pub(super) label: usize,
}

/// What makes these scores likelihoods.
pub(super) fn calibrate(labels: &Labels, scored: &[Scored]) -> Calibration {
    let names = labels.names.len();
    let mut calibration =
        Calibration { sharpness: 3.0, class_sharpness: 1.0, offsets: vec![0.0; names], sure: Vec::new() };
    let weights = weights(names, scored);
    let mut momentum = vec![(0.0_f32, 0.0_f32); names + 2];
    for step in 1..=STEPS {
        let gradient = gradient(labels, scored, &weights, &calibration);
        let parameters = ([&mut calibration.sharpness, &mut calibration.class_sharpness].into_iter())
            .chain(&mut calibration.offsets);
        for ((parameter, slope), (mean, square)) in parameters.zip(gradient).zip(&mut momentum) {
            *mean = 0.9 * *mean + 0.1 * slope;
            *square = 0.99 * *square + 0.01 * slope * slope;
            let (mean, square) = (*mean / (1.0 - 0.9_f32.powi(step)), *square / (1.0 - 0.99_f32.powi(step)));
            *parameter -= STEP * mean / (square.sqrt() + 1e-6);
        }
    }
    let answers: Vec<Answer> = (scored.iter())
        .map(|text| Answer::new(text.label, calibration.confidences(labels, &text.scores)))
        .collect();
    calibration.sure = (PRECISIONS.into_iter())
        .map(|precision| Sure { precision, confidence: super::figures::sure_from(&answers, precision) })
        .collect();
    calibration
}

fn weights(names: usize, scored: &[Scored]) -> Vec<f32> {
    let mut counts = vec![0.0_f32; names];
    scored.iter().for_each(|text| counts[text.label] += 1.0);
    let weights: Vec<f32> = scored.iter().map(|text| counts[text.label].powf(-BALANCE)).collect();
    let all: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / all).collect()
}

/// The slope by sharpness, class sharpness, and each offset.
fn gradient(labels: &Labels, scored: &[Scored], weights: &[f32], calibration: &Calibration) -> Vec<f32> {
    let names = labels.names.len();
    let mut gradient = vec![0.0; names + 2];
    for (text, weight) in scored.iter().zip(weights) {
        let confidences = calibration.confidences(labels, &text.scores);
        for (label, confidence) in confidences.into_iter().enumerate() {
            let slope = weight * (confidence - if label == text.label { 1.0 } else { 0.0 });
            gradient[0] += slope * text.scores[label];
            if let Some(class) = labels.class_of[label] {
                gradient[1] += slope * text.scores[names + class];
            }
            gradient[label + 2] += slope;
        }
    }
    for (slope, offset) in gradient.iter_mut().skip(2).zip(&calibration.offsets) {
        *slope += RESTRAINT * offset;
    }
    gradient
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_are_right_three_times_in_four_become_three_quarters() {
        let labels = Labels::of(["a", "b"].into_iter());
        let scored: Vec<Scored> = (0..400)
            .map(|text| {
                let right = text % 4 != 0;
                let label = usize::from((text / 4) % 2 == 0);
                let told = if right { label } else { 1 - label };
                Scored { scores: if told == 0 { vec![0.7, -0.7] } else { vec![-0.7, 0.7] }, label }
            })
            .collect();
        let calibration = calibrate(&labels, &scored);
        let confidences = calibration.confidences(&labels, &[0.7, -0.7]);
        assert!((confidences[0] - 0.75).abs() < 0.02, "{confidences:?}");
    }
}
