//! Citizens who pressed a key to be called back are, when their turn comes; and people may do it in place of the queue.

use jiesu::call::FollowUpRefused;
use jiesu::domain::{
    CallDirection, CallId, CallState, EndCause, FollowUp, FollowUpKind, FollowUpState, RecordingState, UserId,
};
use jiff::Timestamp;

use super::person::Person;
use super::reception::{NOTED_HZ, outside, reception, until_waiting};
use super::support::{CALLER_NUMBER, MUSIC_HZ, Options, Phone, Service, assert_ended, share_of};

const CALLER_HZ: f64 = 400.0;
const OTHERS_HZ: f64 = 600.0;
const AGENT_HZ: f64 = 700.0;

/// A seat that talks with a first caller, a gateway to the citizens, and a second caller who has asked to be called
/// back.
struct Scene {
    service: Service,
    desk_phone: Phone,
    citizen: Phone,
    first: Person,
    _agent: Person,
    by: UserId,
    wished: CallId,
}

impl Scene {
    async fn new() -> Self {
        let (mut desk_phone, citizen, by) = (Phone::new().await, Phone::new().await, UserId::new());
        let service = Service::start(Options {
            seats: vec![("8001", desk_phone.addr())],
            agent: Some(by),
            outside: outside(&citizen),
            reception: reception(),
            ..Options::default()
        })
        .await;
        let first = Person::calls(&service, "12345", OTHERS_HZ).await;
        let agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
        first.hears(&[AGENT_HZ]).await;
        let mut caller = Person::calls(&service, "12345", CALLER_HZ).await;
        until_waiting(&service, 1).await;
        caller.presses("1").await;
        caller.hears(&[NOTED_HZ]).await;
        caller.is_hung_up().await;
        let over = |desk: &super::support::MemoryDesk| {
            desk.calls().into_iter().find(|call| call.state == CallState::Ended)
        };
        let call = service.desk.until(over).await;
        assert_ended(&call, EndCause::CallBackWished);
        Self { service, desk_phone, citizen, first, _agent: agent, by, wished: call.id }
    }
}

async fn until_follow_up(service: &Service, state: FollowUpState, attempts: u32) -> FollowUp {
    let is = |desk: &super::support::MemoryDesk| {
        desk.follow_up().filter(|it| (it.state, it.attempts) == (state, attempts))
    };
    service.desk.until(is).await
}

#[tokio::test]
async fn a_caller_who_asked_for_it_is_called_back_in_its_turn_before_those_who_came_later() {
    let mut scene = Scene::new().await;
    let later = Person::calls(&scene.service, "12345", OTHERS_HZ).await;
    until_waiting(&scene.service, 1).await;
    assert_eq!(
        scene.service.hotline.seats.queue_figures().callers,
        1,
        "who is called back is not on the line"
    );
    scene.first.hangs_up().await;
    let ring = scene.desk_phone.ring().await;
    assert_eq!(ring.call.from.uri.user_name().as_deref(), Some(CALLER_NUMBER));
    assert!(scene.citizen.calls.try_recv().is_err(), "first the agent");
    let agent = Person::picks_up(ring, AGENT_HZ).await;
    let taken = until_follow_up(&scene.service, FollowUpState::Taken, 0).await;
    assert_eq!((taken.call_id, taken.by), (scene.wished, Some(scene.by)));
    let citizen = Person::picks_up(scene.citizen.ring().await, CALLER_HZ).await;
    citizen.hears(&[AGENT_HZ]).await;
    agent.hears(&[CALLER_HZ]).await;
    later.hears(&[MUSIC_HZ]).await;
    citizen.hangs_up().await;
    assert_eq!(until_follow_up(&scene.service, FollowUpState::Done, 0).await.call_id, scene.wished);
    assert_eq!(scene.service.hotline.follow_ups.all(), []);
    let call_back = |desk: &super::support::MemoryDesk| {
        let mut calls = desk.calls().into_iter();
        calls.find(|call| {
            call.direction == CallDirection::Outgoing
                && matches!(call.recording, RecordingState::Closed { .. })
        })
    };
    let call = scene.service.desk.until(call_back).await;
    assert_eq!((call.about, call.agent), (Some(scene.wished), Some(scene.by)));
    let (left, right) = scene.service.recording(&call);
    assert!(share_of(&left[1_600..3_200], CALLER_HZ) > 0.9 && share_of(&right[1_600..3_200], AGENT_HZ) > 0.9);
    // Then those who came later.
    Person::picks_up(scene.desk_phone.ring().await, AGENT_HZ).await.hears(&[OTHERS_HZ]).await;
    scene.service.stop().await;
}

#[tokio::test]
async fn a_citizen_who_is_not_reached_stays_to_be_called_back() {
    let mut scene = Scene::new().await;
    scene.first.hangs_up().await;
    let agent = Person::picks_up(scene.desk_phone.ring().await, AGENT_HZ).await;
    scene.citizen.ring().await.leg.reject(486, "Busy Here").await;
    let open = until_follow_up(&scene.service, FollowUpState::Open, 1).await;
    assert_eq!((open.call_id, open.by), (scene.wished, None));
    drop(agent);
    scene.service.stop().await;
}

#[tokio::test]
async fn one_that_somebody_takes_is_not_called_by_the_queue_until_it_is_given_back() {
    let mut scene = Scene::new().await;
    let follow_ups = &scene.service.hotline.follow_ups;
    let (one, other) = (UserId::new(), UserId::new());
    follow_ups.take(scene.wished, Some(one), Some("甲".to_owned())).unwrap();
    assert_eq!(follow_ups.take(scene.wished, Some(other), None), Err(FollowUpRefused::Taken));
    assert_eq!(follow_ups.give_back(scene.wished, Some(other)), Err(FollowUpRefused::Taken));
    scene.first.hangs_up().await;
    let later = Person::calls(&scene.service, "12345", OTHERS_HZ).await;
    let agent = Person::picks_up(scene.desk_phone.ring().await, AGENT_HZ).await;
    agent.hears(&[OTHERS_HZ]).await;
    follow_ups.give_back(scene.wished, Some(one)).unwrap();
    later.hangs_up().await;
    let ring = scene.desk_phone.ring().await;
    assert_eq!(ring.call.from.uri.user_name().as_deref(), Some(CALLER_NUMBER));
    follow_ups.finish(scene.wished, None).unwrap();
    assert_eq!(follow_ups.finish(scene.wished, None), Err(FollowUpRefused::NoSuch));
    scene.service.stop().await;
}

#[tokio::test]
async fn what_an_earlier_run_left_is_done_by_the_next() {
    let (mut desk_phone, mut citizen) = (Phone::new().await, Phone::new().await);
    let left = FollowUp {
        call_id: CallId::new(),
        kind: FollowUpKind::CallBack,
        caller_number: CALLER_NUMBER.to_owned(),
        called_number: "12345".to_owned(),
        language: None,
        since: Timestamp::now(),
        state: FollowUpState::Taken,
        by: Some(UserId::new()),
        by_name: None,
        attempts: 2,
    };
    let service = Service::start(Options {
        seats: vec![("8001", desk_phone.addr())],
        outside: outside(&citizen),
        left: vec![left],
        ..Options::default()
    })
    .await;
    let _agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    let called = citizen.ring().await;
    assert_eq!(called.call.request_uri.user_name().as_deref(), Some(CALLER_NUMBER));
    service.stop().await;
}
