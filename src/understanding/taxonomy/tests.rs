//! What the loaders say of a wrong taxonomy or gazetteer: each message names file and line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use super::{Limit, Taxonomy};
use crate::domain::{CategoryCode, Urgency};
use crate::understanding::Understanding;
use crate::understanding::gazetteer::Gazetteer;

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
    assert!(
        complaint(&GOOD.replacen("name = { zh = \"供水\", en = \"Water\" }\n", "", 1))
            .contains("missing field `name`")
    );
    assert!(
        complaint(&GOOD.replacen("request = \"help\"", "requst = \"help\"", 1))
            .starts_with("models/categories/x.toml:13: ")
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once_in_the_order_of_the_lines() {
    let text = GOOD
        .replacen("zh = \"民生服务\"", "zh = \"\"", 1)
        .replacen("class = \"04\"", "class = \"09\"", 1)
        .replacen("department = \"works\"", "department = \"wroks\"\nclocks = { finish = \"soon\" }", 1)
        .replacen("words = [\"停水\"]", "words = [\" \"]", 1);
    assert_eq!(
        complaint(&text).lines().collect::<Vec<_>>(),
        [
            "models/categories/x.toml:5: class 04 has an empty name; give it one in both languages",
            "models/categories/x.toml:9: kind 04-02 names class `09`, which is not listed; add it under [[class]]",
            "models/categories/x.toml:11: kind 04-02 names department `wroks`, which is not listed; add it under \
             [[department]]",
            "models/categories/x.toml:12: `soon` is no clock; write it as `30 minutes` or `5 workdays`",
            "models/categories/x.toml:21: a word of urgency rule `water` is empty",
        ]
    );
}

#[test]
fn what_a_kind_does_not_say_its_class_or_chapter_says() {
    let chaptered = GOOD
        .replacen(
            "[[class]]\ncode = \"04\"\n",
            "[[chapter]]\ncode = \"0\"\nname = { zh = \"城市\", en = \"City\" }\ndepartment = \"works\"\n\
             local = false\n[[class]]\ncode = \"04\"\nchapter = \"0\"\nrequest = \"complaint\"\nurgency = \"urgent\"\n",
            1,
        )
        .replacen("department = \"works\"\nurgency = \"ordinary\"\nrequest = \"help\"\n", "", 1);
    let taxonomy = Taxonomy::parse(Path::new("x.toml"), &chaptered).unwrap();
    let kind = taxonomy.category(&CategoryCode::from("04-02")).unwrap();
    assert_eq!((kind.department.0.as_str(), kind.urgency, kind.local), ("works", Urgency::Urgent, false));
    assert_eq!(taxonomy.classes[0].chapter, Some(CategoryCode::from("0")));
    assert_eq!(taxonomy.chapters[0].name.en, "City");
    let says = |from: &str, to: &str| complaint(&chaptered.replacen(from, to, 1));
    assert_eq!(
        says("chapter = \"0\"", "chapter = \"9\""),
        "models/categories/x.toml:11: class 04 names chapter `9`, which is not listed; add it under [[chapter]]\n\
         models/categories/x.toml:16: kind 04-02 has no `department`, and neither has its class; give one of them one"
    );
    assert!(says("chapter = \"0\"\n", "").starts_with(
        "models/categories/x.toml:10: class 04 names no chapter, and the file has chapters; give it `chapter`"
    ));
    assert_eq!(
        says("request = \"complaint\"\n", ""),
        "models/categories/x.toml:15: kind 04-02 has no `request`, and neither has its class; give one of them one"
    );
}

#[test]
fn clocks_that_are_not_given_are_the_usual_ones() {
    let text = format!("[clocks.urgent]\nfinish = \"1 workday\"\nreceipt = \"20 minutes\"\n{GOOD}");
    let taxonomy = Taxonomy::parse(Path::new("x.toml"), &text).unwrap();
    let clocks = taxonomy.clocks(&CategoryCode::from("04-02"), Urgency::Urgent).unwrap();
    assert_eq!((clocks.finish, clocks.receipt), (Limit::Workdays(1), Limit::Minutes(20)));
    assert_eq!(clocks.dispatch, Limit::Minutes(15));
    for wrong in ["0 minutes", "5", "5 days", "-1 workdays", "minutes"] {
        assert!(wrong.parse::<Limit>().is_err(), "{wrong}");
    }
    for text in ["1 minute", "30 minutes", "1 workday", "15 workdays"] {
        assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
    }
}

#[test]
fn a_place_is_one_departments_territory_and_one_of_the_gazetteer() {
    let owned = |places: &str| {
        GOOD.replacen("en = \"Works\" }\n", &format!("en = \"Works\" }}\nterritory = [{places}]\n"), 1)
    };
    assert_eq!(
        complaint(&owned("\"大港街道\", \"大港街道\"")),
        "models/categories/x.toml:4: `大港街道` is a territory of `works` already"
    );
    let folder = tempfile::tempdir().unwrap();
    let (taxonomy, gazetteer) = (folder.path().join("t.toml"), folder.path().join("g.toml"));
    std::fs::write(&gazetteer, "[[unit]]\ncode = \"1\"\nname = \"大港街道\"\n").unwrap();
    std::fs::write(&taxonomy, owned("\"大港街道\"")).unwrap();
    Understanding::load(&taxonomy, &gazetteer).unwrap();
    std::fs::write(&taxonomy, owned("\"大港街道\",\n\"大岗街道\"")).unwrap();
    let error = Understanding::load(&taxonomy, &gazetteer).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "{}:5: `大岗街道`, a territory of `works`, is no place of the gazetteer; add it there",
            taxonomy.display()
        )
    );
}

#[test]
fn the_rules_of_another_file_hold_where_a_file_has_none() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (folder.path().join("own.toml"), folder.path().join("other.toml"));
    let without_rules = &GOOD[..GOOD.find("[[urgency]]").unwrap()];
    std::fs::write(&other, GOOD).unwrap();
    std::fs::write(&own, format!("rules = \"other.toml\"\n{without_rules}")).unwrap();
    let taxonomy = Taxonomy::load(&own).unwrap();
    assert_eq!(taxonomy.urgency_rules[0].name, "water");
    assert_eq!(taxonomy.other_files().collect::<Vec<_>>(), [other.as_path()]);
    std::fs::write(&other, GOOD.replacen("level = \"urgent\"", "level = \"soon\"", 1)).unwrap();
    assert!(Taxonomy::load(&own).unwrap_err().to_string().contains("other.toml:19: "));
    std::fs::write(&own, format!("rules = \"own.toml\"\n{without_rules}")).unwrap();
    assert!(
        Taxonomy::load(&own)
            .unwrap_err()
            .to_string()
            .ends_with("own.toml:1: the file cannot take its rules from itself")
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
