//! The sums and the best way against all ways written out.

use std::collections::BTreeSet;

use super::*;
use crate::understanding::tagger::machine::Machine;

struct None;

impl Weights for None {
    fn add(&self, _: u32, _: f32, _: &mut [f32]) {}
}

/// A small lattice of two labels with scores that are all different.
fn small() -> (Lattice, Machine) {
    let followers = BTreeSet::from([(2, 0), (2, 1), (0, 1), (1, 0), (1, 1)]);
    let mut machine = Machine::new(2, &followers);
    for (index, weight) in machine.weights.iter_mut().enumerate() {
        *weight = ((index * 7 + 3) % 11) as f32 * 0.1 - 0.4;
    }
    let empty = vec![Vec::new(); 4];
    let segments: Vec<Vec<Vec<u32>>> = (0..4).map(|start| vec![Vec::new(); 4 - start]).collect();
    let mut lattice = Lattice::new(&[3, 2], &empty, &segments, &None, &None);
    for (index, score) in lattice.scores.iter_mut().enumerate().filter(|(_, score)| score.is_finite()) {
        *score = ((index * 5 + 2) % 13) as f32 * 0.3 - 1.5;
    }
    (lattice, machine)
}

fn ways(lattice: &Lattice, from: usize) -> Vec<Vec<Segment>> {
    if from == lattice.length {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for end in from + 1..=lattice.length.min(from + lattice.widest) {
        for rest in ways(lattice, end) {
            for label in 0..lattice.labels {
                let mut way = vec![(from, end, label)];
                way.extend(rest.iter().copied());
                all.push(way);
            }
        }
    }
    all
}

#[test]
fn the_sums_are_those_over_all_ways() {
    let (lattice, machine) = small();
    let scored: Vec<(Vec<Segment>, f32, Vec<usize>)> = ways(&lattice, 0)
        .into_iter()
        .filter_map(|way| {
            let mut places = Vec::new();
            let score = lattice.score(&machine, &way, &mut places)?;
            score.is_finite().then_some((way, score, places))
        })
        .collect();
    assert!(scored.len() > 10);
    let sum: f32 = scored.iter().map(|(_, score, _)| score.exp()).sum();
    let marginals = lattice.marginals(&machine);
    assert!((marginals.all - sum.ln()).abs() < 1e-3, "{} {}", marginals.all, sum.ln());
    let mut segments = vec![0.0; marginals.segments.len()];
    let mut places = vec![0.0; machine.weights.len()];
    for (way, score, used) in &scored {
        let share = score.exp() / sum;
        way.iter().for_each(|segment| segments[marginals.place(*segment)] += share);
        used.iter().for_each(|place| places[*place] += share);
    }
    for (ours, all) in marginals.segments.iter().zip(&segments).chain(marginals.machine.iter().zip(&places)) {
        assert!((ours - all).abs() < 1e-3, "{ours} {all}");
    }
    let best = scored.iter().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(way, _, _)| way.clone());
    assert_eq!(Some(lattice.best(&machine)), best);
}
