//! No agent can be reached: the caller is told so.

use std::time::Duration;

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::EndCause;
use jiesu_sip::endpoint::LegEnd;

use super::support::{
    APOLOGY_HZ, Options, Phone, Service, agent, assert_ended, end, free_addr, heard_ms, tone,
};

/// What a caller hears while the agent's phone rings.
const RINGING_HZ: f64 = 450.0;

#[tokio::test]
async fn without_a_seat_the_caller_hears_the_apology_after_the_greeting() {
    let service = Service::start(Options::default()).await;
    let placed = place_call(service.plan("12345", tone(400.0, 5_000))).await.unwrap();
    assert_eq!(placed.report.outcome, Outcome::EndedEarly, "the service hangs up");
    let caller = placed.report.caller.unwrap();
    assert!(heard_ms(&caller, APOLOGY_HZ) >= 400, "{caller:?}");
    assert_ended(&service.desk.ended().await, EndCause::NoAgent);
    service.stop().await;
}

#[tokio::test]
async fn an_agent_who_does_not_answer_is_given_up_after_the_limit() {
    let mut desk_phone = Phone::new().await;
    let seats = vec![("8001", desk_phone.addr())];
    let ring_limit = Duration::from_secs(2);
    let service = Service::start(Options { seats, ring_limit, ..Options::default() }).await;
    let call = tokio::spawn(place_call(service.plan("8001", tone(400.0, 5_000))));
    let mut ringing = desk_phone.ring().await;
    assert_eq!(end(&mut ringing.leg).await, LegEnd::Cancelled);
    let caller = call.await.unwrap().unwrap().report.caller.unwrap();
    assert!(heard_ms(&caller, RINGING_HZ) >= 700, "ringing before the apology: {caller:?}");
    assert!(heard_ms(&caller, APOLOGY_HZ) >= 400, "{caller:?}");
    assert_ended(&service.desk.ended().await, EndCause::NoAgent);
    service.stop().await;
}

#[tokio::test]
async fn a_phone_that_is_busy_is_passed_over_for_the_next() {
    let mut busy = Phone::new().await;
    let second = free_addr();
    let seats = vec![("8001", busy.addr()), ("8002", second)];
    let service = Service::start(Options { seats, ..Options::default() }).await;
    let mut plan = service.plan("12345", tone(400.0, 2_500));
    plan.agent = Some(agent(second, tone(700.0, 2_500)));
    let call = tokio::spawn(place_call(plan));
    busy.ring().await.leg.reject(486, "Busy Here").await;
    assert_eq!(call.await.unwrap().unwrap().report.outcome, Outcome::AsPlanned);
    assert_eq!(service.desk.ended().await.seat.as_deref(), Some("8002"));
    service.stop().await;
}
