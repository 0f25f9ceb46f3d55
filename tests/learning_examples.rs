//! The sentences that the bundled model learns categories from: enough of each kind, no two alike.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use jiesu::understanding::Understanding;

/// The least number of sentences of a kind.
const LEAST: usize = 45;
/// Two sentences that share more than this part of their character triples say the same thing twice.
const ALIKE: f64 = 0.5;

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    title: String,
    body: String,
    label: String,
}

fn categories() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models/categories")
}

/// Every sentence, with the class that its file is named after.
fn examples() -> Vec<(String, Example)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(categories().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        let class = path.file_stem().unwrap().to_str().unwrap().to_owned();
        for (line, text) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let example = serde_json::from_str(text);
            let example =
                example.unwrap_or_else(|error| panic!("{} line {}: {error}", path.display(), line + 1));
            found.push((class.clone(), example));
        }
    }
    found
}

/// The character triples of a sentence without its marks and spaces.
fn triples(text: &str) -> HashSet<[char; 3]> {
    let characters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    characters.windows(3).map(|three| [three[0], three[1], three[2]]).collect()
}

#[test]
fn every_kind_has_enough_examples_in_the_file_of_its_class() {
    let places = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/places/binhai.toml");
    let city = Understanding::load(&categories().join("dagang.toml"), &places).unwrap();
    let kinds = city.taxonomy().categories();
    let mut counts: BTreeMap<&str, usize> = kinds.map(|kind| (kind.code.0.as_str(), 0)).collect();
    let examples = examples();
    for (class, example) in &examples {
        let count = counts.get_mut(example.label.as_str());
        *count.unwrap_or_else(|| panic!("no kind {}: {}", example.label, example.body)) += 1;
        assert!(example.label.starts_with(class.as_str()), "{} lies in {class}.jsonl", example.label);
    }
    let few: Vec<_> = counts.iter().filter(|(_, count)| **count < LEAST).collect();
    assert!(few.is_empty(), "fewer than {LEAST} examples: {few:?}");
}

#[test]
fn an_example_is_as_long_as_what_a_caller_says() {
    for (_, example) in examples() {
        let length = example.body.chars().count();
        assert!((8..=200).contains(&length), "{length} characters: {}", example.body);
        assert!(example.title.is_empty(), "a caller gives no title: {}", example.body);
    }
}

#[test]
fn no_two_examples_say_the_same() {
    let examples: Vec<_> =
        examples().into_iter().map(|(_, example)| (triples(&example.body), example)).collect();
    let mut with: HashMap<[char; 3], Vec<usize>> = HashMap::new();
    for (index, (left, one)) in examples.iter().enumerate() {
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for triple in left {
            with.get(triple).into_iter().flatten().for_each(|other| *shared.entry(*other).or_default() += 1);
            with.entry(*triple).or_default().push(index);
        }
        for (other, shared) in shared {
            let (right, other) = &examples[other];
            let alike = shared as f64 / (left.len() + right.len() - shared) as f64;
            assert!(alike <= ALIKE, "{alike:.2} alike:\n{}\n{}", one.body, other.body);
        }
    }
}
