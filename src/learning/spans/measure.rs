//! How well a model finds the spans of examples.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::examples::{Example, Unit};
use crate::understanding::tagger::{Span, Tagger};

/// How many spans are right.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rates {
    /// Of those found, the share that is right.
    pub precision: f64,
    /// Of those that are there, the share found.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// Spans that are there.
    pub there: usize,
    /// Spans found.
    pub found: usize,
    /// Spans found with their exact bounds and label.
    pub right: usize,
}

/// The figures of a model on a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Texts.
    pub texts: usize,
    /// The share of texts of which every span is right and none is missing.
    pub whole_right: f64,
    /// All spans together (micro).
    pub all: Rates,
    /// By label.
    pub labels: BTreeMap<String, Rates>,
}

/// Tags the examples' texts and compares.
#[must_use]
pub fn measure(tagger: &Tagger, examples: &[Example]) -> Report {
    let mut labels: BTreeMap<String, Rates> = BTreeMap::new();
    let mut whole = 0;
    for example in examples {
        let found = match example.unit {
            Unit::Token => tagger.tag_tokens(&example.units),
            Unit::Character => tagger.tag(&example.units.concat()),
        };
        let found: BTreeSet<_> =
            found.into_iter().map(|Span { start, end, label, .. }| (start, end, label)).collect();
        let there: BTreeSet<_> = example.spans.iter().cloned().collect();
        for (_, _, label) in &there {
            labels.entry(label.clone()).or_default().there += 1;
        }
        for span in &found {
            let rates = labels.entry(span.2.clone()).or_default();
            rates.found += 1;
            rates.right += usize::from(there.contains(span));
        }
        whole += usize::from(found == there);
    }
    let mut all = Rates::default();
    for rates in labels.values_mut() {
        rates.rate();
        all.there += rates.there;
        all.found += rates.found;
        all.right += rates.right;
    }
    all.rate();
    Report { texts: examples.len(), whole_right: share(whole, examples.len()), all, labels }
}

impl Rates {
    fn rate(&mut self) {
        self.precision = share(self.right, self.found);
        self.recall = share(self.right, self.there);
        self.f1 = share(2 * self.right, self.found + self.there);
    }
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<14} {:>9} {:>9} {:>9} {:>7} {:>7}",
            "label", "precision", "recall", "F1", "there", "found"
        )?;
        let mut row = |name: &str, rates: &Rates| {
            let Rates { precision, recall, f1, there, found, .. } = rates;
            writeln!(formatter, "{name:<14} {precision:>9.3} {recall:>9.3} {f1:>9.3} {there:>7} {found:>7}")
        };
        self.labels.iter().try_for_each(|(label, rates)| row(label, rates))?;
        row("all (micro)", &self.all)?;
        writeln!(formatter, "\n{} texts, whole right {:.3}", self.texts, self.whole_right)
    }
}
