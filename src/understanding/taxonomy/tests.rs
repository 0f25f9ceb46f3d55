//! What the loaders say of a wrong taxonomy or gazetteer: each message names file and line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use super::gazetteer::Gazetteer;
use super::{Taxonomy, Understanding};

const GOOD: &str = r#"[[department]]
code = "works"
name = { zh = "建设管理办", en = "Works" }
[[class]]
code = "04"
name = { zh = "民生服务", en = "Daily life" }
[[kind]]
code = "04-02"
class = "04"
name = { zh = "供水", en = "Water" }
department = "works"
urgency = "ordinary"
request = "help"
[kind.words]
5 = ["停水", "no water"]
1 = ["水"]
[[urgency]]
name = "water"
level = "urgent"
words = ["停水"]
"#;

fn complaint(text: &str) -> String {
    Taxonomy::parse(Path::new("models/categories/x.toml"), text).unwrap_err().to_string()
}

#[test]
fn a_good_taxonomy_is_read() {
    let taxonomy = Taxonomy::parse(Path::new("x.toml"), GOOD).unwrap();
    assert_eq!(taxonomy.categories().count(), 1);
    assert_eq!(taxonomy.classes[0].kinds[0].words.len(), 3);
}

#[test]
fn an_unlisted_department_is_named_with_its_line() {
    let text = GOOD.replace("department = \"works\"", "department = \"abc\"");
    assert_eq!(
        complaint(&text),
        "models/categories/x.toml:11: kind 04-02 names department `abc`, which is not listed; add it under \
         [[department]]"
    );
}

#[test]
fn an_unlisted_class_is_named_with_its_line() {
    let text = GOOD.replace("class = \"04\"", "class = \"09\"");
    assert_eq!(
        complaint(&text),
        "models/categories/x.toml:9: kind 04-02 names class `09`, which is not listed; add it under [[class]]"
    );
}

#[test]
fn a_code_given_twice_is_refused() {
    let again = &GOOD[GOOD.find("[[kind]]").unwrap()..GOOD.find("[[urgency]]").unwrap()];
    assert_eq!(
        complaint(&format!("{GOOD}{again}")),
        "models/categories/x.toml:22: kind 04-02 is given twice"
    );
    let departments = GOOD.replacen(
        "[[class]]",
        "[[department]]\ncode = \"works\"\nname = { zh = \"a\", en = \"b\" }\n[[class]]",
        1,
    );
    assert_eq!(complaint(&departments), "models/categories/x.toml:5: department `works` is given twice");
}

#[test]
fn empty_and_repeated_words_and_odd_weights_are_refused() {
    let says = |from: &str, to: &str| complaint(&GOOD.replacen(from, to, 1));
    assert_eq!(says("\"no water\"", "\" \""), "models/categories/x.toml:15: a word of kind 04-02 is empty");
    assert_eq!(
        says("1 = [\"水\"]", "1 = [\"停水\"]").split(": ").nth(1).unwrap(),
        "kind 04-02 lists the word `停水` twice"
    );
    assert!(
        says("1 = [", "heavy = [")
            .starts_with("models/categories/x.toml:16: kind 04-02 has a weight `heavy`")
    );
    assert!(says("5 = [\"停水\", \"no water\"]\n1 = [\"水\"]", "").contains("04-02 has no words"));
    assert_eq!(
        says("words = [\"停水\"]", "words = [\"\"]"),
        "models/categories/x.toml:20: a word of urgency rule `water` is empty"
    );
}

#[test]
fn what_is_no_toml_or_lacks_a_key_is_named_with_its_line() {
    assert!(
        complaint(&GOOD.replacen("urgency = \"ordinary\"", "urgency = \"soon\"", 1))
            .starts_with("models/categories/x.toml:12: ")
    );
    assert!(complaint(&GOOD.replacen("[[class]]", "[[class", 1)).starts_with("models/categories/x.toml:4: "));
    assert!(complaint(&GOOD.replacen("request = \"help\"\n", "", 1)).contains("request"));
    assert!(
        complaint(&GOOD.replacen("request = \"help\"", "requst = \"help\"", 1))
            .starts_with("models/categories/x.toml:13: ")
    );
}

#[test]
fn a_missing_file_is_named() {
    let error =
        Understanding::load(Path::new("/nonexistent/a.toml"), Path::new("/nonexistent/b.toml")).unwrap_err();
    assert!(error.to_string().starts_with("/nonexistent/a.toml: cannot be read: "), "{error}");
}

#[test]
fn a_gazetteer_with_a_name_for_two_places_is_refused() {
    let complaint = |text: &str| Gazetteer::parse(Path::new("b.toml"), text).unwrap_err().to_string();
    assert_eq!(
        complaint(
            "road = [\n [\"迎宾街\"],\n [\"迎宾街\"],\n]\n[[unit]]\ncode = \"1\"\nname = \"大港街道\"\n"
        ),
        "b.toml:3: `迎宾街` names two places; a caller's word could mean either"
    );
    assert_eq!(
        complaint("[[unit]]\ncode = \"1\"\nname = \"甲\"\n[[unit]]\ncode = \"1\"\nname = \"乙\"\n"),
        "b.toml:5: unit 1 is given twice"
    );
    assert_eq!(complaint("road = [\n []\n]\nunit = []\n"), "b.toml:2: a place has no name");
    assert_eq!(complaint("estate = [[\"\"]]\nunit = []\n"), "b.toml:1: a place's name is empty");
}
