//! The wait for an agent: the greeting, the queue, and the phones of the seats that are asked one after another.

use std::collections::VecDeque;
use std::time::Instant;

use jiesu_sip::endpoint::LegEnd;

use super::{Agent, Session, Step};
use crate::call::hearing::Person;
use crate::call::seats::{Claim, Missed, QueuePlace};
use crate::call::tones;
use crate::domain::{CallState, EndCause};

impl Session {
    /// Plays the greeting, where it is `new`, and, meanwhile, asks for a seat; then the caller hears music in the queue
    /// and ringing while a seat's phone rings, until an agent answers. Who has talked already goes first. Where none can
    /// be reached the caller is told so.
    pub(super) async fn greet_and_wait(&mut self, new: bool) -> Result<(), EndCause> {
        self.queue = Some({
            let call = self.call.borrow();
            let first =
                self.hotline.first_numbers.iter().any(|number| call.caller_number.starts_with(number));
            self.hotline.seats.queue(call.id, &call.called_number, first || !new)
        });
        let reached = self.wait(new).await;
        self.queue = None;
        if reached? { Ok(()) } else { self.apologise().await }
    }

    /// Waits for an agent. False where none can be reached.
    async fn wait(&mut self, new: bool) -> Result<bool, EndCause> {
        let give_up_at = Instant::now() + self.hotline.wait_limit;
        if new {
            self.caller.media.play(Instant::now(), self.hotline.greeting.clone(), false);
        }
        let mut greeting = new;
        // Whether it hears ringing, or music; neither during the greeting.
        let mut ringing = None;
        let (mut may_be_its_turn, mut nobody) = (true, false);
        loop {
            if may_be_its_turn && self.agent.is_none() {
                nobody = !self.call_a_seat().await;
            }
            greeting &= self.caller.media.is_playing();
            if !greeting && self.agent.as_ref().is_some_and(|agent| agent.answered) {
                return Ok(true);
            }
            if !greeting && (nobody || Instant::now() >= give_up_at) {
                return Ok(false);
            }
            if !greeting && ringing != Some(self.agent.is_some()) {
                if ringing.is_none() {
                    self.change(|call| call.state = CallState::Waiting);
                }
                ringing = Some(self.agent.is_some());
                let sound = if self.agent.is_some() { tones::ringing() } else { self.hotline.music.clone() };
                self.caller.media.play(Instant::now(), sound, true);
            }
            let step = self.idle_step().await?;
            let late = self.give_up_ringing();
            let alone = late || matches!(step, Step::AgentGone);
            if alone {
                self.part_from_agent().await;
            }
            may_be_its_turn = alone || matches!(step, Step::SeatsChanged);
        }
    }

    /// True where a phone has rung for as long as it may: the next is asked.
    fn give_up_ringing(&mut self) -> bool {
        let limit = self.hotline.ring_limit;
        let Some(agent) = self.agent.as_ref().filter(|agent| agent.rings_longer_than(limit)) else {
            return false;
        };
        let missed = if agent.rang { Missed::NoAnswer } else { Missed::Unreachable };
        tracing::info!(?missed, "a seat does not answer: the next is asked");
        self.missed(Person::Agent, missed);
        true
    }

    /// Calls the seat whose turn it is. False where no seat is left to ask.
    async fn call_a_seat(&mut self) -> bool {
        let Some(place) = &self.queue else { return false };
        let seat = match place.claim() {
            Claim::Seat(seat) => seat,
            Claim::Busy => return true,
            Claim::None => return false,
        };
        let caller = self.call.borrow().caller_number.clone();
        match self.ring_seat(&seat, &caller).await {
            Ok(party) => self.agent = Some(Agent::called(party, Some(seat), VecDeque::new())),
            Err(error) => tracing::error!(%error, "a seat cannot be called: no port for its sound"),
        }
        true
    }

    /// A seat whose turn it was did not take the call.
    pub(super) fn missed(&mut self, who: Person, missed: Missed) {
        if who == Person::Agent
            && self.queue.is_some()
            && let Some(seat) = self.agent.as_mut().and_then(|agent| agent.seat.as_mut())
        {
            seat.missed(missed);
        }
    }

    /// Tells the caller that no agent can be reached, and ends the call.
    async fn apologise(&mut self) -> Result<(), EndCause> {
        tracing::info!("no agent is reached");
        self.part_from_agent().await;
        self.caller.media.play(Instant::now(), self.hotline.apology.clone(), false);
        while self.caller.media.is_playing() {
            self.step().await?;
        }
        Err(EndCause::NoAgent)
    }
}

/// A change of a seat or of the queue, while the caller is in it.
pub(super) async fn news_of(queue: Option<&mut QueuePlace>) {
    match queue {
        Some(place) => place.news().await,
        None => std::future::pending().await,
    }
}

/// Why a seat's phone, which ended before it was answered, did not take the call.
pub(super) fn missed_by(end: &LegEnd) -> Missed {
    match end {
        // Temporarily unavailable is what phones say that are set not to be disturbed.
        LegEnd::Rejected { status: 480 | 486 | 600 | 603, .. } => Missed::Declined,
        LegEnd::Bye
        | LegEnd::Cancelled
        | LegEnd::Rejected { .. }
        | LegEnd::Timeout
        | LegEnd::SessionExpired
        | LegEnd::TransportFailure
        | LegEnd::LocalHangup => Missed::Unreachable,
    }
}
