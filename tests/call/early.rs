//! Sound before the answer: what the network says of a number that an agent calls.

use jiesu::call::Outside;
use jiesu::domain::{CallState, EndCause, RecordingState, TalkCommand, ThirdState, UserId};
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::Uri;

use super::person::Person;
use super::support::{MUSIC_HZ, Options, Phone, Service, assert_ended, share_of};

const AGENT_HZ: f64 = 700.0;
const CALLER_HZ: f64 = 400.0;
const NETWORK_HZ: f64 = 1_000.0;
/// Ringing and busy, as an exchange plays them.
const EXCHANGE_HZ: f64 = 450.0;
const NUMBER: &str = "13800006921";

/// A service with one seat, whose agent is `by`, and a network behind a trunk.
async fn scene(desk_phone: &Phone, network: &Phone, by: UserId) -> Service {
    let outside = Outside {
        gateways: vec![Uri::sip(None, network.addr()).into()],
        number: "12345".to_owned(),
        allowed: vec!["1".to_owned()],
    };
    let seats = vec![("8001", desk_phone.addr())];
    Service::start(Options { seats, agent: Some(by), outside, greeting_ms: 100, ..Options::default() }).await
}

#[tokio::test]
async fn an_agent_hears_what_the_network_says_of_a_number_and_it_is_recorded() {
    let (mut desk_phone, mut network, by) = (Phone::new().await, Phone::new().await, UserId::new());
    let service = scene(&desk_phone, &network, by).await;
    service.hotline.talks.place(by, NUMBER.to_owned(), None).await.unwrap();
    let mut agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    let call = network.ring().await;
    agent.hears(&[EXCHANGE_HZ]).await;
    let (announcement, _) = Person::announces(call, NETWORK_HZ).await;
    agent.hears(&[NETWORK_HZ]).await;
    let call = &service.desk.calls()[0];
    assert_eq!((call.state, &call.recording), (CallState::Ringing, &RecordingState::Open));
    assert_eq!(call.answered_at, None);
    announcement.refuses(404).await;
    agent.hears(&[EXCHANGE_HZ]).await;
    assert_eq!(agent.is_hung_up().await, LegEnd::Bye);
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::Unreached);
    let (left, _) = service.recording(&call);
    // It was heard for a quarter of a second at least.
    assert!(share_of(&left[400..1_600], NETWORK_HZ) > 0.9);
    service.stop().await;
}

#[tokio::test]
async fn the_answer_goes_on_with_what_began_before_it() {
    let (mut desk_phone, mut network, by) = (Phone::new().await, Phone::new().await, UserId::new());
    let service = scene(&desk_phone, &network, by).await;
    service.hotline.talks.place(by, NUMBER.to_owned(), None).await.unwrap();
    let agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    let (mut citizen, body) = Person::announces(network.ring().await, NETWORK_HZ).await;
    agent.hears(&[NETWORK_HZ]).await;
    citizen.answers(body).await;
    service.desk.until(|desk| desk.states().contains(&CallState::Talking).then_some(())).await;
    citizen.hears(&[AGENT_HZ]).await;
    agent.hears(&[NETWORK_HZ]).await;
    agent.hangs_up().await;
    assert_eq!(citizen.is_hung_up().await, LegEnd::Bye);
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert!(call.answered_at.is_some());
    let (left, right) = service.recording(&call);
    assert!(share_of(&left[400..1_600], NETWORK_HZ) > 0.9, "one recording, from the first sound on");
    assert!(share_of(&right[right.len() - 3_200..right.len() - 1_600], AGENT_HZ) > 0.9);
    service.stop().await;
}

#[tokio::test]
async fn whom_an_agent_consults_outside_is_heard_before_the_answer_while_the_caller_has_music() {
    let (mut desk_phone, mut network, by) = (Phone::new().await, Phone::new().await, UserId::new());
    let service = scene(&desk_phone, &network, by).await;
    let caller = Person::calls(&service, "12345", CALLER_HZ).await;
    let agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    agent.hears(&[CALLER_HZ]).await;
    let id = service.desk.calls()[0].id;
    let consult = TalkCommand::Consult { number: NUMBER.to_owned() };
    service.hotline.talks.order(id, by, consult).await.unwrap();
    let (third, body) = Person::announces(network.ring().await, NETWORK_HZ).await;
    agent.hears(&[NETWORK_HZ]).await;
    caller.hears(&[MUSIC_HZ]).await;
    let state = service.desk.calls()[0].talk.third.as_ref().map(|third| third.state);
    assert_eq!(state, Some(ThirdState::Ringing), "nobody has picked up");
    third.answers(body).await;
    third.hears(&[AGENT_HZ]).await;
    service
        .desk
        .until(|desk| {
            desk.calls()[0].talk.third.as_ref().filter(|third| third.state == ThirdState::Consulted).map(drop)
        })
        .await;
    caller.hangs_up().await;
    service.stop().await;
}

#[tokio::test]
async fn a_caller_who_is_put_through_hears_the_network_too() {
    let (mut desk_phone, mut network, by) = (Phone::new().await, Phone::new().await, UserId::new());
    let service = scene(&desk_phone, &network, by).await;
    let caller = Person::calls(&service, "12345", CALLER_HZ).await;
    let agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    agent.hears(&[CALLER_HZ]).await;
    let id = service.desk.calls()[0].id;
    let transfer = TalkCommand::Transfer { number: NUMBER.to_owned() };
    service.hotline.talks.order(id, by, transfer).await.unwrap();
    let call = network.ring().await;
    caller.hears(&[EXCHANGE_HZ]).await;
    let (third, body) = Person::announces(call, NETWORK_HZ).await;
    caller.hears(&[NETWORK_HZ]).await;
    third.answers(body).await;
    third.hears(&[CALLER_HZ]).await;
    caller.hangs_up().await;
    service.stop().await;
}
