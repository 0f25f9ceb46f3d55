//! What fails beside a call costs what it must, and the call goes on.

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::{Degradation, EndCause, EventKind, RecordingState, SamplePosition};

use super::support::{Options, Service, agent, assert_ended, free_addr, heard_ms, share_of, tone};

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

#[tokio::test]
async fn a_session_that_fails_by_its_own_fault_ends_its_call_properly_and_no_other() {
    let (phone, next_phone) = (free_addr(), free_addr());
    let seats = vec![("8001", phone), ("8002", next_phone)];
    let service = Service::start(Options { seats, ..Options::default() }).await;
    let mut plan = service.plan("8001", tone(400.0, 2_500));
    plan.agent = Some(agent(phone, tone(700.0, 2_500)));
    *service.desk.ears_fail_at.lock().unwrap() = Some(SamplePosition(12_000));
    let report = place_call(plan).await.unwrap().report;
    assert_eq!(report.outcome, Outcome::EndedEarly, "the caller is hung up on, and not left in silence");
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::Failed);
    let RecordingState::Closed { samples, recovered: false, .. } = call.recording else { panic!("{call:?}") };
    assert!((12_000..20_000).contains(&samples), "{samples}: what was said is kept");
    assert!(share_of(&service.recording(&call).0[4_000..12_000], 400.0) > 0.9);
    assert_eq!(service.free_seats(), 2);

    *service.desk.ears_fail_at.lock().unwrap() = None;
    let mut plan = service.plan("8002", tone(400.0, 1_500));
    plan.agent = Some(agent(next_phone, tone(700.0, 1_500)));
    assert_eq!(place_call(plan).await.unwrap().report.outcome, Outcome::AsPlanned);
    service.stop().await;
}
