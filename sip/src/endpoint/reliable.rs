//! Reliable provisional responses and their PRACK (RFC 3262), either way.

use std::time::Instant;

use super::{Endpoint, LegEnd, LegId, Owner, responses::Response};
use crate::{
    dialog::{Due, Leg, Order, OurReliable, Phase, RAck, RELIABLE, requires_reliable, rseq},
    message::{HeaderName, Method},
    transaction::Request,
};

impl Endpoint {
    /// A provisional response came. Whether it is to be handed on: a reliable one is once, in its order, and acknowledged
    /// by PRACK.
    pub(super) fn counts_as_new(&mut self, now: Instant, id: LegId, response: &Response<'_>) -> bool {
        let headers = &response.message.headers;
        if !requires_reliable(headers) {
            return true;
        }
        let (Some(rseq), Some(leg)) = (rseq(headers), self.legs.get_mut(&id)) else { return true };
        let tag = response.read.to.tag();
        if leg.peers_reliable.on_response(tag, rseq) == Order::Passed {
            return false;
        }
        let invite_cseq = response.read.cseq.number;
        let number = leg.dialog.next_cseq();
        let early = leg.dialog.confirmed_by(response.message, response.read, response.from);
        let (mut prack, to) = (early.numbered_request(Method::Prack, number), early.next_hop());
        prack.headers.push(HeaderName::RAck, format!("{rseq} {invite_cseq} INVITE"));
        self.send(now, Method::Prack, prack, to, Owner::Prack(id));
        true
    }

    /// Sends a provisional response in the way that the caller wants. Where one waits for its PRACK, the next is sent
    /// behind that; of several, the last.
    pub(super) fn send_progress(&mut self, now: Instant, id: LegId, status: u16, body: Option<Vec<u8>>) {
        let chance = self.composer.tokens.next();
        let Some(Leg { phase: Phase::Ringing { server, invite }, dialog, our_reliable, .. }) =
            self.legs.get_mut(&id)
        else {
            return;
        };
        let has_description = body.is_some();
        let mut response = self.composer.dialog_response(invite, status, &dialog.local, body.clone());
        if !requires_reliable(&invite.message.headers) {
            self.servers.answer(now, *server, status, response.to_bytes(), &mut self.transmits);
            return;
        }
        let reliable = our_reliable.get_or_insert_with(|| OurReliable::new(invite.read.cseq.number, chance));
        if reliable.is_waiting() {
            if !matches!(reliable.then, Some((200, _))) {
                reliable.then = Some((status, body));
            }
            return;
        }
        response.headers.push(HeaderName::Require, RELIABLE);
        response.headers.push(HeaderName::RSeq, reliable.next_rseq().to_string());
        response.headers.push(HeaderName::Allow, self.composer.allow());
        let response = response.to_bytes();
        reliable.sent(now, response.clone(), invite.reply_to, has_description);
        self.servers.answer(now, *server, status, response, &mut self.transmits);
        self.settle_leg(id);
    }

    /// RFC 3262 §3.
    pub(super) fn on_prack(&mut self, now: Instant, request: &Request) {
        let (leg, rack) = (self.leg_of(request), RAck::read(&request.message.headers));
        let (Some(id), Some(rack)) = (leg, rack) else { return self.refuse(now, request, 481, "", &[]) };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if !leg.dialog.takes_cseq(request.read.cseq.number) {
            return self.refuse(now, request, 500, "CSeq Out Of Order", &[]);
        }
        let reliable = leg.our_reliable.as_mut();
        let Some(reliable) = reliable.filter(|_| request.message.body.is_empty()) else {
            // Our description in such a response answers the INVITE's; a PRACK has nothing left to offer.
            let status = if leg.our_reliable.is_some() { 488 } else { 481 };
            return self.refuse(now, request, status, "", &[]);
        };
        if !reliable.on_prack(&rack) {
            return self.refuse(now, request, 481, "", &[]);
        }
        let then = reliable.then.take();
        let response = self.composer.response(request, 200, "", None).to_bytes();
        self.answer_at_once(now, request, response);
        match then {
            Some((200, Some(body))) => drop(self.accept(now, id, body)),
            Some((status, body)) => self.send_progress(now, id, status, body),
            None => {}
        }
        self.settle_leg(id);
    }

    /// Time has come to a response that waits for its PRACK. A caller who never acknowledges is not there.
    pub(super) fn on_reliable_time(&mut self, now: Instant, id: LegId) {
        let reliable = self.legs.get_mut(&id).and_then(|leg| leg.our_reliable.as_mut());
        match reliable.map_or(Due::Nothing, |reliable| reliable.on_time(now)) {
            Due::Nothing => {}
            Due::Repeat(to, bytes) => self.transmits.push_back((to, bytes)),
            Due::GiveUp => {
                self.refuse_waiting_invite(now, id, 504, "");
                self.end(id, LegEnd::Timeout);
            }
        }
    }
}
