//! A linear support vector machine with squared hinge loss, by dual coordinate descent (Hsieh et al. 2008).

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

/// Rows of a sparse matrix, one after the other.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// Where each row begins in `columns` and `values`, and where the last one ends.
    pub(super) starts: Vec<usize>,
    pub(super) columns: Vec<u32>,
    pub(super) values: Vec<f32>,
}

/// A weight for each column, and one for none.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) weights: Vec<f32>,
    pub(super) offset: f32,
}

/// The weights are good enough where no example would move them by more.
const TOLERANCE: f32 = 0.03;
/// More rounds change nothing that is measured.
const ROUNDS: usize = 40;

impl Rows {
    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// A row's columns and values.
    pub(super) fn row(&self, index: usize) -> impl Iterator<Item = (usize, f32)> {
        let range = self.starts.get(index).copied().unwrap_or_default()
            ..self.starts.get(index + 1).copied().unwrap_or_default();
        let columns = self.columns.get(range.clone()).unwrap_or_default();
        let values = self.values.get(range).unwrap_or_default();
        columns.iter().zip(values).map(|(column, value)| (*column as usize, *value))
    }
}

/// Separates the rows that are `positive` from the others. `costs`: what a mistake costs, for each row. Every row
/// has length 1.
pub(super) fn separate(rows: &Rows, columns: usize, positive: &[bool], costs: &[f32]) -> Line {
    let mut line = Line { weights: vec![0.0; columns], offset: 0.0 };
    let mut alphas = vec![0.0_f32; rows.len()];
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut active = order.len();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    for round in 0..ROUNDS {
        for at in (1..active).rev() {
            order.swap(at, random.random_range(0..=at));
        }
        let mut worst = 0.0_f32;
        let mut at = 0;
        while at < active {
            let index = order[at];
            let side = if positive[index] { 1.0 } else { -1.0 };
            let softness = 0.5 / costs[index];
            let score: f32 = line.offset
                + rows.row(index).map(|(column, value)| line.weights[column] * value).sum::<f32>();
            let gradient = score * side - 1.0 + alphas[index] * softness;
            if alphas[index] == 0.0 && gradient > TOLERANCE && round > 0 {
                // On the right side with room to spare: left out until the others are settled.
                active -= 1;
                order.swap(at, active);
                continue;
            }
            at += 1;
            let projected = if alphas[index] == 0.0 { gradient.min(0.0) } else { gradient };
            worst = worst.max(projected.abs());
            if projected == 0.0 {
                continue;
            }
            let before = alphas[index];
            // 2: the row's length and the offset's.
            alphas[index] = (before - gradient / (2.0 + softness)).max(0.0);
            let step = (alphas[index] - before) * side;
            line.offset += step;
            for (column, value) in rows.row(index) {
                line.weights[column] += step * value;
            }
        }
        if worst < TOLERANCE {
            if active == order.len() {
                break;
            }
            active = order.len();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_separated_is_and_a_dear_example_wins() {
        let rows = Rows {
            starts: vec![0, 1, 2, 4, 5],
            columns: vec![0, 1, 0, 2, 1],
            values: vec![1.0, 1.0, 0.8, 0.6, 1.0],
        };
        let line = separate(&rows, 3, &[true, false, true, true], &[10.0, 10.0, 10.0, 0.1]);
        let score = |index| line.offset + rows.row(index).map(|(c, v)| line.weights[c] * v).sum::<f32>();
        assert!(score(0) > 0.5 && score(2) > 0.5, "{} {}", score(0), score(2));
        assert!(score(1) < -0.5, "{}: the same row as the last, which costs a hundredth", score(1));
    }
}
