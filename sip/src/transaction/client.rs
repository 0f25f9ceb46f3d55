//! The client transactions that are under way: what we asked, and are answered.

use std::{
    collections::{HashMap, VecDeque},
    time::Instant,
};

use bytes::Bytes;

use super::{
    Transmits,
    invite_client::{InviteClient, OnInviteResponse},
    key::ClientKey,
    non_invite_client::NonInviteClient,
    timing::{Deadlines, OnTime},
};
use crate::{
    message::{Essentials, HeaderName, Message, Method, StartLine, WireText},
    peer::{Peer, Protocol},
};

/// A client transaction of this store; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClientId(u64);

/// How a client transaction ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// With a final response, which was delivered before.
    Answered,
    TimedOut,
    TransportFailed,
}

/// A client transaction that is no more.
#[derive(Debug)]
pub(crate) struct Finished<O> {
    pub(crate) owner: O,
    pub(crate) outcome: Outcome,
}

#[derive(Debug)]
enum Machine {
    Invite(InviteClient),
    NonInvite(NonInviteClient),
}

#[derive(Debug)]
struct Client<O> {
    key: ClientKey,
    machine: Machine,
    /// For the ACK of a 300–699 and for CANCEL, which repeat parts of it.
    request: Message,
    bytes: Bytes,
    to: Peer,
    /// The ACK of a 300–699, or of the 2xx to a re-INVITE, and its way: sent again with each repetition of those.
    ack: Option<(Peer, Bytes)>,
    /// Challenges that were answered on the way to this request (RFC 3261 §22.2).
    challenges: u8,
    owner: O,
}

/// A response that says something new.
#[derive(Debug)]
pub(crate) struct Delivered<O> {
    pub(crate) client: ClientId,
    pub(crate) owner: O,
    /// With 401, 407 and 422: what was asked, so that it can be asked better.
    pub(crate) challenged: Option<Box<Challenged>>,
}

/// A request that was challenged or asks for too short a session, as it was sent.
#[derive(Debug)]
pub(crate) struct Challenged {
    pub(crate) request: Message,
    pub(crate) to: Peer,
    /// How often it was asked better before.
    pub(crate) challenges: u8,
}

/// The store. `O` says who asked.
#[derive(Debug)]
pub(crate) struct Clients<O> {
    last_id: u64,
    by_id: HashMap<ClientId, Client<O>>,
    by_key: HashMap<ClientKey, ClientId>,
    deadlines: Deadlines<ClientId>,
    finished: VecDeque<Finished<O>>,
}

impl<O: Copy> Clients<O> {
    pub(crate) fn new() -> Self {
        Self {
            last_id: 0,
            by_id: HashMap::new(),
            by_key: HashMap::new(),
            deadlines: Deadlines::default(),
            finished: VecDeque::new(),
        }
    }

    /// Sends a request, whose topmost Via has the branch of the key.
    pub(crate) fn begin(
        &mut self,
        now: Instant,
        key: ClientKey,
        request: Message,
        to: Peer,
        owner: O,
        out: &mut Transmits,
    ) -> ClientId {
        let reliable = to.protocol == Protocol::Tcp;
        let machine = match key.method {
            Method::Invite => Machine::Invite(InviteClient::new(now, reliable)),
            Method::Ack
            | Method::Bye
            | Method::Cancel
            | Method::Options
            | Method::Register
            | Method::Prack
            | Method::Update
            | Method::Other(_) => Machine::NonInvite(NonInviteClient::new(now, reliable)),
        };
        self.last_id += 1;
        let id = ClientId(self.last_id);
        let bytes = request.to_bytes();
        out.push_back((to, bytes.clone()));
        self.by_key.insert(key.clone(), id);
        self.by_id.insert(id, Client { key, machine, request, bytes, to, ack: None, challenges: 0, owner });
        self.settle(id, Outcome::Answered);
        id
    }

    /// Whose response this is, where it has something new to say to him.
    pub(crate) fn on_response(
        &mut self,
        now: Instant,
        status: u16,
        read: &Essentials,
        response: &Message,
        out: &mut Transmits,
    ) -> Option<Delivered<O>> {
        let id = *self.by_key.get(&ClientKey::of(read)?)?;
        let client = self.by_id.get_mut(&id)?;
        let deliver = match &mut client.machine {
            Machine::NonInvite(machine) => machine.on_response(now, status),
            Machine::Invite(machine) => {
                let reaction = machine.on_response(now, status);
                if reaction == OnInviteResponse::DeliverAndAck {
                    client.ack = Some((client.to, ack_of_refusal(&client.request, response).to_bytes()));
                }
                let repeated = client.ack.is_some() && reaction != OnInviteResponse::DeliverAndAck;
                if let (false, Some((to, ack))) = (reaction == OnInviteResponse::Absorb, &client.ack) {
                    out.push_back((*to, ack.clone()));
                }
                !repeated && matches!(reaction, OnInviteResponse::Deliver | OnInviteResponse::DeliverAndAck)
            }
        };
        let owner = client.owner;
        let challenged = (deliver && matches!(status, 401 | 407 | 422)).then(|| {
            let (request, to, challenges) = (client.request.clone(), client.to, client.challenges);
            Box::new(Challenged { request, to, challenges })
        });
        self.settle(id, Outcome::Answered);
        deliver.then_some(Delivered { client: id, owner, challenged })
    }

    /// A request that lives, as it was sent.
    pub(crate) fn request(&self, id: ClientId) -> Option<&Message> {
        self.by_id.get(&id).map(|client| &client.request)
    }

    /// This request answers so many challenges.
    pub(crate) fn count_challenges(&mut self, id: ClientId, challenges: u8) {
        if let Some(client) = self.by_id.get_mut(&id) {
            client.challenges = challenges;
        }
    }

    /// The request and its way, while it is neither answered nor given up.
    pub(crate) fn unanswered(&self, id: ClientId) -> Option<(&Message, Peer)> {
        let client = self.by_id.get(&id).filter(|client| client.is_unanswered())?;
        Some((&client.request, client.to))
    }

    /// Whether a CANCEL may be sent: a provisional response came, and no final one (RFC 3261 §9.1).
    pub(crate) fn may_be_cancelled(&self, id: ClientId) -> bool {
        let machine = self.by_id.get(&id).map(|client| &client.machine);
        matches!(machine, Some(Machine::Invite(machine)) if machine.is_proceeding())
    }

    /// The ACK of the 2xx to a re-INVITE: from now on its repetitions are answered here. (An INVITE may be answered by
    /// several branches of a fork, each with an ACK of its own; those are the leg's.)
    pub(crate) fn keep_ack(&mut self, id: ClientId, to: Peer, ack: Bytes) {
        if let Some(client) = self.by_id.get_mut(&id) {
            client.ack = Some((to, ack));
        }
    }

    /// This INVITE is a re-INVITE.
    pub(crate) fn expect_final_soon(&mut self, id: ClientId) {
        if let Some(Client { machine: Machine::Invite(machine), .. }) = self.by_id.get_mut(&id) {
            machine.expect_final_soon();
        }
    }

    /// A CANCEL was sent for this INVITE.
    pub(crate) fn on_cancel(&mut self, now: Instant, id: ClientId) {
        if let Some(Client { machine: Machine::Invite(machine), .. }) = self.by_id.get_mut(&id) {
            machine.on_cancel(now);
        }
        self.settle(id, Outcome::Answered);
    }

    pub(crate) fn contains(&self, id: ClientId) -> bool {
        self.by_id.contains_key(&id)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    pub(crate) fn on_time(&mut self, now: Instant, out: &mut Transmits) {
        while let Some(id) = self.deadlines.pop_due(now) {
            let Some(client) = self.by_id.get_mut(&id) else { continue };
            let due = match &mut client.machine {
                Machine::Invite(machine) => machine.on_time(now),
                Machine::NonInvite(machine) => machine.on_time(now),
            };
            if due == OnTime::Retransmit {
                out.push_back((client.to, client.bytes.clone()));
            }
            self.settle(id, if due == OnTime::TimedOut { Outcome::TimedOut } else { Outcome::Answered });
        }
    }

    /// Nothing reaches this peer: what he has not answered has failed (RFC 3261 §17.1.4).
    pub(crate) fn on_transport_failure(&mut self, to: Peer) {
        let lost = |client: &Client<O>| client.to == to && client.is_unanswered();
        let mut ids: Vec<_> =
            self.by_id.iter().filter(|(_, client)| lost(client)).map(|(id, _)| *id).collect();
        ids.sort_unstable();
        for id in ids {
            self.remove(id, Outcome::TransportFailed);
        }
    }

    /// The next transaction that is no more.
    pub(crate) fn pop_finished(&mut self) -> Option<Finished<O>> {
        self.finished.pop_front()
    }

    fn settle(&mut self, id: ClientId, outcome: Outcome) {
        match self.by_id.get(&id) {
            Some(client) if client.is_terminated() => self.remove(id, outcome),
            Some(client) => self.deadlines.set(&id, client.deadline()),
            None => {}
        }
    }

    fn remove(&mut self, id: ClientId, outcome: Outcome) {
        let Some(client) = self.by_id.remove(&id) else { return };
        self.by_key.remove(&client.key);
        self.deadlines.set(&id, None);
        self.finished.push_back(Finished { owner: client.owner, outcome });
    }
}

impl<O> Client<O> {
    fn is_terminated(&self) -> bool {
        match &self.machine {
            Machine::Invite(machine) => machine.is_terminated(),
            Machine::NonInvite(machine) => machine.is_terminated(),
        }
    }

    fn is_unanswered(&self) -> bool {
        match &self.machine {
            Machine::Invite(machine) => machine.is_unanswered(),
            Machine::NonInvite(machine) => machine.is_unanswered(),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match &self.machine {
            Machine::Invite(machine) => machine.deadline(),
            Machine::NonInvite(machine) => machine.deadline(),
        }
    }
}

/// RFC 3261 §17.1.1.3.
fn ack_of_refusal(invite: &Message, refusal: &Message) -> Message {
    let to = refusal.headers.get(&HeaderName::To).cloned().unwrap_or_default();
    let mut ack = repeat(invite, Method::Ack);
    ack.headers.set(HeaderName::To, to);
    ack
}

/// A request on the INVITE's own way, with its URI, topmost Via, Route, From, To, Call-ID and CSeq number: the ACK of
/// a refusal (RFC 3261 §17.1.1.3) and CANCEL (§9.1).
pub(crate) fn repeat(invite: &Message, method: Method) -> Message {
    let uri = match &invite.start {
        StartLine::Request { uri, .. } => uri.clone(),
        StartLine::Response { .. } => WireText::default(),
    };
    let number = invite.headers.get(&HeaderName::CSeq).map(WireText::to_lossy).unwrap_or_default();
    let number = number.split(' ').next().unwrap_or_default();
    let cseq = format!("{number} {}", String::from_utf8_lossy(method.as_bytes()));
    let mut request = Message {
        start: StartLine::Request { method, uri },
        headers: Default::default(),
        body: Bytes::new(),
        defect: None,
    };
    for header in invite.headers.iter() {
        match header.name {
            HeaderName::Via
            | HeaderName::Route
            | HeaderName::From
            | HeaderName::To
            | HeaderName::CallId
            | HeaderName::MaxForwards => request.headers.push(header.name.clone(), header.value.clone()),
            HeaderName::CSeq => request.headers.push(HeaderName::CSeq, cseq.clone()),
            _ => {}
        }
    }
    request
}
