//! A trained model of categories. In: a text. Out: how likely each label is, calibrated, with the words of the
//! text that weigh most. A linear model for each label and for each class above labels (`04` above `04-02`), over
//! runs of characters weighted by how much they tell of it (Wang and Manning 2012), made by `jiesu train categories`.

mod calibration;
mod grams;
mod model_file;
mod telling;
mod vector;

pub(crate) use calibration::{Calibration, Sure};
pub(crate) use vector::{Vector, Vocabulary, counts};

/// A trained model.
#[derive(Debug, Clone, PartialEq)]
pub struct Classifier {
    pub(crate) labels: Labels,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) lines: Lines,
    pub(crate) calibration: Calibration,
}

/// What a text may be filed under.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Labels {
    /// The labels, ascending.
    pub(crate) names: Vec<String>,
    /// The classes above them, ascending; none where labels have no `-`.
    pub(crate) classes: Vec<String>,
    /// For each label, its class.
    pub(crate) class_of: Vec<Option<usize>>,
}

/// A linear model for each output: the labels, then the classes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Lines {
    /// What one step of a weight is worth, for each output.
    pub(crate) weight_steps: Vec<f32>,
    /// What a text without known runs scores.
    pub(crate) offsets: Vec<f32>,
    /// Weights in steps: of the first run for each output, then of the second, …
    pub(crate) weights: Vec<i8>,
    /// How much a run tells of an output beside other runs, in steps, in the same order.
    pub(crate) ratios: Vec<u8>,
}

/// A label and how likely it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Likely<'m> {
    /// The label.
    pub label: &'m str,
    /// 0 to 1; all of a text's add up to 1.
    pub confidence: f32,
}

impl Labels {
    /// The labels of a set of examples, and their classes: what stands before the last `-`.
    pub(crate) fn of<'e>(labels: impl Iterator<Item = &'e str>) -> Self {
        let names: std::collections::BTreeSet<&str> = labels.collect();
        let class = |name: &&str| name.rsplit_once('-').map(|(class, _)| class.to_owned());
        let classes: std::collections::BTreeSet<String> = names.iter().filter_map(class).collect();
        let classes: Vec<String> = classes.into_iter().collect();
        let class_of =
            names.iter().map(|name| classes.iter().position(|known| Some(known) == class(name).as_ref()));
        Self { class_of: class_of.collect(), names: names.into_iter().map(str::to_owned).collect(), classes }
    }

    /// How many linear models there are.
    pub(crate) fn outputs(&self) -> usize {
        self.names.len() + self.classes.len()
    }
}

impl Classifier {
    /// The labels, ascending.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels.names
    }

    /// Every label, the likeliest first.
    #[must_use]
    pub fn likely(&self, text: &str) -> Vec<Likely<'_>> {
        let confidences = self.confidences(&self.scores(&counts(text)));
        let mut likely: Vec<Likely<'_>> = (self.labels.names.iter().zip(confidences))
            .map(|(label, confidence)| Likely { label, confidence })
            .collect();
        likely.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
        likely
    }

    /// The confidence from which at least this share of answers was right on texts the model had not seen; `None`
    /// where it never was. Below it the model abstains.
    #[must_use]
    pub fn sure_from(&self, precision: f32) -> Option<f32> {
        let known = self.calibration.sure.iter().filter(|sure| sure.precision + 1e-6 >= precision);
        known.min_by(|one, other| one.precision.total_cmp(&other.precision))?.confidence
    }

    /// The likelihood of each label, from all outputs' scores.
    pub(crate) fn confidences(&self, scores: &[f32]) -> Vec<f32> {
        self.calibration.confidences(&self.labels, scores)
    }

    /// Every output's score of a text.
    pub(crate) fn scores(&self, counts: &[(u32, u32)]) -> Vec<f32> {
        self.lines.scores(&self.vocabulary.vector(counts))
    }
}

impl Lines {
    /// How many there are.
    pub(crate) fn outputs(&self) -> usize {
        self.offsets.len()
    }

    /// Every output's score. Before it is scored, a vector is stretched by the output's ratios and made of length 1.
    pub(crate) fn scores(&self, vector: &Vector) -> Vec<f32> {
        let outputs = self.outputs();
        let mut sums = vec![0.0; outputs];
        let mut lengths = vec![0.0; outputs];
        for (index, value) in vector {
            let row = *index as usize * outputs..(*index as usize + 1) * outputs;
            let (Some(weights), Some(ratios)) = (self.weights.get(row.clone()), self.ratios.get(row)) else {
                continue;
            };
            let sides = sums.iter_mut().zip(&mut lengths);
            for ((weight, ratio), (sum, length)) in weights.iter().zip(ratios).zip(sides) {
                let stretched = value * f32::from(*ratio);
                *sum += stretched * f32::from(*weight);
                *length += stretched * stretched;
            }
        }
        let sums = sums.into_iter().zip(lengths).zip(&self.weight_steps).zip(&self.offsets);
        sums.map(|(((sum, length), step), offset)| offset + step * sum / length.sqrt().max(f32::MIN_POSITIVE))
            .collect()
    }
}
