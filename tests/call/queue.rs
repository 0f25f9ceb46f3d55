//! The queue: callers hear music, are served in their order, and keep it when a seat does not answer.

use std::time::Duration;

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::{CallState, EndCause};
use jiesu::gateway::{IncomingLeg, Leg, OutgoingCall, Target};
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::{NameAddr, Uri};

use super::support::{
    APOLOGY_HZ, MUSIC_HZ, Options, Phone, Service, agent, answer, assert_ended, end, free_addr, heard_ms,
    open_media, tone,
};

/// A caller of this number, who has been answered by the greeting; and its sound's ports.
async fn caller(service: &Service, phone: &Phone, number: &str) -> (Leg, jiesu::call::MediaLeg) {
    let mut media = open_media().await;
    let offer = media.offer();
    let from = NameAddr::new(Uri::sip(Some(number), phone.addr()));
    let call = OutgoingCall { target: Target::Address(service.uri("12345")), from, offer };
    let mut leg = phone.telephone.dial(call).await.unwrap();
    answer(&mut leg).await;
    (leg, media)
}

/// Picks a ringing phone up.
async fn pick_up(call: &IncomingLeg) {
    let (body, _) = open_media().await.answer(call.call.offer.as_deref().unwrap()).unwrap();
    call.leg.accept(body).await;
}

fn number(call: &IncomingLeg) -> String {
    call.call.from.uri.user.as_ref().unwrap().to_string()
}

#[tokio::test]
async fn callers_are_served_in_their_order_and_some_go_first() {
    let mut desk_phone = Phone::new().await;
    let service = Service::start(Options {
        seats: vec![("8001", desk_phone.addr())],
        greeting_ms: 100,
        first_numbers: vec!["0110"],
        ..Options::default()
    })
    .await;
    let phone = Phone::new().await;
    let mut callers = Vec::new();
    for number in ["13800000001", "13800000002", "13800000003", "01108888"] {
        callers.push(caller(&service, &phone, number).await);
        let waiting = |state| matches!(state, CallState::Waiting | CallState::Talking);
        let calls = callers.len();
        let all = move |desk: &super::support::MemoryDesk| {
            (desk.calls().iter().filter(|call| waiting(call.state)).count() == calls).then_some(())
        };
        service.desk.until(all).await;
    }
    assert_eq!(service.hotline.seats.queue_figures().callers, 3, "the first one's agent is rung");
    // The second gives up: nobody is asked for it any more.
    callers[1].0.hang_up().await;
    for expected in ["13800000001", "01108888", "13800000003"] {
        let mut call = desk_phone.ring().await;
        assert_eq!(number(&call), expected);
        pick_up(&call).await;
        service
            .desk
            .until(|desk| desk.calls().iter().any(|call| call.state == CallState::Talking).then_some(()))
            .await;
        call.leg.hang_up().await;
        assert_eq!(end(&mut call.leg).await, LegEnd::LocalHangup);
    }
    let ended = |desk: &super::support::MemoryDesk| {
        let calls = desk.calls();
        calls.iter().all(|call| call.state == CallState::Ended).then_some(calls)
    };
    let calls = service.desk.until(ended).await;
    let cause = |number: &str| calls.iter().find(|call| call.caller_number == number).unwrap().end_cause;
    assert_eq!(cause("13800000002"), Some(EndCause::Abandoned));
    assert_eq!(cause("13800000003"), Some(EndCause::AgentHungUp));
    service.stop().await;
}

#[tokio::test]
async fn who_waits_hears_music_and_after_the_limit_the_apology() {
    let mut desk_phone = Phone::new().await;
    let service = Service::start(Options {
        seats: vec![("8001", desk_phone.addr())],
        greeting_ms: 100,
        wait_limit: Duration::from_secs(3),
        ..Options::default()
    })
    .await;
    let phone = Phone::new().await;
    let _first = caller(&service, &phone, "13800000001").await;
    let call = desk_phone.ring().await;
    pick_up(&call).await;
    service.desk.until(|desk| desk.states().contains(&CallState::Talking).then_some(())).await;
    let placed = place_call(service.plan("12345", tone(400.0, 8_000))).await.unwrap();
    assert_eq!(placed.report.outcome, Outcome::EndedEarly, "the service hangs up");
    let heard = placed.report.caller.unwrap();
    assert!(heard_ms(&heard, MUSIC_HZ) >= 2_000, "{heard:?}");
    assert!(heard_ms(&heard, APOLOGY_HZ) >= 400, "{heard:?}");
    service.stop().await;
}

#[tokio::test]
async fn where_a_seat_does_not_answer_the_next_is_asked() {
    let mut silent = Phone::new().await;
    let second = free_addr();
    let service = Service::start(Options {
        seats: vec![("8001", silent.addr()), ("8002", second)],
        ring_limit: Duration::from_secs(1),
        ..Options::default()
    })
    .await;
    let mut plan = service.plan("12345", tone(400.0, 3_500));
    plan.agent = Some(agent(second, tone(700.0, 3_500)));
    let call = tokio::spawn(place_call(plan));
    assert_eq!(end(&mut silent.ring().await.leg).await, LegEnd::Cancelled);
    assert_eq!(call.await.unwrap().unwrap().report.outcome, Outcome::AsPlanned);
    let call = service.desk.ended().await;
    assert_eq!(call.seat.as_deref(), Some("8002"));
    assert_ended(&call, EndCause::CallerHungUp);
    service.stop().await;
}
