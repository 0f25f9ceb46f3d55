//! Which label may follow which two, and how likely that is. A state is a label with the one before it.

use std::collections::BTreeSet;

/// States and the weights of going from one to another.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Machine {
    /// The label before (the number of labels at the beginning) and the label; by label, then by the one before.
    pub(crate) states: Vec<(usize, usize)>,
    /// From which state to which, in ascending order.
    pub(crate) steps: Vec<(usize, usize)>,
    /// First what each state costs when entered, then what it costs to end there, then the steps.
    pub(crate) weights: Vec<f32>,
    /// For each label its states, from and to.
    of_label: Vec<(usize, usize)>,
}

impl Machine {
    /// A machine without weights that allows all pairs of `followers`: (label before, label).
    pub(crate) fn new(labels: usize, followers: &BTreeSet<(usize, usize)>) -> Self {
        let mut states: Vec<(usize, usize)> = followers.iter().copied().collect();
        states.sort_by_key(|(before, label)| (*label, *before));
        let steps: Vec<(usize, usize)> = (0..states.len())
            .flat_map(|from| (0..states.len()).map(move |to| (from, to)))
            .filter(|(from, to)| states[*from].1 == states[*to].0)
            .collect();
        let of_label = (0..labels)
            .map(|label| {
                (
                    states.partition_point(|state| state.1 < label),
                    states.partition_point(|state| state.1 <= label),
                )
            })
            .collect();
        let weights = vec![0.0; 2 * states.len() + steps.len()];
        Self { states, steps, weights, of_label }
    }

    /// The number of labels.
    pub(crate) fn labels(&self) -> usize {
        self.of_label.len()
    }

    /// The states of a label.
    pub(crate) fn of_label(&self, label: usize) -> std::ops::Range<usize> {
        let (from, to) = self.of_label[label];
        from..to
    }

    /// The states in which a text may begin.
    pub(crate) fn beginnings(&self) -> impl Iterator<Item = usize> {
        (0..self.states.len()).filter(|state| self.states[*state].0 == self.labels())
    }

    /// The weight of entering a state.
    pub(crate) fn entering(&self, state: usize) -> f32 {
        self.weights[state]
    }

    /// The weight of ending in a state.
    pub(crate) fn ending(&self, state: usize) -> f32 {
        self.weights[self.states.len() + state]
    }

    /// Where the weight of a step stands in the weights.
    pub(crate) fn step_place(&self, step: usize) -> usize {
        2 * self.states.len() + step
    }

    /// The weight of a step and of entering where it leads.
    pub(crate) fn stepping(&self, step: usize) -> f32 {
        self.weights[self.steps[step].1] + self.weights[self.step_place(step)]
    }
}
