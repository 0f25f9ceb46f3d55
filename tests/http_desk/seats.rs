//! The seats: what is seen of them, and what whoever sits there may ask for.

use jiesu::domain::{EventKind, SeatState};
use reqwest::Method;
use serde_json::{Value, json};

use super::test_desk::TestDesk;

#[tokio::test]
async fn an_agent_takes_a_break_for_a_reason_of_the_settings_and_comes_back() {
    let desk = TestDesk::start().await;
    let (agent, supervisor) = (desk.sign_in("agent").await, desk.sign_in("supervisor").await);
    let mut events = supervisor.events("/api/events", None).await;
    let list = supervisor.get("/api/seats").await;
    assert_eq!(list["break_reasons"], json!(["meal"]));
    assert_eq!(list["queue"], json!({ "callers": 0, "longest_since": null, "expected_wait_s": 0 }));
    let seat = &list["items"][0];
    assert_eq!(
        (&seat["extension"], &seat["kind"], &seat["state"]),
        (&json!("8001"), &json!("phone"), &json!("ready"))
    );
    assert_eq!(seat["agent_name"], json!("the agent"));

    let asks = async |wish: Value| agent.send(Method::POST, "/api/seat/state", Some(wish)).await;
    let response = asks(json!({ "state": "break", "reason": "meal" })).await;
    let seats: Value = response.json().await.unwrap();
    assert_eq!((&seats[0]["state"], &seats[0]["reason"]), (&json!("break"), &json!("meal")));
    let told = loop {
        // The seat's first state may be told after the page asked for events.
        match events.next().await.1.kind {
            EventKind::Seat { seat } if seat.state == SeatState::Ready => {}
            kind => break kind,
        }
    };
    let EventKind::Seat { seat } = told else { panic!("{told:?}") };
    assert_eq!((seat.state, seat.reason.as_deref()), (SeatState::Break, Some("meal")));
    assert_eq!(asks(json!({ "state": "ready" })).await.status(), 200);
    assert_eq!(supervisor.get("/api/seats").await["items"][0]["state"], json!("ready"));
}

#[tokio::test]
async fn a_break_without_a_reason_or_for_another_is_refused_and_changes_nothing() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    for wish in [json!({ "state": "break" }), json!({ "state": "break", "reason": "golf" })] {
        let response = agent.send(Method::POST, "/api/seat/state", Some(wish)).await;
        assert_eq!(response.status(), 422);
        assert_eq!(response.json::<Value>().await.unwrap()["code"], "bad_value");
    }
    assert_eq!(agent.get("/api/seats").await["items"][0]["state"], json!("ready"));
}
