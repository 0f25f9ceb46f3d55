//! Figures of a model's answers: how many are right, label by label, and how far its confidence can be believed.

use serde::Serialize;

/// Confidences are compared with what came true in so many equal parts.
const PARTS: usize = 15;

/// What a model said of a text, and what it is.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) label: usize,
    pub(super) told: usize,
    /// 0 to 1.
    pub(super) confidence: f32,
    /// Whether the label is among the two likeliest.
    pub(super) among_two: bool,
}

/// Figures of one label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelFigures {
    /// The label.
    pub label: String,
    /// Its texts.
    pub texts: usize,
    /// Of the texts told to be its, the share that is.
    pub precision: f64,
    /// Of its texts, the share that is told to be.
    pub recall: f64,
    /// The harmonic mean of both.
    pub f1: f64,
}

impl Answer {
    pub(super) fn new(label: usize, confidences: Vec<f32>) -> Self {
        let mut order: Vec<usize> = (0..confidences.len()).collect();
        order.sort_by(|one, other| confidences[*other].total_cmp(&confidences[*one]));
        let told = order.first().copied().unwrap_or_default();
        let confidence = confidences.get(told).copied().unwrap_or_default();
        Self { label, told, confidence, among_two: order.iter().take(2).any(|one| *one == label) }
    }

    pub(super) fn right(&self) -> bool {
        self.label == self.told
    }
}

/// The part of a whole; 0 of nothing.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The share of answers that are right.
pub(super) fn accuracy(answers: &[Answer]) -> f64 {
    share(answers.iter().filter(|answer| answer.right()).count(), answers.len())
}

/// For each label, how often each was told.
pub(super) fn confusion(answers: &[Answer], labels: usize) -> Vec<Vec<usize>> {
    let mut confusion = vec![vec![0; labels]; labels];
    answers.iter().for_each(|answer| confusion[answer.label][answer.told] += 1);
    confusion
}

/// Figures of each label.
pub(super) fn by_label(confusion: &[Vec<usize>], names: &[String]) -> Vec<LabelFigures> {
    let figures = names.iter().enumerate().map(|(label, name)| {
        let right = confusion[label][label];
        let texts: usize = confusion[label].iter().sum();
        let told: usize = confusion.iter().map(|row| row[label]).sum();
        LabelFigures {
            label: name.clone(),
            texts,
            precision: share(right, told),
            recall: share(right, texts),
            f1: share(2 * right, texts + told),
        }
    });
    figures.collect()
}

/// The mean F1 of the labels that have texts.
pub(super) fn macro_f1(figures: &[LabelFigures]) -> f64 {
    let there = figures.iter().filter(|figures| figures.texts > 0);
    let (count, sum) = there.fold((0, 0.0), |(count, sum), figures| (count + 1, sum + figures.f1));
    if count == 0 { 0.0 } else { sum / f64::from(count) }
}

/// Expected calibration error: by how much confidence and truth differ, the mean over the answers.
pub(super) fn calibration_error(answers: &[Answer]) -> f64 {
    let mut parts = [(0_usize, 0.0_f64); PARTS];
    for answer in answers {
        let part = &mut parts[((answer.confidence * PARTS as f32) as usize).min(PARTS - 1)];
        part.0 += usize::from(answer.right());
        part.1 += f64::from(answer.confidence);
    }
    parts.iter().map(|(right, confident)| (*right as f64 - confident).abs()).sum::<f64>() / answers.len().max(1) as f64
}

/// The least confidence from which on at least this share of the answers is right.
pub(super) fn sure_from(answers: &[Answer], precision: f32) -> Option<f32> {
    let mut order: Vec<&Answer> = answers.iter().collect();
    order.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    let mut right = 0;
    let mut least = None;
    for (index, answer) in order.into_iter().enumerate() {
        right += usize::from(answer.right());
        if right as f32 >= precision * (index + 1) as f32 {
            least = Some(answer.confidence);
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(label: usize, told: usize, confidence: f32) -> Answer {
        Answer { label, told, confidence, among_two: true }
    }

    #[test]
    fn figures_by_hand() {
        let answers = [answer(0, 0, 0.9), answer(0, 1, 0.6), answer(1, 1, 0.8), answer(1, 1, 0.7)];
        let figures = by_label(&confusion(&answers, 3), &["a".into(), "b".into(), "c".into()]);
        assert_eq!((figures[0].precision, figures[0].recall), (1.0, 0.5));
        assert!((figures[1].precision - 2.0 / 3.0).abs() < 1e-9 && figures[1].recall == 1.0);
        assert!((macro_f1(&figures) - (2.0 / 3.0 + 0.8) / 2.0).abs() < 1e-9, "a label without texts is none");
        assert_eq!(sure_from(&answers, 1.0), Some(0.7));
        assert_eq!(sure_from(&answers, 0.75), Some(0.6));
        assert_eq!(sure_from(&answers[1..2], 0.5), None);
        let error = (1.0_f64 - 0.9) + (0.6) + (1.0 - 0.8) + (1.0 - 0.7);
        assert!((calibration_error(&answers) - error / 4.0).abs() < 1e-6);
    }
}
