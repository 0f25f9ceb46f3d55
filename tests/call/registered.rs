//! A desk phone that registers is a seat: baresip, which knows nothing of our own SIP, is rung where it registered from.

use std::time::Duration;

use jiesu::caller::place_call;
use jiesu::domain::{CallState, EndCause};
use jiesu::gateway::REALM;
use jiesu_sip::auth::Secret;

use super::baresip::Baresip;
use super::support::{MemoryDesk, Options, Service, assert_ended, heard_ms, tone};

/// What the phone says, all the time.
const PHONE_HZ: f64 = 440.0;
/// A baresip that registers with this password.
fn phone(service: &Service, password: &str) -> Baresip {
    let account = format!(
        "<sip:8001@{registrar};transport=udp>;auth_pass={password};answermode=auto;regint=60",
        registrar = service.addr,
    );
    Baresip::start("127.0.0.1:0".parse().unwrap(), &account, &tone(PHONE_HZ, 60_000))
}

fn secret() -> Secret {
    // baresip 1.0 gives up where another algorithm is offered, too.
    Secret::md5_only("8001", REALM, "one")
}

#[tokio::test]
async fn a_phone_that_registers_is_rung_at_its_binding_and_both_sides_hear_each_other() {
    let options = Options {
        registered: vec![("8001", secret())],
        ring_limit: Duration::from_secs(30),
        ..Options::default()
    };
    let service = Service::start(options).await;
    let _phone = phone(&service, "one");
    // Until the phone is registered, a call hears that nobody can be reached.
    for attempt in 1.. {
        let placed = place_call(service.plan("8001", tone(700.0, 4_000))).await.unwrap();
        let caller = placed.report.caller.unwrap();
        if heard_ms(&caller, PHONE_HZ) >= 1_000 {
            break;
        }
        assert!(attempt < 20, "the phone is never reached: {caller:?}");
    }
    let talked = |desk: &MemoryDesk| desk.calls().pop().filter(|call| call.state == CallState::Ended);
    let call = service.desk.until(talked).await;
    assert_ended(&call, EndCause::CallerHungUp);
    assert_eq!(call.seat.as_deref(), Some("8001"));
    service.stop().await;
}

#[tokio::test]
async fn a_seat_whose_phone_is_not_registered_is_not_waited_for() {
    let service =
        Service::start(Options { registered: vec![("8001", secret())], ..Options::default() }).await;
    let _phone = phone(&service, "wrong");
    let _ = place_call(service.plan("8001", tone(700.0, 2_000))).await.unwrap();
    assert_ended(&service.desk.ended().await, EndCause::NoAgent);
    service.stop().await;
}
