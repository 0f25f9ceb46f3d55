//! A call becomes a draft, a person confirms it, and the department has the ticket.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::phone::PlacedCall;
use crate::support::script::{Script, shown};
use crate::support::service::Service;
use crate::support::settings::Settings;

/// The draft's revision.
fn revision(call: &Value) -> u64 {
    call["draft"]["revision"].as_u64().expect("a revision")
}

/// The words of a script's side, joined.
fn script_says(script: &Script, channel: &str) -> String {
    let turns = script.turns.iter();
    turns
        .filter(|turn| format!("{:?}", turn.channel).to_lowercase() == channel)
        .map(|turn| shown(&turn.text, &script.language))
        .collect()
}

#[tokio::test]
async fn a_call_becomes_a_draft_and_a_confirmed_ticket_that_only_its_department_sees() {
    let script = Script::of("sewer_overflow");
    let expected = script.ticket.clone().expect("the call gives a ticket");
    let service = Service::start(Settings::reading(&["sewer_overflow"])).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "sewer_overflow");

    let id = agent.call_in("talking").await;
    placed.finish().await;
    let words = ["caller", "agent"].map(|side| script_says(&script, side));
    let call = agent
        .call_once(&id, "the call is over, recorded, and its words are all in the draft", |call| {
            call["call"]["state"] == "ended"
                && call["call"]["recording"]["state"] == "closed"
                && ["caller", "agent"].map(|side| Desk::said(call, side)) == words
                && Desk::field(call, "phone").is_some()
        })
        .await;
    assert_eq!(call["call"]["caller_number"], script.caller_number.as_str());

    assert_eq!(Desk::field(&call, "category"), Some(&*expected.category));
    assert_eq!(Desk::field(&call, "department"), Some(&*expected.department));
    assert_eq!(Desk::field(&call, "urgency"), Some(&*expected.urgency));
    assert_eq!(Desk::field(&call, "phone"), expected.phone.as_deref());
    assert_eq!(Desk::field(&call, "person"), expected.person.as_deref());

    // A person corrects the title; the machine's fields stay.
    let edit = json!({
        "id": "0195f0c0-0000-7000-8000-000000000001",
        "on_revision": revision(&call), "field": "title", "value": "曙光里六号楼下水道堵塞",
    });
    let path = format!("/api/calls/{id}/draft");
    let (status, draft) = agent.send(Method::PATCH, &path, Some(edit.clone())).await;
    assert!(status.is_success(), "{status} {draft}");
    assert_eq!(draft["fields"]["title"]["filled_by"], "agent");
    let (status, again) = agent.send(Method::PATCH, &path, Some(edit)).await;
    assert!(status.is_success(), "{status} {again}");
    assert_eq!(again["revision"], draft["revision"], "a repeated request is one edit");

    let confirm = format!("/api/calls/{id}/confirm");
    let body = json!({ "on_revision": draft["revision"] });
    let (status, ticket) = agent.send(Method::POST, &confirm, Some(body.clone())).await;
    assert!(status.is_success(), "{status} {ticket}");
    assert_eq!(ticket["category"], &*expected.category);
    assert_eq!(ticket["draft"]["fields"]["title"]["value"], "曙光里六号楼下水道堵塞");
    let (status, _) = agent.send(Method::POST, &confirm, Some(body)).await;
    assert_eq!(status, StatusCode::CONFLICT, "a call is confirmed once");

    let clerk = service.sign_in("livelihood").await;
    let seen = eventually("the department has the ticket", async || {
        let tickets = clerk.get("/api/tickets").await;
        tickets["items"].as_array().filter(|items| !items.is_empty()).cloned()
    })
    .await;
    assert_eq!(seen.len(), 1);
    assert!(seen[0].to_string().contains(ticket["number"].as_str().expect("a number")), "{}", seen[0]);
    let others = service.sign_in("safety").await.get("/api/tickets").await;
    assert_eq!(others["items"], json!([]));
    let (status, _) = clerk.send(Method::GET, &format!("/api/calls/{id}"), None).await;
    assert!(status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND, "{status}");
}

#[tokio::test]
async fn a_supervisor_finds_a_sentence_by_two_characters_and_hears_it() {
    let service = Service::start(Settings::reading(&["silent_caller"])).await;
    let supervisor = service.sign_in("supervisor").await;
    let placed = PlacedCall::of(&service, 0, "silent_caller");
    let id = supervisor.call_in("talking").await;
    placed.finish().await;

    let found = eventually("the words are found", async || {
        let found = supervisor.get("/api/search?q=%E5%A3%B0%E9%9F%B3").await; // 声音
        found.as_array().filter(|found| !found.is_empty()).cloned()
    })
    .await;
    assert_eq!(found[0]["call_id"], id.as_str());
    let turn = &found[0]["turn"];
    assert!(turn["text"].as_str().expect("a text").contains("声音"), "{turn}");

    supervisor
        .call_once(&id, "the recording is closed", |call| call["call"]["recording"]["state"] == "closed")
        .await;
    let path = service.home().join("heard.wav");
    std::fs::write(&path, supervisor.bytes(&format!("/api/calls/{id}/recording")).await)
        .expect("it is written");
    let recording = crate::support::sound::Recording::load(&path);
    let ms = |key: &str| turn[key].as_u64().expect("a position") / 8;
    let level = recording.level_db(jiesu::domain::Channel::Agent, ms("start_sample"), ms("end_sample"));
    assert!(level > -35.0, "the sentence is heard where the turn says: {level} dB");
}
