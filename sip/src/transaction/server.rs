//! The server transactions that are under way: what we are asked, and answer.

use std::{collections::HashMap, time::Instant};

use bytes::Bytes;

use super::{
    Transmits,
    invite_server::InviteServer,
    key::ServerKey,
    non_invite_server::NonInviteServer,
    timing::{Deadlines, OnTime},
};
use crate::peer::{Peer, Protocol};

/// A server transaction of this store; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ServerId(u64);

#[derive(Debug)]
enum Machine {
    Invite(InviteServer),
    NonInvite(NonInviteServer),
}

#[derive(Debug)]
struct Server {
    key: ServerKey,
    machine: Machine,
    /// The last response, for repetitions.
    response: Option<Bytes>,
    reply_to: Peer,
}

/// The store.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    last_id: u64,
    by_id: HashMap<ServerId, Server>,
    by_key: HashMap<ServerKey, ServerId>,
    deadlines: Deadlines<ServerId>,
}

impl Servers {
    /// The transaction of this key, while it lives.
    pub(crate) fn find(&self, key: &ServerKey) -> Option<ServerId> {
        self.by_key.get(key).copied()
    }

    /// An INVITE that will be answered later.
    pub(crate) fn begin_invite(&mut self, key: ServerKey, reply_to: Peer) -> ServerId {
        let machine = InviteServer::new(reply_to.protocol == Protocol::Tcp);
        self.insert(Server { key, machine: Machine::Invite(machine), response: None, reply_to })
    }

    /// Any other request, answered now.
    pub(crate) fn answer_at_once(
        &mut self,
        now: Instant,
        key: ServerKey,
        reply_to: Peer,
        response: Bytes,
        out: &mut Transmits,
    ) {
        let machine = NonInviteServer::new(now, reply_to.protocol == Protocol::Tcp);
        out.push_back((reply_to, response.clone()));
        self.insert(Server { key, machine: Machine::NonInvite(machine), response: Some(response), reply_to });
    }

    /// Answers an INVITE. Whether that was still possible.
    pub(crate) fn answer(
        &mut self,
        now: Instant,
        id: ServerId,
        status: u16,
        response: Bytes,
        out: &mut Transmits,
    ) -> bool {
        let Some(Server { machine: Machine::Invite(machine), response: last, reply_to, .. }) =
            self.by_id.get_mut(&id)
        else {
            return false;
        };
        if !machine.on_answer(now, status) {
            return false;
        }
        out.push_back((*reply_to, response.clone()));
        *last = Some(response);
        self.settle(id);
        true
    }

    /// The request came again.
    pub(crate) fn on_repeated_request(&mut self, id: ServerId, out: &mut Transmits) {
        let Some(server) = self.by_id.get(&id) else { return };
        let answer_again = match &server.machine {
            Machine::Invite(machine) => machine.on_repeated_request(),
            Machine::NonInvite(_) => true,
        };
        if let (true, Some(response)) = (answer_again, &server.response) {
            out.push_back((server.reply_to, response.clone()));
        }
    }

    /// An ACK with the branch of an INVITE. Whether it is the dialog's business.
    pub(crate) fn on_ack(&mut self, now: Instant, id: ServerId) -> bool {
        let Some(Server { machine: Machine::Invite(machine), .. }) = self.by_id.get_mut(&id) else {
            return false;
        };
        let for_dialog = machine.on_ack(now);
        self.settle(id);
        for_dialog
    }

    /// Whether the INVITE waits for its final response.
    pub(crate) fn is_unanswered(&self, id: ServerId) -> bool {
        let machine = self.by_id.get(&id).map(|server| &server.machine);
        matches!(machine, Some(Machine::Invite(machine)) if machine.is_unanswered())
    }

    /// Where the answers go.
    pub(crate) fn reply_to(&self, id: ServerId) -> Option<Peer> {
        self.by_id.get(&id).map(|server| server.reply_to)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    pub(crate) fn on_time(&mut self, now: Instant, out: &mut Transmits) {
        while let Some(id) = self.deadlines.pop_due(now) {
            let Some(server) = self.by_id.get_mut(&id) else { continue };
            match &mut server.machine {
                // A refusal whose ACK never comes has nobody left to tell.
                Machine::Invite(machine) => match (machine.on_time(now), &server.response) {
                    (OnTime::Retransmit, Some(response)) => {
                        out.push_back((server.reply_to, response.clone()))
                    }
                    (OnTime::Retransmit | OnTime::TimedOut | OnTime::Nothing, _) => {}
                },
                Machine::NonInvite(machine) => machine.on_time(now),
            }
            self.settle(id);
        }
    }

    /// Drops a transaction whose peer is gone.
    pub(crate) fn forget(&mut self, id: ServerId) {
        if let Some(server) = self.by_id.remove(&id) {
            self.by_key.remove(&server.key);
            self.deadlines.set(&id, None);
        }
    }

    fn insert(&mut self, server: Server) -> ServerId {
        self.last_id += 1;
        let id = ServerId(self.last_id);
        self.by_key.insert(server.key.clone(), id);
        self.by_id.insert(id, server);
        self.settle(id);
        id
    }

    fn settle(&mut self, id: ServerId) {
        let Some(server) = self.by_id.get(&id) else { return };
        let (terminated, deadline) = match &server.machine {
            Machine::Invite(machine) => (machine.is_terminated(), machine.deadline()),
            Machine::NonInvite(machine) => (machine.is_terminated(), machine.deadline()),
        };
        if terminated { self.forget(id) } else { self.deadlines.set(&id, deadline) }
    }
}
