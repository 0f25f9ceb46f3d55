//! A supervisor in the talk of an agent: listens, whispers, joins, takes over.

use std::time::Duration;

use jiesu::call::Refusal;
use jiesu::domain::{
    Call, CallState, EndCause, EventKind, SupervisionCommand, SupervisionMode, SupervisionState, UserId,
};
use jiesu_sip::endpoint::LegEnd;

use super::person::Person;
use super::support::{MUSIC_HZ, Options, Phone, Service, assert_ended, end, share_of};

const CALLER_HZ: f64 = 400.0;
const AGENT_HZ: f64 = 700.0;
const SUPERVISOR_HZ: f64 = 1_300.0;
const LISTEN: SupervisionCommand = SupervisionCommand::Enter { mode: SupervisionMode::Listen };
const WHISPER: SupervisionCommand = SupervisionCommand::Enter { mode: SupervisionMode::Whisper };
const JOIN: SupervisionCommand = SupervisionCommand::Enter { mode: SupervisionMode::Join };

/// Caller and agent talk; a supervisor sits at the other seat.
struct Talk {
    service: Service,
    caller: Person,
    agent: Person,
    phone: Phone,
    supervisor: UserId,
}

impl Talk {
    async fn begins(options: Options) -> Self {
        let (mut first, phone, supervisor) = (Phone::new().await, Phone::new().await, UserId::new());
        let seats = vec![("8001", first.addr()), ("8002", phone.addr())];
        let options = Options { seats, agent: Some(supervisor), greeting_ms: 100, ..options };
        let service = Service::start(options).await;
        let (caller, call) = tokio::join!(Person::calls(&service, "8001", CALLER_HZ), first.ring());
        let agent = Person::picks_up(call, AGENT_HZ).await;
        caller.hears(&[AGENT_HZ]).await;
        Self { service, caller, agent, phone, supervisor }
    }

    async fn asks(&self, command: SupervisionCommand, by: UserId) -> Result<(), Refusal> {
        let id = self.service.desk.calls()[0].id;
        self.service.hotline.talks.supervise(id, by, command).await
    }

    async fn does(&self, command: SupervisionCommand) {
        self.asks(command.clone(), self.supervisor)
            .await
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    }

    /// The supervisor's phone is rung and picked up.
    async fn enters(&mut self, command: SupervisionCommand) -> Person {
        self.does(command).await;
        let call = self.phone.ring().await;
        Person::picks_up(call, SUPERVISOR_HZ).await
    }
}

/// What supervisors were told of supervisions.
fn states(service: &Service) -> Vec<SupervisionState> {
    let state = |kind| match kind {
        EventKind::Supervision { supervision } => Some(supervision.state),
        _ => None,
    };
    service.desk.told().into_iter().filter_map(state).collect()
}

async fn has_left(service: &Service) {
    service.desk.until(|_| (states(service).last() == Some(&SupervisionState::Left)).then_some(())).await;
}

/// Whether the hotline's side of the recording has this tone in it for 100 ms.
fn recorded(service: &Service, call: &Call, hz: f64) -> bool {
    let (_, hotline) = service.recording(call);
    hotline.chunks_exact(800).any(|piece| share_of(piece, hz) > 0.4)
}

#[tokio::test]
async fn who_listens_hears_both_and_is_heard_by_nobody() {
    let mut talk = Talk::begins(Options::default()).await;
    let mut supervisor = talk.enters(LISTEN).await;
    supervisor.hears(&[CALLER_HZ, AGENT_HZ]).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.agent.hears(&[CALLER_HZ]).await;
    talk.does(SupervisionCommand::Leave).await;
    assert_eq!(supervisor.is_hung_up().await, LegEnd::Bye);
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.caller.hangs_up().await;
    let call = talk.service.desk.ended().await;
    assert_ended(&call, EndCause::CallerHungUp);
    assert!(!recorded(&talk.service, &call, SUPERVISOR_HZ));
    use SupervisionState::{Left, Listening, Ringing};
    assert_eq!(states(&talk.service), [Ringing, Listening, Left]);
    talk.service.stop().await;
}

#[tokio::test]
async fn a_whisper_reaches_the_agent_alone_and_a_supervisor_who_joins_everybody() {
    let mut talk = Talk::begins(Options::default()).await;
    let supervisor = talk.enters(WHISPER).await;
    talk.agent.hears(&[CALLER_HZ, SUPERVISOR_HZ]).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    supervisor.hears(&[CALLER_HZ, AGENT_HZ]).await;
    talk.does(JOIN).await;
    talk.caller.hears(&[AGENT_HZ, SUPERVISOR_HZ]).await;
    talk.agent.hears(&[CALLER_HZ, SUPERVISOR_HZ]).await;
    talk.does(LISTEN).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.agent.hears(&[CALLER_HZ]).await;
    // The supervisor's own hanging up ends nothing else.
    supervisor.hangs_up().await;
    has_left(&talk.service).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    talk.agent.hangs_up().await;
    let call = talk.service.desk.ended().await;
    assert_ended(&call, EndCause::AgentHungUp);
    assert!(recorded(&talk.service, &call, SUPERVISOR_HZ), "what a supervisor says to the caller is kept");
    talk.service.stop().await;
}

#[tokio::test]
async fn what_is_whispered_is_not_kept() {
    let mut talk = Talk::begins(Options::default()).await;
    let mut supervisor = talk.enters(WHISPER).await;
    talk.agent.hears(&[CALLER_HZ, SUPERVISOR_HZ]).await;
    talk.agent.hangs_up().await;
    assert_eq!(supervisor.is_hung_up().await, LegEnd::Bye, "with the talk it ends");
    let call = talk.service.desk.ended().await;
    assert!(recorded(&talk.service, &call, AGENT_HZ) && !recorded(&talk.service, &call, SUPERVISOR_HZ));
    talk.service.stop().await;
}

#[tokio::test]
async fn a_supervisor_takes_over_and_has_the_call_from_then_on() {
    let mut talk = Talk::begins(Options::default()).await;
    assert_eq!(talk.asks(SupervisionCommand::TakeOver, talk.supervisor).await, Err(Refusal::NotNow));
    let mut supervisor = talk.enters(LISTEN).await;
    supervisor.hears(&[CALLER_HZ, AGENT_HZ]).await;
    talk.does(SupervisionCommand::TakeOver).await;
    assert_eq!(talk.agent.is_hung_up().await, LegEnd::Bye);
    talk.caller.hears(&[SUPERVISOR_HZ]).await;
    supervisor.hears(&[CALLER_HZ]).await;
    let calls = talk.service.desk.calls();
    assert_eq!((calls.len(), calls[0].state), (1, CallState::Talking));
    assert_eq!((calls[0].seat.as_deref(), calls[0].agent), (Some("8002"), Some(talk.supervisor)));
    talk.caller.hangs_up().await;
    assert_eq!(supervisor.is_hung_up().await, LegEnd::Bye);
    let call = talk.service.desk.ended().await;
    assert!(
        recorded(&talk.service, &call, AGENT_HZ) && recorded(&talk.service, &call, SUPERVISOR_HZ),
        "one recording"
    );
    assert_eq!(states(&talk.service).last(), Some(&SupervisionState::TookOver));
    talk.service.stop().await;
}

#[tokio::test]
async fn a_supervisor_who_joined_goes_on_where_the_agent_is_cut_off() {
    let mut talk = Talk::begins(Options::default()).await;
    let supervisor = talk.enters(JOIN).await;
    talk.caller.hears(&[AGENT_HZ, SUPERVISOR_HZ]).await;
    talk.agent.hangs_up().await;
    talk.caller.hears(&[SUPERVISOR_HZ]).await;
    supervisor.hangs_up().await;
    assert_eq!(talk.caller.is_hung_up().await, LegEnd::Bye);
    talk.service.stop().await;
}

#[tokio::test]
async fn a_caller_on_hold_still_hears_music_and_the_supervisor_the_agent() {
    let mut talk = Talk::begins(Options::default()).await;
    let supervisor = talk.enters(WHISPER).await;
    let id = talk.service.desk.calls()[0].id;
    let hold = jiesu::domain::TalkCommand::Hold;
    talk.service.hotline.talks.order(id, talk.supervisor, hold).await.unwrap();
    talk.caller.hears(&[MUSIC_HZ]).await;
    talk.agent.hears(&[SUPERVISOR_HZ]).await;
    supervisor.hears(&[AGENT_HZ]).await;
    talk.caller.hangs_up().await;
    talk.service.desk.ended().await;
    talk.service.stop().await;
}

#[tokio::test]
async fn a_phone_that_nobody_picks_up_stops_ringing_and_another_supervisor_is_told() {
    let options = Options { ring_limit: Duration::from_secs(1), ..Options::default() };
    let mut talk = Talk::begins(options).await;
    assert_eq!(talk.asks(LISTEN, UserId::new()).await, Err(Refusal::NoSeat));
    talk.does(LISTEN).await;
    assert_eq!(talk.asks(LISTEN, UserId::new()).await, Err(Refusal::Supervised));
    let mut ringing = talk.phone.ring().await;
    assert_eq!(end(&mut ringing.leg).await, LegEnd::Cancelled);
    has_left(&talk.service).await;
    talk.caller.hears(&[AGENT_HZ]).await;
    assert_eq!(talk.asks(SupervisionCommand::Leave, talk.supervisor).await, Err(Refusal::NotNow));
    talk.caller.hangs_up().await;
    talk.service.desk.ended().await;
    talk.service.stop().await;
}
