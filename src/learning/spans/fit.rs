//! The weights: the likelihood of the examples' own cuts, by AdaGrad one example at a time, with features left out at
//! random so that none is relied on alone.

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::understanding::tagger::lattice::{Lattice, Marginals, PLACES, Segment};
use crate::understanding::tagger::machine::Machine;
use crate::understanding::tagger::weights::Weights;

const PASSES: usize = 5;
/// The step of the first pass; it falls to a fifth.
const STEP: f32 = 0.03;
/// The share of features left out for a token, and for the segments of a text.
const TOKEN_DROPOUT: f32 = 0.7;
const SEGMENT_DROPOUT: f32 = 0.5;
/// How strongly weights are drawn to nothing.
const DECAY: f32 = 1e-5;
/// Slopes below this change nothing.
const LEAST_SLOPE: f32 = 2e-3;
const SEED: u64 = 1;

/// An example, its features by number.
pub(super) struct Indexed {
    /// By token.
    pub(super) tokens: Vec<Vec<u32>>,
    /// By first token and length less one.
    pub(super) segments: Vec<Vec<Vec<u32>>>,
    /// The cut that is right.
    pub(super) way: Vec<Segment>,
}

/// The weights, row after row.
pub(super) struct Fitted {
    pub(super) tokens: Vec<f32>,
    pub(super) segments: Vec<f32>,
}

/// Rows of numbers and the squares of the slopes they have seen.
struct Dense {
    width: usize,
    values: Vec<f32>,
    squares: Vec<f32>,
}

impl Dense {
    fn new(rows: usize, width: usize) -> Self {
        Self { width, values: vec![0.0; rows * width], squares: vec![0.0; rows * width] }
    }

    /// Goes down the slopes (column, slope) of every row.
    fn descend(&mut self, rows: &[u32], slopes: &[(usize, f32)], step: f32) {
        for row in rows {
            let row = *row as usize * self.width;
            for (column, slope) in slopes {
                self.descend_one(row + column, *slope, step);
            }
        }
    }

    fn descend_one(&mut self, place: usize, slope: f32, step: f32) {
        let value = &mut self.values[place];
        let slope = slope + DECAY * *value;
        self.squares[place] += slope * slope;
        *value -= step * slope / (self.squares[place].sqrt() + 0.01);
    }
}

impl Weights for Dense {
    fn add(&self, row: u32, scale: f32, sum: &mut [f32]) {
        let row = row as usize * self.width;
        for (sum, value) in sum.iter_mut().zip(&self.values[row..row + self.width]) {
            *sum += value * scale;
        }
    }
}

/// Learns the weights of `rows` features of tokens and of segments, and those of the machine.
pub(super) fn fit(
    examples: &[Indexed],
    longest: &[usize],
    machine: &mut Machine,
    rows: (usize, usize),
    told: &mut impl FnMut(usize, usize),
) -> Fitted {
    let labels = longest.len();
    let mut random = SmallRng::seed_from_u64(SEED);
    let mut tokens = Dense::new(rows.0, PLACES * labels);
    let mut segments = Dense::new(rows.1, labels);
    let mut steps = Dense::new(1, machine.weights.len());
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for pass in 0..PASSES {
        let step = STEP * (1.0 - 0.8 * pass as f32 / PASSES as f32);
        order.shuffle(&mut random);
        for index in &order {
            let example = thinned(&examples[*index], &mut random);
            let (token_scale, segment_scale) = (1.0 / (1.0 - TOKEN_DROPOUT), 1.0 / (1.0 - SEGMENT_DROPOUT));
            let lattice = Lattice::scaled(
                longest,
                &example.tokens,
                &example.segments,
                &tokens,
                &segments,
                token_scale,
                segment_scale,
            );
            let mut places = Vec::new();
            if lattice.score(machine, &example.way, &mut places).is_none() {
                continue;
            }
            let mut slopes = lattice.marginals(machine);
            for place in places {
                slopes.machine[place] -= 1.0;
            }
            for segment in &example.way {
                let place = slopes.place(*segment);
                slopes.segments[place] -= 1.0;
            }
            descend_tokens(&example, &slopes, longest, &mut tokens, (token_scale, step));
            descend_segments(&example, &slopes, labels, &mut segments, (segment_scale, step));
            for (place, slope) in
                slopes.machine.iter().enumerate().filter(|(_, slope)| slope.abs() > LEAST_SLOPE)
            {
                steps.descend_one(place, *slope, step);
                machine.weights[place] = steps.values[place];
            }
        }
        told(pass + 1, PASSES);
    }
    Fitted { tokens: tokens.values, segments: segments.values }
}

/// An example with features left out: other ones for each token, the same ones for all segments.
fn thinned(example: &Indexed, random: &mut SmallRng) -> Indexed {
    let key: u64 = random.random();
    let kept = |feature: &u32| {
        let mixed = (key ^ u64::from(*feature)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as f32 / (1_u64 << 24) as f32 >= SEGMENT_DROPOUT
    };
    let kept_of = |features: &Vec<u32>| features.iter().copied().filter(kept).collect();
    Indexed {
        tokens: example
            .tokens
            .iter()
            .map(|features| {
                features.iter().copied().filter(|_| random.random::<f32>() >= TOKEN_DROPOUT).collect()
            })
            .collect(),
        segments: example.segments.iter().map(|row| row.iter().map(kept_of).collect()).collect(),
        way: example.way.clone(),
    }
}

fn steep(slopes: &[f32], scale: f32) -> Vec<(usize, f32)> {
    let slopes = slopes.iter().enumerate().filter(|(_, slope)| slope.abs() > LEAST_SLOPE);
    slopes.map(|(column, slope)| (column, slope * scale)).collect()
}

/// What segments ask for is asked of their first, middle and last tokens.
fn descend_tokens(
    example: &Indexed,
    slopes: &Marginals,
    longest: &[usize],
    weights: &mut Dense,
    (scale, step): (f32, f32),
) {
    let (length, labels) = (example.tokens.len(), longest.len());
    let columns = PLACES * labels;
    let mut by_token = vec![0.0; length * columns];
    for start in 0..length {
        for (label, longest) in longest.iter().enumerate() {
            for end in start + 1..=length.min(start + longest) {
                let slope = slopes.segment(start, end, label);
                if slope == 0.0 {
                    continue;
                }
                if end - start == 1 {
                    by_token[start * columns + 3 * labels + label] += slope;
                    continue;
                }
                by_token[start * columns + label] += slope;
                by_token[(end - 1) * columns + 2 * labels + label] += slope;
                for middle in start + 1..end - 1 {
                    by_token[middle * columns + labels + label] += slope;
                }
            }
        }
    }
    for (slopes, features) in by_token.chunks(columns).zip(&example.tokens) {
        weights.descend(features, &steep(slopes, scale), step);
    }
}

fn descend_segments(
    example: &Indexed,
    slopes: &Marginals,
    labels: usize,
    weights: &mut Dense,
    (scale, step): (f32, f32),
) {
    for (start, row) in example.segments.iter().enumerate() {
        for (wide, features) in row.iter().enumerate() {
            let place = slopes.place((start, start + wide + 1, 0));
            weights.descend(features, &steep(&slopes.segments[place..place + labels], scale), step);
        }
    }
}
