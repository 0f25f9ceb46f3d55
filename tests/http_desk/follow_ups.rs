//! What calls left to do: who takes it has it, all see it, and it is done with the ticket. It is kept in the database.

use jiesu::domain::{Call, EventKind, FollowUp, FollowUpKind, FollowUpState};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use super::test_desk::{SignedIn, TestDesk};

/// A call that left a message.
async fn message(desk: &TestDesk) -> Call {
    let call = desk.call("02266668888").await;
    let follow_up = FollowUp {
        call_id: call.id,
        kind: FollowUpKind::Message,
        caller_number: call.caller_number.clone(),
        called_number: call.called_number.clone(),
        language: None,
        since: Timestamp::now(),
        state: FollowUpState::Open,
        by: None,
        by_name: None,
        attempts: 0,
    };
    desk.follow_ups.add(follow_up, None);
    call
}

async fn change(person: &SignedIn, call: &Call, action: &str) -> (u16, Value) {
    let body = Some(json!({ "action": action }));
    let response = person.send(Method::POST, &format!("/api/follow_ups/{}", call.id), body).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test]
async fn who_takes_a_message_has_it_and_a_supervisor_may_give_it_back() {
    let desk = TestDesk::start().await;
    let (agent, supervisor) = (desk.sign_in("agent").await, desk.sign_in("supervisor").await);
    let call = message(&desk).await;
    let listed = agent.get("/api/follow_ups").await;
    assert_eq!(listed["items"][0]["call_id"], json!(call.id));
    assert_eq!(listed["items"][0]["kind"], "message");
    let (status, taken) = change(&agent, &call, "take").await;
    assert_eq!((status, &taken["state"], &taken["by_name"]), (200, &json!("taken"), &json!("the agent")));
    let (status, problem) = change(&supervisor, &call, "take").await;
    assert_eq!((status, &problem["code"]), (409, &json!("follow_up_taken")));
    desk.journal.flush().await;
    let stored = desk.store.for_service().follow_ups().await.unwrap();
    assert_eq!(stored, desk.follow_ups.all());
    assert_eq!(stored[0].by, Some(desk.agent.id));
    let (status, open) = change(&supervisor, &call, "give_back").await;
    assert_eq!((status, &open["state"], &open["by"]), (200, &json!("open"), &json!(null)));
    // Who has not taken it cannot say that it is done.
    assert_eq!(change(&agent, &call, "finish").await.0, 409);
    assert_eq!(change(&agent, &call, "take").await.0, 200);
    assert_eq!(change(&agent, &call, "finish").await.0, 200);
    assert_eq!(change(&agent, &call, "finish").await.0, 404);
    desk.journal.flush().await;
    assert_eq!(desk.store.for_service().follow_ups().await.unwrap(), []);
}

#[tokio::test]
async fn a_message_is_done_with_its_ticket() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = message(&desk).await;
    desk.say(&call, 0, "下水道堵了");
    let mut events = agent.events("/api/events", None).await;
    let revision = desk.draft(&call).await.revision;
    assert_eq!(agent.confirm(&call, revision).await.status(), 200);
    loop {
        if let EventKind::FollowUp { follow_up } = events.next().await.1.kind
            && follow_up.state == FollowUpState::Done
        {
            assert_eq!(follow_up.call_id, call.id);
            break;
        }
    }
    assert_eq!(agent.get("/api/follow_ups").await["items"], json!([]));
}
