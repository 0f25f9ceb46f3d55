//! Answers to 401 and 407 (RFC 3261 §8.1.3.5, §22.2, §22.3): the request is sent once more with credentials and the
//! next CSeq, as the same one to whoever waits for it.

use std::time::Instant;

use super::{Endpoint, Owner, Peer};
use crate::{
    auth::{Account, Asker, Login},
    dialog::Leg,
    message::{Essentials, HeaderName, Message, Method, StartLine},
    transaction::{Challenged, ClientId},
};

/// Answers to challenges on the way of one request: a proxy's and a server's, and each once more where its nonce was
/// too old.
const MAX_ANSWERS: u8 = 4;

/// Whether credentials are put on a request of this method. OPTIONS asks whether a peer is there, and a 401 says that.
pub(super) fn answers_challenges(method: &Method) -> bool {
    match method {
        Method::Invite | Method::Bye | Method::Register | Method::Prack | Method::Update => true,
        Method::Ack | Method::Cancel | Method::Options | Method::Other(_) => false,
    }
}

impl Endpoint {
    /// From now on challenges to what is sent in calls with this peer, and in registrations with him, are answered with
    /// this login; `None`: they are not.
    pub fn set_login(&mut self, peer: Peer, login: Option<Login>) {
        match login {
            Some(login) => drop(self.accounts.insert(peer, Account::new(login))),
            None => drop(self.accounts.remove(&peer)),
        }
    }

    /// Sends the request again with an answer to the challenge. Whether it was: if not, the 401 or 407 is final.
    pub(super) fn answer_challenge(
        &mut self,
        now: Instant,
        owner: Owner,
        challenged: Challenged,
        refusal: &Message,
        status: u16,
    ) -> bool {
        let Challenged { request, to, challenges } = challenged;
        let StartLine::Request { method, .. } = &request.start else { return false };
        let (Some(asker), method) = (Asker::of(status), method.clone()) else { return false };
        if !answers_challenges(&method) || challenges >= MAX_ANSWERS || self.is_given_up(owner) {
            return false;
        }
        let account = self.account_of(owner, to);
        let cnonce = self.composer.tokens.tag();
        let Some(account) = self.accounts.get_mut(&account) else { return false };
        let Some(stale) = account.on_challenge(asker, refusal, &cnonce) else { return false };
        // An answer to this very asker was refused, and not because its nonce was too old: the password is wrong.
        // Credentials that were put on unasked may be too old without his saying so.
        let answered = challenges > 0 && request.headers.get(&asker.answer()).is_some();
        if answered && !stale {
            account.forget(asker);
            return false;
        }
        let Some(again) = self.renumbered(owner, request) else { return false };
        let client = self.send(now, method, again, to, owner);
        self.clients.count_challenges(client, challenges + 1);
        self.follow(owner, client);
        true
    }

    /// Whose login answers for this owner's requests.
    pub(super) fn account_of(&self, owner: Owner, to: Peer) -> Peer {
        match owner {
            Owner::Invite(leg)
            | Owner::Reinvite(leg)
            | Owner::Bye(leg)
            | Owner::Prack(leg)
            | Owner::Update(leg) => self.legs.get(&leg).map_or(to, |leg| leg.account),
            Owner::Options(_) | Owner::Register(_) | Owner::Nobody => to,
        }
    }

    /// The ACK of a 2xx has the credentials of its INVITE (RFC 3261 §22.1).
    pub(super) fn repeat_credentials(&self, invite: Option<ClientId>, ack: &mut Message) {
        let Some(invite) = invite.and_then(|invite| self.clients.request(invite)) else { return };
        for asker in [Asker::Server, Asker::Proxy] {
            if let Some(credentials) = invite.headers.get(&asker.answer()) {
                ack.headers.set(asker.answer(), credentials.clone());
            }
        }
    }

    /// Nobody wants this request any more.
    fn is_given_up(&self, owner: Owner) -> bool {
        match owner {
            Owner::Invite(leg) | Owner::Reinvite(leg) | Owner::Prack(leg) | Owner::Update(leg) => {
                self.legs.get(&leg).is_none_or(Leg::is_ended)
            }
            Owner::Bye(leg) => !self.legs.contains_key(&leg),
            Owner::Register(id) => !self.registrations.contains_key(&id),
            Owner::Options(_) | Owner::Nobody => false,
        }
    }

    /// The request without what made it one of its transaction, and with the next number.
    pub(super) fn renumbered(&mut self, owner: Owner, mut request: Message) -> Option<Message> {
        let read = Essentials::read(&request.headers).ok()?;
        let number = match owner {
            Owner::Invite(id) | Owner::Reinvite(id) => {
                let leg = self.legs.get_mut(&id)?;
                leg.invite_cseq = leg.dialog.next_cseq();
                leg.invite_cseq
            }
            Owner::Bye(id) | Owner::Prack(id) | Owner::Update(id) => {
                self.legs.get_mut(&id)?.dialog.next_cseq()
            }
            Owner::Register(id) => self.registrations.get_mut(&id)?.dialog.next_cseq(),
            Owner::Options(_) | Owner::Nobody => read.cseq.number + 1,
        };
        let cseq = format!("{number} {}", String::from_utf8_lossy(read.cseq.method.as_bytes()));
        request.headers.set(HeaderName::CSeq, cseq);
        request.headers.remove(&HeaderName::Via);
        request.headers.remove(&HeaderName::UserAgent);
        Some(request)
    }

    /// The owner waits for this transaction now.
    pub(super) fn follow(&mut self, owner: Owner, client: ClientId) {
        if matches!(owner, Owner::Reinvite(_)) {
            self.clients.expect_final_soon(client);
        }
        let (Owner::Invite(id) | Owner::Reinvite(id) | Owner::Bye(id)) = owner else { return };
        let Some(leg) = self.legs.get_mut(&id) else { return };
        match owner {
            Owner::Invite(_) => leg.invite = Some(client),
            Owner::Reinvite(_) => {
                if let Some(reoffer) = &mut leg.our_reoffer {
                    reoffer.client = client;
                }
            }
            Owner::Bye(_) => leg.bye = Some(client),
            Owner::Prack(_) | Owner::Update(_) | Owner::Options(_) | Owner::Register(_) | Owner::Nobody => {}
        }
    }
}
