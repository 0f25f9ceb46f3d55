//! Several calls at once, each by itself; and one more than is allowed.

use jiesu::caller::{Outcome, place_call};
use jiesu::domain::CallState;

use super::support::{Options, Phone, Service, agent, end, free_addr, heard_ms, tone};
use jiesu_sip::endpoint::LegEnd;

#[tokio::test]
async fn four_calls_at_once_do_not_mix() {
    let phones = [free_addr(), free_addr(), free_addr(), free_addr()];
    let seats = ["8001", "8002", "8003", "8004"].into_iter().zip(phones).collect();
    let service = Service::start(Options { seats, ..Options::default() }).await;
    let mut calls = Vec::new();
    for (n, phone) in (0_u32..).zip(phones) {
        let (caller_hz, agent_hz) = (f64::from(300 + 50 * n), f64::from(600 + 50 * n));
        let mut plan = service.plan(&format!("{}", 8001 + n), tone(caller_hz, 2_500));
        plan.agent = Some(agent(phone, tone(agent_hz, 2_500)));
        calls.push((caller_hz, agent_hz, tokio::spawn(place_call(plan))));
    }
    for (caller_hz, agent_hz, call) in calls {
        let report = call.await.unwrap().unwrap().report;
        assert_eq!(report.outcome, Outcome::AsPlanned);
        let (caller, agent) = (report.caller.unwrap(), report.agent.unwrap());
        assert!(heard_ms(&caller, agent_hz) >= 1_500, "{agent_hz} Hz: {caller:?}");
        assert!(heard_ms(&agent, caller_hz) >= 1_500, "{caller_hz} Hz: {agent:?}");
        let others: u64 = agent.tones.iter().map(|tone| tone.ms).sum();
        assert_eq!(others, heard_ms(&agent, caller_hz), "the agent hears nobody else: {agent:?}");
    }
    service.stop().await;
}

#[tokio::test]
async fn one_call_more_than_allowed_is_refused_and_the_others_go_on() {
    let service = Service::start(Options { max_calls: 2, ..Options::default() }).await;
    let phone = Phone::new().await;
    let (_first, _sound) = phone.dial(service.uri("12345")).await;
    let (_second, _sound_too) = phone.dial(service.uri("12345")).await;
    service.desk.until(|desk| (desk.calls().len() == 2).then_some(())).await;
    let (mut third, _) = phone.dial(service.uri("12345")).await;
    assert!(matches!(end(&mut third).await, LegEnd::Rejected { status: 503, .. }));
    assert!(service.desk.calls().iter().all(|call| call.state != CallState::Ended));
    service.stop().await;
}
