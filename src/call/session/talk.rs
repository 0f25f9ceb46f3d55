//! The talk: caller and agent hear each other, and what the agent asks for meanwhile. A third person talks with the
//! agent while the caller waits, or with both; whoever of the hotline's side stays last talks on with the caller.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Instant;

use jiesu_sip::rtp::Digit;
use jiff::Timestamp;

use super::{Agent, Session, Step};
use crate::call::seats::Claim;
use crate::call::talks::{Command, Order, Refusal};
use crate::call::tones;
use crate::domain::{
    CallState, EndCause, EventKind, PauseReason, RecordingPause, Talk, TalkCommand, Third, ThirdState, UserId,
};

impl Session {
    /// The talk, and, where the caller is left without anybody, the next agent's.
    pub(super) async fn talk_to_the_end(&mut self) -> Result<Infallible, EndCause> {
        loop {
            let talked = self.talk().await;
            self.part_from_supervisor().await;
            match talked {
                // Nobody is left to talk to, by no wish of the caller's.
                Ok(()) => self.greet_and_wait(false).await?,
                Err(EndCause::AgentHungUp) => {
                    self.ask_for_rating().await?;
                    return Err(EndCause::AgentHungUp);
                }
                Err(cause) => return Err(cause),
            }
        }
    }

    /// Lets caller and agent talk until one of them hangs up. Returns where the caller is to wait for another agent.
    pub(super) async fn talk(&mut self) -> Result<(), EndCause> {
        self.begin_talk();
        while self.agent.is_some() || self.third.is_some() {
            match self.step().await? {
                Step::AgentGone => self.agent_left().await?,
                Step::AgentLost => self.lose_agent().await?,
                Step::ThirdAnswered => self.third_answered(),
                Step::ThirdGone => self.third_gone().await,
                Step::SupervisorAnswered => self.supervisor_answered(),
                Step::SupervisorGone => self.part_from_supervisor().await,
                Step::Ordered(Order { command, by, reply }) => {
                    let done = match command {
                        Command::Talk(command) => self.obey(command, by).await,
                        Command::Supervision(command) => Ok(self.supervise(&command, by).await),
                    };
                    let _ = reply.send(done.unwrap_or(Ok(())));
                    done.map(drop)?;
                }
                Step::Nothing
                | Step::SeatsChanged
                | Step::CallerAgreed
                | Step::CallerGone { .. }
                | Step::AgentAnswered => {}
            }
            let ring_limit = self.hotline.ring_limit;
            if self.third.as_ref().is_some_and(|third| third.rings_longer_than(ring_limit)) {
                self.third_gone().await;
            }
            if self.supervisor.as_ref().is_some_and(|it| it.side.rings_longer_than(ring_limit)) {
                self.part_from_supervisor().await;
            }
        }
        self.change(|call| call.talk = Talk { unrecorded: call.talk.unrecorded, ..Talk::default() });
        Ok(())
    }

    /// Caller and agent hear each other from now on, and nobody else.
    pub(super) fn begin_talk(&mut self) {
        self.caller.media.stop_playing();
        let seat = self.agent.as_ref().and_then(|agent| agent.seat.as_ref()).map(|seat| seat.seat().clone());
        self.change(|call| {
            call.state = CallState::Talking;
            call.bridged_at = call.bridged_at.or(Some(Timestamp::now()));
            call.talk = Talk { unrecorded: call.talk.unrecorded, ..Talk::default() };
            // Somebody outside is no agent: the ticket stays with the one who put the caller through.
            if let Some(seat) = seat {
                call.agent = seat.agent;
                call.seat = Some(seat.extension);
            }
        });
    }

    /// Does what an agent asks for. `Err` where that ends the call.
    async fn obey(&mut self, command: TalkCommand, by: UserId) -> Result<Result<(), Refusal>, EndCause> {
        if self.call.borrow().agent.is_some_and(|agent| agent != by) {
            return Ok(Err(Refusal::NotYours));
        }
        // The agent has left already, and the caller is being put through.
        if self.agent.is_none() {
            return Ok(Err(Refusal::NotNow));
        }
        Ok(match command {
            TalkCommand::Hold if self.third.is_some() => Err(Refusal::NotNow),
            TalkCommand::Hold => {
                self.hold();
                Ok(())
            }
            TalkCommand::Resume => {
                self.resume().await;
                Ok(())
            }
            TalkCommand::Consult { number } => self.call_third(&number).await.map(|()| {
                self.hold();
                if let Some(agent) = &mut self.agent {
                    agent.party.media.play(Instant::now(), tones::ringing(), true);
                }
            }),
            TalkCommand::Transfer { number } => match self.call_third(&number).await {
                Err(refusal) => Err(refusal),
                Ok(()) => Ok(self.agent_left().await?),
            },
            TalkCommand::Join => self.join(),
            TalkCommand::HandOver if self.third.is_none() => Err(Refusal::NotNow),
            TalkCommand::HandOver | TalkCommand::HangUp => Ok(self.agent_left().await?),
            TalkCommand::Keys { keys } => self.press_keys(&keys),
            TalkCommand::PauseRecording { reason } => self.pause_recording(reason, by),
            TalkCommand::ResumeRecording => self.resume_recording(),
        })
    }

    /// The caller hears music, and the agent nothing of the caller.
    pub(super) fn hold(&mut self) {
        self.caller.media.play(Instant::now(), self.hotline.music.clone(), true);
        self.change(|call| call.talk.held = true);
    }

    /// Caller and agent alone, again.
    pub(super) async fn resume(&mut self) {
        self.part_from_third().await;
        if let Some(agent) = &mut self.agent {
            agent.party.media.stop_playing();
        }
        self.begin_talk();
    }

    /// All three hear each other.
    fn join(&mut self) -> Result<(), Refusal> {
        if !self.third.as_ref().is_some_and(|third| third.answered) {
            return Err(Refusal::NotNow);
        }
        self.caller.media.stop_playing();
        self.change(|call| {
            call.talk.held = false;
            set_third(&mut call.talk, ThirdState::Joined);
        });
        Ok(())
    }

    /// Calls a seat or an outside number.
    async fn call_third(&mut self, number: &str) -> Result<(), Refusal> {
        if self.third.is_some() {
            return Err(Refusal::NotNow);
        }
        let number = number.trim();
        let call_id = self.call.borrow().id;
        let (called, seat, ways) = match self.hotline.seats.claim(number, call_id) {
            Claim::Seat(seat) => {
                let shown = self.call.borrow().caller_number.clone();
                (self.ring_seat(&seat, &shown).await, Some(seat), VecDeque::new())
            }
            Claim::Busy => return Err(Refusal::Busy),
            Claim::None => {
                let mut ways = self.hotline.outside.ways(number)?;
                let way = ways.pop_front().ok_or(Refusal::NotAllowed)?;
                let shown = self.hotline.outside.number.clone();
                (self.dial(way, &shown).await, None, ways)
            }
        };
        let party = called.map_err(|error| {
            tracing::error!(%error, "nobody can be called: no port for the sound");
            Refusal::Busy
        })?;
        self.third = Some(Agent::called(party, seat, ways));
        let third = Third { number: number.to_owned(), state: ThirdState::Ringing };
        self.change(|call| call.talk.third = Some(third));
        Ok(())
    }

    /// Whom the agent called picked up: talks with the agent, or with the caller where the agent has left.
    fn third_answered(&mut self) {
        let Some(agent) = &mut self.agent else {
            self.agent = self.third.take();
            return self.begin_talk();
        };
        agent.party.media.stop_playing();
        self.change(|call| set_third(&mut call.talk, ThirdState::Consulted));
    }

    /// Whom the agent called is not there, or not any more: the agent has the caller, on hold where it was.
    async fn third_gone(&mut self) {
        let Some(third) = self.third.take() else { return };
        let (answered, mut further) = (third.answered, third.further.clone());
        let seat = hang_up(third).await;
        if let Some(way) = further.pop_front().filter(|_| !answered) {
            let shown = self.hotline.outside.number.clone();
            if let Ok(party) = self.dial(way, &shown).await {
                tracing::info!("an outside number is tried by the next gateway");
                self.third = Some(Agent::called(party, seat, further));
                self.ring_back();
                return;
            }
        }
        if let Some(agent) = self.agent.as_mut().filter(|_| !answered) {
            agent.party.media.play(Instant::now(), tones::busy(), false);
        }
        self.change(|call| match answered {
            true => call.talk.third = None,
            false => set_third(&mut call.talk, ThirdState::Unreached),
        });
    }

    /// The agent hung up, or puts the caller through: whom the agent called goes on with the caller.
    pub(super) async fn agent_left(&mut self) -> Result<(), EndCause> {
        let Some(third) = &self.third else { return self.supervisor_goes_on().await };
        let answered = third.answered;
        self.part_from_agent().await;
        if answered {
            self.third_answered();
        } else {
            self.caller.media.play(Instant::now(), tones::ringing(), true);
            self.change(|call| {
                call.state = CallState::Waiting;
                call.talk.held = false;
            });
        }
        Ok(())
    }

    fn press_keys(&mut self, keys: &str) -> Result<(), Refusal> {
        let digits: Option<Vec<Digit>> = keys.chars().map(Digit::from_key).collect();
        let digits = digits.filter(|digits| !digits.is_empty()).ok_or(Refusal::NoSuchNumber)?;
        let party = match &mut self.third {
            Some(third) if third.answered => &mut third.party,
            _ => &mut self.caller,
        };
        for digit in digits {
            party.media.press(digit);
        }
        Ok(())
    }

    fn pause_recording(&mut self, reason: PauseReason, by: UserId) -> Result<(), Refusal> {
        if self.pause.is_some() {
            return Err(Refusal::NotNow);
        }
        let now = self.fan_out.place(self.clock.position(Instant::now()));
        let call_id = self.call.borrow().id;
        self.pause = Some(RecordingPause { call_id, start_sample: now, end_sample: now, reason, by });
        self.fan_out.pause(true);
        self.change(|call| call.talk.unrecorded = Some(reason));
        Ok(())
    }

    /// Everything is recorded again, and the pause noted.
    pub(super) fn resume_recording(&mut self) -> Result<(), Refusal> {
        let pause = self.pause.take().ok_or(Refusal::NotNow)?;
        let pause =
            RecordingPause { end_sample: self.fan_out.place(self.clock.position(Instant::now())), ..pause };
        self.fan_out.pause(false);
        self.hotline.desk.record(Some(pause.call_id), EventKind::Unrecorded { pause });
        self.change(|call| call.talk.unrecorded = None);
        Ok(())
    }

    /// Ends whom the agent called.
    pub(super) async fn part_from_third(&mut self) {
        if let Some(third) = self.third.take() {
            hang_up(third).await;
        }
    }
}

/// Ends a side; its seat stays claimed as long as what is returned.
async fn hang_up(mut side: Agent) -> Option<crate::call::ClaimedSeat> {
    side.party.hang_up().await;
    side.seat
}

fn set_third(talk: &mut Talk, state: ThirdState) {
    if let Some(third) = &mut talk.third {
        third.state = state;
    }
}
