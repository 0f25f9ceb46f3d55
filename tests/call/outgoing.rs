//! The hotline calls a citizen for an agent: the agent's phone rings first.

use jiesu::call::{Outside, Refusal};
use jiesu::domain::{CallDirection, CallId, CallState, EndCause, TalkCommand, UserId};
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::Uri;

use super::person::Person;
use super::support::{Options, Phone, Service, assert_ended, end, share_of};

const AGENT_HZ: f64 = 700.0;
const CITIZEN_HZ: f64 = 400.0;
/// Ringing and busy, as an exchange plays them.
const EXCHANGE_HZ: f64 = 450.0;
const NUMBER: &str = "13800006921";

/// A seat whose agent is `by`, and a gateway to the citizens.
struct Scene {
    service: Service,
    desk_phone: Phone,
    citizen: Phone,
    by: UserId,
}

impl Scene {
    async fn new() -> Self {
        let (desk_phone, citizen, by) = (Phone::new().await, Phone::new().await, UserId::new());
        let outside = Outside {
            gateways: vec![Uri::sip(None, citizen.addr()).into()],
            number: "12345".to_owned(),
            allowed: vec!["1".to_owned()],
        };
        let seats = vec![("8001", desk_phone.addr())];
        let service = Service::start(Options { seats, agent: Some(by), outside, ..Options::default() }).await;
        Self { service, desk_phone, citizen, by }
    }

    async fn places(&self, number: &str, about: Option<CallId>) -> Result<CallId, Refusal> {
        self.service.hotline.talks.place(self.by, number.to_owned(), about).await
    }
}

#[tokio::test]
async fn first_the_agent_then_the_citizen_and_both_are_recorded_from_then_on() {
    let mut scene = Scene::new().await;
    let about = CallId::new();
    let id = scene.places(NUMBER, Some(about)).await.unwrap();
    let call = scene.desk_phone.ring().await;
    assert_eq!(call.call.from.uri.user_name().as_deref(), Some(NUMBER), "whom it will be with");
    assert!(scene.citizen.calls.try_recv().is_err(), "nobody else is called yet");
    let agent = Person::picks_up(call, AGENT_HZ).await;
    let call = scene.citizen.ring().await;
    assert_eq!(call.call.request_uri.user_name().as_deref(), Some(NUMBER));
    assert_eq!(call.call.from.uri.user_name().as_deref(), Some("12345"));
    agent.hears(&[EXCHANGE_HZ]).await;
    let mut citizen = Person::picks_up(call, CITIZEN_HZ).await;
    citizen.hears(&[AGENT_HZ]).await;
    agent.hears(&[CITIZEN_HZ]).await;
    agent.hangs_up().await;
    assert_eq!(citizen.is_hung_up().await, LegEnd::Bye);
    let call = scene.service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert_eq!((call.id, call.about, call.direction), (id, Some(about), CallDirection::Outgoing));
    assert_eq!((call.caller_number.as_str(), call.seat.as_deref()), (NUMBER, Some("8001")));
    assert_eq!(call.agent, Some(scene.by));
    let (left, right) = scene.service.recording(&call);
    // The ringing, which took a quarter of a second at least, is no part of it.
    assert!(share_of(&left[1_600..3_200], CITIZEN_HZ) > 0.9);
    assert!(share_of(&right[1_600..3_200], AGENT_HZ) > 0.9);
    scene.service.stop().await;
}

#[tokio::test]
async fn a_citizen_who_is_not_reached_leaves_the_agent_with_the_busy_tone() {
    let mut scene = Scene::new().await;
    scene.places(NUMBER, None).await.unwrap();
    let mut agent = Person::picks_up(scene.desk_phone.ring().await, AGENT_HZ).await;
    agent.hears(&[EXCHANGE_HZ]).await;
    scene.citizen.ring().await.leg.reject(486, "Busy Here").await;
    assert_eq!(agent.is_hung_up().await, LegEnd::Bye);
    assert_ended(&scene.service.desk.ended().await, EndCause::Unreached);
    scene.service.stop().await;
}

#[tokio::test]
async fn an_agent_gives_up_while_the_citizens_phone_rings() {
    let mut scene = Scene::new().await;
    let id = scene.places(NUMBER, None).await.unwrap();
    let mut agent = Person::picks_up(scene.desk_phone.ring().await, AGENT_HZ).await;
    let mut citizen = scene.citizen.ring().await;
    let talks = &scene.service.hotline.talks;
    assert_eq!(talks.order(id, scene.by, TalkCommand::Hold).await, Err(Refusal::NotNow));
    talks.order(id, scene.by, TalkCommand::HangUp).await.unwrap();
    assert_eq!(end(&mut citizen.leg).await, LegEnd::Cancelled);
    assert_eq!(agent.is_hung_up().await, LegEnd::Bye);
    assert_ended(&scene.service.desk.ended().await, EndCause::AgentHungUp);
    scene.service.stop().await;
}

#[tokio::test]
async fn a_phone_that_is_not_picked_up_ends_it_and_what_cannot_be_called_is_refused() {
    let mut scene = Scene::new().await;
    assert_eq!(scene.places("02225301234", None).await, Err(Refusal::NotAllowed));
    assert_eq!(scene.places("", None).await, Err(Refusal::NoSuchNumber));
    let nobody = scene.service.hotline.talks.place(UserId::new(), NUMBER.to_owned(), None).await;
    assert_eq!(nobody, Err(Refusal::NoSeat));
    scene.places(NUMBER, None).await.unwrap();
    let call = scene.desk_phone.ring().await;
    assert_eq!(scene.places(NUMBER, None).await, Err(Refusal::Busy));
    assert_eq!(scene.service.desk.calls()[0].state, CallState::Ringing);
    call.leg.reject(486, "Busy Here").await;
    assert_ended(&scene.service.desk.ended().await, EndCause::NoAgent);
    assert!(scene.citizen.calls.try_recv().is_err(), "the citizen is not troubled");
    scene.service.stop().await;
}
