//! From scores to likelihoods: a sharpness for labels and one for their classes, an offset for each label (vector
//! scaling, Guo et al. 2017), fitted on texts that the scoring model had not seen; and from which likelihood on
//! answers were right often enough.

use serde::{Deserialize, Serialize};

use super::Labels;

/// What makes a model's scores likelihoods.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct Calibration {
    /// What a label's own score is multiplied by.
    pub(crate) sharpness: f32,
    /// What its class's score is multiplied by.
    pub(crate) class_sharpness: f32,
    /// Added to each label.
    pub(crate) offsets: Vec<f32>,
    /// By precision, ascending.
    pub(crate) sure: Vec<Sure>,
}

/// From which confidence on a share of answers was right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sure {
    /// The share.
    pub(crate) precision: f32,
    /// The least such confidence; `None` where there is none.
    pub(crate) confidence: Option<f32>,
}

impl Calibration {
    /// The likelihood of each label; they add up to 1.
    pub(crate) fn confidences(&self, labels: &Labels, scores: &[f32]) -> Vec<f32> {
        let classes = scores.get(labels.names.len()..).unwrap_or_default();
        let logits = scores.iter().zip(&labels.class_of).zip(&self.offsets).map(|((own, class), offset)| {
            let class = class.and_then(|class| classes.get(class)).copied().unwrap_or_default();
            self.sharpness * own + self.class_sharpness * class + offset
        });
        softmax(logits.collect())
    }
}

/// Likelihoods from logits.
fn softmax(mut logits: Vec<f32>) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    logits.iter_mut().for_each(|logit| *logit = (*logit - most).exp());
    let all: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|likelihood| *likelihood /= all);
    logits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_speaks_for_all_its_labels() {
        let labels = Labels::of(["01-01", "02-01", "02-02"].into_iter());
        let calibration = Calibration {
            sharpness: 1.0,
            class_sharpness: 2.0,
            offsets: vec![0.0; 3],
            sure: Vec::new(),
        };
        let confidences = calibration.confidences(&labels, &[0.3, 0.2, 0.0, -1.0, 1.0]);
        assert!(confidences[1] > confidences[2] && confidences[2] > confidences[0], "{confidences:?}");
        assert!((confidences.iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
