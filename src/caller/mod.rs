//! The test caller. A [`CallPlan`] enters; a real SIP call goes out, plays a recording as RTP, and where the
//! plan says so a second phone plays the agent; a [`CallReport`] of what both heard comes back. It is the
//! outside of the service: it uses the telephone (`gateway`, `call::MediaLeg`), and knows nothing within.

mod agent_phone;
mod heard;
mod plan;
mod report;
mod side;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::sdp::Negotiated;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout_at;

pub use heard::{SideReport, Tone};
pub use plan::{AgentPlan, CallPlan};
pub use report::{CallReport, Outcome};

use agent_phone::AgentReport;
use side::{Side, open_media};

use crate::call::{CallClock, MediaLeg};
use crate::domain::SamplePosition;
use crate::gateway::{
    Gateway, GatewayConfig, GatewayError, IncomingLeg, Leg, LegEvent, MediaPortsError, OutgoingCall, Target,
    Telephone, TelephoneError, USER_AGENT, resolve,
};

/// How long the caller listens on after the last word and key, so that what is on its way arrives.
const LAST_PACKETS: Duration = Duration::from_millis(200);

/// Why a call could not even be tried.
#[derive(Debug, thiserror::Error)]
pub enum CallerError {
    /// No address of this machine leads to the service.
    #[error("{target} cannot be reached from this machine ({source})")]
    NoWay {
        /// Whom.
        target: Box<Uri>,
        /// Why.
        source: io::Error,
    },
    /// A socket cannot be had.
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    /// No ports for the sound.
    #[error(transparent)]
    Ports(#[from] MediaPortsError),
    /// The call could not be placed.
    #[error(transparent)]
    Telephone(#[from] TelephoneError),
    /// Another speed than real time was asked for, and the service is not our own.
    #[error(
        "--speed other than 1 is only for a Jiesu on this machine: {target} {found}; leave --speed away, or call \
         a loopback address"
    )]
    ForeignService {
        /// Whom.
        target: Box<Uri>,
        /// What it is instead.
        found: String,
    },
}

/// A call that was placed: how it went, and what the caller heard.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedCall {
    /// How it went.
    pub report: CallReport,
    /// Everything the caller heard, 8 kHz, from the moment of the answer on.
    pub heard: Vec<i16>,
}

/// Places the call, and sees it to its end.
///
/// # Errors
/// When it cannot be tried at all; a call that is refused or breaks is a report, not an error.
pub async fn place_call(plan: CallPlan) -> Result<PlacedCall, CallerError> {
    let ip = way_to(&plan.target).await?;
    let (gateway, telephone, _calls) = Gateway::bind(GatewayConfig::new(SocketAddr::new(ip, 0))).await?;
    tokio::spawn(gateway.run());
    if plan.pace != 1.0 {
        refuse_foreign(&telephone, &plan.target).await?;
    }
    let (clock, clock_seen) = watch::channel(None);
    let (done, done_seen) = watch::channel(false);
    let agent = match plan.agent.clone() {
        Some(agent) => Some(pick_up_agent(agent, clock_seen, done_seen).await?),
        None => None,
    };
    let placed = converse(&plan, ip, &telephone, &clock).await;
    let _ = done.send(true);
    let mut placed = placed?;
    telephone.stop().await;
    if let Some((agent_telephone, agent)) = agent {
        let report = agent.await.ok().flatten();
        agent_telephone.stop().await;
        if placed.report.outcome == Outcome::AsPlanned && report.is_none() {
            placed.report.outcome = Outcome::AgentNotReached;
        }
        placed.report.agent_answered_ms = report.as_ref().map(|report| report.answered_ms);
        placed.report.agent = report.map(|report| report.side);
    }
    Ok(placed)
}

/// The caller's side, in order: dial, be answered, say everything, press the keys, linger, hang up.
async fn converse(
    plan: &CallPlan,
    ip: IpAddr,
    telephone: &Telephone,
    clock: &watch::Sender<Option<CallClock>>,
) -> Result<PlacedCall, CallerError> {
    let mut media = open_media(ip, &plan.codecs).await?;
    let dialled_at = Instant::now();
    let from = NameAddr::new(Uri::sip(Some(&plan.from), telephone.udp_addr()));
    let call = OutgoingCall { target: Target::Address(plan.target.clone()), from, offer: media.offer() };
    let mut leg = telephone.dial(call).await?;
    let negotiated = match answered(&mut leg, &media, dialled_at + plan.answer_limit).await {
        Ok(negotiated) => negotiated,
        Err(outcome) => {
            leg.hang_up().await;
            return Ok(PlacedCall { report: CallReport::unanswered(outcome), heard: Vec::new() });
        }
    };
    let answered_at = Instant::now();
    let own = CallClock::starting_at(answered_at).with_pace(plan.pace);
    media.agree(answered_at, own, negotiated);
    let _ = clock.send(Some(own));
    let mut side = Side::new(leg, media, own);
    side.say(&plan.sound);
    side.converse(own.moment(SamplePosition(plan.longest_sound() as u64))).await;
    side.converse_until_said().await;
    side.press(&plan.keys);
    side.converse_until_said().await;
    side.converse(Instant::now() + LAST_PACKETS).await;
    let everything_said = side.end().is_none();
    side.converse(Instant::now() + plan.linger).await;
    side.hang_up().await;
    let ended_at = Instant::now();
    let outcome = match side.end() {
        _ if everything_said => Outcome::AsPlanned,
        Some(LegEnd::Bye) => Outcome::EndedEarly,
        _ => Outcome::Broken,
    };
    let report = CallReport {
        outcome,
        setup_ms: Some(ms(answered_at - dialled_at)),
        duration_ms: Some(ms(ended_at - answered_at)),
        caller: Some(side.report()),
        agent: None,
        agent_answered_ms: None,
    };
    Ok(PlacedCall { report, heard: side.sound().to_vec() })
}

/// Waits for the answer, and agrees to it.
async fn answered(leg: &mut Leg, media: &MediaLeg, give_up_at: Instant) -> Result<Negotiated, Outcome> {
    let mut described = None;
    loop {
        let Ok(event) = timeout_at(give_up_at.into(), leg.next()).await else {
            return Err(Outcome::NoAnswer);
        };
        match event {
            LegEvent::Answered { body } => {
                let body = body.or(described).unwrap_or_default();
                return media.accept_answer(&body).map_err(|error| {
                    tracing::warn!(%error, "the answer cannot be used");
                    Outcome::Broken
                });
            }
            LegEvent::Ended(LegEnd::Rejected { status, reason }) => {
                return Err(Outcome::Refused { status, reason });
            }
            LegEvent::Ended(LegEnd::Timeout) => return Err(Outcome::NoAnswer),
            LegEvent::Ended(
                LegEnd::Bye
                | LegEnd::Cancelled
                | LegEnd::SessionExpired
                | LegEnd::TransportFailure
                | LegEnd::LocalHangup,
            ) => return Err(Outcome::Broken),
            // There may be no other with the answer.
            LegEvent::Progress { body, .. } => described = body.or(described),
            LegEvent::Established { .. }
            | LegEvent::Reoffered { .. }
            | LegEvent::ReofferAcknowledged { .. }
            | LegEvent::ReofferCancelled
            | LegEvent::ReinviteAnswered { .. } => {}
        }
    }
}

/// Puts the agent's phone up, so that it is there when the service calls it.
async fn pick_up_agent(
    agent: AgentPlan,
    clock: watch::Receiver<Option<CallClock>>,
    done: watch::Receiver<bool>,
) -> Result<(Telephone, JoinHandle<Option<AgentReport>>), CallerError> {
    let (gateway, telephone, calls): (_, _, mpsc::Receiver<IncomingLeg>) =
        Gateway::bind(GatewayConfig { listen_setting: "--agent-listen", ..GatewayConfig::new(agent.listen) })
            .await?;
    tokio::spawn(gateway.run());
    let playing = agent_phone::play(agent, calls, clock, done);
    Ok((telephone, tokio::spawn(playing)))
}

/// Refuses to hurry a service that is not a Jiesu on this machine: nobody else's telephone expects it.
async fn refuse_foreign(telephone: &Telephone, target: &Uri) -> Result<(), CallerError> {
    let foreign = |found: String| CallerError::ForeignService { target: Box::new(target.clone()), found };
    if !target.ip().is_some_and(|ip| ip.is_loopback()) {
        return Err(foreign("is not a loopback address".to_owned()));
    }
    let ours = USER_AGENT.split('/').next().unwrap_or(USER_AGENT);
    match telephone.options(target).await?.server {
        Some(server) if server.split('/').next() == Some(ours) => Ok(()),
        Some(server) => Err(foreign(format!("says it is {server:?}"))),
        None => Err(foreign("does not say what it is".to_owned())),
    }
}

/// The address of this machine that faces the target.
async fn way_to(target: &Uri) -> Result<IpAddr, CallerError> {
    let to = resolve(target).await?;
    facing(to).map_err(|source| CallerError::NoWay { target: Box::new(target.clone()), source })
}

/// Which of our addresses the system would send from. Nothing is sent.
fn facing(to: SocketAddr) -> io::Result<IpAddr> {
    let any: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let probe = UdpSocket::bind(SocketAddr::new(any, 0))?;
    probe.connect(to)?;
    Ok(probe.local_addr()?.ip())
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
