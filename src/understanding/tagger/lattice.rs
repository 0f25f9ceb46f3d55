//! All ways to cut a text into labelled segments: the best one, and how probable each segment is.

use super::machine::Machine;
use super::weights::Weights;

const NEVER: f32 = f32::NEG_INFINITY;
/// Differences of logarithms beyond which a part counts nothing.
const NEGLIGIBLE: f32 = -25.0;

/// A segment: first token, the one after the last, label.
pub(crate) type Segment = (usize, usize, usize);

/// The columns of a token's weights: the label's first, a middle, the last and the only token of a segment.
pub(crate) const PLACES: usize = 4;

/// The scores of all segments of a text.
#[derive(Debug)]
pub(crate) struct Lattice {
    length: usize,
    widest: usize,
    labels: usize,
    /// By first token, length less one, label.
    scores: Vec<f32>,
}

/// The probabilities of segments and steps.
#[derive(Debug)]
pub(crate) struct Marginals {
    widest: usize,
    labels: usize,
    /// As [`Lattice`]'s scores.
    pub(crate) segments: Vec<f32>,
    /// As [`Machine::weights`].
    pub(crate) machine: Vec<f32>,
    /// The logarithm of the sum over all ways.
    pub(crate) all: f32,
}

impl Marginals {
    /// Where a segment stands.
    pub(crate) fn place(&self, (start, end, label): Segment) -> usize {
        (start * self.widest + end - start - 1) * self.labels + label
    }

    /// How probable a segment is.
    pub(crate) fn segment(&self, start: usize, end: usize, label: usize) -> f32 {
        self.segments[self.place((start, end, label))]
    }
}

/// Forward sums: of the ways to end at a token in each state, and to begin there, with their logarithmic scales.
struct Forward {
    ended: Vec<f32>,
    begun: Vec<f32>,
    scale: Vec<f32>,
    /// What a step multiplies by.
    steps: Vec<f32>,
}

impl Lattice {
    /// Adds up what tokens and segments say. `segments` is by first token and length less one.
    pub(crate) fn new(
        longest: &[usize],
        tokens: &[Vec<u32>],
        segments: &[Vec<Vec<u32>>],
        token_weights: &impl Weights,
        segment_weights: &impl Weights,
    ) -> Self {
        Self::scaled(longest, tokens, segments, token_weights, segment_weights, 1.0, 1.0)
    }

    /// The same, with each kind of weight times a number.
    pub(crate) fn scaled(
        longest: &[usize],
        tokens: &[Vec<u32>],
        segments: &[Vec<Vec<u32>>],
        token_weights: &impl Weights,
        segment_weights: &impl Weights,
        token_scale: f32,
        segment_scale: f32,
    ) -> Self {
        let (length, labels) = (tokens.len(), longest.len());
        let widest = longest.iter().copied().max().unwrap_or(1);
        let columns = PLACES * labels;
        let mut said = vec![0.0; length * columns];
        for (row, features) in said.chunks_mut(columns).zip(tokens) {
            for feature in features {
                token_weights.add(*feature, token_scale, row);
            }
        }
        let said = |token: usize, place: usize, label: usize| said[token * columns + place * labels + label];
        // What middles say, summed from the beginning.
        let mut middles = vec![0.0; (length + 1) * labels];
        for token in 0..length {
            for label in 0..labels {
                middles[(token + 1) * labels + label] =
                    middles[token * labels + label] + said(token, 1, label);
            }
        }
        let mut scores = vec![NEVER; length * widest * labels];
        for start in 0..length {
            for (wide, features) in segments[start].iter().enumerate().take(widest.min(length - start)) {
                let place = (start * widest + wide) * labels;
                let last = start + wide;
                let row = &mut scores[place..place + labels];
                for (label, score) in row.iter_mut().enumerate() {
                    *score = if wide == 0 {
                        said(start, 3, label)
                    } else {
                        said(start, 0, label) + said(last, 2, label) + middles[last * labels + label]
                            - middles[(start + 1) * labels + label]
                    };
                }
                for feature in features {
                    segment_weights.add(*feature, segment_scale, row);
                }
                for (score, longest) in row.iter_mut().zip(longest) {
                    if wide >= *longest {
                        *score = NEVER;
                    }
                }
            }
        }
        Self { length, widest, labels, scores }
    }

    /// The scores of the segment of `wide + 1` tokens from `start`, by label.
    fn row(&self, start: usize, wide: usize) -> &[f32] {
        let place = (start * self.widest + wide) * self.labels;
        &self.scores[place..place + self.labels]
    }

    /// The score of a way to cut the text; `None` where the machine does not allow it.
    pub(crate) fn score(&self, machine: &Machine, way: &[Segment], places: &mut Vec<usize>) -> Option<f32> {
        let states = machine.states.len();
        let mut before = self.labels;
        let mut state: Option<usize> = None;
        let mut score = 0.0;
        for &(start, end, label) in way {
            score += self.row(start, end - start - 1)[label];
            let next = machine.of_label(label).find(|state| machine.states[*state].0 == before)?;
            score += machine.entering(next);
            places.push(next);
            if let Some(state) = state {
                let step = machine.step_place(machine.steps.binary_search(&(state, next)).ok()?);
                score += machine.weights[step];
                places.push(step);
            }
            (before, state) = (label, Some(next));
        }
        let last = state?;
        places.push(states + last);
        Some(score + machine.ending(last))
    }

    /// The best way to cut the text.
    pub(crate) fn best(&self, machine: &Machine) -> Vec<Segment> {
        let states = machine.states.len();
        let size = (self.length + 1) * states;
        let (mut ended, mut started) = (vec![NEVER; size], vec![0; size]);
        let (mut begun, mut came) = (vec![NEVER; size], vec![0; size]);
        for state in machine.beginnings() {
            begun[state] = machine.entering(state);
        }
        for end in 1..=self.length {
            for wide in 0..self.widest.min(end) {
                let start = end - 1 - wide;
                for (label, score) in
                    self.row(start, wide).iter().enumerate().filter(|(_, score)| **score > NEVER)
                {
                    for state in machine.of_label(label) {
                        let score = begun[start * states + state] + score;
                        if score > ended[end * states + state] {
                            ended[end * states + state] = score;
                            started[end * states + state] = start;
                        }
                    }
                }
            }
            for (step, (from, to)) in machine.steps.iter().enumerate() {
                let score = ended[end * states + from] + machine.stepping(step);
                if score > begun[end * states + to] {
                    begun[end * states + to] = score;
                    came[end * states + to] = *from;
                }
            }
        }
        let last = |state: &usize| ended[self.length * states + state] + machine.ending(*state);
        let best = (0..states).max_by(|one, other| last(one).total_cmp(&last(other)));
        let mut way = Vec::new();
        let (mut end, mut state) = (self.length, best.unwrap_or_default());
        while end > 0 && states > 0 {
            let start = started[end * states + state];
            way.push((start, end, machine.states[state].1));
            state = came[start * states + state];
            end = start;
        }
        way.reverse();
        way
    }

    /// The probabilities, by sums forward and backward.
    pub(crate) fn marginals(&self, machine: &Machine) -> Marginals {
        let states = machine.states.len();
        let forward = self.forward(machine);
        let endings: Vec<f32> = (0..states).map(|state| machine.ending(state).exp()).collect();
        let last = &forward.ended[self.length * states..];
        let sum: f32 = last.iter().zip(&endings).map(|(ended, ending)| ended * ending).sum();
        let all = forward.scale[self.length] + sum.ln();
        let mut marginals = Marginals {
            widest: self.widest,
            labels: self.labels,
            segments: vec![0.0; self.scores.len()],
            machine: vec![0.0; machine.weights.len()],
            all,
        };
        for state in 0..states {
            marginals.machine[states + state] = last[state] * endings[state] / sum;
        }
        let mut after = vec![0.0; self.length * states];
        after.extend(endings);
        let mut scale = vec![0.0; self.length + 1];
        let mut open = vec![0.0; states];
        for start in (0..self.length).rev() {
            let top = self.backward(machine, &forward, start, (&after, &scale), &mut open, &mut marginals);
            if start == 0 {
                let scale = (top - all).exp();
                for state in machine.beginnings() {
                    marginals.machine[state] += forward.begun[state] * open[state] * scale;
                }
                break;
            }
            let common = (forward.scale[start] + top - all).exp();
            let place = start * states;
            for (step, (from, to)) in machine.steps.iter().enumerate() {
                let value = forward.steps[step] * open[*to];
                after[place + from] += value;
                let share = forward.ended[place + from] * value * common;
                marginals.machine[*to] += share;
                marginals.machine[machine.step_place(step)] += share;
            }
            scale[start] = top + normalise(&mut after[place..place + states]);
        }
        marginals
    }

    /// Fills `open` with the sums of what may begin at `start`, and notes its segments; gives back their scale.
    fn backward(
        &self,
        machine: &Machine,
        forward: &Forward,
        start: usize,
        (after, scale): (&[f32], &[f32]),
        open: &mut [f32],
        marginals: &mut Marginals,
    ) -> f32 {
        let states = machine.states.len();
        let wides = 0..self.widest.min(self.length - start);
        let top = wides
            .clone()
            .flat_map(|wide| self.row(start, wide).iter().map(move |score| score + scale[start + wide + 1]))
            .fold(NEVER, f32::max);
        open.fill(0.0);
        for wide in wides {
            let end = start + wide + 1;
            for (label, score) in self.row(start, wide).iter().enumerate() {
                let score = score + scale[end];
                if score - top <= NEGLIGIBLE {
                    continue;
                }
                let factor = (score - top).exp();
                let mut both = 0.0;
                for state in machine.of_label(label) {
                    let after = after[end * states + state];
                    open[state] += factor * after;
                    both += forward.begun[start * states + state] * after;
                }
                let place = marginals.place((start, end, label));
                marginals.segments[place] = both * (score + forward.scale[start] - marginals.all).exp();
            }
        }
        top
    }

    fn forward(&self, machine: &Machine) -> Forward {
        let states = machine.states.len();
        let steps: Vec<f32> = (0..machine.steps.len()).map(|step| machine.stepping(step).exp()).collect();
        let size = (self.length + 1) * states;
        let (mut ended, mut begun) = (vec![0.0_f32; size], vec![0.0_f32; size]);
        let mut scale = vec![0.0_f32; self.length + 1];
        for state in machine.beginnings() {
            begun[state] = machine.entering(state).exp();
        }
        for end in 1..=self.length {
            let wides = 0..self.widest.min(end);
            let top = wides
                .clone()
                .flat_map(|wide| {
                    let start = end - 1 - wide;
                    let scale = scale[start];
                    self.row(start, wide).iter().map(move |score| score + scale)
                })
                .fold(NEVER, f32::max);
            for wide in wides {
                let start = end - 1 - wide;
                for (label, score) in self.row(start, wide).iter().enumerate() {
                    let less = score + scale[start] - top;
                    if less > NEGLIGIBLE {
                        let factor = less.exp();
                        for state in machine.of_label(label) {
                            ended[end * states + state] += begun[start * states + state] * factor;
                        }
                    }
                }
            }
            scale[end] = top + normalise(&mut ended[end * states..(end + 1) * states]);
            for (factor, (from, to)) in steps.iter().zip(&machine.steps) {
                begun[end * states + to] += ended[end * states + from] * factor;
            }
        }
        Forward { ended, begun, scale, steps }
    }
}

/// Divides by the largest, and gives back its logarithm.
fn normalise(values: &mut [f32]) -> f32 {
    let largest = values.iter().copied().fold(1e-30, f32::max);
    for value in values {
        *value /= largest;
    }
    largest.ln()
}

#[cfg(test)]
#[path = "lattice_tests.rs"]
mod tests;
