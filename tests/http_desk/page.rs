//! What every answer carries, and the web page's own addresses.

use reqwest::Method;
use serde_json::{Value, json};

use crate::test_desk::TestDesk;

#[tokio::test]
async fn every_answer_carries_its_protection() {
    let desk = TestDesk::start().await;
    let nobody = desk.sign_in("nobody").await;
    for path in ["/", "/calls", "/api/session", "/api/nothing"] {
        let response = nobody.send(Method::GET, path, None).await;
        let headers = response.headers();
        assert!(
            headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert!(headers.contains_key("cache-control"), "{path}");
    }
    let api = nobody.send(Method::GET, "/api/session", None).await;
    assert_eq!(api.headers()["cache-control"], "no-store", "callers' data stays in no cache");
}

#[tokio::test]
async fn any_address_of_the_page_is_the_page() {
    let desk = TestDesk::start().await;
    let nobody = desk.sign_in("nobody").await;
    for path in ["/", "/calls/some-call"] {
        let response = nobody.send(Method::GET, path, None).await;
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/html"), "{path}");
    }
    assert_eq!(nobody.send(Method::GET, "/assets/missing.js", None).await.status(), 404);
    assert_eq!(nobody.send(Method::POST, "/", None).await.status(), 405);
}

#[tokio::test]
async fn bad_input_has_a_code_and_no_inner_text() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    let draft = format!("/api/calls/{}/draft", call.id);
    let long = json!({ "id": jiesu::domain::EditId::new(), "on_revision": 0, "field": "subject",
        "value": "长".repeat(40_000) });
    for (method, path, body, status, code) in [
        (Method::PATCH, draft.as_str(), Some(json!({ "field": 3 })), 400, "bad_request"),
        (Method::PATCH, draft.as_str(), Some(long), 413, "too_large"),
        (Method::GET, "/api/calls/not-an-id", None, 404, "not_found"),
        (Method::GET, "/api/calls?state=asleep", None, 400, "bad_request"),
        (Method::GET, "/api/calls?limit=-1", None, 400, "bad_request"),
        (Method::PUT, "/api/session", None, 405, "not_found"),
    ] {
        let response = agent.send(method, path, body).await;
        assert_eq!(response.status(), status, "{path}");
        let problem: Value = response.json().await.unwrap();
        assert_eq!(problem["code"], code);
        let message = problem["message"].as_str().unwrap();
        assert!(!message.contains("sql") && !message.contains("serde"), "{message}");
    }
}
