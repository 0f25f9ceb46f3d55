//! Who ends a call, when, and what is left of it.

use std::time::Duration;

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::{CallState, EndCause, RecordingState};
use jiesu_sip::endpoint::LegEnd;

use super::support::{Options, Phone, Service, agent, answer, assert_ended, end, free_addr, tone};

#[tokio::test]
async fn a_caller_who_gives_up_while_the_agents_phone_rings_stops_its_ringing() {
    let mut desk_phone = Phone::new().await;
    let seats = vec![("8001", desk_phone.addr())];
    let service = Service::start(Options { seats, ..Options::default() }).await;
    let caller = Phone::new().await;
    let (mut leg, _sound) = caller.dial(service.uri("12345")).await;
    answer(&mut leg).await;
    let mut ringing = desk_phone.ring().await;
    assert_eq!(service.free_seats(), 0);
    leg.hang_up().await;
    assert_eq!(end(&mut ringing.leg).await, LegEnd::Cancelled);
    assert_ended(&service.desk.ended().await, EndCause::Abandoned);
    assert_eq!(service.free_seats(), 1, "the seat is free for the next caller");
    service.stop().await;
}

#[tokio::test]
async fn an_agent_who_hangs_up_ends_the_call() {
    let mut desk_phone = Phone::new().await;
    let seats = vec![("8001", desk_phone.addr())];
    let service = Service::start(Options { seats, greeting_ms: 100, ..Options::default() }).await;
    let caller = Phone::new().await;
    let (mut leg, _sound) = caller.dial(service.uri("12345")).await;
    answer(&mut leg).await;
    let mut call = desk_phone.ring().await;
    let mut sound = super::support::open_media().await;
    let (body, _) = sound.answer(&call.call.offer.unwrap()).unwrap();
    call.leg.accept(body).await;
    service.desk.until(|desk| desk.states().contains(&CallState::Talking).then_some(())).await;
    call.leg.hang_up().await;
    assert_eq!(end(&mut call.leg).await, LegEnd::LocalHangup);
    assert_eq!(end(&mut leg).await, LegEnd::Bye);
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert!(call.bridged_at.is_some());
    service.stop().await;
}

#[tokio::test]
async fn a_call_on_which_nothing_is_heard_ends_after_the_limit() {
    let mut desk_phone = Phone::new().await;
    let seats = vec![("8001", desk_phone.addr())];
    let media_timeout = Duration::from_secs(1);
    let service = Service::start(Options { seats, media_timeout, ..Options::default() }).await;
    let caller = Phone::new().await;
    let (mut leg, _sound) = caller.dial(service.uri("12345")).await;
    answer(&mut leg).await;
    let mut call = desk_phone.ring().await;
    assert_eq!(end(&mut leg).await, LegEnd::Bye);
    assert!(matches!(end(&mut call.leg).await, LegEnd::Cancelled | LegEnd::Bye));
    assert_ended(&service.desk.ended().await, EndCause::MediaTimeout);
    service.stop().await;
}

#[tokio::test]
async fn a_service_that_stops_ends_its_calls_and_closes_their_recordings() {
    let phone = free_addr();
    let service = Service::start(Options { seats: vec![("8001", phone)], ..Options::default() }).await;
    let mut plan = service.plan("12345", tone(400.0, 20_000));
    plan.agent = Some(agent(phone, tone(700.0, 20_000)));
    let call = tokio::spawn(place_call(plan));
    service.desk.until(|desk| desk.states().contains(&CallState::Talking).then_some(())).await;
    let desk = service.desk.clone();
    service.stop().await;
    assert_eq!(call.await.unwrap().unwrap().report.outcome, Outcome::EndedEarly);
    let ended = desk.ended().await;
    assert_ended(&ended, EndCause::ServiceStopped);
    assert!(matches!(ended.recording, RecordingState::Closed { samples: 1.., recovered: false, .. }));
}

#[tokio::test]
async fn a_leg_whose_owner_is_gone_is_hung_up() {
    let caller = Phone::new().await;
    let mut called = Phone::new().await;
    let target = jiesu_sip::message::Uri::sip(Some("8001"), called.addr());
    let (leg, _sound) = caller.dial(target).await;
    let mut ringing = called.ring().await;
    drop(leg);
    assert_eq!(end(&mut ringing.leg).await, LegEnd::Cancelled);
}

#[tokio::test]
async fn a_leg_whose_events_nobody_reads_is_hung_up_and_holds_up_no_other() {
    let caller = Phone::new().await;
    let mut called = Phone::new().await;
    let target = jiesu_sip::message::Uri::sip(Some("8001"), called.addr());
    let (_unread, _sound) = caller.dial(target.clone()).await;
    let mut ringing = called.ring().await;
    for _ in 0..100 {
        ringing.leg.progress(180, None).await;
    }
    assert_eq!(end(&mut ringing.leg).await, LegEnd::Cancelled);
    let (mut leg, _sound) = caller.dial(target).await;
    called.ring().await.leg.reject(486, "Busy Here").await;
    assert!(matches!(end(&mut leg).await, LegEnd::Rejected { status: 486, .. }));
}
