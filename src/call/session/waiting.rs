//! The wait for an agent: the greeting, the queue, and the phones of the seats that are asked one after another.

use std::time::Instant;

use super::{Agent, Session, Step, open_media};
use crate::call::caller_id;
use crate::call::party::Party;
use crate::call::seats::{Claim, Missed};
use crate::call::tones;
use crate::domain::{CallState, EndCause};
use crate::gateway::OutgoingCall;

impl Session {
    /// Plays the greeting and, meanwhile, asks for a seat; then the caller hears music in the queue and ringing while
    /// a seat's phone rings, until an agent answers. Where none can be reached the caller is told so.
    pub(super) async fn greet_and_wait(&mut self) -> Result<(), EndCause> {
        self.queue = Some({
            let call = self.call.borrow();
            let first =
                self.hotline.first_numbers.iter().any(|number| call.caller_number.starts_with(number));
            self.hotline.seats.queue(call.id, &call.called_number, first)
        });
        let reached = self.wait().await;
        self.queue = None;
        if reached? { Ok(()) } else { self.apologise().await }
    }

    /// Waits for an agent. False where none can be reached.
    async fn wait(&mut self) -> Result<bool, EndCause> {
        let give_up_at = self.clock.zero() + self.hotline.wait_limit;
        self.caller.media.play(Instant::now(), self.hotline.greeting.clone(), false);
        let mut greeting = true;
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
            let step = self.step().await?;
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
        let rings_too_long = |agent: &&mut Agent| !agent.answered && agent.called_at.elapsed() >= limit;
        let Some(agent) = self.agent.as_mut().filter(rings_too_long) else { return false };
        tracing::info!(seat = %agent.seat.seat().extension, "a seat does not answer: the next is asked");
        agent.seat.missed(Missed::NoAnswer);
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
        let Some(target) = seat.seat().phone.clone() else { return true };
        let codec = self.caller.media.negotiated().map(|agreed| agreed.codec);
        let mut media = match open_media(&self.hotline, codec).await {
            Ok(media) => media,
            Err(error) => {
                tracing::error!(%error, "a seat cannot be called: no port for its sound");
                return true;
            }
        };
        tracing::info!(seat = %seat.seat().extension, "a seat's phone is called");
        let caller = self.call.borrow().caller_number.clone();
        let call = OutgoingCall {
            target,
            from: caller_id::shown(&caller, self.hotline.telephone.udp_addr()),
            offer: media.offer(),
        };
        let party = Party::dial(&self.hotline.telephone, call, media);
        self.agent = Some(Agent { party, seat, called_at: Instant::now(), answered: false });
        true
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
