//! What is spoken in a call: by the settings, by the caller's key while the greeting or the ringing is heard, or as
//! the ears find it.

use std::time::{Duration, Instant};

use jiesu::call::{CallClock, MediaLeg};
use jiesu::domain::{Call, CallState};
use jiesu::gateway::Leg;
use jiesu_sip::rtp::Digit;

use super::support::{Options, Phone, Service, answer, end, tone};

/// A caller who presses a key as soon as the hotline answers, and stays for a while.
async fn press(service: &Service, key: Option<char>) -> Leg {
    let caller = Phone::new().await;
    let (mut leg, mut sound) = caller.dial(service.uri("12345")).await;
    let agreed = sound.accept_answer(&answer(&mut leg).await).unwrap();
    let now = Instant::now();
    sound.agree(now, CallClock::starting_at(now), agreed);
    sound.play(now, tone(400.0, 1_000), true);
    if let Some(key) = key {
        sound.press(Digit::from_key(key).unwrap());
    }
    tokio::spawn(async move { talk(sound, caller).await });
    leg
}

/// Keeps sound going, and the phone that it belongs to.
async fn talk(mut sound: MediaLeg, _caller: Phone) {
    while let Some(due) = sound.due() {
        tokio::select! {
            _ = sound.next() => {}
            () = tokio::time::sleep_until(due.into()) => sound.advance(Instant::now()),
        }
    }
}

fn keys() -> Options {
    Options {
        language: Some("zh"),
        language_keys: vec![('1', "zh"), ('2', "en")],
        greeting_ms: 1_500,
        ..Options::default()
    }
}

async fn call_that(service: &Service, is: impl Fn(&Call) -> bool) -> Call {
    service.desk.until(|desk| desk.calls().pop().filter(|call| is(call))).await
}

fn spoken(service: &Service) -> Vec<Option<String>> {
    service.desk.spoken.lock().unwrap().clone()
}

#[tokio::test]
async fn a_key_pressed_during_the_greeting_chooses_the_language_of_call_and_ears() {
    let service = Service::start(keys()).await;
    let mut leg = press(&service, Some('2')).await;
    let call = call_that(&service, |call| call.language.as_deref() == Some("en")).await;
    assert_eq!(call.state, CallState::Greeting);
    assert_eq!(spoken(&service), [Some("zh".to_owned()), Some("en".to_owned())]);
    end(&mut leg).await;
    assert_eq!(service.desk.ended().await.language.as_deref(), Some("en"));
    service.stop().await;
}

#[tokio::test]
async fn a_key_that_stands_for_no_language_and_no_key_leave_the_settings_one() {
    for key in [Some('5'), None] {
        let service = Service::start(keys()).await;
        let mut leg = press(&service, key).await;
        end(&mut leg).await;
        assert_eq!(service.desk.ended().await.language.as_deref(), Some("zh"), "{key:?}");
        assert_eq!(spoken(&service), [Some("zh".to_owned())], "{key:?}");
        service.stop().await;
    }
}

#[tokio::test]
async fn what_the_ears_find_is_the_calls_language() {
    let service = Service::start(Options { language: None, greeting_ms: 1_500, ..Options::default() }).await;
    *service.desk.ears_find.lock().unwrap() = Some("en");
    let mut leg = press(&service, None).await;
    let call = call_that(&service, |call| call.language.as_deref() == Some("en")).await;
    assert_eq!(call.state, CallState::Greeting, "told while the call goes on");
    assert_eq!(spoken(&service), [None]);
    end(&mut leg).await;
    service.stop().await;
}

/// A caller hangs up before the session looks around: what was found still becomes the call's.
#[tokio::test]
async fn a_language_found_at_the_very_end_is_recorded() {
    let service = Service::start(Options { language: None, greeting_ms: 200, ..Options::default() }).await;
    *service.desk.ears_find.lock().unwrap() = Some("zh");
    let leg = press(&service, None).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    leg.hang_up().await;
    let call = call_that(&service, |call| call.state == CallState::Ended && call.language.is_some()).await;
    assert_eq!(call.language.as_deref(), Some("zh"));
    service.stop().await;
}
