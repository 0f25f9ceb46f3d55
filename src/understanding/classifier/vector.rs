//! A text as a vector: one entry for each known run of characters, `(1 + ln count) · weight`, of length 1.

use super::grams::{Gram, grams};

/// The runs of characters that a model knows, and how much each weighs: the rarer, the more.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Vocabulary {
    /// Ascending.
    pub(super) hashes: Vec<u32>,
    /// Inverse document frequencies, for each of `hashes`.
    pub(super) weights: Vec<f32>,
}

/// The entries of a text, by their place in the vocabulary, ascending.
pub(crate) type Vector = Vec<(u32, f32)>;

/// A run of a text that the model knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// Its place in the vocabulary.
    pub(super) index: u32,
    pub(super) gram: Gram,
}

/// The runs of a text, each once, and how often: what a text gives before there is a vocabulary.
pub(crate) fn counts(text: &str) -> Vec<(u32, u32)> {
    let chars: Vec<char> = text.chars().collect();
    tallied(grams(&chars).into_iter().map(|gram| gram.hash).collect())
}

impl Vocabulary {
    /// The runs that stand in at least `fewest` of the texts.
    pub(crate) fn of(texts: &[&[(u32, u32)]], fewest: u32) -> Self {
        let hashes = texts.iter().flat_map(|text| text.iter().map(|(hash, _)| *hash)).collect();
        let all = 1.0 + texts.len() as f32;
        let mut vocabulary = Self::default();
        for (hash, count) in tallied(hashes) {
            if count >= fewest {
                vocabulary.hashes.push(hash);
                vocabulary.weights.push((all / (1.0 + count as f32)).ln() + 1.0);
            }
        }
        vocabulary
    }

    /// How many runs are known.
    pub(crate) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// A text's vector, from its runs.
    pub(crate) fn vector(&self, counts: &[(u32, u32)]) -> Vector {
        let mut vector: Vector = (counts.iter())
            .filter_map(|(hash, count)| {
                let index = self.hashes.binary_search(hash).ok()?;
                let weight = self.weights.get(index)?;
                Some((index as u32, (1.0 + (*count as f32).ln()) * weight))
            })
            .collect();
        let length = vector.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|(_, value)| *value /= length);
        }
        vector
    }

    /// The known runs of a text, each time it is said.
    pub(super) fn known(&self, text: &[char]) -> Vec<Known> {
        (grams(text).into_iter())
            .filter_map(|gram| {
                let index = self.hashes.binary_search(&gram.hash).ok()?;
                Some(Known { index: index as u32, gram })
            })
            .collect()
    }
}

/// Equal numbers, each once, ascending, and how often.
fn tallied(mut hashes: Vec<u32>) -> Vec<(u32, u32)> {
    hashes.sort_unstable();
    hashes
        .chunk_by(|one, other| one == other)
        .filter_map(|run| Some((*run.first()?, run.len() as u32)))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn rare_runs_weigh_more_and_a_vector_has_length_one() {
        let texts = [counts("电梯坏了"), counts("电梯修了"), counts("路灯坏了")];
        let texts: Vec<&[(u32, u32)]> = texts.iter().map(Vec::as_slice).collect();
        let vocabulary = Vocabulary::of(&texts, 1);
        let weight = |text: &str| {
            let (hash, _) = counts(text)[0];
            vocabulary.weights[vocabulary.hashes.binary_search(&hash).unwrap()]
        };
        assert!(weight("灯") > weight("梯") && weight("梯") > weight("了"));
        let length: f32 = vocabulary.vector(texts[0]).iter().map(|(_, value)| value * value).sum();
        assert!((length - 1.0).abs() < 1e-5);
        assert!(Vocabulary::of(&texts, 3).len() < vocabulary.len());
    }
}
