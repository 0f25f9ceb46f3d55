//! How a day went, from the calls and the seats' states as they are stored.

use jiesu::domain::{Call, CallState, EndCause, EventKind, SeatKind, SeatState, SeatStatus};
use jiff::{Timestamp, ToSpan};
use reqwest::Method;
use serde_json::{Value, json};

use super::test_desk::{TestDesk, new_call};

/// So many seconds after a noon.
fn after_noon(seconds: i64) -> Timestamp {
    "2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap() + seconds.seconds()
}

/// Writes a call that came, was answered and ended at these seconds.
fn put(desk: &TestDesk, came: i64, answered: Option<i64>, ended: i64, cause: EndCause) -> Call {
    let call = Call {
        state: CallState::Ended,
        agent: answered.map(|_| desk.agent.id),
        started_at: after_noon(came),
        queued_at: Some(after_noon(came)),
        bridged_at: answered.map(after_noon),
        ended_at: Some(after_noon(ended)),
        end_cause: Some(cause),
        rating: answered.map(|_| 1),
        ..new_call("02266668888")
    };
    desk.journal.record(Some(call.id), EventKind::Call { call: Box::new(call.clone()) });
    call
}

fn seat(desk: &TestDesk, state: SeatState, since: i64) {
    let seat = SeatStatus {
        extension: "8077".to_owned(),
        agent: Some(desk.agent.id),
        agent_name: Some("王敏".to_owned()),
        kind: SeatKind::Phone,
        state,
        reason: None,
        since: after_noon(since),
        until: None,
        call_id: None,
    };
    desk.journal.record(None, EventKind::Seat { seat });
}

#[tokio::test]
async fn a_days_figures_are_those_of_its_calls_and_seats() {
    let desk = TestDesk::start().await;
    put(&desk, 0, Some(10), 130, EndCause::CallerHungUp);
    put(&desk, 20, Some(60), 120, EndCause::AgentHungUp);
    put(&desk, 30, None, 90, EndCause::Abandoned);
    // Neither the next day's nor one that came when it was closed.
    put(&desk, 2 * 86_400, Some(2 * 86_400 + 1), 2 * 86_400 + 9, EndCause::CallerHungUp);
    let closed = Call { queued_at: None, ..put(&desk, 40, None, 60, EndCause::Closed) };
    desk.journal.record(Some(closed.id), EventKind::Call { call: Box::new(closed) });
    for (state, since) in [
        (SeatState::Ready, -590),
        (SeatState::Talking, 10),
        (SeatState::WrapUp, 130),
        (SeatState::Break, 160),
        (SeatState::Offline, 300),
    ] {
        seat(&desk, state, since);
    }
    let supervisor = desk.sign_in("supervisor").await;
    let day = supervisor.get("/api/figures?day=2026-11-20&interval_min=15").await;
    let whole = &day["figures"]["whole"];
    assert_eq!(
        (&whole["offered"], &whole["answered"], &whole["in_time"], &whole["abandoned"]),
        (&json!(3), &json!(2), &json!(1), &json!(1))
    );
    assert_eq!((&whole["mean_wait_s"], &whole["longest_wait_s"]), (&json!(25.0), &json!(60.0)));
    assert_eq!(whole["mean_talk_s"], json!(90.0));
    let agent = &day["figures"]["agents"][0];
    assert_eq!((&agent["agent_name"], &agent["answered"]), (&json!("王敏"), &json!(2)));
    assert_eq!((&agent["talking_s"], &agent["wrap_up_s"]), (&json!(120.0), &json!(30.0)));
    assert_eq!((&agent["ready_s"], &agent["break_s"]), (&json!(600.0), &json!(140.0)));
    assert_eq!((&agent["occupancy"], &agent["mean_rating"]), (&json!(0.2), &json!(1.0)));
    let offered: Vec<_> = day["figures"]["intervals"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| &part["calls"]["offered"])
        .collect();
    assert_eq!((offered.len(), offered.iter().filter(|count| ***count == json!(3)).count()), (96, 1));
}

#[tokio::test]
async fn a_state_that_lasted_at_a_stop_ends_at_the_last_moment_known() {
    let desk = TestDesk::start().await;
    desk.journal.flush().await;
    // The desk's own seat is ready since its start, and nothing says until when.
    desk.store.end_seat_spans().await.unwrap();
    let before = desk.sign_in("supervisor").await.get("/api/figures").await;
    // Later by what signing in once more takes.
    let after = desk.sign_in("supervisor").await.get("/api/figures").await;
    assert_eq!(before["figures"]["agents"], after["figures"]["agents"], "it does not grow any more");
}

#[tokio::test]
async fn what_is_no_day_or_interval_is_refused() {
    let desk = TestDesk::start().await;
    let supervisor = desk.sign_in("supervisor").await;
    for wrong in ["day=yesterday", "day=2026-02-30", "interval_min=7", "interval_min=0"] {
        let response = supervisor.send(Method::GET, &format!("/api/figures?{wrong}"), None).await;
        assert_eq!(response.status(), 422, "{wrong}");
        assert_eq!(response.json::<Value>().await.unwrap()["code"], "bad_value");
    }
    let today = supervisor.get("/api/figures").await;
    assert_eq!(today["interval_min"], json!(30));
}
