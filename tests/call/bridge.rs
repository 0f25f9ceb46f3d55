//! Caller and agent hear each other, and the recording holds each on a channel of its own.

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::{CallState, Channel, EndCause, RecordingState};
use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::Digit;
use sha2::{Digest, Sha256};

use super::support::{
    CALLER_NUMBER, GREETING_HZ, Options, Service, agent, assert_ended, free_addr, heard_ms, share_of, tone,
};

const CALLER_HZ: f64 = 400.0;
const AGENT_HZ: f64 = 700.0;

#[tokio::test]
async fn each_hears_the_other_and_is_recorded_on_a_channel_of_its_own() {
    let phone = free_addr();
    let service = Service::start(Options { seats: vec![("8001", phone)], ..Options::default() }).await;
    let mut plan = service.plan("8001", tone(CALLER_HZ, 3_000));
    plan.agent = Some(agent(phone, tone(AGENT_HZ, 3_000)));
    let placed = place_call(plan).await.unwrap();
    let report = placed.report;
    assert_eq!(report.outcome, Outcome::AsPlanned);

    let (caller, agent) = (report.caller.unwrap(), report.agent.unwrap());
    assert!(heard_ms(&caller, GREETING_HZ) >= 300, "{caller:?}");
    assert!(heard_ms(&caller, AGENT_HZ) >= 2_000, "{caller:?}");
    assert!(heard_ms(&agent, CALLER_HZ) >= 2_000, "{agent:?}");
    assert_eq!(heard_ms(&agent, GREETING_HZ), 0, "the agent does not hear the greeting");

    let call = service.desk.ended().await;
    assert_ended(&call, EndCause::CallerHungUp);
    use CallState::{Ended, Greeting, Ringing, Talking};
    assert_eq!(service.desk.states(), [Ringing, Greeting, Talking, Ended]);
    assert_eq!((call.caller_number.as_str(), call.called_number.as_str()), (CALLER_NUMBER, "8001"));
    assert_eq!(call.seat.as_deref(), Some("8001"));

    let (left, right) = service.recording(&call);
    assert!(share_of(&left[4_000..20_000], CALLER_HZ) > 0.9);
    assert!(share_of(&right[10_000..20_000], AGENT_HZ) > 0.9);
    assert!(share_of(&left, AGENT_HZ) < 0.01 && share_of(&right, CALLER_HZ) < 0.01, "the channels are apart");

    let RecordingState::Closed { samples, sha256, recovered: false } = &call.recording else {
        panic!("{:?}", call.recording)
    };
    assert_eq!(*samples, left.len() as u64);
    let file = jiesu::call::recording::closed_path(&service.hotline.recordings, call.id);
    let hash = Sha256::digest(std::fs::read(file).unwrap());
    assert_eq!(*sha256, hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>());

    let ears = service.desk.heard(call.id, Channel::Caller);
    assert_eq!(ears[..20_000], left[..20_000], "the ears hear what is recorded, in the same place");
    service.stop().await;
}

#[tokio::test]
async fn sides_without_a_common_codec_are_transcoded_and_keys_get_through() {
    let phone = free_addr();
    let service = Service::start(Options { seats: vec![("8001", phone)], ..Options::default() }).await;
    let mut plan = service.plan("12345", tone(CALLER_HZ, 2_500));
    plan.agent = Some(agent(phone, tone(AGENT_HZ, 2_500)));
    plan.codecs = vec![Codec::Pcmu];
    plan.keys = "190#".chars().map(|key| Digit::from_key(key).unwrap()).collect();
    let report = place_call(plan).await.unwrap().report;
    assert_eq!(report.outcome, Outcome::AsPlanned);
    let (caller, agent) = (report.caller.unwrap(), report.agent.unwrap());
    assert!(heard_ms(&caller, AGENT_HZ) >= 1_500, "{caller:?}");
    assert!(heard_ms(&agent, CALLER_HZ) >= 1_500, "{agent:?}");
    assert_eq!(agent.keys, "190#");
    service.stop().await;
}
