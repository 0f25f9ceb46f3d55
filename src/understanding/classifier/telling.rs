//! Which words of a text speak for a label: the pieces of it whose runs of characters weigh most.

use std::ops::Range;

use super::Classifier;

/// A piece of a text shorter than this says little to a reader.
const SHORTEST: usize = 2;
/// A longer one is a clause, not a word.
const LONGEST: usize = 4;

impl Classifier {
    /// The pieces of a text that speak most for a label, the weightiest first, at most `most`, none over
    /// another, with how much each weighs beside the others. No piece holds a character of which `apart` is true.
    #[must_use]
    pub fn telling(
        &self,
        text: &[char],
        label: &str,
        most: usize,
        apart: fn(char) -> bool,
    ) -> Vec<(Range<usize>, f32)> {
        let Ok(output) = self.labels.names.binary_search_by(|name| name.as_str().cmp(label)) else {
            return Vec::new();
        };
        // By where a run begins: where it ends, and its weight.
        let mut runs: Vec<Vec<(usize, f32)>> = vec![Vec::new(); text.len()];
        for known in self.vocabulary.known(text) {
            if let Some(runs) = runs.get_mut(known.gram.start) {
                runs.push((known.gram.end, self.weight(known.index, output)));
            }
        }
        let inside = |piece: Range<usize>| {
            let runs = runs.get(piece.clone()).unwrap_or_default().iter().flatten();
            runs.filter(|(end, _)| *end <= piece.end).map(|(_, weight)| weight).sum::<f32>()
        };
        let mut pieces: Vec<(Range<usize>, f32)> = (0..text.len())
            .flat_map(|start| (SHORTEST..=LONGEST).map(move |length| start..start + length))
            .filter(|piece| text.get(piece.clone()).is_some_and(|chars| !chars.iter().any(|c| apart(*c))))
            .map(|piece| (piece.clone(), inside(piece)))
            .filter(|(_, weight)| *weight > 0.0)
            .collect();
        pieces.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.start.cmp(&other.0.start)));
        let mut chosen: Vec<(Range<usize>, f32)> = Vec::new();
        for (piece, weight) in pieces {
            let over = |other: &(Range<usize>, f32)| piece.start < other.0.end && other.0.start < piece.end;
            if !chosen.iter().any(over) {
                chosen.push((piece, weight));
            }
            if chosen.len() == most {
                break;
            }
        }
        chosen
    }

    /// What one run of characters adds to an output's score, beside other runs.
    fn weight(&self, index: u32, output: usize) -> f32 {
        let at = index as usize * self.lines.outputs() + output;
        let rarity = self.vocabulary.weights.get(index as usize).copied().unwrap_or_default();
        let weight = self.lines.weights.get(at).copied().unwrap_or_default();
        let ratio = self.lines.ratios.get(at).copied().unwrap_or_default();
        rarity * f32::from(weight) * f32::from(ratio)
    }
}
