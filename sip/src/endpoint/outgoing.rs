//! What we ask of a peer: INVITE, CANCEL, ACK, BYE, re-INVITE, OPTIONS (RFC 3261 §9.1, §11.1, §13.2, §14.1, §15.1.1).

use std::time::Instant;

use super::{
    Endpoint, EndpointError, Invite, LegEnd, LegId, OptionsId, Owner, Peer, authorise::answers_challenges,
};
use crate::{
    dialog::{Dialog, Leg, OurReoffer, Phase, TIMER, ask_for},
    message::{HeaderName, Message, Method, NameAddr, Uri, Via, WireText, is_token},
    transaction::{ClientId, ClientKey, repeat},
};

impl Endpoint {
    pub(super) fn begin_call(&mut self, now: Instant, invite: Invite) -> Result<LegId, EndpointError> {
        let config = &self.composer.config;
        if self.live_legs >= config.max_legs
            || self.clients.len() + self.servers.len() >= config.max_transactions
        {
            return Err(EndpointError::Full);
        }
        let headers = checked_headers(&invite.headers)?;
        let mut local = invite.from;
        local.params.set("tag", Some(self.composer.tokens.tag()));
        let remote = NameAddr { display: invite.to_display.map(Into::into), ..NameAddr::new(invite.target) };
        let mut dialog = Dialog::outgoing(self.composer.tokens.call_id(), local, remote, invite.to);
        if self.is_behind_nat(invite.to) {
            dialog.note_nat();
        }

        let id = self.next_leg_id();
        let mut leg = Leg::new(id, Phase::Calling, dialog, now + self.composer.config.ring_limit);
        leg.offered = invite.offer.is_some();
        let mut request = leg.dialog.next_request(Method::Invite);
        leg.invite_cseq = leg.dialog.local_cseq();
        for (name, value) in headers {
            request.headers.push(name, value);
        }
        leg.description = invite.offer.clone();
        self.add_offer(&mut request, invite.to, &leg.dialog.local.uri, invite.offer);
        ask_for(&mut request, leg.min_se_s, None);
        leg.invite = Some(self.send(now, Method::Invite, request, invite.to, Owner::Invite(id)));
        self.insert_leg(leg);
        Ok(id)
    }

    pub(super) fn send_reinvite(&mut self, now: Instant, id: LegId, offer: Vec<u8>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let mut request = leg.dialog.next_request(Method::Invite);
        leg.invite_cseq = leg.dialog.local_cseq();
        let (to, local) = (leg.dialog.next_hop(), leg.dialog.local.uri.clone());
        self.add_offer(&mut request, to, &local, Some(offer.clone()));
        self.ask_for_session(id, &mut request);
        let client = self.send(now, Method::Invite, request, to, Owner::Reinvite(id));
        self.clients.expect_final_soon(client);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.our_reoffer = Some(OurReoffer::sent(client, offer, leg.our_reoffer.as_ref()));
        }
    }

    /// Our re-INVITE waits for its final response.
    pub(super) fn is_offering(&self, id: LegId) -> bool {
        let reoffer = self.legs.get(&id).and_then(|leg| leg.our_reoffer.as_ref());
        reoffer.is_some_and(|reoffer| self.clients.unanswered(reoffer.client).is_some())
    }

    /// Sends the re-INVITE that met one of the peer's once more, if its time has come.
    pub(super) fn reoffer_again(&mut self, now: Instant, id: LegId) {
        let chance = self.composer.tokens.next();
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let (own_call_id, is_answering) = (leg.owns_call_id(), leg.is_answering());
        let waiting = leg.our_reoffer.as_mut().filter(|reoffer| reoffer.again_at.is_some_and(|at| at <= now));
        match waiting {
            Some(reoffer) if is_answering => reoffer.postpone(now, own_call_id, chance),
            Some(reoffer) => {
                let offer = std::mem::take(&mut reoffer.offer);
                self.send_reinvite(now, id, offer);
            }
            None => {}
        }
    }

    fn add_offer(&self, request: &mut Message, to: Peer, local: &Uri, offer: Option<Vec<u8>>) {
        request.headers.push(HeaderName::Contact, self.composer.contact(to.protocol, local));
        self.composer.add_abilities(request);
        if offer.is_none() {
            // The peer's offer would come with a reliable response, and our answer with its PRACK.
            request.headers.set(HeaderName::Supported, TIMER);
        }
        self.composer.add_body(request, offer);
    }

    /// The ACK of the 2xx that made this leg's dialog.
    pub(super) fn send_ack(&mut self, id: LegId, answer: Option<Vec<u8>>) {
        let Some(leg) = self.legs.get(&id) else { return };
        let (invite, dialog, mut ack) = (leg.invite, leg.dialog.clone(), leg.dialog.ack(leg.invite_cseq));
        self.repeat_credentials(invite, &mut ack);
        self.composer.add_body(&mut ack, answer);
        let fork = self.acknowledge_dialog(&dialog, ack);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.acknowledged.push(fork);
        }
    }

    pub(super) fn send_bye(&mut self, now: Instant, id: LegId) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let (bye, to) = (leg.dialog.next_request(Method::Bye), leg.dialog.next_hop());
        let client = self.send(now, Method::Bye, bye, to, Owner::Bye(id));
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.bye = Some(client);
        }
    }

    /// RFC 3261 §9.1: on the INVITE's own way, with its branch.
    pub(super) fn send_cancel(&mut self, now: Instant, id: LegId) {
        let Some(invite) = self.legs.get(&id).and_then(|leg| leg.invite) else { return };
        let Some((request, to)) = self.clients.unanswered(invite) else { return };
        let cancel = repeat(request, Method::Cancel);
        let Some(branch) = branch_of(&cancel) else { return };
        let key = ClientKey { branch, method: Method::Cancel };
        self.clients.begin(now, key, cancel, to, Owner::Nobody, &mut self.transmits);
        self.clients.on_cancel(now, invite);
    }

    pub(super) fn send_options(&mut self, now: Instant, to: Peer, target: Uri) -> OptionsId {
        self.last_options += 1;
        let id = OptionsId(self.last_options);
        let mut local = NameAddr::new(Uri::sip(None, self.composer.config.advertised));
        local.params.set("tag", Some(self.composer.tokens.tag()));
        let mut dialog = Dialog::outgoing(self.composer.tokens.call_id(), local, NameAddr::new(target), to);
        let mut request = dialog.next_request(Method::Options);
        request.headers.push(HeaderName::Contact, self.composer.contact(to.protocol, &dialog.local.uri));
        self.composer.add_abilities(&mut request);
        self.send(now, Method::Options, request, to, Owner::Options(id));
        id
    }

    /// Signs a request and begins its transaction.
    pub(super) fn send(
        &mut self,
        now: Instant,
        method: Method,
        mut request: Message,
        to: Peer,
        owner: Owner,
    ) -> ClientId {
        let account = self.account_of(owner, to);
        if let (true, Some(account)) = (answers_challenges(&method), self.accounts.get_mut(&account)) {
            account.authorise(&mut request);
        }
        let branch = self.composer.sign(&mut request, to);
        self.clients.begin(now, ClientKey { branch, method }, request, to, owner, &mut self.transmits)
    }

    /// Ends a leg from our side, as its state demands.
    pub(super) fn close(&mut self, now: Instant, id: LegId, cause: LegEnd) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        match leg.phase {
            Phase::Ended => return,
            Phase::Ringing { .. } => self.refuse_waiting_invite(now, id, 480, ""),
            Phase::Calling => match leg.invite {
                Some(invite) if self.clients.may_be_cancelled(invite) => self.send_cancel(now, id),
                // Before a provisional response no CANCEL may be sent (RFC 3261 §9.1).
                _ => leg.cancel_wanted = true,
            },
            Phase::AwaitingOurAnswer => {
                self.send_ack(id, None);
                self.send_bye(now, id);
            }
            Phase::Established => self.close_established(now, id),
        }
        self.end(id, cause);
        self.settle_leg(id);
    }

    fn close_established(&mut self, now: Instant, id: LegId) {
        self.refuse_waiting_reoffer(now, id, 487, "");
        let Some(leg) = self.legs.get_mut(&id) else { return };
        match &leg.answer {
            // The callee may not send BYE before the ACK has come (RFC 3261 §15).
            Some(answer) if !answer.to_reoffer => leg.bye_after_ack = true,
            Some(_) | None => {
                leg.answer = None;
                self.send_bye(now, id);
            }
        }
    }
}

/// Headers of the caller's own: they may neither break the message nor double what we write.
fn checked_headers(headers: &[(String, String)]) -> Result<Vec<(HeaderName, String)>, EndpointError> {
    headers
        .iter()
        .map(|(name, value)| {
            let known = HeaderName::parse(&name.as_str().into());
            let ours = matches!(
                known,
                HeaderName::Via
                    | HeaderName::From
                    | HeaderName::To
                    | HeaderName::CallId
                    | HeaderName::CSeq
                    | HeaderName::Contact
                    | HeaderName::MaxForwards
                    | HeaderName::ContentType
                    | HeaderName::ContentLength
            );
            let breaks = value.contains(['\r', '\n', '\0']) || !is_token(name.as_bytes());
            if ours || breaks { Err(EndpointError::Header(name.clone())) } else { Ok((known, value.clone())) }
        })
        .collect()
}

/// The branch of a message's topmost Via.
fn branch_of(message: &Message) -> Option<WireText> {
    let via = message.headers.members(&HeaderName::Via).next()?;
    Via::parse(&via).ok()?.branch().cloned()
}
