//! A desk on a port of its own: the real store, journal, drafting, delivery and routes, with simple rules in
//! place of a city's words. Calls are put in by the journal, as a session would.
#![allow(dead_code, unreachable_pub, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiesu::call::{Ears, FollowUps, Patience, Seat, Seats, Talks};
use jiesu::domain::*;
use jiesu::gateway::Target;
use jiesu::http::{Desk, DeskParts, RecogniserStatus, ServeLimits, hash_password, router, serve};
use jiesu::journal::Journal;
use jiesu::knowledge::Knowledge;
use jiesu::seat::BrowserSeats;
use jiesu::speech::SpeechMetrics;
use jiesu::store::{NewUser, Store};
use jiesu::ticket::{Drafting, Rules, start_delivery};
use jiesu::understanding::InForce;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::sync::mpsc;

pub const PASSWORD: &str = "correct horse";
const PATIENCE: Patience = Patience { skill: SignedDuration::MAX, overflow: SignedDuration::MAX };
/// How long the agent has for writing after a talk.
const WRAP_UP: Duration = Duration::from_secs(30);
/// Who sends it may read `/metrics`.
pub const METRICS_TOKEN: &str = "a token for the tests only";

/// Title and subject are what the caller said first and in all; `下水` is category 04-02; eleven digits are a
/// number; what follows 我叫 is a name; 保密 asks for confidentiality. Over 恐慌 they panic.
pub struct SimpleRules;

impl Rules for SimpleRules {
    fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        let mut fields = BTreeMap::new();
        let mut put = |key, value: &str, turn: &Turn| {
            let evidence = Evidence {
                turn_id: turn.id,
                channel: turn.channel,
                text: turn.text.clone(),
                start_char: 0,
                end_char: turn.text.chars().count() as u32,
                start_sample: turn.start_sample,
                end_sample: turn.end_sample,
            };
            fields.insert(
                key,
                Field {
                    value: value.to_owned(),
                    confidence: 0.5,
                    filled_by: FilledBy::Machine,
                    evidence: vec![evidence],
                    reason: format!("heard:{}", turn.text),
                },
            );
        };
        let all: String = turns.iter().map(|turn| turn.text.as_str()).collect();
        assert!(!all.contains("恐慌"), "a fault of the rules");
        for turn in turns.iter().filter(|turn| turn.channel == Channel::Caller) {
            put(FieldKey::Subject, &all, turn);
            if turn.text.contains("下水") {
                put(FieldKey::Title, "下水道堵塞", turn);
                put(FieldKey::Category, "04-02", turn);
                put(FieldKey::Department, "livelihood", turn);
            }
            if turn.text.contains("保密") {
                put(FieldKey::Confidential, "true", turn);
            }
            if let Some((_, name)) = turn.text.split_once("我叫") {
                put(FieldKey::Person, &name.chars().take(3).collect::<String>(), turn);
            }
            let digits: String = turn.text.chars().filter(char::is_ascii_digit).collect();
            if digits.len() == 11 {
                put(FieldKey::Phone, &digits, turn);
            }
        }
        Draft {
            call_id: call.id,
            revision: turns.len() as u64,
            fields,
            categories: Vec::new(),
            questions: Vec::new(),
        }
    }

    fn category(&self, code: &CategoryCode) -> Option<(DepartmentCode, Urgency)> {
        match code.0.as_str() {
            "04-02" => Some((DepartmentCode::from("livelihood"), Urgency::Urgent)),
            "03-01" => Some((DepartmentCode::from("safety"), Urgency::Critical)),
            _ => None,
        }
    }

    fn has_department(&self, code: &DepartmentCode) -> bool {
        ["livelihood", "safety"].contains(&code.0.as_str())
    }
}

/// The shipped taxonomy, copied into a folder as `taxonomy.toml`, and the shipped gazetteer.
fn city(directory: &Path) -> InForce {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
    let taxonomy = directory.join("taxonomy.toml");
    std::fs::copy(shipped.join("categories/dagang.toml"), &taxonomy).unwrap();
    InForce::load(&taxonomy, &shipped.join("places/binhai.toml")).unwrap()
}

/// What the seats tell.
struct ToTheJournal(Journal);

impl jiesu::call::Desk for ToTheJournal {
    fn record(&self, call_id: Option<CallId>, kind: EventKind) {
        self.0.record(call_id, kind);
    }

    fn draft(&self, _: &Call, _: &Turn) {}

    fn open_ears(&self, _: CallId, _: Option<&str>) -> Option<(Box<dyn Ears>, mpsc::Receiver<TurnEvent>)> {
        None
    }
}

/// The agent's desk phone.
fn seat(agent: &User) -> Seat {
    Seat {
        extension: "8001".to_owned(),
        phone: Some(Target::Registered("8001".to_owned())),
        agent: Some(agent.id),
        agent_name: Some(agent.display_name.clone()),
        in_queue: true,
        skills: Vec::new(),
        overflow: false,
    }
}

pub struct TestDesk {
    pub directory: Arc<tempfile::TempDir>,
    pub store: Store,
    pub journal: Journal,
    pub drafting: Drafting,
    pub follow_ups: FollowUps,
    pub base: String,
    pub agent: User,
}

impl TestDesk {
    pub async fn start() -> Self {
        Self::start_in(Arc::new(tempfile::tempdir().unwrap())).await
    }

    /// A desk in a folder that may hold an earlier one's database.
    pub async fn start_in(directory: Arc<tempfile::TempDir>) -> Self {
        Self::start_with(directory, ServeLimits::default()).await
    }

    pub async fn start_with(directory: Arc<tempfile::TempDir>, limits: ServeLimits) -> Self {
        let store = Store::open(&directory.path().join("jiesu.db")).await.unwrap();
        if store.users().await.unwrap().is_empty() {
            let hash = hash_password(PASSWORD).unwrap();
            for (username, role, department) in [
                ("agent", Role::Agent, None),
                ("supervisor", Role::Supervisor, None),
                ("clerk", Role::Department, Some("livelihood")),
                ("other_clerk", Role::Department, Some("safety")),
                ("admin", Role::Admin, None),
            ] {
                let new = NewUser {
                    username: username.to_owned(),
                    display_name: format!("the {username}"),
                    role,
                    department: department.map(DepartmentCode::from),
                    password_hash: hash.clone(),
                };
                store.add_user(new, Timestamp::now()).await.unwrap();
            }
        }
        let agent = store.credentials("agent").await.unwrap().unwrap().user;
        let (journal, _) = Journal::start(store.clone()).await.unwrap();
        let drafting = Drafting::new(journal.clone(), store.clone(), Arc::new(SimpleRules));
        let _delivery = start_delivery(store.clone(), journal.clone());
        let to_the_journal = Arc::new(ToTheJournal(journal.clone()));
        let (follow_ups, _) = FollowUps::new(Vec::new(), to_the_journal.clone());
        let desk = Desk::new(DeskParts {
            talks: Talks::new().0,
            follow_ups: follow_ups.clone(),
            seats: Seats::new(vec![seat(&agent)], WRAP_UP, PATIENCE, to_the_journal),
            break_reasons: vec!["meal".to_owned()],
            store: store.clone(),
            journal: journal.clone(),
            drafting: drafting.clone(),
            browsers: BrowserSeats::none(),
            city: city(directory.path()),
            knowledge: Arc::new(Knowledge::open(Path::new("models/knowledge")).unwrap()),
            recordings: directory.path().to_owned(),
            recogniser: Box::new(RecogniserStatus::default),
            metrics: Box::new(SpeechMetrics::default),
            trunks_up: [("telecom".to_owned(), tokio::sync::watch::channel(false).1)].into(),
            metrics_token: Some(METRICS_TOKEN.to_owned()),
            secure_cookies: false,
        })
        .unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, router(desk), None, limits, std::future::pending()));
        Self { directory, store, journal, drafting, follow_ups, base, agent }
    }

    pub fn viewer(&self) -> Viewer {
        Viewer::from(&self.agent)
    }

    pub fn recording_path(&self, call: &Call) -> PathBuf {
        self.directory.path().join(format!("{}.wav", call.id))
    }

    pub async fn sign_in(&self, username: &str) -> SignedIn {
        let client = Client::builder().cookie_store(true).build().unwrap();
        let signed_in = SignedIn { client, base: self.base.clone() };
        if username != "nobody" {
            let form = json!({ "username": username, "password": PASSWORD });
            let response = signed_in.send(Method::POST, "/api/session", Some(form)).await;
            assert_eq!(response.status(), 200, "{username} signs in");
        }
        signed_in
    }

    /// A call that is being talked, its row written.
    pub async fn call(&self, caller_number: &str) -> Call {
        let call = new_call(caller_number);
        self.journal.record(Some(call.id), EventKind::Call { call: Box::new(call.clone()) });
        self.journal.flush().await;
        call
    }

    /// The caller says something, as a session tells it.
    pub fn say(&self, call: &Call, start_ms: u64, text: &str) -> Turn {
        let turn = new_turn(call, start_ms, text);
        self.journal.record(Some(call.id), EventKind::Turn { turn: turn.clone() });
        self.drafting.add_turn(call, &turn);
        turn
    }

    /// The draft after all that was said before.
    pub async fn draft(&self, call: &Call) -> Draft {
        self.drafting.draft(&self.viewer(), call.id).await.unwrap()
    }

    /// A call with a whole draft, confirmed by the agent and in its department's list.
    pub async fn delivered_ticket(&self, caller_number: &str, texts: &[&str]) -> (Call, Ticket) {
        let call = self.call(caller_number).await;
        for (index, text) in texts.iter().enumerate() {
            self.say(&call, index as u64 * 1_000, text);
        }
        let revision = self.draft(&call).await.revision;
        let mut events = Box::pin(self.journal.subscribe(None));
        let ticket = self.drafting.confirm(&self.viewer(), call.id, revision).await.unwrap();
        // The first is its confirmation, the second its delivery.
        for _ in 0..2 {
            let wanted = EventKind::Ticket { ticket_id: ticket.id };
            while events.next().await.unwrap().kind != wanted {}
        }
        (call, ticket)
    }
}

/// A browser's worth of cookies.
pub struct SignedIn {
    pub client: Client,
    pub base: String,
}

impl SignedIn {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    /// What a successful GET gives.
    pub async fn get(&self, path: &str) -> Value {
        let response = self.send(Method::GET, path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    pub async fn edit(&self, call: &Call, id: EditId, field: &str, value: &str) -> Response {
        let edit = json!({ "id": id, "on_revision": 0, "field": field, "value": value });
        self.send(Method::PATCH, &format!("/api/calls/{}/draft", call.id), Some(edit)).await
    }

    pub async fn confirm(&self, call: &Call, on_revision: u64) -> Response {
        let confirmation = json!({ "on_revision": on_revision });
        self.send(Method::POST, &format!("/api/calls/{}/confirm", call.id), Some(confirmation)).await
    }

    /// The stream of events from `path` on.
    pub async fn events(&self, path: &str, last_event_id: Option<u64>) -> Events {
        let mut request = self.request(Method::GET, path);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Events { bytes: response.bytes_stream().boxed(), text: String::new() }
    }
}

/// Server-sent events as a browser reads them.
pub struct Events {
    bytes: futures_util::stream::BoxStream<'static, reqwest::Result<axum::body::Bytes>>,
    text: String,
}

impl Events {
    /// The next event, and the `id` of its message.
    pub async fn next(&mut self) -> (Option<u64>, Event) {
        loop {
            while let Some((message, rest)) = self.text.split_once("\n\n") {
                let line = |name: &str| {
                    message
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|rest| rest.trim().to_owned())
                };
                let parsed = line("data:").map(|data| {
                    let id = line("id:").map(|id| id.parse().unwrap());
                    (id, serde_json::from_str(&data).unwrap())
                });
                self.text = rest.to_owned();
                if let Some(parsed) = parsed {
                    return parsed;
                }
            }
            let chunk = self.bytes.next().await.expect("the stream goes on").unwrap();
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

pub fn new_call(caller_number: &str) -> Call {
    Call {
        id: CallId::new(),
        state: CallState::Talking,
        caller_number: caller_number.to_owned(),
        called_number: "12345".to_owned(),
        seat: Some("8001".to_owned()),
        agent: None,
        language: None,
        started_at: Timestamp::now(),
        answered_at: Some(Timestamp::now()),
        queued_at: None,
        bridged_at: None,
        ended_at: None,
        end_cause: None,
        recording: RecordingState::None,
        talk: Talk::default(),
        about: None,
        rating: None,
        direction: CallDirection::Incoming,
        revision: 0,
    }
}

pub fn new_turn(call: &Call, start_ms: u64, text: &str) -> Turn {
    let (start_sample, end_sample) =
        (SamplePosition::from_ms(start_ms), SamplePosition::from_ms(start_ms + 900));
    Turn {
        id: TurnId::new(),
        call_id: call.id,
        channel: Channel::Caller,
        start_sample,
        end_sample,
        text: text.to_owned(),
        words: vec![Word { text: text.to_owned(), start_sample, end_sample, biased: false }],
        confidence: 0.75,
        status: TurnStatus::Recognised,
    }
}
