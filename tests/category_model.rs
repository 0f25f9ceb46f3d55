//! A trained model of categories: made from examples, kept in a file, measured, and heard beside the taxonomy's words.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/city.rs"]
mod city;

use std::path::Path;

use jiesu::domain::{Channel, Draft, FieldKey};
use jiesu::learning::categories::examples::{Example, read};
use jiesu::learning::categories::{TrainError, across_folds, of_model, train};
use jiesu::understanding::Understanding;
use jiesu::understanding::classifier::Classifier;

/// Of three kinds, in words that the taxonomy does not have.
const THINGS: [(&str, &[&str]); 3] = [
    ("04-02", &["蓝皮罐子", "蓝皮罐子盖", "那排蓝皮罐子"]),
    ("03-01", &["橘子瓣机器", "小橘子瓣机器", "橘子瓣机器壳"]),
    ("01-01", &["竹竿阵", "竹竿阵腿", "整个竹竿阵"]),
];
const TELLING: [&str; 6] = [
    "我们这边的{}三天没人弄了",
    "{}又歪了，过来看看",
    "你好，说一下{}，老这样",
    "想问{}归谁弄",
    "昨儿{}就那样了，没人理",
    "门口{}弄得走不过去",
];

fn examples() -> Vec<Example> {
    let all = THINGS.iter().flat_map(|(label, things)| {
        things.iter().flat_map(move |thing| {
            TELLING
                .iter()
                .map(move |told| Example { body: told.replace("{}", thing), label: (*label).into() })
        })
    });
    all.collect()
}

/// The shipped taxonomy in a folder of its own, with a model beside it or without.
fn city_of(folder: &Path, model: Option<&[u8]>) -> Understanding {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let taxonomy = folder.join("dagang.toml");
    std::fs::copy(root.join("models/categories/dagang.toml"), &taxonomy).unwrap();
    if let Some(model) = model {
        std::fs::write(folder.join("dagang.model"), model).unwrap();
    }
    Understanding::load(&taxonomy, &root.join("models/places/binhai.toml")).unwrap()
}

fn drafted(understanding: &Understanding, said: &str) -> Draft {
    let call = city::call();
    let turns = [
        city::said(call.id, Channel::Agent, 0, 2_000, "您好，请讲。"),
        city::said(call.id, Channel::Caller, 2_500, 9_000, said),
    ];
    understanding.draft(&call, &turns)
}

#[test]
fn a_model_files_what_the_words_do_not_know_and_shows_by_which_words() {
    const SAID: &str = "我们这边竹竿阵又歪了";
    let (with, without) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let model = train(&examples()).unwrap().to_bytes().unwrap();
    assert_eq!(drafted(&city_of(without.path(), None), SAID).categories, []);
    let understanding = city_of(with.path(), Some(&model));
    let draft = drafted(&understanding, SAID);
    let field = &draft.fields[&FieldKey::Category];
    assert_eq!(field.value, "01-01");
    let told: Vec<&str> = field.evidence.iter().map(|evidence| evidence.text.as_str()).collect();
    assert!(told.iter().any(|word| "竹竿阵".contains(word) || word.contains("竹竿")), "{told:?}");
    for evidence in &field.evidence {
        let span: String = (SAID.chars().skip(evidence.start_char as usize))
            .take((evidence.end_char - evidence.start_char) as usize)
            .collect();
        assert_eq!(span, evidence.text);
    }
    let small_talk = drafted(&understanding, "喂，你好，听得见吗");
    assert_eq!(small_talk.fields.get(&FieldKey::Category), None, "the model abstains");
}

#[test]
fn a_word_of_the_taxonomy_is_not_overruled_by_a_model_that_does_not_know_it() {
    let folder = tempfile::tempdir().unwrap();
    let said = "我们这儿下水道堵了，污水都溢出来了";
    let by_words = drafted(&city_of(folder.path(), None), said);
    let model = train(&examples()).unwrap().to_bytes().unwrap();
    let by_both = drafted(&city_of(folder.path(), Some(&model)), said);
    assert_eq!(by_words.fields[&FieldKey::Category].value, by_both.fields[&FieldKey::Category].value);
}

#[test]
fn a_model_is_the_same_after_its_file_and_a_damaged_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let model = train(&examples()).unwrap();
    let bytes = model.to_bytes().unwrap();
    let path = folder.path().join("a.model");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(Classifier::read(&path).unwrap(), model);
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    for damaged in [&changed[..], &bytes[..bytes.len() - 1], &bytes[..9], b"JIESU", b""] {
        std::fs::write(&path, damaged).unwrap();
        let error = Classifier::read(&path).unwrap_err().to_string();
        assert!(error.contains("a.model") && error.contains("jiesu train categories"), "{error}");
    }
}

#[test]
fn figures_are_of_texts_that_the_model_has_not_seen() {
    let examples = examples();
    let report = across_folds(&examples, 3, || ()).unwrap();
    assert_eq!(report.texts, examples.len());
    assert!(report.macro_f1 > 0.9, "{report}");
    assert_eq!(report.confusion.iter().flatten().sum::<usize>(), examples.len());
    let strange: Vec<Example> =
        examples.iter().map(|example| Example { label: "05-01".into(), ..example.clone() }).collect();
    let report = of_model(&train(&examples).unwrap(), 0, &strange);
    assert_eq!(report.accuracy, 0.0, "a label that the model does not know");
}

#[test]
fn examples_that_cannot_be_used_are_said_with_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jsonl");
    let good = r#"{"title": "", "body": "路灯不亮", "label": "04-02"}"#;
    for (bad, said) in
        [("{", "a.jsonl:2:"), (r#"{"body": " ", "label": "a"}"#, "a.jsonl:2: the body is empty")]
    {
        std::fs::write(&file, format!("{good}\n{bad}\n")).unwrap();
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    std::fs::write(&file, good).unwrap();
    let examples = read(folder.path()).unwrap();
    assert_eq!(train(&examples), Err(TrainError::OneLabel("04-02".into())));
    let two = [examples, self::examples()].concat();
    assert_eq!(train(&two[..8]), Err(TrainError::OneLabel("04-02".into())));
    let few = [&two[..19], &two[19..22]].concat();
    assert_eq!(train(&few), Err(TrainError::TooFew { label: "03-01".into(), count: 3 }));
}
