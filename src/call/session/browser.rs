//! Sides of a call that talk in the page: rung there, and their sound may go away and come back. The caller hears music
//! while the agent's is away; where it does not come back, the caller is first in the queue again.

use std::time::Instant;

use super::step::gone;
use super::{Agent, Session, Step};
use crate::call::hearing::Person;
use crate::call::leg::MediaLeg;
use crate::call::party::Party;
use crate::call::seats::{ClaimedSeat, Missed};
use crate::domain::{CallState, EndCause};
use crate::gateway::MediaPortsError;
use crate::seat::SeatSignal;

impl Session {
    /// Rings at a seat, which shows `number` as who calls: its phone, or its agent's page.
    pub(super) async fn ring_seat(
        &mut self,
        seat: &ClaimedSeat,
        number: &str,
    ) -> Result<Party, MediaPortsError> {
        let seat = seat.seat();
        tracing::info!(seat = %seat.extension, "a seat is called");
        if let Some(phone) = seat.phone.clone() {
            return self.dial(phone, number).await;
        }
        let (line, sound) = self.hotline.browsers.hold(&seat.extension).await;
        Ok(Party::of_browser(line, MediaLeg::of_browser(Instant::now(), self.clock, sound)))
    }

    /// What somebody did in the page, or what became of the page.
    pub(super) fn seat_did(&mut self, who: Person, signal: SeatSignal) -> Step {
        tracing::info!(?signal, ?who, "at a browser seat");
        match signal {
            SeatSignal::Answered => self.picked_up(who),
            SeatSignal::HungUp => {
                self.missed(who, Missed::Declined);
                gone(who)
            }
            SeatSignal::Away => {
                let Some(side) = self.side(who) else { return Step::Nothing };
                side.away_since.get_or_insert_with(Instant::now);
                if !side.answered {
                    if let Some(place) = self.queue.as_ref().filter(|_| who == Person::Agent) {
                        place.unask();
                    }
                    return gone(who);
                }
                if who == Person::Agent && self.caller_is_in_the_talk() {
                    self.caller.media.play(Instant::now(), self.hotline.music.clone(), true);
                }
                Step::Nothing
            }
            SeatSignal::Back => {
                let was_away = self.side(who).and_then(|side| side.away_since.take()).is_some();
                if who == Person::Agent && was_away && self.caller_is_in_the_talk() {
                    self.caller.media.stop_playing();
                }
                Step::Nothing
            }
        }
    }

    /// Whose page has been away for too long.
    pub(super) fn lost(&mut self, now: Instant) -> Option<Step> {
        let limit = self.hotline.return_limit;
        let lost = |side: &mut Agent| {
            side.away_since.is_some_and(|since| now.saturating_duration_since(since) >= limit)
        };
        let who = Person::ALL.into_iter().find(|who| self.side(*who).is_some_and(lost))?;
        tracing::warn!(?who, "a page did not come back");
        Some(if who == Person::Agent { Step::AgentLost } else { gone(who) })
    }

    /// The agent was lost in the middle of the talk: whom the agent called goes on with the caller, else the caller is
    /// first in the queue again.
    pub(super) async fn lose_agent(&mut self) -> Result<(), EndCause> {
        if self.third.is_some() {
            return self.agent_left().await;
        }
        self.part_from_agent().await;
        self.change(|call| {
            call.state = CallState::Waiting;
            call.agent = None;
            call.seat = None;
        });
        Ok(())
    }

    fn caller_is_in_the_talk(&self) -> bool {
        let call = self.call.borrow();
        call.state == CallState::Talking && !call.talk.held
    }
}
