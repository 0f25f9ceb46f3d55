//! What callers are told and offered: their place in the queue, to be called back, to leave a message; and which seats
//! are asked for whom. Each sentence is a tone of its own.

use std::path::Path;
use std::time::Duration;

use jiesu::audio::wav;
use jiesu::call::{Calendar, Hours, Outside, PhraseBook, Reception};
use jiesu::domain::{CallState, EndCause, FollowUpKind, FollowUpState, SeatState};
use jiesu_sip::message::Uri;
use jiesu_sip::rtp::Digit;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::person::Person;
use super::support::{MUSIC_HZ, Options, Phone, Service, assert_ended, share_of, tone};

const CALLER_HZ: f64 = 400.0;
const OTHERS_HZ: f64 = 600.0;
const AGENT_HZ: f64 = 700.0;
/// An exchange's tones, and the one before a message.
const EXCHANGE_HZ: f64 = 450.0;
const NEXT_HZ: f64 = 1_200.0;
const AHEAD_1_HZ: f64 = 1_300.0;
pub(crate) const NOTED_HZ: f64 = 1_600.0;
const CLOSED_HZ: f64 = 1_700.0;
const CALL_AGAIN_HZ: f64 = 1_800.0;
const BUSY_HZ: f64 = 1_900.0;
const LEAVE_MESSAGE_HZ: f64 = 2_000.0;
const KEPT_HZ: f64 = 2_100.0;
const OTHERWISE_HZ: f64 = 2_300.0;

/// A tone of 600 ms for each sentence that the tree has.
fn phrases() -> PhraseBook {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/prompts/zh");
    for file in std::fs::read_dir(shipped).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let hz = match name.trim_end_matches(".wav") {
            "next" => NEXT_HZ,
            "ahead_1" => AHEAD_1_HZ,
            "call_back_noted" => NOTED_HZ,
            "closed" => CLOSED_HZ,
            "call_again" => CALL_AGAIN_HZ,
            "busy" => BUSY_HZ,
            "leave_message" => LEAVE_MESSAGE_HZ,
            "message_kept" => KEPT_HZ,
            _ => OTHERWISE_HZ,
        };
        let sound = tone(hz, 600);
        let mut wave = wav::header(1, 8_000, 2 * sound.len() as u64).to_vec();
        wave.extend(sound.iter().flat_map(|sample| sample.to_le_bytes()));
        std::fs::write(folder.path().join(name), wave).unwrap();
    }
    PhraseBook::load(&[("zh".to_owned(), folder.path().to_owned())].into()).unwrap()
}

pub(crate) fn reception() -> Reception {
    Reception {
        phrases: phrases(),
        announce_every: Some(Duration::from_secs(3)),
        call_back_key: Digit::from_key('1'),
        ..Reception::default()
    }
}

/// Hours of another day than yesterday, today and tomorrow.
fn closed() -> Hours {
    let day = Timestamp::now().to_zoned(TimeZone::UTC).date() + 3.days();
    let open = day.strftime("%a 08:00-12:00").to_string().to_lowercase();
    Hours::new(TimeZone::UTC, &[open], Calendar::default()).unwrap()
}

/// Calls by this gateway may go to anybody.
pub(crate) fn outside(gateway: &Phone) -> Outside {
    Outside {
        gateways: vec![Uri::sip(None, gateway.addr()).into()],
        number: "12345".to_owned(),
        allowed: vec!["1".to_owned()],
    }
}

/// Waits until so many calls are in the queue.
pub(crate) async fn until_waiting(service: &Service, count: usize) {
    let waiting = |desk: &super::support::MemoryDesk| {
        let calls = desk.calls();
        (calls.iter().filter(|call| call.state == CallState::Waiting).count() == count).then_some(())
    };
    service.desk.until(waiting).await;
}

#[tokio::test]
async fn callers_in_the_queue_are_told_their_place_again_and_again() {
    let mut desk_phone = Phone::new().await;
    let seats = vec![("8001", desk_phone.addr())];
    let service = Service::start(Options { seats, reception: reception(), ..Options::default() }).await;
    let first = Person::calls(&service, "12345", OTHERS_HZ).await;
    let agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    first.hears(&[AGENT_HZ]).await;
    let second = Person::calls(&service, "12345", CALLER_HZ).await;
    second.hears(&[NEXT_HZ]).await;
    second.hears(&[MUSIC_HZ]).await;
    let third = Person::calls(&service, "12345", CALLER_HZ).await;
    third.hears(&[AHEAD_1_HZ]).await;
    third.hears(&[MUSIC_HZ]).await;
    second.hangs_up().await;
    third.hears(&[NEXT_HZ]).await;
    third.hears(&[MUSIC_HZ]).await;
    agent.hangs_up().await;
    let agent = Person::picks_up(desk_phone.ring().await, AGENT_HZ).await;
    third.hears(&[AGENT_HZ]).await;
    agent.hears(&[CALLER_HZ]).await;
    service.stop().await;
}

#[tokio::test]
async fn who_calls_when_it_is_closed_leaves_a_message() {
    let mut desk_phone = Phone::new().await;
    let reception =
        Reception { hours: closed(), message_limit: Some(Duration::from_secs(60)), ..reception() };
    let seats = vec![("8001", desk_phone.addr())];
    let service = Service::start(Options { seats, reception, ..Options::default() }).await;
    let mut caller = Person::calls(&service, "12345", CALLER_HZ).await;
    for hz in [CLOSED_HZ, LEAVE_MESSAGE_HZ, EXCHANGE_HZ] {
        caller.hears(&[hz]).await;
    }
    caller.hears_nothing().await;
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    caller.presses("#").await;
    caller.hears(&[KEPT_HZ]).await;
    caller.is_hung_up().await;
    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::MessageLeft);
    let (left, _) = service.recording(&call);
    assert!(share_of(&left[left.len() - 24_000..][..8_000], CALLER_HZ) > 0.9, "the message");
    let follow_up = service.desk.follow_up().unwrap();
    assert_eq!((follow_up.call_id, follow_up.kind), (call.id, FollowUpKind::Message));
    assert_eq!(follow_up.state, FollowUpState::Open);
    assert_eq!(service.hotline.follow_ups.all(), [follow_up]);
    // A seat's own number is rung at any time.
    let _caller = Person::calls(&service, "8001", CALLER_HZ).await;
    Person::picks_up(desk_phone.ring().await, AGENT_HZ).await.hears(&[CALLER_HZ]).await;
    service.stop().await;
}

#[tokio::test]
async fn who_hangs_up_before_saying_anything_leaves_nothing() {
    let reception =
        Reception { hours: closed(), message_limit: Some(Duration::from_secs(60)), ..reception() };
    let service = Service::start(Options { reception, ..Options::default() }).await;
    let caller = Person::calls(&service, "12345", CALLER_HZ).await;
    caller.hears(&[CLOSED_HZ]).await;
    caller.hangs_up().await;
    assert_ended(&service.desk.ended().await, EndCause::Closed);
    assert_eq!(service.desk.follow_up(), None);
    service.stop().await;
}

#[tokio::test]
async fn where_no_messages_are_taken_the_caller_is_told_to_call_again() {
    let reception = Reception { hours: closed(), ..reception() };
    let service = Service::start(Options { reception, ..Options::default() }).await;
    let mut caller = Person::calls(&service, "12345", CALLER_HZ).await;
    caller.hears(&[CLOSED_HZ]).await;
    caller.hears(&[CALL_AGAIN_HZ]).await;
    caller.is_hung_up().await;
    assert_ended(&service.desk.ended().await, EndCause::Closed);
    service.stop().await;
}

#[tokio::test]
async fn who_reaches_no_agent_leaves_a_message_that_ends_at_its_limit() {
    let reception = Reception { message_limit: Some(Duration::from_secs(3)), ..reception() };
    let service = Service::start(Options { reception, ..Options::default() }).await;
    let mut caller = Person::calls(&service, "12345", CALLER_HZ).await;
    for hz in [BUSY_HZ, LEAVE_MESSAGE_HZ, EXCHANGE_HZ, KEPT_HZ] {
        caller.hears(&[hz]).await;
    }
    caller.is_hung_up().await;
    assert_ended(&service.desk.ended().await, EndCause::MessageLeft);
    assert_eq!(service.desk.follow_up().unwrap().kind, FollowUpKind::Message);
    service.stop().await;
}

#[tokio::test]
async fn who_chooses_a_language_gets_a_seat_that_speaks_it() {
    let (mut chinese, mut english) = (Phone::new().await, Phone::new().await);
    let service = Service::start(Options {
        seats: vec![("8001", chinese.addr()), ("8002", english.addr())],
        skills: vec![("8002", "en")],
        language: Some("zh"),
        language_keys: vec![('2', "en")],
        greeting_ms: 1_500,
        ..Options::default()
    })
    .await;
    let caller = Person::calls(&service, "12345", CALLER_HZ).await;
    let _rings = chinese.ring().await;
    caller.presses("2").await;
    let agent = Person::picks_up(english.ring().await, AGENT_HZ).await;
    agent.hears(&[CALLER_HZ]).await;
    service.desk.until_seat("8001", SeatState::Ready).await;
    service.stop().await;
}

#[tokio::test]
async fn who_waits_for_long_gets_a_seat_without_the_skill_or_of_the_overflow() {
    let (mut skilled, mut overflow) = (Phone::new().await, Phone::new().await);
    let reception =
        Reception { topics: [("96116".to_owned(), "water".to_owned())].into(), ..Reception::default() };
    let service = Service::start(Options {
        seats: vec![("8001", skilled.addr()), ("8002", overflow.addr())],
        skills: vec![("8001", "water")],
        overflow: vec!["8002"],
        patience: jiesu::call::Patience {
            skill: SignedDuration::from_secs(2),
            overflow: SignedDuration::from_secs(1),
        },
        reception,
        ..Options::default()
    })
    .await;
    let first = Person::calls(&service, "96116", OTHERS_HZ).await;
    let _agent = Person::picks_up(skilled.ring().await, AGENT_HZ).await;
    first.hears(&[AGENT_HZ]).await;
    let second = Person::calls(&service, "96116", CALLER_HZ).await;
    second.hears(&[MUSIC_HZ]).await;
    assert!(overflow.calls.try_recv().is_err(), "not yet");
    let agent = Person::picks_up(overflow.ring().await, AGENT_HZ).await;
    agent.hears(&[CALLER_HZ]).await;
    let calls = service.desk.calls();
    assert!(calls[1].started_at.duration_until(Timestamp::now()) >= SignedDuration::from_secs(2));
    service.stop().await;
}
