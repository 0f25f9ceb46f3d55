//! Learnt weights: for each feature a row of numbers, one for each label (and place in the span).

/// Adds a feature's row to a sum.
pub(crate) trait Weights {
    /// Adds the row of a feature, times `scale`.
    fn add(&self, row: u32, scale: f32, sum: &mut [f32]);
}

/// Rows of few numbers each, found by the feature's hash. A number is its byte times the common step.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    /// Ascending.
    pub(crate) hashes: Vec<u32>,
    /// Where each row begins in `columns` and `values`, and where the last one ends.
    pub(crate) starts: Vec<u32>,
    pub(crate) columns: Vec<u16>,
    pub(crate) values: Vec<i8>,
    pub(crate) step: f32,
}

impl Rows {
    /// The rows that are left of `dense` (`width` numbers a row) when numbers under half a step are dropped.
    pub(crate) fn new(hashes: &[u32], dense: &[f32], width: usize) -> Self {
        let largest = dense.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        let step = if largest > 0.0 { largest / f32::from(i8::MAX) } else { 1.0 };
        let mut order: Vec<usize> = (0..hashes.len()).collect();
        order.sort_by_key(|index| hashes[*index]);
        let mut rows = Self { step, starts: vec![0], ..Self::default() };
        for index in order {
            let before = rows.values.len();
            for (column, value) in dense[index * width..(index + 1) * width].iter().enumerate() {
                let value = (value / step).round() as i8;
                if value != 0 {
                    rows.columns.push(column as u16);
                    rows.values.push(value);
                }
            }
            if rows.values.len() > before {
                rows.hashes.push(hashes[index]);
                rows.starts.push(rows.values.len() as u32);
            }
        }
        rows
    }

    /// The number of a feature's row.
    pub(crate) fn row(&self, hash: u32) -> Option<u32> {
        self.hashes.binary_search(&hash).ok().map(|row| row as u32)
    }
}

impl Weights for Rows {
    fn add(&self, row: u32, scale: f32, sum: &mut [f32]) {
        let row = row as usize;
        let range = self.starts[row] as usize..self.starts[row + 1] as usize;
        for (column, value) in self.columns[range.clone()].iter().zip(&self.values[range]) {
            sum[usize::from(*column)] += f32::from(*value) * self.step * scale;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_what_is_not_nearly_nothing() {
        let rows = Rows::new(&[9, 4, 7], &[1.27, 0.0, 0.0, -0.5, 0.001, 0.0], 2);
        assert_eq!(rows.hashes, [4, 9]);
        assert_eq!(rows.row(7), None);
        let mut sum = [0.0; 2];
        rows.add(rows.row(4).unwrap_or(9), 2.0, &mut sum);
        assert!((sum[1] + 1.0).abs() < 0.01, "{sum:?}");
    }
}
