//! A trained model that finds spans in a text: names, addresses and their parts. In: a text, or its tokens. Out: the
//! spans with their labels, each with how sure the model is.
//!
//! A semi-Markov conditional random field of second order: a text is cut into segments, every segment has a label,
//! and the score of a cut is what its tokens say (`features`), what its segments say as wholes
//! (`segment_features`), and what follows what (`machine`). `lattice` finds the best cut and how probable its parts
//! are; `crate::learning::spans` makes the weights.

pub(crate) mod features;
pub(crate) mod lattice;
pub(crate) mod lists;
pub(crate) mod machine;
mod model_file;
pub(crate) mod segment_features;
pub(crate) mod sentence;
pub(crate) mod weights;

use self::lattice::Lattice;
use self::lists::Lists;
use self::machine::Machine;
use self::sentence::Sentence;
use self::weights::Rows;

/// The label of what belongs to no span.
pub const OUTSIDE: &str = "o";

/// A piece of a text with its label; places are counted in what was given, tokens or characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The first one.
    pub start: usize,
    /// The one after the last.
    pub end: usize,
    /// The label, lower case.
    pub label: String,
    /// The model's probability that exactly this span is there, 0 to 1.
    pub confidence: f32,
}

/// A trained model of spans.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagger {
    /// The labels' names.
    pub(crate) labels: Vec<String>,
    /// How many tokens a segment of each label may have.
    pub(crate) longest: Vec<usize>,
    pub(crate) machine: Machine,
    pub(crate) lists: Lists,
    pub(crate) token_weights: Rows,
    pub(crate) segment_weights: Rows,
}

impl Tagger {
    /// The labels that the model knows, [`OUTSIDE`] among them where its examples had it.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The spans of a text, in characters.
    #[must_use]
    pub fn tag(&self, text: &str) -> Vec<Span> {
        let tokens = sentence::tokens(text, &[]);
        let mut starts = vec![0];
        for token in &tokens {
            starts.push(starts.last().copied().unwrap_or_default() + token.chars().count());
        }
        let mut spans = self.tag_tokens(&tokens);
        for span in &mut spans {
            (span.start, span.end) = (starts[span.start], starts[span.end]);
        }
        spans
    }

    /// The spans of a text that is cut into tokens already, in tokens.
    #[must_use]
    pub fn tag_tokens<T: AsRef<str>>(&self, tokens: &[T]) -> Vec<Span> {
        if tokens.is_empty() {
            return Vec::new();
        }
        let sentence = Sentence::new(tokens);
        let widest = self.longest.iter().copied().max().unwrap_or(1);
        let matches = self.lists.matches(&sentence, widest, None);
        let rows =
            |found: Vec<u32>, weights: &Rows| found.iter().filter_map(|hash| weights.row(*hash)).collect();
        let tokens: Vec<Vec<u32>> = features::of_tokens(&sentence, &matches)
            .into_iter()
            .map(|found| rows(found, &self.token_weights))
            .collect();
        let segments: Vec<Vec<Vec<u32>>> = (0..sentence.len())
            .map(|start| {
                (start + 1..=sentence.len().min(start + widest))
                    .map(|end| {
                        let found = segment_features::of_segment(&sentence, &matches, start, end);
                        rows(found, &self.segment_weights)
                    })
                    .collect()
            })
            .collect();
        let lattice =
            Lattice::new(&self.longest, &tokens, &segments, &self.token_weights, &self.segment_weights);
        let marginals = lattice.marginals(&self.machine);
        lattice
            .best(&self.machine)
            .into_iter()
            .filter(|(_, _, label)| self.labels[*label] != OUTSIDE)
            .map(|(start, end, label)| Span {
                start,
                end,
                label: self.labels[label].clone(),
                confidence: marginals.segment(start, end, label).clamp(0.0, 1.0),
            })
            .collect()
    }
}
