//! Nobody can take the call: the caller is told, the call is in the list, and says why it ended.

use crate::support::phone::PlacedCall;
use crate::support::service::Service;
use crate::support::settings::Settings;

#[tokio::test]
async fn a_call_whose_seat_has_no_phone_ends_with_its_reason_and_its_recording() {
    let service = Service::start(Settings {
        ring_timeout_s: Some(3),
        no_messages: true,
        ..Settings::reading(&["silent_caller"])
    })
    .await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::without_agent(&service, 0, "silent_caller");
    let report = placed.report().await;
    assert!(!report.status.success(), "{}", report.stdout);
    let id = agent.call_in("ended").await;
    let call = agent
        .call_once(&id, "its recording is closed", |call| call["call"]["recording"]["state"] == "closed")
        .await;
    assert_eq!(call["call"]["end_cause"], "no_agent");
    assert_eq!(call["call"]["bridged_at"], serde_json::Value::Null);
}
