//! What the desk is told: the earlier tickets of a call, and the third on one matter.

use futures_util::StreamExt;
use jiesu::domain::{EditId, EventKind, Ticket};
use serde_json::json;

use crate::test_desk::{SignedIn, TestDesk};

/// A confirmed ticket on blocked drains at a place.
async fn ticket(desk: &TestDesk, agent: &SignedIn, number: &str, place: &str) -> Ticket {
    let call = desk.call(number).await;
    desk.say(&call, 0, "下水道堵了，污水往外冒");
    assert_eq!(agent.edit(&call, EditId::new(), "place", place).await.status(), 200);
    let revision = desk.draft(&call).await.revision;
    let response = agent.confirm(&call, revision).await;
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn earlier_tickets_on_the_same_matter_stand_beside_the_call() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let here = ticket(&desk, &agent, "13900000001", "曙光里3号楼").await;
    ticket(&desk, &agent, "13900000002", "福春里3号楼").await;
    let call = desk.call("13900000003").await;
    let path = format!("/api/calls/{}/repeats", call.id);
    assert_eq!(agent.get(&path).await, json!([]), "nothing is known of it yet");
    desk.say(&call, 0, "我们这儿下水堵了");
    agent.edit(&call, EditId::new(), "place", "书光里三号楼").await;
    let found = agent.get(&path).await;
    assert_eq!(found.as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found[0]["number"], json!(here.number));
    let reasons: Vec<_> =
        found[0]["reasons"].as_array().unwrap().iter().map(|reason| &reason["reason"]).collect();
    assert_eq!(reasons, ["same_place", "words", "same_category"]);
    let clerk = desk.sign_in("clerk").await;
    assert_eq!(clerk.send(reqwest::Method::GET, &path, None).await.status(), 403);
}

#[tokio::test]
async fn the_third_ticket_on_a_matter_is_an_event() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let supervisor = desk.sign_in("supervisor").await;
    let mut events = Box::pin(desk.journal.subscribe(None));
    let mut tickets = Vec::new();
    for (number, place) in
        [("13900000001", "曙光里3号楼"), ("13900000002", "曙光里"), ("13900000003", "福春里3号楼")]
    {
        tickets.push(ticket(&desk, &agent, number, place).await);
    }
    desk.journal.flush().await;
    assert_eq!(supervisor.get("/api/recurring").await, json!([]), "two are none");
    let third = ticket(&desk, &agent, "13900000004", "大港街道曙光里三号楼").await;
    let told = loop {
        if let EventKind::Recurring { recurring } = events.next().await.unwrap().kind {
            break recurring;
        }
    };
    assert_eq!(told.tickets, [tickets[0].id, tickets[1].id, third.id]);
    assert_eq!(told.number, third.number);
    desk.journal.flush().await;
    let fourth = ticket(&desk, &agent, "13900000005", "曙光里3号楼").await;
    while !matches!(events.next().await.unwrap().kind, EventKind::Recurring { .. }) {}
    desk.journal.flush().await;
    let listed = supervisor.get("/api/recurring").await;
    assert_eq!(listed.as_array().unwrap().len(), 1, "one matter is one line: {listed}");
    assert_eq!(listed[0]["number"], json!(fourth.number));
    assert_eq!(listed[0]["tickets"].as_array().unwrap().len(), 4);
    let clerk = desk.sign_in("clerk").await;
    assert_eq!(clerk.send(reqwest::Method::GET, "/api/recurring", None).await.status(), 403);
}
