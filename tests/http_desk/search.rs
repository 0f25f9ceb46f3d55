//! Words are found: one character, two, more, English, numbers.

use reqwest::Method;
use serde_json::Value;

use crate::test_desk::TestDesk;

#[tokio::test]
async fn words_of_any_length_are_found_where_they_were_said() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let (old, new) = (desk.call("02266660001").await, desk.call("02266660002").await);
    desk.say(&old, 0, "曙光里小区下水道堵了，污水外溢。");
    desk.say(&new, 0, "There's no hot Water in building 3。");
    desk.say(&new, 1_000, "电话是１３８１２３４５６７８，下水也慢");
    let found = async |words: &str| {
        let url = reqwest::Url::parse_with_params("http://desk/api/search", [("q", words)]).unwrap();
        let hits = agent.get(&format!("/api/search?{}", url.query().unwrap())).await;
        let texts =
            hits.as_array().unwrap().iter().map(|hit| hit["turn"]["text"].as_str().unwrap().to_owned());
        texts.map(|text| text.chars().take(2).collect::<String>()).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(found("污水").await, ["曙光"]);
    assert_eq!(found("下水").await, ["电话", "曙光"], "the newest call first");
    assert_eq!(found("慢").await, ["电话"], "one character, at the end of a run");
    assert_eq!(found("溢").await, ["曙光"]);
    assert_eq!(found("曙").await, ["曙光"], "one character, at the beginning");
    assert_eq!(found("小区下水道").await, ["曙光"]);
    assert_eq!(found("区水").await, none, "characters must stand together");
    assert_eq!(found("污水 小区").await, ["曙光"], "words in any order");
    assert_eq!(found("污水 慢").await, none, "all of them in one turn");
    assert_eq!(found("WATER").await, ["Th"]);
    assert_eq!(found("hot wat").await, ["Th"], "the beginning of a word");
    assert_eq!(found("13812345678").await, ["电话"], "full-width digits");
    assert_eq!(found("\" OR * 下水").await, none, "no query language: `or` is a word like others");
    assert_eq!(found("，").await, none);
    assert_eq!(agent.send(Method::GET, "/api/search", None).await.status(), 400);
}

#[tokio::test]
async fn a_turn_recognised_anew_is_found_by_its_new_words_only() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    let mut turn = desk.say(&call, 0, "下水道堵了");
    turn.text = "上水管漏了".to_owned();
    desk.journal.record(Some(call.id), jiesu::domain::EventKind::Turn { turn });
    let hits = async |words: &str| -> usize {
        agent.get(&format!("/api/search?q={words}")).await.as_array().map(Vec::len).unwrap()
    };
    assert_eq!((hits("下水").await, hits("上水").await), (0, 1));
}

#[tokio::test]
async fn what_was_never_said_is_shown_in_its_call_and_found_nowhere() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    let mut turn = desk.say(&call, 0, "谢谢观看");
    turn.status = jiesu::domain::TurnStatus::Suppressed;
    desk.journal.record(Some(call.id), jiesu::domain::EventKind::Turn { turn });
    assert_eq!(agent.get("/api/search?q=观看").await, serde_json::json!([]));
    assert_eq!(agent.get("/api/calls?q=观看").await["items"], serde_json::json!([]));
    let stored = agent.get(&format!("/api/calls/{}", call.id)).await;
    assert_eq!(stored["turns"][0]["text"], "谢谢观看");
    assert_eq!(stored["turns"][0]["status"], "suppressed");
}

#[tokio::test]
async fn a_hit_leads_to_its_sound() {
    let desk = TestDesk::start().await;
    let agent = desk.sign_in("agent").await;
    let call = desk.call("02266660001").await;
    let turn = desk.say(&call, 12_000, "下水道堵了");
    let hits: Value = agent.get("/api/search?q=下水").await;
    assert_eq!(hits[0]["call_id"], serde_json::json!(call.id));
    assert_eq!(hits[0]["turn"]["start_sample"], serde_json::json!(turn.start_sample));
    assert_eq!(hits[0]["call_started_at"], serde_json::json!(call.started_at));
}
