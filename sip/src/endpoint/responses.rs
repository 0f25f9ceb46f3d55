//! What our requests are answered: the responses to INVITE, re-INVITE and OPTIONS, and their absence
//! (RFC 3261 §8.1.3, §13.2.2, §14.1).

use std::time::Instant;

use super::{Endpoint, Event, LegEnd, LegId, OptionsId, Owner, Peer};
use crate::{
    dialog::{Dialog, Fork, Phase},
    message::{Essentials, HeaderName, Message, Method, StartLine, WireText},
    transaction::{ClientId, Delivered, Outcome},
};

/// Branches of one fork that are answered with ACK and BYE; a network that sends more is not a telephone network.
const MAX_FORKS: usize = 32;

impl Endpoint {
    pub(super) fn handle_response(&mut self, now: Instant, from: Peer, message: &Message, status: u16) {
        let Ok(read) = Essentials::read(&message.headers) else { return };
        if message.defect.is_some() {
            return;
        }
        let Some(Delivered { client, owner, challenged }) =
            self.clients.on_response(now, status, &read, message, &mut self.transmits)
        else {
            return;
        };
        let asked_better = match (status, challenged) {
            (422, Some(refused)) => self.ask_for_longer(now, owner, *refused, message),
            (_, Some(challenged)) => self.answer_challenge(now, owner, *challenged, message, status),
            (_, None) => false,
        };
        if asked_better {
            return;
        }
        let response = Response { message, read: &read, status, from };
        match owner {
            Owner::Invite(leg) => self.on_invite_response(now, leg, &response),
            Owner::Reinvite(leg) => self.on_reinvite_response(now, client, leg, &response),
            Owner::Update(leg) => self.on_update_response(now, leg, &response),
            Owner::Options(id) => self.on_options_response(id, &response),
            Owner::Register(id) => self.on_register_response(now, id, &response),
            Owner::Bye(_) | Owner::Prack(_) | Owner::Nobody => {}
        }
    }

    fn on_invite_response(&mut self, now: Instant, id: LegId, response: &Response<'_>) {
        match response.status {
            ..=199 => self.on_progress(now, id, response),
            200..=299 => self.on_answer(now, id, response),
            300.. => {
                let (status, reason) = (response.status, response.reason());
                self.end(id, LegEnd::Rejected { status, reason });
            }
        }
    }

    fn on_progress(&mut self, now: Instant, id: LegId, response: &Response<'_>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        if std::mem::take(&mut leg.cancel_wanted) {
            self.send_cancel(now, id);
        } else if !leg.is_ended() && response.status > 100 && self.counts_as_new(now, id, response) {
            self.events.push_back(Event::Progress {
                leg: id,
                status: response.status,
                body: response.body(),
            });
        }
    }

    /// A 2xx to our INVITE: the first makes the call, its repetitions get their ACK again, and those of other branches
    /// get ACK and BYE (RFC 3261 §13.2.2.4).
    fn on_answer(&mut self, now: Instant, id: LegId, response: &Response<'_>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        let tag = response.read.to.tag();
        if let Some(fork) = leg.acknowledged.iter().find(|fork| fork.tag.as_ref() == tag) {
            self.transmits.push_back((fork.to, fork.ack.clone()));
            return;
        }
        match leg.phase {
            Phase::Calling => self.on_first_answer(now, id, response),
            Phase::AwaitingOurAnswer if leg.dialog.is_with(tag) => {}
            Phase::AwaitingOurAnswer | Phase::Established | Phase::Ended => self.end_fork(now, id, response),
            Phase::Ringing { .. } => {}
        }
    }

    fn on_first_answer(&mut self, now: Instant, id: LegId, response: &Response<'_>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        leg.dialog = leg.dialog.confirmed_by(response.message, response.read, response.from);
        leg.ring_until = None;
        if leg.offered {
            leg.phase = Phase::Established;
            self.send_ack(id, None);
        } else {
            leg.phase = Phase::AwaitingOurAnswer;
        }
        self.on_session_granted(now, id, response.message);
        self.settle_leg(id);
        self.events.push_back(Event::Answered { leg: id, body: response.body() });
    }

    /// A branch of a fork answered that nobody waits for: it is told so.
    fn end_fork(&mut self, now: Instant, id: LegId, response: &Response<'_>) {
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| leg.acknowledged.len() < MAX_FORKS) else {
            return;
        };
        let mut dialog = leg.dialog.confirmed_by(response.message, response.read, response.from);
        let invite = leg.invite;
        let (mut ack, bye) = (dialog.ack(leg.invite_cseq), dialog.next_request(Method::Bye));
        self.repeat_credentials(invite, &mut ack);
        let fork = self.acknowledge_dialog(&dialog, ack);
        if let Some(leg) = self.legs.get_mut(&id) {
            leg.acknowledged.push(fork);
        }
        self.send(now, Method::Bye, bye, dialog.next_hop(), Owner::Nobody);
    }

    /// Sends an ACK of a 2xx, and keeps it for the repetitions of that.
    pub(super) fn acknowledge_dialog(&mut self, dialog: &Dialog, mut ack: Message) -> Fork {
        let to = dialog.next_hop();
        self.composer.sign(&mut ack, to);
        let ack = ack.to_bytes();
        self.transmits.push_back((to, ack.clone()));
        Fork { tag: dialog.remote.tag().cloned(), to, ack }
    }

    fn on_reinvite_response(&mut self, now: Instant, client: ClientId, id: LegId, response: &Response<'_>) {
        let Some(leg) = self.legs.get_mut(&id) else { return };
        match response.status {
            ..=199 => return,
            200..=299 => {
                leg.dialog.refresh_target(response.message);
                let (dialog, mut ack) = (leg.dialog.clone(), leg.dialog.ack(leg.invite_cseq));
                self.repeat_credentials(Some(client), &mut ack);
                let Fork { to, ack, .. } = self.acknowledge_dialog(&dialog, ack);
                self.clients.keep_ack(client, to, ack);
                if let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.is_ended()) {
                    leg.description = leg.our_reoffer.as_ref().map(|reoffer| reoffer.offer.clone());
                }
                self.on_session_granted(now, id, response.message);
            }
            300.. => self.refresh_failed(now, id),
        }
        let chance = self.composer.tokens.next();
        let Some(leg) = self.legs.get_mut(&id).filter(|leg| !leg.is_ended()) else { return };
        let own_call_id = leg.owns_call_id();
        let reoffer = leg.our_reoffer.as_mut().filter(|_| response.status == 491);
        if reoffer.is_some_and(|reoffer| reoffer.on_glare(now, own_call_id, chance)) {
            return self.settle_leg(id);
        }
        self.events.push_back(Event::ReinviteAnswered {
            leg: id,
            status: response.status,
            body: response.body(),
        });
        // The dialog is over (RFC 3261 §12.2.1.2): the peer hung up, and only his BYE is still on its way; or he is gone.
        match response.status {
            481 => self.close(now, id, LegEnd::Bye),
            408 => self.close(now, id, LegEnd::Timeout),
            _ => self.settle_leg(id),
        }
    }

    fn on_options_response(&mut self, id: OptionsId, response: &Response<'_>) {
        let headers = &response.message.headers;
        let server = headers.get(&HeaderName::Server).or_else(|| headers.get(&HeaderName::UserAgent));
        let server = server.map(WireText::to_string);
        self.events.push_back(Event::OptionsAnswer { id, status: response.status, server });
    }

    /// Client transactions that are over: those without an answer tell their owner.
    pub(super) fn on_finished_clients(&mut self, now: Instant) {
        while let Some(finished) = self.clients.pop_finished() {
            match (finished.owner, finished.outcome) {
                (Owner::Invite(leg), Outcome::TimedOut) => self.end(leg, LegEnd::Timeout),
                (Owner::Invite(leg), Outcome::TransportFailed) => self.end(leg, LegEnd::TransportFailure),
                (Owner::Reinvite(leg), Outcome::TimedOut) => self.close(now, leg, LegEnd::Timeout),
                (Owner::Reinvite(leg), Outcome::TransportFailed) => {
                    self.reinvite_failed(leg);
                    self.refresh_failed(now, leg);
                }
                (Owner::Update(leg), Outcome::TimedOut) => self.close(now, leg, LegEnd::Timeout),
                (Owner::Update(leg), Outcome::TransportFailed) => self.refresh_failed(now, leg),
                (Owner::Options(id), Outcome::TimedOut) => self.options_failed(id, 408),
                (Owner::Options(id), Outcome::TransportFailed) => self.options_failed(id, 503),
                (Owner::Register(id), Outcome::TimedOut) => self.on_registration_answer(now, id, 408, None),
                (Owner::Register(id), Outcome::TransportFailed) => {
                    self.on_registration_answer(now, id, 503, None);
                }
                (_, Outcome::Answered) | (Owner::Bye(_) | Owner::Prack(_) | Owner::Nobody, _) => {}
            }
            if let Owner::Invite(leg) | Owner::Reinvite(leg) | Owner::Bye(leg) | Owner::Update(leg) =
                finished.owner
            {
                self.settle_leg(leg);
            }
        }
    }

    /// The call goes on as it was (RFC 3261 §14.1).
    fn reinvite_failed(&mut self, id: LegId) {
        if self.legs.get(&id).is_some_and(|leg| !leg.is_ended()) {
            self.events.push_back(Event::ReinviteAnswered { leg: id, status: 503, body: None });
        }
    }

    fn options_failed(&mut self, id: OptionsId, status: u16) {
        self.events.push_back(Event::OptionsAnswer { id, status, server: None });
    }
}

pub(super) struct Response<'a> {
    pub(super) message: &'a Message,
    pub(super) read: &'a Essentials,
    pub(super) status: u16,
    pub(super) from: Peer,
}

impl Response<'_> {
    fn body(&self) -> Option<Vec<u8>> {
        (!self.message.body.is_empty()).then(|| self.message.body.to_vec())
    }

    fn reason(&self) -> String {
        match &self.message.start {
            StartLine::Response { reason, .. } => reason.to_string(),
            StartLine::Request { .. } => String::new(),
        }
    }
}
