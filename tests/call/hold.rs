//! Hold and resume, by re-INVITE.

use std::time::{Duration, Instant};

use jiesu::call::{CallClock, Heard, MediaLeg};
use jiesu::domain::{CallState, EndCause};
use jiesu::gateway::{Leg, LegEvent};
use jiesu_sip::sdp::Negotiated;

use super::person::Person;
use super::support::{MUSIC_HZ, Options, Phone, Service, assert_ended, event, open_media};

/// Changes the session to this direction, and gives what the service answered.
async fn change(leg: &mut Leg, media: &mut MediaLeg, direction: &str) -> (String, Negotiated) {
    let offer = String::from_utf8(media.offer()).unwrap();
    // A description that names no direction means sendrecv.
    let offer = match offer.contains("a=sendrecv") {
        true => offer.replace("a=sendrecv", &format!("a={direction}")),
        false => format!("{offer}a={direction}\r\n"),
    };
    leg.reinvite(offer.into_bytes()).await;
    let body = event(leg, |event| match event {
        LegEvent::ReinviteAnswered { status: 200, body } => body,
        _ => None,
    })
    .await;
    let negotiated = media.accept_answer(&body).unwrap();
    (String::from_utf8(body).unwrap(), negotiated)
}

/// Packets of sound that come within this time.
async fn packets(media: &mut MediaLeg, within: Duration) -> usize {
    let (until, mut count) = (tokio::time::Instant::now() + within, 0);
    while let Ok(heard) = tokio::time::timeout_at(until, media.next()).await {
        count += usize::from(matches!(heard, Heard::Audio { .. }));
    }
    count
}

#[tokio::test]
async fn an_agent_holds_and_takes_the_call_back() {
    let mut desk_phone = Phone::new().await;
    let seats = vec![("8001", desk_phone.addr())];
    let service = Service::start(Options { seats, greeting_ms: 100, ..Options::default() }).await;
    let caller = Person::calls(&service, "8001", 400.0).await;
    let mut call = desk_phone.ring().await;
    let mut agent = open_media().await;
    let (body, agreed) = agent.answer(&call.call.offer.unwrap()).unwrap();
    call.leg.accept(body).await;
    agent.agree(Instant::now(), CallClock::starting_at(Instant::now()), agreed);
    service.desk.until(|desk| desk.states().contains(&CallState::Talking).then_some(())).await;
    assert!(packets(&mut agent, Duration::from_millis(600)).await >= 20, "the caller is heard");

    let (answer, held) = change(&mut call.leg, &mut agent, "inactive").await;
    assert!(answer.contains("a=inactive"), "{answer}");
    assert!(!held.we_send && !held.we_receive);
    packets(&mut agent, Duration::from_millis(100)).await;
    assert_eq!(packets(&mut agent, Duration::from_millis(400)).await, 0, "on hold nothing comes");
    caller.hears(&[MUSIC_HZ]).await;
    assert!(service.desk.calls()[0].talk.held);

    let (answer, _) = change(&mut call.leg, &mut agent, "sendonly").await;
    assert!(answer.contains("a=recvonly"), "{answer}");
    assert_eq!(packets(&mut agent, Duration::from_millis(400)).await, 0, "on hold with music nothing comes");

    let (_, resumed) = change(&mut call.leg, &mut agent, "sendrecv").await;
    assert!(resumed.we_send && resumed.we_receive);
    assert!(packets(&mut agent, Duration::from_millis(600)).await >= 20, "the caller is heard again");

    assert!(!service.desk.calls()[0].talk.held);
    caller.hangs_up().await;
    assert_ended(&service.desk.ended().await, EndCause::CallerHungUp);
    service.stop().await;
}
