//! Places that a recogniser wrote by other characters of their sound are found, and nothing else is taken for one.
//! The same as `benches/places.rs` measures, of fewer sentences.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;
#[path = "support/misheard.rs"]
mod misheard;

use misheard::{Dice, Sayings};

fn show(said: &str, place: &str) {
    println!("  {said} -> {place}");
}

#[test]
fn places_are_found_by_their_sound_and_only_they() {
    let sayings = Sayings::load();
    let mut dice = Dice::new(7);
    let found = sayings.places(&mut dice, 1_000, show);
    println!("places {found:?}");
    assert!(found.percent() >= 97.0, "{found:?}");
    assert!(found.misheard >= 250, "{found:?}");
    let near = sayings.near(&mut dice, 400, show);
    println!("near {near:?}");
    let elsewhere = sayings.elsewhere(&mut dice, 400, show);
    println!("elsewhere {elsewhere:?}");
    let ordinary = sayings.ordinary(&mut dice, 400, show);
    println!("ordinary {ordinary:?}");
    if let Some(streets) = streets_elsewhere() {
        let streets = sayings.named(&mut dice, &streets, 400, show);
        println!("streets {streets:?}");
        assert!(streets.percent() >= 99.0, "{streets:?}");
    }
    for unlinked in [near, elsewhere, ordinary] {
        assert!(unlinked.percent() >= 99.0, "{unlinked:?}");
    }
}

/// The streets and towns of the whole country that are not Tianjin's, where the list is at hand.
fn streets_elsewhere() -> Option<Vec<String>> {
    let list = std::path::PathBuf::from(std::env::var_os("JIESU_EVAL")?).join("places/streets_china.csv");
    let list = std::fs::read_to_string(list).unwrap();
    let names = list.lines().filter(|line| !line.starts_with("12")).filter_map(|line| line.split('"').nth(1));
    Some(names.map(str::to_owned).collect())
}
