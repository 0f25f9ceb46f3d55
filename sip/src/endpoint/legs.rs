//! The book of legs: how one is entered, found, said to be over, and struck out when nothing of it is under way.

use std::time::Instant;

use super::{Endpoint, EndpointError, Event, LegEnd, LegId};
use crate::dialog::{Due, Leg, Phase};

impl Endpoint {
    pub(super) fn live_leg(&self, id: LegId) -> Result<&Leg, EndpointError> {
        self.legs.get(&id).filter(|leg| !leg.is_ended()).ok_or(EndpointError::UnknownLeg(id))
    }

    pub(super) fn next_leg_id(&mut self) -> LegId {
        self.last_leg += 1;
        LegId(self.last_leg)
    }

    pub(super) fn insert_leg(&mut self, leg: Leg) {
        let id = leg.id;
        let tag = leg.dialog.local.tag().cloned().unwrap_or_default();
        self.by_dialog.insert((leg.dialog.call_id.clone(), tag), id);
        self.legs.insert(id, leg);
        self.live_legs += 1;
        self.settle_leg(id);
    }

    /// Says that a leg is over, once.
    pub(super) fn end(&mut self, id: LegId, cause: LegEnd) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.is_ended()) else { return };
        leg.phase = Phase::Ended;
        leg.ring_until = None;
        if let Some(reliable) = &mut leg.our_reliable {
            reliable.stop();
        }
        if let Some(reoffer) = &mut leg.our_reoffer {
            reoffer.again_at = None;
        }
        self.live_legs -= 1;
        self.events.push_back(Event::Ended { leg: id, cause });
    }

    /// After a change: the leg's deadline, or its removal when it is over and nothing of it is under way.
    pub(super) fn settle_leg(&mut self, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        let reinvite = leg.our_reoffer.as_ref().map(|reoffer| reoffer.client);
        let under_way = [leg.invite, reinvite, leg.bye].into_iter().flatten();
        if !leg.is_ended()
            || leg.answer.is_some()
            || under_way.into_iter().any(|client| self.clients.contains(client))
        {
            self.leg_deadlines.set(&id, leg.deadline());
            return;
        }
        let tag = leg.dialog.local.tag().cloned().unwrap_or_default();
        self.by_dialog.remove(&(leg.dialog.call_id.clone(), tag));
        if let Some(key) = &leg.invite_key {
            self.by_invite.remove(key);
        }
        self.leg_deadlines.set(&id, None);
        self.legs.remove(&id);
    }

    pub(super) fn on_leg_time(&mut self, now: Instant, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.ring_until.is_some_and(|until| until <= now) {
            return self.close(now, id, LegEnd::Timeout);
        }
        match leg.answer.as_mut().map_or(Due::Nothing, |answer| answer.on_time(now)) {
            Due::Nothing => {}
            Due::Repeat(to, bytes) => self.transmits.push_back((to, bytes)),
            Due::GiveUp => {
                leg.answer = None;
                leg.bye_after_ack = false;
                self.send_bye(now, id);
                self.end(id, LegEnd::Timeout);
            }
        }
        self.on_reliable_time(now, id);
        self.reoffer_again(now, id);
        self.on_session_time(now, id);
        self.settle_leg(id);
    }
}
