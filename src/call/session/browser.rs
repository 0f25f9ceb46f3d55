//! A session whose agent talks in the page: it rings there, and its sound may go away and come back. The caller hears
//! music meanwhile; where it does not come back, the caller is first in the queue again.

use std::time::Instant;

use jiff::Timestamp;

use super::{Session, Step};
use crate::call::leg::MediaLeg;
use crate::call::party::Party;
use crate::call::seats::ClaimedSeat;
use crate::domain::{CallState, EventKind, SeatKind, SeatState, SeatStatus};
use crate::seat::SeatSignal;

impl Session {
    /// Rings in the page of a seat.
    pub(super) async fn ring_browser(&mut self, seat: ClaimedSeat) {
        tracing::info!(seat = %seat.seat().extension, "an agent's page is rung");
        let (line, sound) = self.hotline.browsers.hold(&seat.seat().extension).await;
        let media = MediaLeg::of_browser(Instant::now(), self.clock, sound);
        self.seat_is_called(Party::of_browser(line, media), seat);
        self.tell_seat(SeatState::Ringing);
    }

    /// What the agent did in the page, or what became of the page.
    pub(super) fn seat_did(&mut self, signal: SeatSignal) -> Step {
        let talking = self.call.borrow().state == CallState::Talking;
        let Some(agent) = &mut self.agent else { return Step::Nothing };
        tracing::info!(?signal, seat = %agent.seat.seat().extension, "at a browser seat");
        match signal {
            SeatSignal::Answered if agent.answered => Step::Nothing,
            SeatSignal::Answered => {
                agent.answered = true;
                Step::AgentAnswered
            }
            SeatSignal::HungUp => Step::AgentGone,
            SeatSignal::Away => {
                agent.away_since.get_or_insert_with(Instant::now);
                if !agent.answered {
                    return Step::AgentLost;
                }
                if talking {
                    self.caller.media.play(Instant::now(), self.hotline.music.clone(), true);
                }
                Step::Nothing
            }
            SeatSignal::Back => {
                let was_away = agent.away_since.take().is_some();
                if was_away && talking {
                    self.caller.media.stop_playing();
                }
                // A page that was opened anew has heard of nothing.
                let ringing = !self.agent.as_ref().is_some_and(|agent| agent.answered);
                self.tell_seat(if ringing { SeatState::Ringing } else { SeatState::Talking });
                Step::Nothing
            }
        }
    }

    /// Whether the agent's page has been away for too long.
    pub(super) fn agent_is_lost(&self, now: Instant) -> bool {
        let away_since = self.agent.as_ref().and_then(|agent| agent.away_since);
        away_since.is_some_and(|since| now.saturating_duration_since(since) >= self.hotline.return_limit)
    }

    /// The agent was lost in the middle of the talk: the call goes on without one.
    pub(super) async fn back_to_the_queue(&mut self) {
        tracing::warn!("an agent's page did not come back: the caller is first in the queue again");
        self.part_from_agent().await;
        self.change(|call| {
            call.state = CallState::Waiting;
            call.agent = None;
            call.seat = None;
        });
    }

    /// Tells the desk how things are at the browser seat of this call.
    pub(super) fn tell_seat(&self, state: SeatState) {
        let Some(agent) = &self.agent else { return };
        let seat = agent.seat.seat();
        // Whose page is away is offline, and was told so.
        if seat.phone.is_some() || agent.away_since.is_some() {
            return;
        }
        let call_id = self.call.borrow().id;
        let seat = SeatStatus {
            extension: seat.extension.clone(),
            agent: seat.agent,
            agent_name: None,
            kind: SeatKind::Browser,
            state,
            reason: None,
            since: Timestamp::now(),
            until: None,
            call_id: matches!(state, SeatState::Ringing | SeatState::Talking).then_some(call_id),
        };
        self.hotline.desk.record(Some(call_id), EventKind::Seat { seat });
    }
}
