//! `kill -9` of the recogniser in the middle of a call: call and recording are whole, and words resume.

use std::process::Command;

use jiesu::domain::Channel;

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::phone::PlacedCall;
use crate::support::script::{Script, shown};
use crate::support::service::Service;
use crate::support::settings::Settings;
use crate::support::sound::Recording;

#[tokio::test]
async fn after_kill_9_of_the_recogniser_the_call_is_whole_and_words_resume() {
    let script = Script::of("bus_suggestion");
    let service = Service::start(Settings::reading(&["bus_suggestion"])).await;
    let agent = service.sign_in("agent").await;
    let supervisor = service.sign_in("supervisor").await;
    let placed = PlacedCall::of(&service, 0, "bus_suggestion");
    let id = agent.call_in("talking").await;
    agent
        .call_once(&id, "the first words are there", |call| {
            call["turns"].as_array().is_some_and(|turns| !turns.is_empty())
        })
        .await;

    let [killed] = service.recognisers()[..] else { panic!("{:?}", service.recognisers()) };
    let kill = Command::new("kill").args(["-9", &killed.to_string()]).status().expect("kill is there");
    assert!(kill.success(), "kill -9 {killed}: {kill}");
    eventually("another recogniser runs", async || {
        service.recognisers().iter().any(|running| *running != killed).then_some(())
    })
    .await;
    let call = agent.get(&format!("/api/calls/{id}")).await;
    assert_eq!(call["call"]["state"], "talking", "the call goes on");

    placed.finish().await;
    let said = |channel| -> String {
        let turns = script.turns.iter().filter(|turn| turn.channel == channel);
        turns.map(|turn| shown(&turn.text, &script.language)).collect()
    };
    let call = agent
        .call_once(&id, "every word is there, and the recording is closed", |call| {
            Desk::said(call, "caller") == said(Channel::Caller)
                && Desk::said(call, "agent") == said(Channel::Agent)
                && call["call"]["recording"]["state"] == "closed"
        })
        .await;
    assert_eq!(call["call"]["end_cause"], "caller_hung_up", "{}", call["call"]);

    let path = service.home().join("whole.wav");
    std::fs::write(&path, agent.bytes(&format!("/api/calls/{id}/recording")).await).expect("it is written");
    let recording = Recording::load(&path);
    for turn in call["turns"].as_array().expect("turns") {
        let ms = |key: &str| turn[key].as_u64().expect("a position") / 8;
        let channel = if turn["channel"] == "caller" { Channel::Caller } else { Channel::Agent };
        let level = recording.level_db(channel, ms("start_sample"), ms("end_sample"));
        assert!(level > -35.0, "{level} dB where this was said: {turn}");
    }

    let metrics = String::from_utf8(supervisor.bytes("/metrics").await).expect("text");
    let count = |name: &str| metrics.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    assert_eq!(count("jiesu_recogniser_restarts_total"), Some("1"), "{metrics}");
    assert_eq!(count("jiesu_turns_unrecognised_total"), Some("0"), "{metrics}");
    let status = agent.get("/api/status").await;
    assert_eq!(status["degraded"], serde_json::json!([]));
}
