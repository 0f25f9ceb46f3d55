//! A person's edits and the machine's draft; a confirmation and its ticket.

use std::sync::Arc;

use jiesu::domain::{EditId, FieldKey, FilledBy};
use reqwest::Method;
use serde_json::{Value, json};

use crate::test_desk::TestDesk;

#[tokio::test]
async fn an_edited_field_stays_as_the_person_left_it() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "下水道堵了");
    assert_eq!(agent.edit(&call, EditId::new(), "subject", "污水外溢").await.status(), 200);
    assert_eq!(agent.edit(&call, EditId::new(), "title", "").await.status(), 200);
    let before = desk.draft(&call).await;
    desk.say(&call, 1_000, "下水道堵了三天，我叫王小明");
    let draft = desk.draft(&call).await;
    assert_eq!(draft.fields[&FieldKey::Subject].value, "污水外溢");
    assert_eq!(draft.fields[&FieldKey::Subject].filled_by, FilledBy::Agent);
    assert!(!draft.fields.contains_key(&FieldKey::Title), "a cleared field stays empty");
    assert_eq!(draft.fields[&FieldKey::Person].value, "王小明", "the machine fills the others");
    assert!(draft.revision > before.revision);
}

#[tokio::test]
async fn the_same_edit_twice_is_one() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    let id = EditId::new();
    let first: Value = agent.edit(&call, id, "place", "曙光里").await.json().await.unwrap();
    agent.edit(&call, EditId::new(), "place", "曙光里三号楼").await;
    let again: Value = agent.edit(&call, id, "place", "曙光里").await.json().await.unwrap();
    assert_eq!(first["revision"], json!(1));
    assert_eq!(again["revision"], json!(2));
    assert_eq!(again["fields"]["place"]["value"], "曙光里三号楼", "it is not made a second time");
    let other = agent.edit(&call, id, "place", "别处").await;
    assert_eq!(other.status(), 409);
    assert_eq!(other.json::<Value>().await.unwrap()["code"], "edit_conflict");
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    for (field, value) in [
        ("category", "99-99"),
        ("department", "nobody"),
        ("urgency", "very"),
        ("kind", "poem"),
        ("confidential", "maybe"),
        ("anonymous", "perhaps"),
        ("id_number", "440524188001010013"),
        ("title", "two\nlines"),
    ] {
        let response = agent.edit(&call, EditId::new(), field, value).await;
        assert_eq!(response.status(), 422, "{field}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!((&problem["code"], &problem["fields"]), (&json!("bad_value"), &json!([field])));
    }
    assert_eq!(agent.edit(&call, EditId::new(), "no_such_field", "x").await.status(), 400);
    assert_eq!(desk.draft(&call).await.revision, 0);
}

#[tokio::test]
async fn an_identity_number_is_kept_and_shown_by_its_ends_only() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "身份证是440524188001010014");
    let id = EditId::new();
    for _ in 0..2 {
        assert_eq!(agent.edit(&call, id, "id_number", "440524188001010014").await.status(), 200);
    }
    let field = desk.draft(&call).await.fields[&FieldKey::IdNumber].clone();
    assert_eq!(field.value, "440***********0014");
    let shown = agent.get(&format!("/api/calls/{}", call.id)).await["turns"].to_string();
    let found = agent.get("/api/search?q=身份证").await.to_string();
    for body in [shown, found] {
        assert!(body.contains("440***********0014") && !body.contains("18800101"), "{body}");
    }
}

#[tokio::test]
async fn a_chosen_category_brings_its_department() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "下水道堵了");
    agent.edit(&call, EditId::new(), "category", "03-01").await;
    let department = desk.draft(&call).await.fields[&FieldKey::Department].clone();
    assert_eq!((department.value.as_str(), department.filled_by), ("safety", FilledBy::Machine));
    agent.edit(&call, EditId::new(), "department", "livelihood").await;
    agent.edit(&call, EditId::new(), "category", "04-02").await;
    agent.edit(&call, EditId::new(), "category", "03-01").await;
    assert_eq!(desk.draft(&call).await.fields[&FieldKey::Department].value, "livelihood");
}

#[tokio::test]
async fn a_draft_goes_on_after_a_restart() {
    let desk = TestDesk::start().await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "下水道堵了");
    let agent = desk.sign_in("agent").await;
    agent.edit(&call, EditId::new(), "place", "曙光里").await;
    desk.journal.flush().await;
    let before = desk.draft(&call).await;

    let again = TestDesk::start_in(Arc::clone(&desk.directory)).await;
    assert_eq!(again.draft(&call).await, before);
    again.say(&call, 1_000, "我叫王小明");
    let draft = again.draft(&call).await;
    assert_eq!(draft.revision, before.revision + 1);
    assert_eq!(draft.fields[&FieldKey::Place].value, "曙光里");
    assert_eq!(draft.fields[&FieldKey::Person].value, "王小明");
    assert_eq!(draft.fields[&FieldKey::Subject].value, "下水道堵了我叫王小明", "what was said before counts");
}

#[tokio::test]
async fn a_ticket_needs_its_fields_and_the_revision_that_was_seen() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    let empty = agent.confirm(&call, 0).await;
    assert_eq!(empty.status(), 422);
    let problem: Value = empty.json().await.unwrap();
    assert_eq!(problem["fields"], json!(["title", "category", "department"]));

    desk.say(&call, 0, "下水道堵了");
    let revision = desk.draft(&call).await.revision;
    let stale = agent.confirm(&call, revision - 1).await;
    assert_eq!(stale.status(), 409);
    assert_eq!(stale.json::<Value>().await.unwrap()["code"], "draft_changed");

    let ticket: Value = agent.confirm(&call, revision).await.json().await.unwrap();
    assert_eq!(ticket["category"], "04-02");
    let again = agent.confirm(&call, revision).await;
    assert_eq!(again.status(), 409);
    assert_eq!(again.json::<Value>().await.unwrap()["code"], "already_confirmed");
    let edit = agent.edit(&call, EditId::new(), "title", "later").await;
    assert_eq!(edit.json::<Value>().await.unwrap()["code"], "already_confirmed");
    let unknown = jiesu::domain::CallId::new();
    let path = format!("/api/calls/{unknown}/confirm");
    assert_eq!(agent.send(Method::POST, &path, Some(json!({ "on_revision": 0 }))).await.status(), 404);
}

#[tokio::test]
async fn confirmations_at_once_give_one_ticket_each_with_a_number_of_its_own() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let mut calls = Vec::new();
    for _ in 0..8 {
        let call = desk.call("02266668888").await;
        desk.say(&call, 0, "下水道堵了");
        let revision = desk.draft(&call).await.revision;
        calls.push((call, revision));
    }
    // Each twice, at the same time.
    let confirmations = calls.iter().chain(&calls).map(|(call, revision)| agent.confirm(call, *revision));
    let mut numbers = Vec::new();
    let mut refused = 0;
    for response in futures_util::future::join_all(confirmations).await {
        if response.status() == 200 {
            let ticket: Value = response.json().await.unwrap();
            numbers.push(ticket["number"].as_str().unwrap().to_owned());
        } else {
            assert_eq!(response.status(), 409);
            refused += 1;
        }
    }
    numbers.sort();
    let day = numbers[0].split_once('-').unwrap().0.to_owned();
    let expected: Vec<_> = (1..=8).map(|number| format!("{day}-{number:04}")).collect();
    assert_eq!((numbers, refused), (expected, 8));
}

#[tokio::test]
async fn a_refused_confirmation_leaves_nothing_behind() {
    let desk = TestDesk::start().await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "下水道堵了");
    let revision = desk.draft(&call).await.revision;
    desk.journal.flush().await;
    let database = sqlx::SqlitePool::connect(desk.store.path().to_str().unwrap()).await.unwrap();
    // The outbox refuses: then there must be no ticket and no number used either.
    sqlx::query("create trigger refuse before insert on outbox begin select raise(abort, 'no'); end")
        .execute(&database)
        .await
        .unwrap();
    let agent = desk.sign_in("agent").await;
    assert!(agent.confirm(&call, revision).await.status().is_server_error());
    for table in ["select count(*) from tickets", "select count(*) from ticket_numbers"] {
        let rows: i64 = sqlx::query_scalar(table).fetch_one(&database).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    sqlx::query("drop trigger refuse").execute(&database).await.unwrap();
    let ticket: Value = agent.confirm(&call, revision).await.json().await.unwrap();
    assert!(ticket["number"].as_str().unwrap().ends_with("-0001"));
}

#[tokio::test]
async fn a_call_shows_its_draft_and_its_ticket_in_the_lists() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let (call, ticket) = desk.delivered_ticket("02266668888", &["曙光里下水道堵了"]).await;
    let open = desk.call("13900001111").await;
    let items = |list: Value| {
        list["items"].as_array().unwrap().iter().map(|item| item["call"]["id"].clone()).collect::<Vec<_>>()
    };
    let (call_id, open_id) = (json!(call.id), json!(open.id));
    assert_eq!(items(agent.get("/api/calls").await), [open_id.clone(), call_id.clone()]);
    assert_eq!(items(agent.get("/api/calls?confirmed=true").await), std::slice::from_ref(&call_id));
    assert_eq!(items(agent.get("/api/calls?confirmed=false").await), std::slice::from_ref(&open_id));
    for words in ["曙光", "堵塞", "6666888", ticket.number.as_str()] {
        assert_eq!(
            items(agent.get(&format!("/api/calls?q={words}")).await),
            std::slice::from_ref(&call_id),
            "{words}"
        );
    }
    assert_eq!(items(agent.get("/api/calls?q=%25").await), [] as [Value; 0], "a percent sign is no wildcard");
    let first = agent.get("/api/calls?limit=1").await;
    assert_eq!(items(first.clone()), [open_id]);
    let next = first["next"].as_str().unwrap();
    let second = agent.get(&format!("/api/calls?limit=1&before={next}")).await;
    assert_eq!((items(second.clone()), &second["next"]), (vec![call_id], &Value::Null));
    let page = agent.get(&format!("/api/calls/{}", call.id)).await;
    assert_eq!(page["ticket"]["number"], json!(ticket.number));
    assert_eq!(page["turns"][0]["text"], "曙光里下水道堵了");
}

#[tokio::test]
async fn rules_that_panic_over_one_call_cost_no_other_its_draft() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "下水道堵了");
    let before = desk.draft(&call).await;
    desk.say(&call, 1_000, "恐慌");
    assert_eq!(desk.draft(&call).await, before, "what was understood stays");
    assert_eq!(agent.edit(&call, EditId::new(), "place", "曙光里").await.status(), 200);
    assert_eq!(desk.draft(&call).await.fields[&FieldKey::Place].value, "曙光里");
    let other = desk.call("02266669999").await;
    desk.say(&other, 0, "下水道堵了");
    assert_eq!(desk.draft(&other).await.fields[&FieldKey::Category].value, "04-02");
}
