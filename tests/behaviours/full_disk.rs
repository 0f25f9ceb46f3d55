//! The disk is full: the call goes on, the desk says what is missing, and what was written is kept.

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::phone::PlacedCall;
use crate::support::script::{Script, shown};
use crate::support::service::Service;
use crate::support::settings::Settings;

/// About twenty seconds of recording; more than the database's journal has by then.
const FULL_AT_BYTES: u64 = 640_000;

#[tokio::test]
async fn a_call_outlives_a_disk_that_is_full() {
    let settings =
        Settings { largest_file_bytes: Some(FULL_AT_BYTES), ..Settings::reading(&["silent_caller"]) };
    let service = Service::start(settings).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "silent_caller");
    let id = agent.call_in("talking").await;
    eventually("the desk says that the call is not recorded", async || {
        let status = agent.get("/api/status").await;
        status["degraded"].as_array()?.contains(&"recorder".into()).then_some(())
    })
    .await;
    placed.finish().await;
    let call = agent
        .call_once(&id, "the call has ended and its last words are there", |call| {
            call["call"]["state"] == "ended"
                && call["call"]["recording"]["state"] != "open"
                && Desk::said(call, "agent").contains("再见")
        })
        .await;
    assert_eq!(call["call"]["recording"]["state"], "failed");
    assert_ne!(call["call"]["end_cause"], "failed", "a full disk ends no call");
}

/// Far less than the database or its journal has grown to in any call.
const NO_ROOM_BYTES: u64 = 4_096;

#[tokio::test]
async fn what_the_database_had_no_room_for_is_there_when_there_is_room_again() {
    let script = Script::of("silent_caller");
    let room = Some(1 << 40);
    let settings = Settings { largest_file_bytes: room, ..Settings::reading(&["silent_caller"]) };
    let mut service = Service::start(settings).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "silent_caller");
    let id = agent.call_in("talking").await;
    service.limit_files(Some(NO_ROOM_BYTES));
    let degraded = async || agent.get("/api/status").await["degraded"].clone();
    eventually("the desk says that nothing is stored", async || {
        degraded().await.as_array()?.contains(&"database".into()).then_some(())
    })
    .await;

    // The call goes on to its last word, and the desk shows it all the same.
    placed.finish().await;
    let said: String = script.turns.iter().map(|turn| shown(&turn.text, &script.language)).collect();
    let whole =
        |call: &serde_json::Value| call["call"]["state"] == "ended" && Desk::said(call, "agent") == said;
    let call = agent.call_once(&id, "all of the call is shown from memory", whole).await;
    assert_ne!(call["call"]["end_cause"], "failed");
    assert!(degraded().await.as_array().expect("a list").contains(&"database".into()));

    service.limit_files(None);
    eventually("the desk says that all is stored", async || {
        (!degraded().await.as_array()?.contains(&"database".into())).then_some(())
    })
    .await;
    // What is read after a power cut was truly written.
    service.kill();
    service.run().await;
    let call = service.sign_in("agent").await.get(&format!("/api/calls/{id}")).await;
    assert!(whole(&call), "{call}");
}
