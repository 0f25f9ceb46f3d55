//! Which words of a text speak for a label: those whose runs of characters weigh most.

use std::ops::Range;

use super::Classifier;

/// A word that weighs less beside the weightiest says little to a reader.
const LEAST_SHARE: f32 = 0.3;

impl Classifier {
    /// Of these words of a text, those that speak for a label, the weightiest first.
    #[must_use]
    pub fn telling(&self, text: &[char], label: &str, words: &[Range<usize>]) -> Vec<Range<usize>> {
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
        let weight = |word: &Range<usize>| {
            let runs = runs.get(word.clone()).unwrap_or_default().iter().flatten();
            runs.filter(|(end, _)| *end <= word.end).map(|(_, weight)| weight).sum::<f32>()
        };
        let mut weighed: Vec<(&Range<usize>, f32)> = words.iter().map(|word| (word, weight(word))).collect();
        weighed.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.start.cmp(&other.0.start)));
        let most = weighed.first().map_or(0.0, |(_, weight)| *weight);
        (weighed.into_iter())
            .filter(|(_, weight)| *weight > 0.0 && *weight >= LEAST_SHARE * most)
            .map(|(word, _)| word.clone())
            .collect()
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
