//! The page's API as a person signed in sees it.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use super::{eventually, within};

/// The longest call, and what comes after it.
const CALL: Duration = Duration::from_secs(150);

/// Somebody's browser.
pub struct Desk {
    client: Client,
    page: String,
}

impl Desk {
    /// Signs in; nothing where that fails or nobody answers.
    pub async fn try_sign_in(http: SocketAddr, username: &str, password: &str) -> Option<Self> {
        let client = Client::builder().cookie_store(true).no_proxy().build().expect("a client");
        let desk = Self { client, page: format!("http://{http}") };
        let body = json!({ "username": username, "password": password });
        let answer = desk.try_send(Method::POST, "/api/session", Some(body)).await.ok()?;
        answer.status().is_success().then_some(desk)
    }

    async fn try_send(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::Result<Response> {
        let request =
            self.client.request(method, format!("{}{path}", self.page)).header("Origin", &self.page);
        match body {
            Some(body) => request.json(&body).send().await,
            None => request.send().await,
        }
    }

    /// The answer to a request, whatever its status.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let answer = self.try_send(method, path, body).await.expect("an answer");
        let status = answer.status();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// What lies at a path; panics where it is refused.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert!(status.is_success(), "GET {path}: {status} {body}");
        body
    }

    /// The bytes that lie at a path.
    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        let answer = self.try_send(Method::GET, path, None).await.expect("an answer");
        assert!(answer.status().is_success(), "GET {path}: {}", answer.status());
        answer.bytes().await.expect("a body").to_vec()
    }

    /// The newest call's id, as soon as there is a call in this state.
    pub async fn call_in(&self, state: &str) -> String {
        eventually(&format!("a call is {state}"), async || {
            let calls = self.get("/api/calls").await;
            let call = calls["items"].as_array()?.first()?["call"].clone();
            (call["state"] == state).then(|| call["id"].as_str().expect("an id").to_owned())
        })
        .await
    }

    /// A call once something is true of it.
    pub async fn call_once(&self, id: &str, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        within(CALL, what, async || {
            let call = self.get(&format!("/api/calls/{id}")).await;
            is(&call).then_some(call)
        })
        .await
    }

    /// What a side of a call said, its turns joined; turns that were not recognised are `(?)`.
    pub fn said(call: &Value, channel: &str) -> String {
        let turns = call["turns"].as_array().expect("turns");
        turns
            .iter()
            .filter(|turn| turn["channel"] == channel)
            .map(|turn| match turn["status"].as_str() {
                Some("recognised") => turn["text"].as_str().expect("a text"),
                _ => "(?)",
            })
            .collect()
    }

    /// A field of a call's draft.
    pub fn field<'a>(call: &'a Value, key: &str) -> Option<&'a str> {
        call["draft"]["fields"][key]["value"].as_str()
    }
}
