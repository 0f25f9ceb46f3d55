//! How often a place is found that a recogniser wrote by other characters of its sound, one in ten, and how often
//! something else is taken for one: names a syllable away from the gazetteer's, roads and estates of other cities, and
//! ordinary sentences. Limits: 97 % found, 1 % false of each.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../tests/support/city.rs"]
mod city;
#[path = "../tests/support/misheard.rs"]
mod misheard;

use misheard::{Dice, Sayings, Score};

const SENTENCES: usize = 5_000;

fn main() {
    let sayings = Sayings::load();
    let mut dice = Dice::new(1);
    let quiet = |_: &str, _: &str| {};
    let found = sayings.places(&mut dice, SENTENCES, quiet);
    print("places found (limit 97 %)", found);
    let misheard = found.misheard_right as f64 * 100.0 / found.misheard as f64;
    println!("  of {} whose name was misheard: {misheard:.1} %", found.misheard);
    assert!(found.percent() >= 97.0);
    let unlinked = [
        ("names a syllable away left alone (limit 99 %)", sayings.near(&mut dice, SENTENCES, quiet)),
        ("names of elsewhere left alone (limit 99 %)", sayings.elsewhere(&mut dice, SENTENCES, quiet)),
        ("ordinary sentences left alone (limit 99 %)", sayings.ordinary(&mut dice, SENTENCES, quiet)),
    ];
    for (what, score) in unlinked {
        print(what, score);
        assert!(score.percent() >= 99.0);
    }
}

fn print(what: &str, score: Score) {
    println!("{what}: {:.2} % of {}", score.percent(), score.all);
}
