//! A supervisor in the talk of an agent: rung at the supervisor's own seat, and there as long as the talk lasts. Only
//! supervisors are told; whoever only listens changes nothing for those who talk.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::{Agent, Session};
use crate::call::seats::Claim;
use crate::call::talks::Refusal;
use crate::domain::{
    EndCause, EventKind, Supervision, SupervisionCommand, SupervisionMode, SupervisionState, UserId,
};

/// The supervisor of a talk.
pub(super) struct Supervisor {
    pub(super) side: Agent,
    pub(super) mode: SupervisionMode,
    by: UserId,
    by_name: Option<String>,
}

impl Session {
    /// Does what a supervisor asks for.
    pub(super) async fn supervise(
        &mut self,
        command: &SupervisionCommand,
        by: UserId,
    ) -> Result<(), Refusal> {
        let Some(supervisor) = &mut self.supervisor else {
            return match command {
                SupervisionCommand::Enter { mode } => self.call_supervisor(*mode, by).await,
                SupervisionCommand::TakeOver | SupervisionCommand::Leave => Err(Refusal::NotNow),
            };
        };
        if supervisor.by != by {
            return Err(Refusal::Supervised);
        }
        match command {
            SupervisionCommand::Enter { mode } => {
                supervisor.mode = *mode;
                if supervisor.side.answered {
                    self.supervisor_answered();
                }
            }
            // Whom the agent called knows nobody else.
            SupervisionCommand::TakeOver if !supervisor.side.answered || self.third.is_some() => {
                return Err(Refusal::NotNow);
            }
            SupervisionCommand::TakeOver => self.take_over().await,
            SupervisionCommand::Leave => self.part_from_supervisor().await,
        }
        Ok(())
    }

    async fn call_supervisor(&mut self, mode: SupervisionMode, by: UserId) -> Result<(), Refusal> {
        let seat = match self.hotline.seats.claim_of(by, None) {
            Claim::Seat(seat) => seat,
            Claim::Busy => return Err(Refusal::Busy),
            Claim::None => return Err(Refusal::NoSeat),
        };
        let by_name = seat.seat().agent_name.clone();
        let shown = self.call.borrow().caller_number.clone();
        let party = self.ring_seat(&seat, &shown).await.map_err(|error| {
            tracing::error!(%error, "a supervisor cannot be called: no port for the sound");
            Refusal::Busy
        })?;
        let side = Agent::called(party, Some(seat), VecDeque::new());
        let supervisor = Supervisor { side, mode, by, by_name };
        self.tell_supervision(&supervisor, SupervisionState::Ringing);
        self.supervisor = Some(supervisor);
        Ok(())
    }

    /// The supervisor picked up, or wants to be there in another way.
    pub(super) fn supervisor_answered(&mut self) {
        if let Some(supervisor) = &self.supervisor {
            self.tell_supervision(supervisor, supervisor.mode.into());
        }
    }

    /// The agent hung up: a supervisor who talks with the caller, too, goes on alone.
    pub(super) async fn supervisor_goes_on(&mut self) -> Result<(), EndCause> {
        match &self.supervisor {
            Some(Supervisor { mode: SupervisionMode::Join, side, .. }) if side.answered => {
                self.take_over().await;
                Ok(())
            }
            _ => Err(EndCause::AgentHungUp),
        }
    }

    /// The supervisor has the caller, and the agent is out of the call.
    async fn take_over(&mut self) {
        let Some(supervisor) = self.supervisor.take() else { return };
        self.part_from_agent().await;
        self.tell_supervision(&supervisor, SupervisionState::TookOver);
        self.agent = Some(supervisor.side);
        self.begin_talk();
    }

    /// Ends the supervisor's side.
    pub(super) async fn part_from_supervisor(&mut self) {
        if let Some(mut supervisor) = self.supervisor.take() {
            supervisor.side.party.hang_up().await;
            self.tell_supervision(&supervisor, SupervisionState::Left);
        }
    }

    fn tell_supervision(&self, supervisor: &Supervisor, state: SupervisionState) {
        let call_id = self.call.borrow().id;
        let (by, by_name) = (supervisor.by, supervisor.by_name.clone());
        tracing::info!(?state, "a supervisor in the call");
        let supervision = Supervision { call_id, by, by_name, at: Timestamp::now(), state };
        self.hotline.desk.record(Some(call_id), EventKind::Supervision { supervision });
    }
}
