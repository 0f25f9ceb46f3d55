//! The recogniser fails during a call: the call goes on, and what can be recognised is.

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::phone::PlacedCall;
use crate::support::script::{Script, shown};
use crate::support::service::Service;
use crate::support::settings::{Fault, Settings};

/// Longer than the recogniser of the tests ever takes, shorter than the call.
const REPLY_TIMEOUT_S: u64 = 5;

/// A call during which the recogniser fails once; every word is there in the end.
async fn fails_once(what: &'static str) {
    let script = Script::of("bus_suggestion");
    let fault = Fault { what, at: 3, once: true };
    let settings =
        Settings { reply_timeout_s: Some(REPLY_TIMEOUT_S), ..Settings::reading(&["bus_suggestion"]) };
    let service = Service::start(settings.with_fault(fault)).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "bus_suggestion");
    let id = agent.call_in("talking").await;
    placed.finish().await;
    let said = |channel| -> String {
        let turns = script.turns.iter().filter(|turn| turn.channel == channel);
        turns.map(|turn| shown(&turn.text, &script.language)).collect()
    };
    agent
        .call_once(&id, "every word is there", |call| {
            Desk::said(call, "caller") == said(jiesu::domain::Channel::Caller)
                && Desk::said(call, "agent") == said(jiesu::domain::Channel::Agent)
        })
        .await;
}

#[tokio::test]
async fn a_recogniser_that_dies_is_started_anew_and_no_word_is_lost() {
    fails_once("die").await;
}

#[tokio::test]
async fn a_recogniser_that_writes_nonsense_is_replaced_and_no_word_is_lost() {
    fails_once("garbage").await;
}

#[tokio::test]
async fn a_recogniser_that_hangs_is_killed_and_no_word_is_lost() {
    fails_once("hang").await;
}

#[tokio::test]
async fn with_a_recogniser_that_always_dies_the_call_is_held_recorded_and_marked() {
    let fault = Fault { what: "die", at: 1, once: false };
    let service = Service::start(Settings::reading(&["silent_caller"]).with_fault(fault)).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "silent_caller");
    let id = agent.call_in("talking").await;
    eventually("the desk says that no words come", async || {
        let status = agent.get("/api/status").await;
        status["degraded"].as_array()?.contains(&"recogniser".into()).then_some(())
    })
    .await;
    placed.finish().await;
    let call = agent
        .call_once(&id, "the call has ended and is recorded", |call| {
            call["call"]["recording"]["state"] == "closed"
        })
        .await;
    assert_eq!(Desk::said(&call, "caller"), "");
    let turns = call["turns"].as_array().expect("turns");
    assert!(turns.iter().all(|turn| turn["status"] == "unrecognised"), "{turns:?}");
}
