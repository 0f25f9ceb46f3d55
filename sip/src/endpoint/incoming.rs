//! What the peer may ask of a leg: INVITE, ACK, CANCEL, re-INVITE, BYE (RFC 3261 §9.2, §12.2.2, §13.3, §14.2, §15).

use std::time::Instant;

use super::{Endpoint, Event, IncomingCall, LegEnd, LegId};
use crate::{
    dialog::{Dialog, InviteKey, Leg, PendingReoffer, Phase, contact_of},
    message::{HeaderName, NameAddr, Uri},
    transaction::{Request, ServerKey},
};

impl Endpoint {
    /// A new call (RFC 3261 §13.3.1).
    pub(super) fn on_invite(&mut self, now: Instant, request: Request, request_uri: Uri) {
        let key = InviteKey::of(&request.read);
        if self.by_invite.contains_key(&key) {
            // The same INVITE on another way (RFC 3261 §8.2.2.2).
            return self.refuse(now, &request, 482, "", &[]);
        }
        let Some(contact) = contact_of(&request.message) else {
            return self.refuse(now, &request, 400, "Missing Contact", &[]);
        };
        if !self.body_is_understood(now, &request) || self.interval_is_refused(now, &request) {
            return;
        }
        let server = self.servers.begin_invite(request.key(), request.reply_to);
        let trying = self.composer.response(&request, 100, "", None).to_bytes();
        self.servers.answer(now, server, 100, trying, &mut self.transmits);

        let call = incoming_call(&request, request_uri);
        let dialog = Dialog::incoming(&request, contact, self.composer.tokens.tag());
        let id = self.next_leg_id();
        let phase = Phase::Ringing { server, invite: Box::new(request) };
        let mut leg = Leg::new(id, phase, dialog, now + self.composer.config.ring_limit);
        leg.invite_key = Some(key.clone());
        self.by_invite.insert(key, id);
        self.insert_leg(leg);
        self.events.push_back(Event::Incoming { leg: id, call });
    }

    /// The ACK of a 2xx (RFC 3261 §13.3.1.4).
    pub(super) fn on_ack(&mut self, now: Instant, request: &Request) {
        let Some(id) = self.leg_of(request) else { return };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let Some(answer) = leg.answer.take_if(|answer| answer.cseq == request.read.cseq.number) else {
            return;
        };
        let body = body_of(request);
        if leg.bye_after_ack {
            leg.bye_after_ack = false;
            self.send_bye(now, id);
        } else if !leg.is_ended() {
            self.events.push_back(match answer.to_reoffer {
                true => Event::ReofferAcknowledged { leg: id, body },
                false => Event::Established { leg: id, body },
            });
        }
        self.settle_leg(id);
    }

    /// RFC 3261 §9.2.
    pub(super) fn on_cancel(&mut self, now: Instant, request: &Request) {
        let Some(server) = self.servers.find(&ServerKey::of_cancelled(&request.read)) else {
            return self.refuse(now, request, 481, "", &[]);
        };
        let leg = self.by_invite.get(&InviteKey::of(&request.read)).copied().or_else(|| self.leg_of(request));
        let tag = leg.and_then(|id| self.legs.get(&id)).and_then(|leg| leg.dialog.local.tag().cloned());
        let response = self.composer.response(request, 200, "", tag.as_ref()).to_bytes();
        self.answer_at_once(now, request, response);
        if let Some(id) = leg.filter(|_| self.servers.is_unanswered(server)) {
            self.cancelled(now, id);
        }
    }

    fn cancelled(&mut self, now: Instant, id: LegId) {
        let Some(leg) = self.legs.get(&id) else { return };
        match leg.phase {
            Phase::Ringing { .. } => {
                self.refuse_waiting_invite(now, id, 487, "");
                self.end(id, LegEnd::Cancelled);
            }
            Phase::Established => {
                self.refuse_waiting_reoffer(now, id, 487, "");
                self.events.push_back(Event::ReofferCancelled { leg: id });
            }
            Phase::Calling | Phase::AwaitingOurAnswer | Phase::Ended => {}
        }
    }

    /// RFC 3261 §14.2.
    pub(super) fn on_reinvite(&mut self, now: Instant, request: Request) {
        let Some(leg) =
            self.leg_of(&request).and_then(|id| self.legs.get_mut(&id)).filter(|leg| !leg.is_ended())
        else {
            return self.refuse(now, &request, 481, "", &[]);
        };
        let id = leg.id;
        if !leg.dialog.takes_cseq(request.read.cseq.number) {
            return self.refuse(now, &request, 500, "CSeq Out Of Order", &[]);
        }
        if self.is_offering(id) {
            return self.refuse(now, &request, 491, "", &[]);
        }
        let Some(leg) = self.legs.get(&id) else { return };
        if !matches!(leg.phase, Phase::Established) || leg.is_answering() {
            return self.refuse(
                now,
                &request,
                500,
                "Busy With Another Offer",
                &[(HeaderName::RetryAfter, "1".into())],
            );
        }
        if !self.body_is_understood(now, &request) || self.interval_is_refused(now, &request) {
            return;
        }
        let server = self.servers.begin_invite(request.key(), request.reply_to);
        let trying = self.composer.response(&request, 100, "", None).to_bytes();
        self.servers.answer(now, server, 100, trying, &mut self.transmits);
        let offer = body_of(&request);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.dialog.refresh_target(&request.message);
            leg.reoffer = Some(PendingReoffer { server: Some(server), request: Box::new(request) });
        }
        self.events.push_back(Event::Reoffered { leg: id, offer });
    }

    /// RFC 3261 §15.1.2. A BYE ends the call whatever its CSeq: nobody is served by a call whose peer has gone.
    pub(super) fn on_bye(&mut self, now: Instant, request: &Request) {
        let Some(id) = self.leg_of(request) else { return self.refuse(now, request, 481, "", &[]) };
        let response = self.composer.response(request, 200, "", None).to_bytes();
        self.answer_at_once(now, request, response);
        let tag = request.read.from.tag();
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.dialog.is_with(tag)) else { return };
        leg.answer = None;
        leg.bye_after_ack = false;
        self.refuse_waiting_invite(now, id, 487, "");
        self.refuse_waiting_reoffer(now, id, 487, "");
        self.end(id, LegEnd::Bye);
        self.settle_leg(id);
    }

    /// The leg whose dialog, or a branch of whose fork, this request belongs to (RFC 3261 §12.2.2).
    pub(super) fn leg_of(&self, request: &Request) -> Option<LegId> {
        let (local, remote) = (request.read.to.tag()?, request.read.from.tag());
        let id = *self.by_dialog.get(&(request.read.call_id.clone(), local.clone()))?;
        let leg = self.legs.get(&id)?;
        let early = matches!(leg.phase, Phase::Calling) && leg.peers_reliable.knows(remote);
        let known = early
            || leg.dialog.is_with(remote)
            || leg.acknowledged.iter().any(|fork| fork.tag.as_ref() == remote);
        known.then_some(id)
    }

    /// Final response to the INVITE of a leg that rings.
    pub(super) fn refuse_waiting_invite(&mut self, now: Instant, id: LegId, status: u16, reason: &str) {
        let Some(Leg { phase: Phase::Ringing { server, invite }, dialog, .. }) = self.legs.get(&id) else {
            return;
        };
        let mut response = self.composer.response(invite, status, reason, dialog.local.tag());
        if status == 503 {
            let retry_after = self.composer.config.retry_after_s.to_string();
            response.headers.push(HeaderName::RetryAfter, retry_after);
        }
        self.servers.answer(now, *server, status, response.to_bytes(), &mut self.transmits);
    }

    /// Final response to the re-INVITE that waits, if one does.
    pub(super) fn refuse_waiting_reoffer(&mut self, now: Instant, id: LegId, status: u16, reason: &str) {
        let Some(reoffer) = self.legs.get_mut(&id).and_then(|leg| leg.reoffer.take()) else { return };
        let response = self.composer.response(&reoffer.request, status, reason, None).to_bytes();
        match reoffer.server {
            Some(server) => {
                self.servers.answer(now, server, status, response, &mut self.transmits);
            }
            None => self.answer_at_once(now, &reoffer.request, response),
        }
    }
}

fn incoming_call(request: &Request, request_uri: Uri) -> IncomingCall {
    let withheld = request.message.headers.all(&HeaderName::Privacy).any(|value| {
        let value = value.to_lossy();
        value.split(';').any(|wish| matches!(wish.trim().to_ascii_lowercase().as_str(), "id" | "user"))
    });
    let asserted = request.message.headers.members(&HeaderName::AssertedIdentity).next();
    IncomingCall {
        from: request.read.from.clone(),
        to: request.read.to.clone(),
        request_uri,
        asserted_identity: asserted.and_then(|identity| NameAddr::parse(&identity).ok()),
        withheld,
        sip_call_id: request.read.call_id.to_string(),
        source: request.from,
        offer: body_of(request),
    }
}

fn body_of(request: &Request) -> Option<Vec<u8>> {
    let body = &request.message.body;
    (!body.is_empty()).then(|| body.to_vec())
}
