//! The service is killed while people talk: nothing older than a second is lost, and the next start says so.

use std::fs;

use jiesu::domain::Channel;
use jiff::Timestamp;
use serde_json::Value;

use crate::support::desk::Desk;
use crate::support::phone::PlacedCall;
use crate::support::script::{Script, shown};
use crate::support::service::Service;
use crate::support::settings::Settings;
use crate::support::sound::Recording;

const SAMPLES_PER_MS: u64 = 8;
/// What may be missing at the end.
const MAY_BE_LOST_MS: u64 = 1_000;

/// The words of a channel that were all said before a moment.
fn said_before(script: &Script, channel: Channel, ms: u64) -> String {
    let turns = script.turns.iter().filter(|turn| turn.channel == channel);
    let parts = turns.flat_map(|turn| &turn.parts).filter(|part| part.end_ms < ms);
    shown(&parts.map(|part| part.text.as_str()).collect::<String>(), &script.language)
}

fn time(call: &Value, key: &str) -> Timestamp {
    call["call"][key].as_str().expect("a time").parse().expect("a time")
}

#[tokio::test]
async fn after_kill_9_the_recording_is_closed_and_every_word_in_it_is_recognised() {
    let script = Script::of("gas_smell");
    let mut service = Service::start(Settings::reading(&["gas_smell"])).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "gas_smell");
    let id = agent.call_in("talking").await;
    let call = agent
        .call_once(&id, "three turns are over", |call| {
            call["turns"].as_array().is_some_and(|turns| turns.len() >= 3)
        })
        .await;
    let before: Vec<_> =
        call["turns"].as_array().expect("turns").iter().map(|turn| turn["id"].clone()).collect();

    let killed_at = Timestamp::now();
    service.kill();
    drop(placed);
    let talked_ms = killed_at.duration_since(time(&call, "answered_at")).as_millis() as u64;

    service.run().await;
    let agent = service.sign_in("agent").await;
    let spoken = talked_ms - MAY_BE_LOST_MS;
    assert!(!said_before(&script, Channel::Caller, spoken).is_empty(), "the caller had said something");
    let all = |call: &Value| {
        Desk::said(call, "caller").contains(&said_before(&script, Channel::Caller, spoken))
            && Desk::said(call, "agent").contains(&said_before(&script, Channel::Agent, spoken))
    };
    let call = agent.call_once(&id, "the words said before the end are there", all).await;

    assert_eq!(call["call"]["state"], "ended");
    assert_eq!(call["call"]["end_cause"], "service_stopped");
    let recording = &call["call"]["recording"];
    assert_eq!((&recording["state"], &recording["recovered"]), (&"closed".into(), &true.into()));
    let samples = recording["samples"].as_u64().expect("a length");
    assert!(
        samples + MAY_BE_LOST_MS * SAMPLES_PER_MS >= talked_ms * SAMPLES_PER_MS,
        "{samples} of {talked_ms} ms"
    );
    let kept: Vec<_> =
        call["turns"].as_array().expect("turns").iter().map(|turn| turn["id"].clone()).collect();
    assert!(before.iter().all(|turn| kept.contains(turn)), "no turn is replaced or said twice");

    let path = service.home().join("recovered.wav");
    fs::write(&path, agent.bytes(&format!("/api/calls/{id}/recording")).await).expect("it is written");
    let file = Recording::load(&path);
    assert_eq!(file.duration_ms(), samples / SAMPLES_PER_MS, "the header says what the file holds");
    let first = &script.turns[0];
    assert!(file.level_db(first.channel, first.start_ms, first.end_ms) > -35.0, "its sound is the call's");
}
