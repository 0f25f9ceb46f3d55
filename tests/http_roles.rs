//! Who may do what: every route with every role, and what a department must never read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/test_desk.rs"]
mod test_desk;

use std::collections::BTreeSet;

use jiesu::domain::{
    Call, EditId, EventKind, RecordingState, Supervision, SupervisionState, TicketId, UserId,
};
use reqwest::Method;
use serde_json::{Value, json};
use test_desk::{PASSWORD, TestDesk};

/// Who asks, in the order of the columns below.
const WHO: [&str; 5] = ["nobody", "agent", "supervisor", "clerk", "admin"];

/// What each route answers to each of them. Signing out stands last: it ends the sessions.
const EXPECTED: [(&str, &str, [u16; 5]); 35] = [
    ("post", "/api/session", [200, 200, 200, 200, 200]),
    ("get", "/api/session", [401, 200, 200, 200, 200]),
    ("get", "/api/calls", [401, 200, 200, 403, 403]),
    ("get", "/api/calls/{id}", [401, 200, 200, 403, 403]),
    // The ticket of this call was sent to the clerk's department, and is not confidential.
    ("get", "/api/calls/{id}/answers", [401, 200, 200, 403, 403]),
    ("get", "/api/calls/{id}/repeats", [401, 200, 200, 403, 403]),
    ("get", "/api/recurring", [401, 200, 200, 403, 403]),
    ("get", "/api/calls/{id}/recording", [401, 200, 200, 200, 403]),
    ("patch", "/api/calls/{id}/draft", [401, 200, 403, 403, 403]),
    ("post", "/api/calls/{id}/confirm", [401, 200, 403, 403, 403]),
    // Nobody talks in this call, and no telephone takes up the other.
    ("post", "/api/calls/{id}/talk", [401, 404, 404, 403, 403]),
    ("post", "/api/calls/{id}/supervision", [401, 403, 404, 403, 403]),
    ("post", "/api/calls/{id}/call_back", [401, 409, 403, 403, 403]),
    ("get", "/api/follow_ups", [401, 200, 200, 403, 403]),
    // This call left nothing to do.
    ("post", "/api/follow_ups/{id}", [401, 404, 404, 403, 403]),
    ("get", "/api/seats", [401, 200, 200, 403, 200]),
    // Nobody's seat is a page here.
    ("get", "/api/seat", [401, 404, 404, 404, 404]),
    ("post", "/api/seat/connection", [401, 404, 404, 404, 404]),
    ("post", "/api/seat/answer", [401, 404, 404, 404, 404]),
    ("post", "/api/seat/hang_up", [401, 404, 404, 404, 404]),
    // The supervisor has no seat.
    ("post", "/api/seat/state", [401, 200, 409, 403, 403]),
    ("get", "/api/tickets", [401, 200, 200, 200, 403]),
    ("get", "/api/tickets/{id}", [401, 200, 200, 200, 403]),
    ("get", "/api/search", [401, 200, 200, 403, 403]),
    ("get", "/api/taxonomy", [401, 200, 200, 200, 200]),
    ("get", "/api/taxonomy/state", [401, 403, 403, 403, 200]),
    ("post", "/api/taxonomy/reload", [401, 403, 403, 403, 200]),
    ("get", "/api/status", [401, 200, 200, 200, 200]),
    ("get", "/api/suggestions", [401, 403, 200, 403, 200]),
    ("get", "/api/figures", [401, 403, 200, 403, 200]),
    ("get", "/metrics", [401, 403, 200, 403, 200]),
    ("get", "/api/events", [401, 200, 200, 200, 200]),
    ("get", "/api/openapi.json", [200, 200, 200, 200, 200]),
    ("get", "/api/nothing", [404, 404, 404, 404, 404]),
    ("delete", "/api/session", [401, 204, 204, 204, 204]),
];

/// The routes as the service describes them.
fn described() -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(&jiesu::http::openapi().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn every_route_has_a_line_here() {
    let expected: BTreeSet<_> = EXPECTED
        .iter()
        .filter(|(_, path, _)| *path != "/api/nothing")
        .map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned()))
        .collect();
    assert_eq!(described(), expected);
}

#[tokio::test]
async fn every_route_answers_every_role_as_it_should() {
    let desk = TestDesk::start().await;
    let (call, ticket) = desk.delivered_ticket("02266668888", &["曙光里小区下水道堵了"]).await;
    put_recording(&desk, &call).await;
    let open_call = desk.call("02266669999").await;
    desk.say(&open_call, 0, "下水道堵了");
    let revision = desk.draft(&open_call).await.revision;

    let mut people = Vec::new();
    for username in WHO {
        people.push((username, desk.sign_in(username).await));
    }
    for (method, path, statuses) in EXPECTED {
        for ((username, person), status) in people.iter().zip(statuses) {
            let body = match (method, path) {
                ("post", "/api/session") => {
                    // Whoever is signed out tries a name, and stays signed out for the next lines.
                    let username = if *username == "nobody" { "agent" } else { username };
                    let fresh = desk.sign_in(username).await;
                    drop(fresh);
                    assert_eq!(status, 200);
                    continue;
                }
                ("patch", _) => Some(json!({
                    "id": EditId::new(), "on_revision": revision, "field": "wish", "value": "修好"
                })),
                ("post", "/api/calls/{id}/talk") => Some(json!({ "type": "hold" })),
                ("post", "/api/seat/connection") => Some(json!({ "offer": "v=0" })),
                ("post", "/api/follow_ups/{id}") => Some(json!({ "action": "take" })),
                ("post", "/api/seat/state") => Some(json!({ "state": "ready" })),
                ("post", "/api/calls/{id}/supervision") => Some(json!({ "type": "leave" })),
                ("post", _) => Some(json!({ "on_revision": desk.draft(&open_call).await.revision })),
                _ => None,
            };
            let id = match (method, path) {
                ("get", "/api/tickets/{id}") => ticket.id.to_string(),
                ("get", _) => call.id.to_string(),
                _ => open_call.id.to_string(),
            };
            let mut address = path.replace("{id}", &id);
            if path == "/api/search" {
                address.push_str("?q=%E4%B8%8B%E6%B0%B4");
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let response = person.send(method.clone(), &address, body).await;
            assert_eq!(response.status(), status, "{method} {path} by {username}");
            if status >= 400 {
                let problem: Value = response.json().await.unwrap();
                assert!(problem["code"].is_string() && problem["message"].is_string(), "{problem}");
            }
        }
    }
}

#[tokio::test]
async fn another_departments_ticket_is_not_there() {
    let desk = TestDesk::start().await;
    let (call, ticket) = desk.delivered_ticket("02266668888", &["下水道堵了"]).await;
    put_recording(&desk, &call).await;
    let other = desk.sign_in("other_clerk").await;
    assert_eq!(other.get("/api/tickets").await["items"], json!([]));
    assert_eq!(other.get("/api/tickets?department=livelihood").await["items"], json!([]));
    for path in [format!("/api/tickets/{}", ticket.id), format!("/api/calls/{}/recording", call.id)] {
        assert_eq!(other.send(Method::GET, &path, None).await.status(), 404, "{path}");
    }
    let clerk = desk.sign_in("clerk").await;
    assert_eq!(clerk.get("/api/tickets").await["items"][0]["number"], json!(ticket.number));
}

#[tokio::test]
async fn a_ticket_on_its_way_is_not_in_the_list_yet() {
    let desk = TestDesk::start().await;
    let (_, ticket) = desk.delivered_ticket("02266668888", &["下水道堵了"]).await;
    // As it stood before delivery: confirmed, not delivered.
    let database = sqlx::SqlitePool::connect(desk.store.path().to_str().unwrap()).await.unwrap();
    sqlx::query("update tickets set delivered_at_ns = null").execute(&database).await.unwrap();
    let clerk = desk.sign_in("clerk").await;
    assert_eq!(clerk.get("/api/tickets").await["items"], json!([]));
    let path = format!("/api/tickets/{}", ticket.id);
    assert_eq!(clerk.send(Method::GET, &path, None).await.status(), 404);
}

/// What a confidential caller said, and what of it must stay in the hotline.
const CONFIDENTIAL: [&str; 3] = ["请保密，我叫王小明", "电话13812345678", "楼上的下水道堵了，找王小明"];
const SECRETS: [&str; 5] = ["王小明", "13812345678", "heard:", "请保密", "\"evidence\":[{"];

#[tokio::test]
async fn a_confidential_callers_data_never_reaches_the_department() {
    let desk = TestDesk::start().await;
    let clerk = desk.sign_in("clerk").await;
    let mut events = clerk.events("/api/events", None).await;
    let (call, ticket) = desk.delivered_ticket("13812345678", &CONFIDENTIAL).await;
    put_recording(&desk, &call).await;
    assert!(ticket.confidential);

    // The agent reads all of it, so that the search below can fail.
    let page = format!("/api/tickets/{}", ticket.id);
    let agent = desk.sign_in("agent").await;
    let whole = agent.get(&page).await.to_string();
    for secret in SECRETS {
        assert!(whole.contains(secret), "{secret}");
    }

    let list = clerk.get("/api/tickets").await;
    assert_eq!(list["items"][0]["id"], json!(ticket.id));
    let read = clerk.get(&page).await;
    assert_eq!(read["has_recording"], json!(false));
    assert!(read["ticket"]["draft"]["fields"]["subject"]["value"].as_str().unwrap().contains("下水道"));
    let (_, event) = events.next().await;
    assert_eq!((event.call_id, &event.kind), (None, &EventKind::Ticket { ticket_id: ticket.id }));
    let event = serde_json::to_string(&event).unwrap();
    for body in [list.to_string(), read.to_string(), event] {
        for secret in SECRETS {
            assert!(!body.contains(secret), "{secret} in {body}");
        }
    }

    for words in ["王小明", "13812345678"] {
        let hits = clerk.get(&format!("/api/tickets?q={words}")).await;
        assert_eq!(hits["items"], json!([]), "{words} can be guessed at");
        assert_eq!(agent.get(&format!("/api/tickets?q={words}")).await["items"].as_array().unwrap().len(), 1);
    }
    let recording = format!("/api/calls/{}/recording", call.id);
    assert_eq!(clerk.send(Method::GET, &recording, None).await.status(), 404);
    assert_eq!(agent.send(Method::GET, &recording, None).await.status(), 200);
}

#[tokio::test]
async fn a_confidential_name_that_was_corrected_or_cleared_is_masked_where_it_was_said() {
    for (corrected, secrets) in [("王晓明", ["王小明", "王晓明"]), ("", ["王小明", "我叫王小明"])]
    {
        let desk = TestDesk::start().await;
        let clerk = desk.sign_in("clerk").await;
        let agent = desk.sign_in("agent").await;
        let call = desk.call("02266668888").await;
        for (index, text) in CONFIDENTIAL.iter().enumerate() {
            desk.say(&call, index as u64 * 1_000, text);
        }
        assert_eq!(agent.edit(&call, EditId::new(), "person", corrected).await.status(), 200);
        assert_eq!(agent.edit(&call, EditId::new(), "wish", "给王晓明回电").await.status(), 200);
        let mut events = clerk.events("/api/events", None).await;
        let body = json!({ "on_revision": desk.draft(&call).await.revision });
        let confirm = format!("/api/calls/{}/confirm", call.id);
        let ticket = agent.send(Method::POST, &confirm, Some(body)).await.json::<Value>().await.unwrap();
        events.next().await;
        let path = format!("/api/tickets/{}", ticket["id"].as_str().unwrap());
        let whole = agent.get(&path).await.to_string();
        let read = clerk.get(&path).await.to_string();
        let list = clerk.get("/api/tickets").await.to_string();
        for secret in secrets {
            assert!(whole.contains(secret) && !read.contains(secret) && !list.contains(secret), "{secret}");
        }
        assert!(read.contains("下水道"));
        assert_eq!(clerk.get("/api/tickets?q=王小明").await["items"], json!([]));
    }
}

#[tokio::test]
async fn who_does_not_want_to_be_named_is_not_to_be_found_out() {
    let desk = TestDesk::start().await;
    let clerk = desk.sign_in("clerk").await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266668888").await;
    desk.say(&call, 0, "楼上的下水道堵了");
    for (field, value) in [
        ("anonymous", "true"),
        ("id_number", "440524188001010014"),
        ("earlier_ticket", "20261103-0012"),
        ("against", "楼上502"),
        ("summary", "市民投诉。此前工单：20261103-0012。"),
    ] {
        assert_eq!(agent.edit(&call, EditId::new(), field, value).await.status(), 200, "{field}");
    }
    let mut events = clerk.events("/api/events", None).await;
    let body = json!({ "on_revision": desk.draft(&call).await.revision });
    let confirm = format!("/api/calls/{}/confirm", call.id);
    let ticket = agent.send(Method::POST, &confirm, Some(body)).await.json::<Value>().await.unwrap();
    assert_eq!(ticket["confidential"], json!(true));
    events.next().await;
    let read = clerk.get(&format!("/api/tickets/{}", ticket["id"].as_str().unwrap())).await;
    let fields = &read["ticket"]["draft"]["fields"];
    assert_eq!(fields["against"]["value"], json!("楼上502"), "whom it is about is the matter");
    for secret in ["0014", "20261103-0012"] {
        assert!(ticket.to_string().contains(secret) && !read.to_string().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn administrators_hear_of_faults_only() {
    let desk = TestDesk::start().await;
    let admin = desk.sign_in("admin").await;
    let mut events = admin.events("/api/events", None).await;
    let call = desk.call("13812345678").await;
    desk.say(&call, 0, "下水道堵了");
    desk.draft(&call).await;
    desk.journal.record(None, EventKind::Ticket { ticket_id: TicketId::new() });
    let fault = EventKind::Degraded { part: jiesu::domain::Degradation::Recogniser, failing: true };
    desk.journal.record(None, fault.clone());
    assert_eq!(events.next().await.1.kind, fault);
    assert_eq!(admin.get("/api/status").await["degraded"], json!(["recogniser"]));
}

#[tokio::test]
async fn agents_are_not_told_who_listens_to_them() {
    let desk = TestDesk::start().await;
    let call = desk.call("13812345678").await;
    desk.journal.flush().await;
    let (agent, supervisor) = (desk.sign_in("agent").await, desk.sign_in("supervisor").await);
    let (mut to_agent, mut to_supervisor) =
        (agent.events("/api/events", None).await, supervisor.events("/api/events", None).await);
    let state = SupervisionState::Listening;
    let at = "2026-11-23T10:00:00Z".parse().unwrap();
    let supervision = Supervision { call_id: call.id, by: UserId::new(), by_name: None, at, state };
    desk.journal.record(Some(call.id), EventKind::Supervision { supervision: supervision.clone() });
    let fault = EventKind::Degraded { part: jiesu::domain::Degradation::Recogniser, failing: true };
    desk.journal.record(None, fault.clone());
    desk.journal.flush().await;
    assert_eq!(to_agent.next().await.1.kind, fault);
    assert_eq!(to_supervisor.next().await.1.kind, EventKind::Supervision { supervision });
    let path = format!("/api/calls/{}", call.id);
    assert_eq!(agent.get(&path).await["supervisions"], json!([]));
    assert_eq!(supervisor.get(&path).await["supervisions"][0]["state"], json!("listening"));
}

#[tokio::test]
async fn who_took_a_call_over_writes_its_ticket_and_no_other_supervisor() {
    let desk = TestDesk::start().await;
    let call = desk.call("13812345678").await;
    desk.say(&call, 0, "下水道堵了");
    let supervisor = desk.sign_in("supervisor").await;
    let refused = supervisor.edit(&call, EditId::new(), "wish", "修好").await;
    assert_eq!(refused.status(), 403);
    let by: UserId = serde_json::from_value(supervisor.get("/api/session").await["id"].clone()).unwrap();
    desk.journal.record(
        Some(call.id),
        EventKind::Call {
            call: Box::new(Call { agent: Some(by), revision: call.revision + 1, ..call.clone() }),
        },
    );
    desk.journal.flush().await;
    assert_eq!(supervisor.edit(&call, EditId::new(), "wish", "修好").await.status(), 200);
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let desk = TestDesk::start().await;
    let call = desk.call("02266668888").await;
    let agent = desk.sign_in("agent").await;
    let path = format!("/api/calls/{}/draft", call.id);
    let edit = json!({ "id": EditId::new(), "on_revision": 0, "field": "title", "value": "changed" });
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "http://evil.example")]
    {
        let request = agent.request(Method::PATCH, &path).header(name, value).json(&edit);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 403, "{name}: {value}");
        assert_eq!(response.json::<Value>().await.unwrap()["code"], "cross_site");
    }
    assert!(desk.draft(&call).await.fields.is_empty());
    let own = agent.request(Method::PATCH, &path).header("origin", desk.base.as_str()).json(&edit);
    assert_eq!(own.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_session_cookie_is_for_this_host_only_and_ends_at_sign_out() {
    let desk = TestDesk::start().await;
    let client = reqwest::Client::new();
    let form = json!({ "username": "agent", "password": PASSWORD });
    let session = format!("{}/api/session", desk.base);
    let response = client.post(&session).json(&form).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    let status = || async { client.get(&session).header("cookie", cookie).send().await.unwrap().status() };
    assert_eq!(status().await, 200);
    let signed_out = client.delete(&session).header("cookie", cookie).send().await.unwrap();
    assert_eq!(signed_out.status(), 204);
    assert_eq!(status().await, 401, "the session itself ended, not only its cookie");
}

#[tokio::test]
async fn guessing_at_a_password_is_slowed_and_says_nothing_of_the_name() {
    let desk = TestDesk::start().await;
    let nobody = desk.sign_in("nobody").await;
    for username in ["agent", "not_there"] {
        let form = json!({ "username": username, "password": "wrong" });
        let mut answers = Vec::new();
        for _ in 0..6 {
            let response = nobody.send(Method::POST, "/api/session", Some(form.clone())).await;
            let status = response.status().as_u16();
            answers.push((status, response.json::<Value>().await.unwrap()["code"].clone()));
        }
        assert_eq!(answers[..5], vec![(401, json!("wrong_password")); 5]);
        assert_eq!(answers[5], (429, json!("too_many_attempts")));
    }
}

async fn put_recording(desk: &TestDesk, call: &Call) {
    std::fs::write(desk.recording_path(call), b"RIFF....WAVE").unwrap();
    let recording = RecordingState::Closed { samples: 0, sha256: String::new(), recovered: false };
    let call = Call { recording, ..call.clone() };
    desk.journal.record(Some(call.id), EventKind::Call { call: Box::new(call) });
    desk.journal.flush().await;
}
