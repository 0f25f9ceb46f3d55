//! The states of a seat, by the calls it gets: time for writing after a talk, a break after a call that was missed.

use std::time::Duration;

use jiesu::call::AgentWish;
use jiesu::caller::{Outcome, place_call};
use jiesu::domain::{CallState, SeatState};
use jiesu::gateway::IncomingLeg;

use super::support::{Options, Phone, Service, agent, answer, free_addr, open_media, tone};

use SeatState::{Break, Ready, Ringing, Talking, WrapUp};

/// Picks a ringing phone up.
async fn pick_up(call: &IncomingLeg) {
    let (body, _) = open_media().await.answer(call.call.offer.as_deref().unwrap()).unwrap();
    call.leg.accept(body).await;
}

fn because(state: SeatState, reason: &str) -> (SeatState, Option<String>) {
    (state, Some(reason.to_owned()))
}

fn plain<const N: usize>(states: [SeatState; N]) -> [(SeatState, Option<String>); N] {
    states.map(|state| (state, None))
}

#[tokio::test]
async fn the_next_caller_comes_when_the_agent_has_written() {
    let mut desk_phone = Phone::new().await;
    let service = Service::start(Options {
        seats: vec![("8001", desk_phone.addr())],
        greeting_ms: 100,
        wrap_up: Some(Duration::from_secs(2)),
        ..Options::default()
    })
    .await;
    let phone = Phone::new().await;
    let (mut first, _sound) = phone.dial(service.uri("12345")).await;
    answer(&mut first).await;
    let call = desk_phone.ring().await;
    pick_up(&call).await;
    service.desk.until_seat("8001", Talking).await;
    let (mut second, _sound) = phone.dial(service.uri("12345")).await;
    answer(&mut second).await;
    let both = |desk: &super::support::MemoryDesk| {
        let calls = desk.calls();
        let is = |state| calls.iter().any(|call| call.state == state);
        (is(CallState::Talking) && is(CallState::Waiting)).then_some(())
    };
    service.desk.until(both).await;
    call.leg.hang_up().await;
    // Nothing is sent to the service now but the second caller's silence: it is woken by the seat.
    let next = desk_phone.ring().await;
    let states = service.desk.seat_states("8001");
    assert_eq!(states, plain([Ready, Ringing, Talking, WrapUp, Ready, Ringing]));
    drop(next);
    service.stop().await;
}

#[tokio::test]
async fn a_break_asked_for_in_a_talk_comes_after_it_and_ready_brings_the_next_caller() {
    let mut desk_phone = Phone::new().await;
    let service = Service::start(Options {
        seats: vec![("8001", desk_phone.addr())],
        greeting_ms: 100,
        wrap_up: Some(Duration::from_secs(600)),
        ..Options::default()
    })
    .await;
    let sits_there = service.hotline.seats.statuses()[0].agent.unwrap();
    let phone = Phone::new().await;
    let (mut first, _sound) = phone.dial(service.uri("12345")).await;
    answer(&mut first).await;
    let call = desk_phone.ring().await;
    pick_up(&call).await;
    service.desk.until_seat("8001", Talking).await;
    service.hotline.seats.wish(sits_there, &AgentWish::Break("meal".to_owned())).unwrap();
    first.hang_up().await;
    service.desk.until_seat("8001", Break).await;
    let (mut second, _sound) = phone.dial(service.uri("12345")).await;
    answer(&mut second).await;
    let waits = |desk: &super::support::MemoryDesk| {
        desk.calls().iter().any(|call| call.state == CallState::Waiting).then_some(())
    };
    service.desk.until(waits).await;
    service.hotline.seats.wish(sits_there, &AgentWish::Ready).unwrap();
    let next = desk_phone.ring().await;
    let states = service.desk.seat_states("8001");
    let [ready, ringing, talking] = plain([Ready, Ringing, Talking]);
    let meal = [because(Talking, "meal"), because(Break, "meal")];
    assert_eq!(states[..3], [ready.clone(), ringing.clone(), talking]);
    assert_eq!(states[3..], [meal[0].clone(), meal[1].clone(), ready, ringing]);
    drop(next);
    service.stop().await;
}

#[tokio::test]
async fn a_seat_that_misses_a_call_is_on_a_break_and_says_why() {
    let (mut silent, mut busy) = (Phone::new().await, Phone::new().await);
    let third = free_addr();
    let service = Service::start(Options {
        seats: vec![("8001", silent.addr()), ("8002", busy.addr()), ("8003", third)],
        ring_limit: Duration::from_secs(1),
        wrap_up: Some(Duration::from_secs(600)),
        ..Options::default()
    })
    .await;
    let mut plan = service.plan("12345", tone(400.0, 4_000));
    plan.agent = Some(agent(third, tone(700.0, 4_000)));
    let call = tokio::spawn(place_call(plan));
    let _rings = silent.ring().await;
    busy.ring().await.leg.reject(486, "Busy Here").await;
    assert_eq!(call.await.unwrap().unwrap().report.outcome, Outcome::AsPlanned);
    service.desk.until_seat("8003", WrapUp).await;
    let last = |extension: &str| service.desk.seat_states(extension).pop().unwrap();
    assert_eq!(last("8001"), because(Break, "no_answer"));
    assert_eq!(last("8002"), because(Break, "declined"));
    service.stop().await;
}

#[tokio::test]
async fn a_phone_that_says_nothing_is_offline() {
    let options = Options {
        seats: vec![("8001", free_addr())],
        ring_limit: Duration::from_secs(1),
        ..Options::default()
    };
    let service = Service::start(options).await;
    let (mut leg, _sound) = Phone::new().await.dial(service.uri("12345")).await;
    answer(&mut leg).await;
    service.desk.until_seat("8001", SeatState::Offline).await;
    assert_eq!(service.desk.seat_states("8001").pop().unwrap(), because(SeatState::Offline, "unreachable"));
    service.stop().await;
}
