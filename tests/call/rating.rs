//! A citizen rates the talk by a key when the agent has hung up.

use jiesu::call::RatingPrompts;
use jiesu::domain::{CallState, EndCause};
use jiesu_sip::endpoint::LegEnd;

use super::person::Person;
use super::support::{Options, Phone, Service, assert_ended, tone};

const CALLER_HZ: f64 = 400.0;
const AGENT_HZ: f64 = 700.0;
const QUESTION_HZ: f64 = 1_700.0;
const THANKS_HZ: f64 = 1_900.0;

/// A caller whose agent has just hung up.
async fn asked() -> (Service, Person) {
    let mut desk_phone = Phone::new().await;
    let service = Service::start(Options {
        seats: vec![("8001", desk_phone.addr())],
        greeting_ms: 100,
        rating: Some(RatingPrompts { ask: tone(QUESTION_HZ, 1_000), thanks: tone(THANKS_HZ, 600) }),
        ..Options::default()
    })
    .await;
    let (caller, call) = tokio::join!(Person::calls(&service, "8001", CALLER_HZ), desk_phone.ring());
    let agent = Person::picks_up(call, AGENT_HZ).await;
    caller.hears(&[AGENT_HZ]).await;
    agent.hangs_up().await;
    caller.hears(&[QUESTION_HZ]).await;
    assert_eq!(service.free_seats(), 1, "the agent need not wait for it");
    (service, caller)
}

#[tokio::test]
async fn the_first_key_from_1_to_5_counts_and_is_thanked_for() {
    let (service, mut caller) = asked().await;
    caller.presses("72").await;
    caller.hears(&[THANKS_HZ]).await;
    assert_eq!(caller.is_hung_up().await, LegEnd::Bye);
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert_eq!(call.rating, Some(2));
    use CallState::{Ended, Greeting, Rating, Ringing, Talking};
    assert_eq!(service.desk.states(), [Ringing, Greeting, Talking, Rating, Ended]);
    service.stop().await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_instead_has_not_rated() {
    let (service, caller) = asked().await;
    caller.hangs_up().await;
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert_eq!(call.rating, None);
    service.stop().await;
}
