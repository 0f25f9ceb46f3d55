//! What fails beside a call costs what it must, and the call goes on.

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::{Degradation, EndCause, EventKind, RecordingState};

use super::support::{Options, Service, agent, assert_ended, free_addr, heard_ms, tone};

#[tokio::test]
async fn a_recorder_that_cannot_write_costs_the_recording_and_not_the_call() {
    let phone = free_addr();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("a file where a folder should be");
    std::fs::write(&file, "").unwrap();
    let options = Options { seats: vec![("8001", phone)], recordings: Some(file), ..Options::default() };
    let service = Service::start(options).await;
    let mut plan = service.plan("12345", tone(400.0, 2_500));
    plan.agent = Some(agent(phone, tone(700.0, 2_500)));
    let report = place_call(plan).await.unwrap().report;
    assert_eq!(report.outcome, Outcome::AsPlanned);
    assert!(heard_ms(&report.caller.unwrap(), 700.0) >= 1_500);
    assert!(heard_ms(&report.agent.unwrap(), 400.0) >= 1_500);
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::CallerHungUp);
    assert_eq!(call.recording, RecordingState::Failed);
    let failing = EventKind::Degraded { part: Degradation::Recorder, failing: true };
    assert_eq!(
        service.desk.told().iter().filter(|kind| **kind == failing).count(),
        1,
        "the desk is told, once"
    );
    service.stop().await;
}
