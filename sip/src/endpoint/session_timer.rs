//! Sessions that are refreshed, and end where nobody does so (RFC 4028), and UPDATE, which refreshes them without an
//! offer or changes them (RFC 3311).

use std::time::Instant;

use super::{Endpoint, Event, LegEnd, LegId, Owner, responses::Response};
use crate::{
    dialog::{
        MIN_SE_S, PendingReoffer, Phase, Refresher, SessionDue, SessionExpires, SessionTimer, TIMER, ask_for,
        min_se, supports_timer,
    },
    message::{HeaderName, Message, Method, StartLine},
    transaction::{Challenged, Request},
};

/// A request is sent again with a longer interval so often at most.
const MAX_LONGER: u8 = 4;

impl Endpoint {
    /// Refuses a request that asks for a shorter session than we take. Whether it did.
    pub(super) fn interval_is_refused(&mut self, now: Instant, request: &Request) -> bool {
        let too_small = SessionExpires::is_too_small(&request.message.headers);
        if too_small {
            self.refuse(now, request, 422, "", &[(HeaderName::MinSe, MIN_SE_S.to_string().into())]);
        }
        too_small
    }

    /// A 200 of ours is about to be sent: what it says of the timer, which begins now.
    pub(super) fn grant_session(
        &mut self,
        now: Instant,
        id: LegId,
        request: &Message,
        response: &mut Message,
    ) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.note_abilities(&request.headers);
        // An UPDATE before the INVITE's answer: that one will say how long the session lasts.
        let is_update = matches!(request.start, StartLine::Request { method: Method::Update, .. });
        if is_update && !matches!(leg.phase, Phase::Established) {
            return;
        }
        let ours = leg.session_timer.as_ref().is_none_or(|timer| timer.ours);
        let granted = SessionExpires::granted(&request.headers, ours);
        if let Some(granted) = granted {
            response.headers.push(HeaderName::SessionExpires, granted.to_string());
            if supports_timer(&request.headers) {
                response.headers.push(HeaderName::Require, TIMER);
            }
        }
        leg.session_timer = granted.map(|granted| SessionTimer::new(now, granted, false));
    }

    /// A 2xx to an INVITE or UPDATE of ours: the session lasts as it says. Where it says nothing, the peer knows no
    /// timer, and the session lasts until somebody ends it.
    pub(super) fn on_session_granted(&mut self, now: Instant, id: LegId, response: &Message) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.note_abilities(&response.headers);
        let granted = SessionExpires::read(&response.headers);
        leg.session_timer = granted.map(|granted| SessionTimer::new(now, granted, true));
    }

    /// Puts on a request of ours how long the session shall last.
    pub(super) fn ask_for_session(&self, id: LegId, request: &mut Message) {
        let Some(leg) = self.legs.get(&id) else { return };
        let refresher = leg.session_timer.as_ref().map(|timer| match timer.ours {
            true => Refresher::Uac,
            false => Refresher::Uas,
        });
        ask_for(request, leg.min_se_s, refresher);
    }

    /// A 422: the request is sent again with the interval that it asks for. Whether it was.
    pub(super) fn ask_for_longer(
        &mut self,
        now: Instant,
        owner: Owner,
        refused: Challenged,
        refusal: &Message,
    ) -> bool {
        let Challenged { request, to, challenges } = refused;
        let (Owner::Invite(id) | Owner::Reinvite(id) | Owner::Update(id)) = owner else { return false };
        let StartLine::Request { method, .. } = &request.start else { return false };
        let (method, Some(wanted)) = (method.clone(), min_se(&refusal.headers)) else { return false };
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.is_ended()) else { return false };
        if wanted <= leg.min_se_s || challenges >= MAX_LONGER {
            return false;
        }
        leg.min_se_s = wanted;
        let Some(mut again) = self.renumbered(owner, request) else { return false };
        self.ask_for_session(id, &mut again);
        let client = self.send(now, method, again, to, owner);
        self.clients.count_challenges(client, challenges + 1);
        self.follow(owner, client);
        true
    }

    /// The session's time has come to something, perhaps.
    pub(super) fn on_session_time(&mut self, now: Instant, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.is_ended()) else { return };
        match leg.session_timer.as_mut().map_or(SessionDue::Nothing, |timer| timer.on_time(now)) {
            SessionDue::Nothing => {}
            SessionDue::Refresh => self.refresh_session(now, id),
            SessionDue::Expired => self.close(now, id, LegEnd::SessionExpired),
        }
    }

    /// By UPDATE, which says nothing of the session itself, or by a re-INVITE that says the same of it as before.
    fn refresh_session(&mut self, now: Instant, id: LegId) {
        let offering = self.is_offering(id);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let waits = leg.our_reoffer.as_ref().is_some_and(|reoffer| reoffer.again_at.is_some());
        let description = leg.description.clone().filter(|_| !leg.takes_update);
        // Before our own description is said there is none to say again.
        let cannot = description.is_none() && !leg.takes_update;
        if leg.is_answering() || offering || waits || cannot {
            // What is under way refreshes, too; and if not, there is time.
            if let Some(timer) = &mut leg.session_timer {
                timer.try_again(now);
            }
        } else if let Some(description) = description {
            self.send_reinvite(now, id, description);
        } else {
            self.send_update(now, id);
        }
    }

    fn send_update(&mut self, now: Instant, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let (mut request, to) = (leg.dialog.next_request(Method::Update), leg.dialog.next_hop());
        let local = leg.dialog.local.uri.clone();
        request.headers.push(HeaderName::Contact, self.composer.contact(to.protocol, &local));
        self.composer.add_abilities(&mut request);
        self.ask_for_session(id, &mut request);
        self.send(now, Method::Update, request, to, Owner::Update(id));
    }

    pub(super) fn on_update_response(&mut self, now: Instant, id: LegId, response: &Response<'_>) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.is_ended()) else { return };
        match response.status {
            ..=199 => {}
            200..=299 => {
                leg.dialog.refresh_target(response.message);
                self.on_session_granted(now, id, response.message);
            }
            408 => self.close(now, id, LegEnd::Timeout),
            481 => self.close(now, id, LegEnd::Bye),
            405 | 501 => {
                leg.takes_update = false;
                self.refresh_session(now, id);
            }
            300.. => self.refresh_failed(now, id),
        }
        self.settle_leg(id);
    }

    /// A refresh did not get through. It is tried again; the session's own time says for how long.
    pub(super) fn refresh_failed(&mut self, now: Instant, id: LegId) {
        let leg = self.legs.get_mut(&id).filter(|leg| !leg.is_ended());
        if let Some(timer) = leg.and_then(|leg| leg.session_timer.as_mut()).filter(|timer| timer.ours) {
            timer.try_again(now);
        }
    }

    /// RFC 3311 §5.2.
    pub(super) fn on_update(&mut self, now: Instant, request: Request) {
        let Some(id) = self.leg_of(&request).filter(|id| self.live_leg(*id).is_ok()) else {
            return self.refuse(now, &request, 481, "", &[]);
        };
        let offering = self.is_offering(id);
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if leg.reoffer.as_ref().is_some_and(|waiting| waiting.request.key() == request.key()) {
            // Sent again, because our answer takes its time.
            return;
        }
        if !leg.dialog.takes_cseq(request.read.cseq.number) {
            return self.refuse(now, &request, 500, "CSeq Out Of Order", &[]);
        }
        let offers = !request.message.body.is_empty();
        if offers && offering {
            return self.refuse(now, &request, 491, "", &[]);
        }
        // Between a reliable response and the answer the callee's network may change what is heard (RFC 3311 §5.1).
        let may_offer = matches!(leg.phase, Phase::Established | Phase::Calling) && !leg.is_answering();
        if offers && !may_offer {
            let retry_after = [(HeaderName::RetryAfter, "1".into())];
            return self.refuse(now, &request, 500, "Busy With Another Offer", &retry_after);
        }
        if !self.body_is_understood(now, &request) || self.interval_is_refused(now, &request) {
            return;
        }
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.dialog.refresh_target(&request.message);
        if offers {
            let offer = Some(request.message.body.to_vec());
            leg.reoffer = Some(PendingReoffer { server: None, request: Box::new(request) });
            self.events.push_back(Event::Reoffered { leg: id, offer });
            return;
        }
        let local = leg.dialog.local.clone();
        let mut response = self.composer.dialog_response(&request, 200, &local, None);
        self.composer.add_abilities(&mut response);
        self.grant_session(now, id, &request.message, &mut response);
        self.answer_at_once(now, &request, response.to_bytes());
        self.settle_leg(id);
    }
}
