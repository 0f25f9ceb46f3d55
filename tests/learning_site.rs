//! A site learns from its tickets: a model is promoted only when it is better on what it never learnt from, versions
//! are kept, and one step leads back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use jiesu::learning::site::{
    Answer, Comparison, Example, Figures, LEAST_HELD_OUT, LearnError, Learner, Versions, VersionsError,
    is_held_out, learn,
};
use jiff::Timestamp;

fn examples(count: usize) -> Vec<Example> {
    (0..count)
        .map(|index| Example {
            title: String::new(),
            body: format!("{}坏了第{index}回", if index % 2 == 0 { "电梯" } else { "路灯" }),
            label: if index % 2 == 0 { "04-01" } else { "04-07" }.to_owned(),
        })
        .collect()
}

/// A model is its words, a line each: `电梯 04-01`.
fn open(model: &[u8]) -> anyhow::Result<Answer<'static>> {
    let text = String::from_utf8(model.to_vec())?;
    Ok(Box::new(move |body| {
        let line = text.lines().find(|line| body.contains(line.split(' ').next().unwrap_or("?")))?;
        line.split(' ').nth(1).map(str::to_owned)
    }))
}

/// Learns the first two characters of each text.
fn train(examples: &[Example]) -> anyhow::Result<Vec<u8>> {
    assert!(examples.iter().all(|example| !is_held_out(&example.body)), "a held-out text is learnt from");
    let line = |example: &Example| {
        let word: String = example.body.chars().take(2).collect();
        format!("{word} {}\n", example.label)
    };
    let lines: std::collections::BTreeSet<String> = examples.iter().map(line).collect();
    Ok(lines.into_iter().collect::<String>().into_bytes())
}

const LEARNER: Learner<'static> = Learner { train: &train, open: &|model| open(model) };

#[test]
fn what_is_held_out_is_never_learnt_from_and_tells_the_better_model() {
    let poor = open("电梯 04-07\n路灯 04-07".as_bytes()).unwrap();
    let learnt = learn(examples(600), Vec::new(), &poor, &LEARNER).unwrap();
    assert_eq!(learnt.comparison.new, Figures { accuracy: 1.0, macro_f1: 1.0 });
    assert!(learnt.comparison.is_better());
    assert_eq!(learnt.learnt_from + learnt.comparison.held_out, 600);

    let as_good = open(&learnt.model).unwrap();
    let again = learn(examples(600), Vec::new(), &as_good, &LEARNER).unwrap();
    assert!(!again.comparison.is_better(), "no better than itself");
    assert_eq!(again.comparison.held_out, learnt.comparison.held_out);
}

#[test]
fn too_few_tickets_are_told_with_how_many_are_missing() {
    let silent: Answer<'_> = Box::new(|_| None);
    let error = learn(examples(40), Vec::new(), &silent, &LEARNER).unwrap_err();
    let LearnError::TooFew { found } = &error else { panic!("{error}") };
    assert!(error.to_string().contains(&format!("about {} more", (LEAST_HELD_OUT - found) * 5)), "{error}");
}

fn told(accuracy: f64) -> Comparison {
    let figures = |accuracy| Figures { accuracy, macro_f1: accuracy };
    Comparison { held_out: 100, new: figures(accuracy), in_use: figures(0.5), wins: 20, losses: 2 }
}

fn at(day: i64) -> Timestamp {
    Timestamp::from_second(day * 86_400).unwrap()
}

/// The folder's model file, and what it holds now.
fn content(model: &Path) -> String {
    std::fs::read_to_string(model).unwrap()
}

#[test]
fn a_roll_back_puts_the_one_before_back_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("city.model");
    std::fs::write(&model, "bundled").unwrap();
    let mut versions = Versions::open(&model).unwrap();
    assert!(matches!(versions.roll_back(at(1)), Err(VersionsError::NothingBefore)));
    versions.promote(b"first", told(0.8), 300, at(1)).unwrap();
    versions.promote(b"second", told(0.9), 400, at(2)).unwrap();
    assert_eq!(content(&model), "second");

    let mut versions = Versions::open(&model).unwrap();
    let kept: Vec<_> = versions.list().iter().map(|version| (version.number, version.learnt_from)).collect();
    assert_eq!(kept, [(1, 0), (2, 300), (3, 400)]);
    assert_eq!(versions.list()[2].comparison, Some(told(0.9)));
    assert_eq!(versions.roll_back(at(3)).unwrap().unwrap().number, 2);
    assert_eq!(content(&model), "first");
    assert_eq!(versions.roll_back(at(4)).unwrap().unwrap().number, 1);
    assert_eq!(content(&model), "bundled");
    assert!(matches!(versions.roll_back(at(5)), Err(VersionsError::NothingBefore)));
    let rolled_back: Vec<_> = versions.list().iter().map(|version| version.rolled_back_at).collect();
    assert_eq!(rolled_back, [None, Some(at(4)), Some(at(3))]);
}

#[test]
fn a_site_that_had_no_model_goes_back_to_none() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("city.model");
    let mut versions = Versions::open(&model).unwrap();
    versions.promote(b"first", told(0.8), 300, at(1)).unwrap();
    assert_eq!(versions.in_use().unwrap().unwrap().number, 1);
    assert_eq!(versions.roll_back(at(2)).unwrap(), None);
    assert!(!model.exists());
}

#[test]
fn a_model_put_there_by_hand_is_kept_before_it_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("city.model");
    let mut versions = Versions::open(&model).unwrap();
    versions.promote(b"first", told(0.8), 300, at(1)).unwrap();
    std::fs::write(&model, "a newer release").unwrap();
    assert_eq!(versions.in_use().unwrap(), None);
    versions.promote(b"second", told(0.8), 300, at(2)).unwrap();
    versions.roll_back(at(3)).unwrap();
    assert_eq!(content(&model), "a newer release");
}

#[test]
fn a_kept_model_that_was_changed_is_not_put_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("city.model");
    std::fs::write(&model, "bundled").unwrap();
    let mut versions = Versions::open(&model).unwrap();
    versions.promote(b"first", told(0.8), 300, at(1)).unwrap();
    std::fs::write(folder.path().join("city.versions/0001.model"), "bundle").unwrap();
    assert!(matches!(versions.roll_back(at(2)), Err(VersionsError::Changed(_))));
    assert_eq!(content(&model), "first");
}

#[test]
fn old_versions_are_forgotten_but_never_the_way_back() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("city.model");
    let mut versions = Versions::open(&model).unwrap();
    for day in 1..=30 {
        versions.promote(format!("model {day}").as_bytes(), told(0.8), 300, at(day)).unwrap();
    }
    assert!(versions.list().len() <= 12);
    let files = std::fs::read_dir(folder.path().join("city.versions")).unwrap().count();
    assert_eq!(files, versions.list().len() + 1, "each version's file, and the list");
    versions.roll_back(at(31)).unwrap();
    assert_eq!(content(&model), "model 29");
}
