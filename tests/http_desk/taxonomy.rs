//! The taxonomy over the wire: what the page gets of it, and a newer file put in force without a restart.

use std::fs;

use jiesu::understanding::InForceState;
use reqwest::Method;
use serde_json::Value;

use crate::test_desk::{SignedIn, TestDesk};

async fn taxonomy(person: &SignedIn) -> Value {
    person.send(Method::GET, "/api/taxonomy", None).await.json().await.unwrap()
}

async fn reload(person: &SignedIn) -> InForceState {
    person.send(Method::POST, "/api/taxonomy/reload", None).await.json().await.unwrap()
}

#[tokio::test]
async fn the_page_gets_names_definitions_keywords_and_clocks() {
    let desk = TestDesk::start().await;
    let view = taxonomy(&desk.sign_in("agent").await).await;
    let kind = &view["classes"][3]["kinds"][1];
    assert_eq!((&kind["code"], &kind["name"]["zh"]), (&"04-02".into(), &"供水排水".into()));
    assert!(kind["definition"].as_str().unwrap().contains("水压"));
    assert!(kind["keywords"].as_array().unwrap().contains(&"停水".into()));
    assert_eq!(kind["clocks"]["finish"]["workdays"], 5);
    assert_eq!(view["departments"][0]["name"]["zh"], "综治信访办");
    assert_eq!(view["chapters"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_newer_file_is_put_in_force_and_a_wrong_one_is_refused_with_its_lines() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let admin = desk.sign_in("admin").await;
    let file = desk.directory.path().join("taxonomy.toml");
    let good = fs::read_to_string(&file).unwrap();

    fs::write(&file, good.replace("供水排水", "供水")).unwrap();
    let state = reload(&admin).await;
    assert_eq!((state.kinds, state.refused), (27, None));
    assert_eq!(taxonomy(&agent).await["classes"][3]["kinds"][1]["name"]["zh"], "供水");

    let wrong = good.replace("department = \"health\"", "department = \"helth\"");
    fs::write(&file, &wrong).unwrap();
    let state = reload(&admin).await;
    let refused = state.refused.unwrap();
    let lines: Vec<String> = (wrong.lines().enumerate())
        .filter(|(_, line)| line.contains("helth"))
        .map(|(index, _)| format!("{}:{}: ", file.display(), index + 1))
        .collect();
    assert_eq!((refused.faults.len(), lines.len()), (2, 2), "both kinds of the department: {refused:?}");
    for (fault, line) in refused.faults.iter().zip(&lines) {
        assert!(fault.starts_with(line) && fault.contains("`helth`"), "{fault}");
    }
    assert_eq!(taxonomy(&agent).await["classes"][3]["kinds"][1]["name"]["zh"], "供水", "the one before");
    let told: InForceState = admin.send(Method::GET, "/api/taxonomy/state", None).await.json().await.unwrap();
    assert_eq!(told.refused.unwrap().faults, refused.faults, "an administrator who comes later is told too");

    fs::write(&file, &good).unwrap();
    assert_eq!(reload(&admin).await.refused, None);
    assert_eq!(taxonomy(&agent).await["classes"][3]["kinds"][1]["name"]["zh"], "供水排水");
}
