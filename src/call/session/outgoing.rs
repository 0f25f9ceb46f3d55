//! A call to a citizen, that an agent asked for or whose turn came: the agent's phone rings first, then the citizen's.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{Agent, Session, Step, open_media};
use crate::call::caller_id;
use crate::call::exchange::Hotline;
use crate::call::party::Party;
use crate::call::seats::{Claim, ClaimedSeat, QueuePlace};
use crate::call::talks::{Command, Refusal, Wish};
use crate::call::tones;
use crate::domain::{Call, CallDirection, CallId, CallState, EndCause, RecordingState, Talk, TalkCommand};
use crate::gateway::Target;

/// How long a citizen's phone rings.
const RING_LIMIT: Duration = Duration::from_secs(60);

/// A call to a citizen, about to be placed from a seat that was claimed for it.
pub(in crate::call) struct Placing {
    pub(in crate::call) id: CallId,
    pub(in crate::call) number: String,
    pub(in crate::call) ways: VecDeque<Target>,
    pub(in crate::call) about: Option<CallId>,
    pub(in crate::call) language: Option<String>,
    pub(in crate::call) seat: ClaimedSeat,
    /// Where the queue, and not the agent, wants the call: the place that its turn came by.
    pub(in crate::call) queue: Option<QueuePlace>,
    /// Its place among the calls that may go on at once.
    pub(in crate::call) room: OwnedSemaphorePermit,
}

impl Session {
    /// The call that an agent wishes for, and its task; nothing where it cannot be, which the agent is told. Without
    /// `room` as many calls go on as are allowed.
    pub(in crate::call) fn of_wish(
        hotline: &Arc<Hotline>,
        wish: Wish,
        stop: watch::Receiver<bool>,
        room: Option<OwnedSemaphorePermit>,
    ) -> Option<(CallId, impl Future<Output = ()> + Send + use<>)> {
        let Wish { by, number, about, reply } = wish;
        let id = CallId::new();
        let asked = room.ok_or(Refusal::Busy).and_then(|room| {
            let ways = hotline.outside.ways(&number)?;
            match hotline.seats.claim_of(by, Some(id)) {
                Claim::Seat(seat) => Ok((room, ways, seat)),
                Claim::Busy => Err(Refusal::Busy),
                Claim::None => Err(Refusal::NoSeat),
            }
        });
        let (room, ways, seat) = match asked {
            Ok(asked) => asked,
            Err(refusal) => {
                let _ = reply.send(Err(refusal));
                return None;
            }
        };
        let _ = reply.send(Ok(id));
        if let Some(about) = about {
            // What that call left to do is this agent's from now on.
            let _ = hotline.follow_ups.take(about, Some(by), seat.seat().agent_name.clone());
        }
        let language = hotline.language.clone();
        let placing = Placing { id, number, ways, about, language, seat, queue: None, room };
        let hotline = hotline.clone();
        Some((id, async move {
            Self::place(hotline, placing, stop).await;
        }))
    }

    /// Sees a call to a citizen through; how it ended, where it began.
    pub(in crate::call) async fn place(
        hotline: Arc<Hotline>,
        placing: Placing,
        stop: watch::Receiver<bool>,
    ) -> Option<Call> {
        let Placing { id, number, ways, about, language, seat, queue, room } = placing;
        let call = outgoing(id, number, about, &seat, language);
        let media = match open_media(&hotline, None).await {
            Ok(media) => media,
            Err(error) => {
                tracing::error!(%error, "a call is not placed: no port for its sound");
                return None;
            }
        };
        let mut session = Self::new(hotline, call, Party::idle(media), stop, room);
        session.queue = queue;
        let call = session.call.subscribe();
        session
            .see_through(async |session| {
                session.reach_both(seat, ways).await?;
                session.talk_to_the_end().await
            })
            .await;
        let ended = call.borrow().clone();
        Some(ended)
    }

    /// Rings the agent, then the citizen.
    async fn reach_both(&mut self, seat: ClaimedSeat, ways: VecDeque<Target>) -> Result<(), EndCause> {
        self.announce();
        let number = self.call.borrow().caller_number.clone();
        let party = self.ring_seat(&seat, &number).await.map_err(|error| {
            tracing::error!(%error, "an agent cannot be called: no port for the sound");
            EndCause::Failed
        })?;
        self.agent = Some(Agent::called(party, Some(seat), VecDeque::new()));
        while self.agent.as_ref().is_some_and(|agent| !agent.answered) {
            if self.give_up_ringing() || matches!(self.reaching_step().await?, Step::AgentGone) {
                return Err(EndCause::NoAgent);
            }
        }
        self.queue = None;
        self.reach_citizen(ways).await?;
        let begin = self.clock.position(Instant::now());
        self.agent_hears([].into(), false);
        self.record_from(begin);
        Ok(())
    }

    /// Calls the citizen by one gateway after the other.
    async fn reach_citizen(&mut self, ways: VecDeque<Target>) -> Result<(), EndCause> {
        let from = caller_id::shown(&self.hotline.outside.number, self.hotline.telephone.udp_addr());
        for way in ways {
            self.agent_hears(tones::ringing(), true);
            self.caller.dial(&self.hotline.telephone, way, from.clone());
            let called_at = Instant::now();
            let refused = loop {
                match self.reaching_step().await? {
                    Step::CallerAgreed => return Ok(()),
                    Step::CallerGone { refused } => break refused,
                    Step::AgentGone => return Err(EndCause::AgentHungUp),
                    _ if called_at.elapsed() >= RING_LIMIT => break true,
                    _ => {}
                }
            };
            if refused {
                break;
            }
        }
        self.agent_hears(tones::busy(), false);
        while self.agent.as_ref().is_some_and(|agent| agent.party.media.is_playing()) {
            if matches!(self.reaching_step().await?, Step::AgentGone) {
                break;
            }
        }
        Err(EndCause::Unreached)
    }

    /// A step before anybody talks, in which the agent may only give up.
    async fn reaching_step(&mut self) -> Result<Step, EndCause> {
        match self.step().await? {
            Step::Ordered(order) if matches!(order.command, Command::Talk(TalkCommand::HangUp)) => {
                let _ = order.reply.send(Ok(()));
                Err(EndCause::AgentHungUp)
            }
            Step::Ordered(order) => {
                order.refuse();
                Ok(Step::Nothing)
            }
            step => Ok(step),
        }
    }

    fn agent_hears(&mut self, sound: crate::call::Sound, repeat: bool) {
        let Some(agent) = &mut self.agent else { return };
        if sound.is_empty() {
            agent.party.media.stop_playing();
        } else {
            agent.party.media.play(Instant::now(), sound, repeat);
        }
    }
}

fn outgoing(
    id: CallId,
    number: String,
    about: Option<CallId>,
    seat: &ClaimedSeat,
    language: Option<String>,
) -> Call {
    Call {
        id,
        direction: CallDirection::Outgoing,
        state: CallState::Ringing,
        caller_number: number,
        called_number: seat.seat().extension.clone(),
        seat: Some(seat.seat().extension.clone()),
        agent: seat.seat().agent,
        language,
        started_at: Timestamp::now(),
        answered_at: None,
        queued_at: None,
        bridged_at: None,
        ended_at: None,
        end_cause: None,
        recording: RecordingState::None,
        about,
        rating: None,
        talk: Talk::default(),
        revision: 0,
    }
}
