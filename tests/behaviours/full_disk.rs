//! The disk is full: the call goes on, the desk says what is missing, and what was written is kept.

use crate::support::desk::Desk;
use crate::support::eventually;
use crate::support::phone::PlacedCall;
use crate::support::service::Service;
use crate::support::settings::Settings;

/// About ten seconds of recording; far more than the database of one call.
const FULL_AT_BYTES: u64 = 320_000;

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
