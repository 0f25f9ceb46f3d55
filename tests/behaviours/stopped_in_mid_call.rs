//! The service is stopped in an orderly way while people talk: the recording is closed, nothing is recovered.

use crate::support::desk::Desk;
use crate::support::phone::PlacedCall;
use crate::support::service::Service;
use crate::support::settings::Settings;

#[tokio::test]
async fn stopping_the_service_ends_its_calls_and_closes_their_recordings() {
    let mut service = Service::start(Settings::reading(&["water_outage"])).await;
    let agent = service.sign_in("agent").await;
    let placed = PlacedCall::of(&service, 0, "water_outage");
    let id = agent.call_in("talking").await;
    let call = agent
        .call_once(&id, "a turn is over", |call| {
            call["turns"].as_array().is_some_and(|turns| !turns.is_empty())
        })
        .await;
    let first = call["turns"][0].clone();

    assert!(service.stop().await.success());
    let report = placed.report().await;
    assert!(
        !report.status.success(),
        "the caller is hung up on before everything was said: {}",
        report.stdout
    );

    service.run().await;
    let agent = service.sign_in("agent").await;
    let call = agent.get(&format!("/api/calls/{id}")).await;
    assert_eq!(call["call"]["state"], "ended");
    assert_eq!(call["call"]["end_cause"], "service_stopped");
    let recording = &call["call"]["recording"];
    assert_eq!((&recording["state"], &recording["recovered"]), (&"closed".into(), &false.into()));
    assert!(Desk::said(&call, "agent").contains(first["text"].as_str().expect("a text")), "{call}");
}
