//! The figures of a model as a table and as JSON.

use std::fmt;

use serde::Serialize;

pub use super::figures::LabelFigures;

/// How well a model sorts a set.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How many texts were asked about.
    pub texts: usize,
    /// The share whose likeliest label is right.
    pub accuracy: f64,
    /// The share whose label is among the two likeliest.
    pub among_two: f64,
    /// The share whose class is right, where labels have classes.
    pub class_accuracy: Option<f64>,
    /// The mean F1 of the labels.
    pub macro_f1: f64,
    /// Label by label.
    pub labels: Vec<LabelFigures>,
    /// For each label, as in `labels`, how often each was told.
    pub confusion: Vec<Vec<usize>>,
    /// Expected calibration error, in 15 parts.
    pub calibration_error: f64,
    /// How many texts are answered where it must be sure.
    pub coverage: Vec<Coverage>,
    /// Where only the first characters are known.
    pub first_characters: Vec<Curve>,
    /// Where a share of the characters is wrong.
    pub wrong_characters: Vec<Curve>,
    /// On one core.
    pub milliseconds_per_text: f64,
    /// The size of the model's file, of the largest where there are several.
    pub model_bytes: usize,
    /// On one core, of the slowest model; with `--folds` only.
    pub training_seconds: Option<f64>,
}

/// How many texts are answered, where the model abstains below a confidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// The precision that is asked for.
    pub precision: f32,
    /// The share answered, by the confidence that the model found on its own examples.
    pub covered: f64,
    /// The precision of those answers.
    pub precision_reached: f64,
    /// The share answered by the confidence that would have been best for this set.
    pub covered_by_hindsight: f64,
}

/// Figures on changed texts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// How they are changed.
    pub texts: String,
    /// The share that is right.
    pub accuracy: f64,
    /// The mean F1 of the labels.
    pub macro_f1: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "texts             {}", self.texts)?;
        writeln!(out, "macro-F1          {:.4}", self.macro_f1)?;
        writeln!(out, "accuracy          {:.4}; among the two likeliest {:.4}", self.accuracy, self.among_two)?;
        if let Some(accuracy) = self.class_accuracy {
            writeln!(out, "class right       {accuracy:.4}")?;
        }
        writeln!(out, "calibration error {:.4}", self.calibration_error)?;
        writeln!(
            out,
            "model             {:.1} MB, {:.2} ms a text",
            self.model_bytes as f64 / 1e6,
            self.milliseconds_per_text
        )?;
        if let Some(seconds) = self.training_seconds {
            writeln!(out, "training          {seconds:.0} s")?;
        }
        writeln!(out, "\nlabel\ttexts\tprecision\trecall\tF1")?;
        for label in &self.labels {
            let LabelFigures { label, texts, precision, recall, f1 } = label;
            writeln!(out, "{label}\t{texts}\t{precision:.3}\t{recall:.3}\t{f1:.3}")?;
        }
        writeln!(out, "\nconfusion: a label's row says how often each was told, in the same order")?;
        for (row, label) in self.confusion.iter().zip(&self.labels) {
            let counts: Vec<String> = row.iter().map(usize::to_string).collect();
            writeln!(out, "{}\t{}", label.label, counts.join("\t"))?;
        }
        writeln!(out, "\nprecision\tanswered\treached\tanswered at best")?;
        for coverage in &self.coverage {
            let Coverage { precision, covered, precision_reached, covered_by_hindsight } = coverage;
            writeln!(out, "{precision:.2}\t{covered:.3}\t{precision_reached:.4}\t{covered_by_hindsight:.3}")?;
        }
        for (title, curves) in
            [("first characters", &self.first_characters), ("characters wrong", &self.wrong_characters)]
        {
            writeln!(out, "\n{title}\taccuracy\tmacro-F1")?;
            for Curve { texts, accuracy, macro_f1 } in curves {
                writeln!(out, "{texts}\t{accuracy:.4}\t{macro_f1:.4}")?;
            }
        }
        Ok(())
    }
}
