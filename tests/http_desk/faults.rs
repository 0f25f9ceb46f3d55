//! The database fails and is back: nothing is lost, the desk is told, people are told to come back.

use std::time::Duration;

use jiesu::domain::{Degradation, EditId, EventKind};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use crate::test_desk::{Events, TestDesk};

/// Takes the right to write away from the service, as a stuck backup or a full disk would.
async fn lock(desk: &TestDesk) -> SqliteConnection {
    let mut other = SqliteConnection::connect(desk.store.path().to_str().unwrap()).await.unwrap();
    sqlx::query("begin exclusive").execute(&mut other).await.unwrap();
    other
}

async fn told(events: &mut Events, failing: bool) {
    let wanted = EventKind::Degraded { part: Degradation::Database, failing };
    while events.next().await.1.kind != wanted {}
}

#[tokio::test]
async fn what_happens_while_the_database_fails_is_there_when_it_is_back() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    desk.say(&call, 0, "之前说的");
    desk.draft(&call).await;
    desk.journal.flush().await;
    let mut events = agent.events("/api/events", None).await;

    let mut other = lock(&desk).await;
    let during = desk.say(&call, 1_000, "坏的时候说的下水道");
    told(&mut events, true).await;
    let late =
        jiesu::domain::Call { caller_number: "02266660002".to_owned(), ..crate::test_desk::new_call("") };
    desk.journal.record(Some(late.id), EventKind::Call { call: Box::new(late.clone()) });
    let late_turn = desk.say(&late, 0, "新来的电话");

    // The desk goes on showing the calls, says what is missing, and asks people to try again.
    assert_eq!(agent.get("/api/status").await["degraded"], json!(["database"]));
    let page = agent.get(&format!("/api/calls/{}", call.id)).await;
    assert_eq!(page["turns"][1]["id"], json!(during.id), "what is not stored is shown all the same");
    assert_eq!(page["draft"]["fields"]["category"]["value"], "04-02");
    let page = agent.get(&format!("/api/calls/{}", late.id)).await;
    assert_eq!(page["turns"][0]["id"], json!(late_turn.id), "also of a call that began since");
    let refused = agent.edit(&call, EditId::new(), "place", "曙光里").await;
    assert_eq!(refused.status(), 503);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.json::<Value>().await.unwrap()["code"], "unavailable");
    assert!(!desk.journal.flush_within(Duration::ZERO).await);

    sqlx::query("rollback").execute(&mut other).await.unwrap();
    told(&mut events, false).await;
    desk.journal.flush().await;
    assert_eq!(agent.get("/api/status").await["degraded"], json!([]));
    let stored = desk.store.turns(&desk.viewer(), call.id).await.unwrap();
    assert_eq!(
        stored.iter().map(|turn| turn.text.as_str()).collect::<Vec<_>>(),
        ["之前说的", "坏的时候说的下水道"]
    );
    assert_eq!(desk.store.turns(&desk.viewer(), late.id).await.unwrap(), [late_turn]);
    let kept = desk.store.for_service().events_after(0, 1_000).await.unwrap();
    let numbers: Vec<_> = kept.iter().filter_map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=desk.journal.last_seq()).collect::<Vec<_>>(), "no event is missing or doubled");
    assert_eq!(agent.edit(&call, EditId::new(), "place", "曙光里").await.status(), 200);
    assert_eq!(agent.get("/api/search?q=下水").await[0]["turn"]["id"], json!(during.id));
}

#[tokio::test]
async fn one_events_refused_rows_hold_up_no_other() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    // A turn of a call that was never begun: its row has nothing to hang on.
    let unknown = crate::test_desk::new_call("02266660001");
    desk.say(&unknown, 0, "谁在说话");
    let call = desk.call("02266660002").await;
    assert_eq!(agent.get("/api/calls").await["items"][0]["call"]["id"], json!(call.id));
    assert_eq!(agent.get("/api/status").await["degraded"], json!([]));
    let path = format!("/api/calls/{}", unknown.id);
    assert_eq!(agent.send(Method::GET, &path, None).await.status(), 404);
}

#[tokio::test]
async fn a_ticket_confirmed_before_a_crash_is_delivered_after_it() {
    let desk = TestDesk::start().await;
    let (_, ticket) = desk.delivered_ticket("02266660001", &["下水道堵了"]).await;
    // As a crash between confirmation and delivery leaves it.
    let database = sqlx::SqlitePool::connect(desk.store.path().to_str().unwrap()).await.unwrap();
    for statement in [
        "update tickets set delivered_at_ns = null, state = 'to_dispatch'",
        "insert into outbox (ticket_id, attempts, next_attempt_at_ns) select id, 0, 0 from tickets",
    ] {
        sqlx::query(statement).execute(&database).await.unwrap();
    }
    let clerk = desk.sign_in("clerk").await;
    let mut events = clerk.events("/api/events", None).await;
    assert_eq!(events.next().await.1.kind, EventKind::Ticket { ticket_id: ticket.id });
    let items = clerk.get("/api/tickets").await["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
    assert_eq!(items[0]["state"], "to_accept");
}
