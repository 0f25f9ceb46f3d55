//! What an agent asks for during a talk: hold, transfers, a third person, keys, pauses of the recording.

use std::time::Duration;

use jiesu::call::{Outside, Refusal};
use jiesu::domain::{Call, CallState, EndCause, EventKind, PauseReason, TalkCommand, ThirdState, UserId};
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::Uri;

use super::person::Person;
use super::support::{MUSIC_HZ, Options, Phone, Service, assert_ended, free_addr, share_of};

const CALLER_HZ: f64 = 400.0;
const AGENT_HZ: f64 = 700.0;
const THIRD_HZ: f64 = 1_300.0;
/// Ringing and busy, as an exchange plays them.
const EXCHANGE_HZ: f64 = 450.0;

/// Caller and agent talk; a second phone stands on another seat.
struct Talk {
    service: Service,
    caller: Person,
    agent: Person,
    first: Phone,
    second: Phone,
}

impl Talk {
    async fn begins() -> Self {
        Self::begins_with(Options::default()).await
    }

    async fn begins_with(options: Options) -> Self {
        let (mut first, second) = (Phone::new().await, Phone::new().await);
        let seats = vec![("8001", first.addr()), ("8002", second.addr())];
        let service = Service::start(Options { seats, greeting_ms: 100, ..options }).await;
        let (caller, call) = tokio::join!(Person::calls(&service, "8001", CALLER_HZ), first.ring());
        let agent = Person::picks_up(call, AGENT_HZ).await;
        caller.hears(&[AGENT_HZ]).await;
        agent.hears(&[CALLER_HZ]).await;
        Self { service, caller, agent, first, second }
    }

    async fn order(&self, command: TalkCommand) -> Result<(), Refusal> {
        let id = self.service.desk.calls()[0].id;
        self.service.hotline.talks.order(id, UserId::new(), command).await
    }

    async fn does(&self, command: TalkCommand) {
        self.order(command.clone()).await.unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
    }

    /// Waits until the call is as wanted.
    async fn call(&self, wanted: impl Fn(&Call) -> bool) -> Call {
        self.service.desk.until(|desk| desk.calls().pop().filter(&wanted)).await
    }

    async fn third_is(&self, state: Option<ThirdState>) -> Call {
        self.call(|call| call.talk.third.as_ref().map(|third| third.state) == state).await
    }
}

/// A piece of a recording, samples: 100 ms.
const PIECE: usize = 800;

/// How many pieces of a recording are this tone.
fn pieces(sound: &[i16], hz: f64) -> usize {
    sound.chunks(PIECE).filter(|piece| share_of(piece, hz) > 0.9).count()
}

fn consult(number: &str) -> TalkCommand {
    TalkCommand::Consult { number: number.to_owned() }
}

fn transfer(number: &str) -> TalkCommand {
    TalkCommand::Transfer { number: number.to_owned() }
}

#[tokio::test]
async fn a_caller_on_hold_hears_music_and_the_agent_nothing() {
    let talk = Talk::begins().await;
    talk.does(TalkCommand::Hold).await;
    assert!(talk.call(|call| call.talk.held).await.state == CallState::Talking);
    talk.caller.hears(&[MUSIC_HZ]).await;
    talk.agent.hears_nothing().await;
    assert_eq!(talk.service.free_seats(), 1, "the seat stays with the call");
    talk.does(TalkCommand::Resume).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.agent.hears(&[CALLER_HZ]).await;
    talk.caller.hangs_up().await;
    let call = talk.service.desk.ended().await;
    assert_ended(&call, EndCause::CallerHungUp);
    let (caller, agent) = talk.service.recording(&call);
    assert!(
        pieces(&caller, CALLER_HZ) * 10 >= caller.len() / PIECE * 8,
        "the caller is recorded all the time"
    );
    let longest_silence = agent.split(|sample| *sample != 0).map(<[i16]>::len).max().unwrap();
    assert!(longest_silence >= 3_000, "the agent's words during a hold are not: {longest_silence}");
    talk.service.stop().await;
}

#[tokio::test]
async fn a_caller_who_is_put_through_hears_ringing_and_then_the_other() {
    let mut talk = Talk::begins().await;
    talk.does(transfer("8002")).await;
    assert_eq!(talk.agent.is_hung_up().await, LegEnd::Bye);
    talk.caller.hears(&[EXCHANGE_HZ]).await;
    assert_eq!(talk.call(|call| call.state == CallState::Waiting).await.seat.as_deref(), Some("8001"));
    assert_eq!(talk.order(TalkCommand::Hold).await, Err(Refusal::NotNow), "that agent has left");
    let second = Person::picks_up(talk.second.ring().await, THIRD_HZ).await;
    talk.caller.hears(&[THIRD_HZ]).await;
    second.hears(&[CALLER_HZ]).await;
    let call = talk.call(|call| call.state == CallState::Talking && call.talk.third.is_none()).await;
    assert_eq!(call.seat.as_deref(), Some("8002"));
    second.hangs_up().await;
    assert_eq!(talk.caller.is_hung_up().await, LegEnd::Bye);
    let ended = talk.service.desk.ended().await;
    assert_ended(&ended, EndCause::AgentHungUp);
    assert_eq!((ended.id, talk.service.desk.calls().len()), (call.id, 1), "one call all along");
    let (_, agents) = talk.service.recording(&ended);
    assert!(
        pieces(&agents, AGENT_HZ) >= 2 && pieces(&agents, THIRD_HZ) >= 2,
        "both agents are on one channel"
    );
    talk.service.stop().await;
}

#[tokio::test]
async fn a_caller_put_through_in_vain_waits_for_an_agent_again() {
    let options = Options { ring_limit: Duration::from_secs(1), ..Options::default() };
    let mut talk = Talk::begins_with(options).await;
    talk.does(transfer("8002")).await;
    let mut silent = talk.second.ring().await;
    assert_eq!(super::support::end(&mut silent.leg).await, LegEnd::Cancelled);
    let call = talk.call(|call| call.state == CallState::Waiting && call.talk.third.is_none()).await;
    assert_eq!(call.seat.as_deref(), Some("8001"));
    let again = Person::picks_up(talk.first.ring().await, THIRD_HZ).await;
    talk.caller.hears(&[THIRD_HZ]).await;
    again.hangs_up().await;
    let call = talk.service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert_eq!(talk.service.desk.calls().len(), 1, "one call all along");
    talk.service.stop().await;
}

#[tokio::test]
async fn an_agent_asks_a_third_joins_all_and_leaves() {
    let mut talk = Talk::begins().await;
    talk.does(consult("8002")).await;
    talk.agent.hears(&[EXCHANGE_HZ]).await;
    talk.caller.hears(&[MUSIC_HZ]).await;
    assert_eq!(talk.order(TalkCommand::Join).await, Err(Refusal::NotNow), "nobody has answered");
    let mut third = Person::picks_up(talk.second.ring().await, THIRD_HZ).await;
    talk.agent.hears(&[THIRD_HZ]).await;
    third.hears(&[AGENT_HZ]).await;
    talk.caller.hears(&[MUSIC_HZ]).await;
    talk.does(TalkCommand::Keys { keys: "12#".to_owned() }).await;
    third.hears_keys("12#").await;

    talk.does(TalkCommand::Join).await;
    talk.caller.hears(&[AGENT_HZ, THIRD_HZ]).await;
    talk.agent.hears(&[CALLER_HZ, THIRD_HZ]).await;
    third.hears(&[CALLER_HZ, AGENT_HZ]).await;
    talk.third_is(Some(ThirdState::Joined)).await;

    talk.does(TalkCommand::HandOver).await;
    assert_eq!(talk.agent.is_hung_up().await, LegEnd::Bye);
    talk.caller.hears(&[THIRD_HZ]).await;
    third.hears(&[CALLER_HZ]).await;
    assert_eq!(talk.third_is(None).await.seat.as_deref(), Some("8002"));
    talk.caller.hangs_up().await;
    assert_eq!(third.is_hung_up().await, LegEnd::Bye);
    let call = talk.service.desk.ended().await;
    assert_ended(&call, EndCause::CallerHungUp);
    let (caller, agents) = talk.service.recording(&call);
    assert!(pieces(&caller, CALLER_HZ) * 10 >= caller.len() / PIECE * 8);
    let both = |piece: &&[i16]| share_of(piece, AGENT_HZ) > 0.3 && share_of(piece, THIRD_HZ) > 0.3;
    assert!(agents.chunks(PIECE).filter(both).count() >= 5, "who talks on the hotline's side is one channel");
    talk.service.stop().await;
}

#[tokio::test]
async fn an_agent_goes_back_to_the_caller_whatever_became_of_the_third() {
    let mut talk = Talk::begins().await;
    for step in ["hangs up", "is let go", "refuses"] {
        talk.does(consult("8002")).await;
        let call = talk.second.ring().await;
        match step {
            "hangs up" => {
                let third = Person::picks_up(call, THIRD_HZ).await;
                talk.agent.hears(&[THIRD_HZ]).await;
                third.hangs_up().await;
                assert!(talk.third_is(None).await.talk.held, "the caller waits for the agent");
            }
            "is let go" => {
                let mut third = Person::picks_up(call, THIRD_HZ).await;
                talk.agent.hears(&[THIRD_HZ]).await;
                talk.does(TalkCommand::Resume).await;
                assert_eq!(third.is_hung_up().await, LegEnd::Bye);
            }
            _ => {
                call.leg.reject(486, "Busy Here").await;
                talk.third_is(Some(ThirdState::Unreached)).await;
                talk.agent.hears(&[EXCHANGE_HZ]).await;
            }
        }
        talk.does(TalkCommand::Resume).await;
        talk.caller.hears(&[AGENT_HZ]).await;
        talk.agent.hears(&[CALLER_HZ]).await;
    }
    assert_eq!(talk.order(consult("8001")).await, Err(Refusal::Busy), "the agent's own seat");
    talk.agent.hangs_up().await;
    assert_ended(&talk.service.desk.ended().await, EndCause::AgentHungUp);
    talk.service.stop().await;
}

#[tokio::test]
async fn an_outside_number_is_called_by_the_next_gateway_where_one_fails_and_only_if_allowed() {
    let mut police = Phone::new().await;
    let nobody = free_addr();
    let gateways = [nobody, police.addr()].map(|addr| {
        let mut uri = Uri::sip(None, addr);
        // Refused at once, where nobody listens; UDP would wait for half a minute.
        if addr == nobody {
            uri = format!("{uri};transport=tcp").parse().unwrap();
        }
        uri.into()
    });
    let outside =
        Outside { gateways: gateways.to_vec(), allowed: vec!["110".to_owned()], number: "12345".to_owned() };
    let talk = Talk::begins_with(Options { outside, ..Options::default() }).await;
    assert_eq!(talk.order(consult("02225301234")).await, Err(Refusal::NotAllowed));
    assert_eq!(talk.order(consult("9999999999x")).await, Err(Refusal::NoSuchNumber));
    talk.does(consult("110")).await;
    let call = police.ring().await;
    assert_eq!(call.call.request_uri.user_name().as_deref(), Some("110"));
    assert_eq!(
        call.call.from.uri.user_name().as_deref(),
        Some("12345"),
        "the hotline calls, not the citizen"
    );
    let police = Person::picks_up(call, THIRD_HZ).await;
    police.hears(&[AGENT_HZ]).await;
    talk.does(TalkCommand::HandOver).await;
    talk.caller.hears(&[THIRD_HZ]).await;
    police.hears(&[CALLER_HZ]).await;
    assert_eq!(talk.call(|call| call.talk.third.is_none()).await.seat.as_deref(), Some("8001"));
    assert_eq!(talk.service.free_seats(), 2, "the agent is free for the next caller");
    talk.caller.hangs_up().await;
    talk.service.desk.ended().await;
    talk.service.stop().await;
}

#[tokio::test]
async fn a_pause_keeps_sound_out_of_the_recording_and_is_noted() {
    let talk = Talk::begins().await;
    talk.does(TalkCommand::PauseRecording { reason: PauseReason::Payment }).await;
    talk.call(|call| call.talk.unrecorded == Some(PauseReason::Payment)).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.agent.hears(&[CALLER_HZ]).await;
    talk.does(TalkCommand::ResumeRecording).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.does(TalkCommand::PauseRecording { reason: PauseReason::CallersWish }).await;
    talk.caller.hangs_up().await;
    let call = talk.service.desk.ended().await;
    let told = talk.service.desk.told();
    let pauses: Vec<_> = told
        .iter()
        .filter_map(|kind| if let EventKind::Unrecorded { pause } = kind { Some(pause) } else { None })
        .collect();
    assert_eq!(pauses.len(), 2, "the one that lasts until the end is noted, too");
    assert_eq!([pauses[0].reason, pauses[1].reason], [PauseReason::Payment, PauseReason::CallersWish]);
    let (caller, agent) = talk.service.recording(&call);
    let paused = pauses[0].start_sample.0 as usize..pauses[0].end_sample.0 as usize;
    assert!(paused.len() > 1_600, "{paused:?}");
    for channel in [&caller, &agent] {
        // What was on its way at either end stands a packet or two beyond it.
        let silent = &channel[paused.start + 480..paused.end - 480];
        assert!(silent.iter().all(|sample| *sample == 0));
        assert!(channel[paused.end + 480..].iter().any(|sample| *sample != 0));
    }
    talk.service.stop().await;
}

#[tokio::test]
async fn the_tones_of_a_card_keyed_in_are_not_recorded() {
    let talk = Talk::begins().await;
    talk.caller.presses("62258801").await;
    talk.agent.hears_keys("62258801").await;
    talk.agent.hears(&[CALLER_HZ]).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    talk.agent.hears(&[CALLER_HZ]).await;
    talk.caller.hangs_up().await;
    let call = talk.service.desk.ended().await;
    let (caller, _) = talk.service.recording(&call);
    let longest_silence = caller.split(|sample| *sample != 0).map(<[i16]>::len).max().unwrap();
    // Eight keys, in place of the voice, take 1.1 s; a second after them is silent, too.
    assert!(longest_silence > 14_000, "{longest_silence}");
    assert!(share_of(&caller[caller.len() - 1_600..], CALLER_HZ) > 0.9, "and what is said after it is");
    talk.service.stop().await;
}
