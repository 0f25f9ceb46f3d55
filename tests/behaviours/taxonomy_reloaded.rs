//! A city changes its taxonomy while the service runs: the next page has it; a wrong one is refused, with its lines
//! in the log and for the administrator; and the command line says the same beforehand.

use std::fs;
use std::path::Path;

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::service::Service;
use crate::support::settings::Settings;

async fn first_class(desk: &Desk) -> String {
    desk.get("/api/taxonomy").await["classes"][0]["name"]["zh"].as_str().expect("a name").to_owned()
}

#[tokio::test]
async fn a_changed_taxonomy_is_in_force_without_a_restart_and_a_wrong_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("city.toml");
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/categories/dagang.toml");
    let good = fs::read_to_string(shipped).expect("the shipped taxonomy");
    fs::write(&file, &good).expect("written");
    let service = Service::start(Settings { taxonomy: Some(file.clone()), ..Settings::default() }).await;
    let admin = service.sign_in("admin").await;
    assert_eq!(first_class(&admin).await, "矛盾纠纷");

    fs::write(&file, good.replacen("矛盾纠纷", "纠纷", 1)).expect("written");
    eventually("the new name is there", async || (first_class(&admin).await == "纠纷").then_some(())).await;

    let wrong = good.replacen("department = \"petitions\"", "department = \"petition\"", 1);
    let line =
        1 + wrong.lines().position(|line| line == "department = \"petition\"").expect("the wrong line");
    let complaint = format!(
        "{}:{line}: kind 01-01 names department `petition`, which is not listed; add it under [[department]]",
        file.display()
    );
    fs::write(&file, &wrong).expect("written");
    service.signal("HUP");
    let refused = eventually("it is refused", async || {
        let state = admin.get("/api/taxonomy/state").await;
        state["refused"].is_object().then_some(state)
    })
    .await;
    assert_eq!(refused["refused"]["faults"], serde_json::json!([complaint]));
    assert!(service.log().contains(&complaint), "{}", service.log());
    assert_eq!(first_class(&admin).await, "纠纷", "the one before stays in force");

    let check = |file: &Path| {
        let words = ["taxonomy", "check", file.to_str().expect("a path")];
        service.jiesu(&words).output().expect("jiesu runs")
    };
    let said = check(&file);
    assert!(!said.status.success());
    assert_eq!(String::from_utf8_lossy(&said.stderr).trim_end(), complaint);
    fs::write(&file, &good).expect("written");
    let said = check(&file);
    assert!(said.status.success());
    assert!(String::from_utf8_lossy(&said.stdout).contains("6 classes, 27 kinds, 11 departments"));
}
