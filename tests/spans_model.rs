//! `jiesu train spans` and `jiesu eval spans`: a model learns from marked texts, both forms of file, and is measured;
//! files that cannot be used are refused with the line.

#![allow(clippy::expect_used)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use jiesu::learning::spans::{examples, measure, train};
use jiesu::understanding::tagger::Tagger;

const ROADS: [&str; 8] = ["曙光", "建设", "光明", "胜利", "迎宾", "世纪", "振兴", "育才"];
const ESTATES: [&str; 6] = ["阳光", "福源", "港东", "春晖", "福绣", "兴慧"];

/// `count` addresses made from lists, as two columns, beginning at a number so that two files differ.
fn addresses(from: usize, count: usize) -> String {
    let mut text = String::new();
    for number in from..from + count {
        let (road, estate) = (ROADS[number % ROADS.len()], ESTATES[number % ESTATES.len()]);
        let parts = [
            (format!("{road}路"), "Road"),
            (format!("{}号", number * 7 % 300 + 1), "RoadNo"),
            (format!("{estate}里"), "Poi"),
            (format!("{}号楼", number % 30 + 1), "HouseNo"),
        ];
        for (part, label) in parts.iter().take(2 + number % 3) {
            for (index, token) in part.chars().fold(Vec::<String>::new(), join_digits).iter().enumerate() {
                let _ = writeln!(text, "{token} {}-{label}", if index == 0 { 'B' } else { 'I' });
            }
        }
        text.push('\n');
    }
    text
}

fn join_digits(mut tokens: Vec<String>, character: char) -> Vec<String> {
    match tokens.last_mut() {
        Some(last) if character.is_ascii_digit() && last.ends_with(|last: char| last.is_ascii_digit()) => {
            last.push(character);
        }
        _ => tokens.push(character.to_string()),
    }
    tokens
}

/// Sentences with a name and an address, as JSON lines.
fn sentences(from: usize, count: usize) -> String {
    let mut text = String::new();
    for number in from..from + count {
        let (road, name) = (ROADS[number % ROADS.len()], ["李明", "王建国", "张兰"][number % 3]);
        let sentence = format!("我叫{name}住在{road}路旁边");
        let name_end = 2 + name.chars().count();
        let address = name_end + 2;
        let _ = writeln!(
            text,
            r#"{{"text":"{sentence}","label":{{"name":{{"{name}":[[2,{}]]}},"address":{{"{road}路":[[{address},{}]]}}}}}}"#,
            name_end - 1,
            address + 2
        );
    }
    text
}

fn jiesu(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_jiesu")).args(arguments).output().expect("the program starts")
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn a_model_of_two_columns_is_trained_and_measured_by_the_commands() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, held_out, model) =
        (folder.path().join("train.txt"), folder.path().join("dev.txt"), folder.path().join("spans.model"));
    std::fs::write(&data, addresses(0, 60)).expect("written");
    std::fs::write(&held_out, addresses(100, 30)).expect("written");
    let trained = jiesu(&["train", "spans", "--data", path(&data), "--out", path(&model)]);
    assert!(trained.status.success(), "{}", String::from_utf8_lossy(&trained.stderr));
    let told = jiesu(&["eval", "spans", "--model", path(&model), "--data", path(&held_out), "--json"]);
    let report: serde_json::Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!(report["texts"], 30);
    assert!(report["all"]["f1"].as_f64().is_some_and(|f1| f1 > 0.9), "{report}");
    assert!(report["whole_right"].as_f64().is_some_and(|right| right > 0.8), "{report}");
    assert!(report["labels"]["roadno"]["there"].as_u64().is_some_and(|there| there == 30), "{report}");
    let table = jiesu(&["eval", "spans", "--model", path(&model), "--data", path(&held_out)]);
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(table.contains("houseno") && table.contains("30 texts, whole right"), "{table}");
}

#[test]
fn spans_in_sentences_are_found_by_characters_with_a_confidence() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("train.jsonl");
    std::fs::write(&data, sentences(0, 60)).expect("written");
    let examples = examples::read(&data).expect("read");
    let tagger = train(&examples, |_, _| {}).expect("trained");
    assert_eq!(measure::measure(&tagger, &examples).whole_right, 1.0);
    let text = "我叫李明住在光明路旁边";
    let spans = tagger.tag(text);
    let texts: Vec<String> = spans
        .iter()
        .map(|span| text.chars().skip(span.start).take(span.end - span.start).collect())
        .collect();
    assert_eq!(texts, ["李明", "光明路"], "{spans:?}");
    assert!(spans.iter().all(|span| span.confidence > 0.5 && span.confidence <= 1.0), "{spans:?}");
    assert!(tagger.tag("").is_empty());
    let story = text.repeat(15);
    assert!(!tagger.tag(&story).is_empty(), "a line of {} characters", story.chars().count());
}

#[test]
fn a_model_is_the_same_after_its_file_and_refused_when_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (folder.path().join("train.txt"), folder.path().join("spans.model"));
    std::fs::write(&data, addresses(0, 20)).expect("written");
    let tagger = train(&examples::read(&data).expect("read"), |_, _| {}).expect("trained");
    let mut bytes = tagger.to_bytes().expect("bytes");
    std::fs::write(&model, &bytes).expect("written");
    assert_eq!(Tagger::read(&model).expect("read"), tagger);
    let refused = |bytes: &[u8]| {
        std::fs::write(&model, bytes).expect("written");
        Tagger::read(&model).expect_err("refused").to_string()
    };
    assert!(refused(&bytes[..bytes.len() / 2]).contains("cut short, or changed"));
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    assert!(refused(&bytes).contains("jiesu train spans"));
    assert!(refused(b"something else").contains("not a model of spans"));
}

#[test]
fn wrong_files_are_refused_with_the_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (folder.path().join("wrong.txt"), folder.path().join("spans.model"));
    let refused = |text: &str| {
        std::fs::write(&data, text).expect("written");
        let told = jiesu(&["train", "spans", "--data", path(&data), "--out", path(&model)]);
        assert!(!told.status.success() && !model.exists());
        String::from_utf8_lossy(&told.stderr).into_owned()
    };
    assert!(refused("曙 B-road\n光\n").contains("wrong.txt:2: a token and its tag are expected"));
    assert!(refused("曙 O\n光 O\n").contains("no spans"));
    assert!(refused("\n\n").contains("no texts"));
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(left.len(), 1, "only the examples: {left:?}");
    let missing = jiesu(&["eval", "spans", "--model", "no.model", "--data", path(&data)]);
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no.model"));
}

#[test]
fn a_model_that_cannot_be_written_is_refused_before_it_is_learnt() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, model) = (folder.path().join("train.txt"), folder.path().join("none/spans.model"));
    // Nothing to learn in it: that would be the fault if learning came first.
    std::fs::write(&data, "曙 O\n光 O\n").expect("written");
    let told = jiesu(&["train", "spans", "--data", path(&data), "--out", path(&model)]);
    assert!(!told.status.success());
    let told = String::from_utf8_lossy(&told.stderr);
    assert!(told.contains("none/spans.model: cannot be written"), "{told}");
}
