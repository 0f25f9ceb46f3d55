//! One endpoint for all transactions, dialogs and legs of a process. In: messages, timeouts and the wishes of the
//! calls, each with `now`. Out: by [`Endpoint::poll_output`], until it says how long nothing will happen.

mod authorise;
mod compose;
mod config;
mod event;
mod incoming;
mod legs;
mod outgoing;
mod receive;
mod register;
mod registrations;
mod reliable;
mod responses;
mod session_timer;
mod tokens;

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Instant,
};

pub use config::Config;
pub use event::{EndpointError, Event, IncomingCall, Invite, LegEnd, OptionsId, Output};

pub use crate::{
    dialog::LegId,
    peer::{Peer, Protocol},
};

use self::{compose::Composer, tokens::Tokens};
use crate::{
    auth::Account,
    dialog::{InviteKey, Leg, OurReliable, Phase, UnacknowledgedAnswer},
    message::{Uri, WireText, reason_phrase},
    registrar::{Registrar, RegistrationId, client::Registration},
    transaction::{Clients, Deadlines, Servers, Transmits},
};

/// Who sent a request, and is told its outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Invite(LegId),
    Reinvite(LegId),
    Bye(LegId),
    /// The PRACK of a provisional response.
    Prack(LegId),
    /// The UPDATE that refreshes a session.
    Update(LegId),
    Options(OptionsId),
    Register(RegistrationId),
    /// A CANCEL, or the BYE of a fork: nobody waits.
    Nobody,
}

/// The user agent core (RFC 3261 §8, §12–15).
#[derive(Debug)]
pub struct Endpoint {
    composer: Composer,
    clients: Clients<Owner>,
    servers: Servers,
    legs: HashMap<LegId, Leg>,
    /// Legs that are not ended: what `max_legs` bounds.
    live_legs: usize,
    last_leg: u64,
    last_options: u64,
    /// By Call-ID and our tag, which no two legs share.
    by_dialog: HashMap<(WireText, WireText), LegId>,
    /// Incoming legs, for merged INVITEs and for CANCEL.
    by_invite: HashMap<InviteKey, LegId>,
    leg_deadlines: Deadlines<LegId>,
    /// Phones that register here; `None`: none may.
    registrar: Option<Registrar>,
    /// Our own registrations.
    registrations: BTreeMap<RegistrationId, Registration>,
    last_registration: u64,
    registration_deadlines: Deadlines<RegistrationId>,
    /// Our logins, by the peer that the first request goes to.
    accounts: HashMap<Peer, Account>,
    transmits: Transmits,
    events: VecDeque<Event>,
}

impl Endpoint {
    /// An endpoint without legs. `seed` must be random: tags and branches come from it.
    pub fn new(config: Config, seed: u64) -> Self {
        Self {
            composer: Composer { config, tokens: Tokens::new(seed), serves_register: false },
            clients: Clients::new(),
            servers: Servers::default(),
            legs: HashMap::new(),
            live_legs: 0,
            last_leg: 0,
            last_options: 0,
            by_dialog: HashMap::new(),
            by_invite: HashMap::new(),
            leg_deadlines: Deadlines::default(),
            registrar: None,
            registrations: BTreeMap::new(),
            last_registration: 0,
            registration_deadlines: Deadlines::default(),
            accounts: HashMap::new(),
            transmits: Transmits::new(),
            events: VecDeque::new(),
        }
    }

    /// Takes one UDP datagram or one message that [`StreamFramer`](crate::message::StreamFramer) cut. Whatever it
    /// holds, this neither fails nor panics.
    pub fn handle_message(&mut self, now: Instant, from: Peer, bytes: &[u8]) {
        self.receive(now, from, bytes);
        self.on_finished_clients(now);
    }

    /// Time has come to what [`Output::Timeout`] named. Early and late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.servers.on_time(now, &mut self.transmits);
        self.clients.on_time(now, &mut self.transmits);
        self.on_finished_clients(now);
        while let Some(id) = self.leg_deadlines.pop_due(now) {
            self.on_leg_time(now, id);
        }
        self.expire_bindings(now);
        while let Some(id) = self.registration_deadlines.pop_due(now) {
            self.settle_registration(now, id);
        }
    }

    /// Nothing can be sent to this peer: a connection could not be made or broke. What he has not answered has
    /// failed, and calls of his that ring are over; established calls go on.
    pub fn handle_transport_failure(&mut self, now: Instant, to: Peer) {
        self.clients.on_transport_failure(to);
        for leg in self.legs.values_mut() {
            leg.dialog.on_transport_failure(to);
        }
        let rings_there = |leg: &&Leg| match &leg.phase {
            Phase::Ringing { server, .. } => self.servers.reply_to(*server) == Some(to),
            Phase::Calling | Phase::AwaitingOurAnswer | Phase::Established | Phase::Ended => false,
        };
        let mut ringing: Vec<_> = self.legs.values().filter(rings_there).map(|leg| leg.id).collect();
        ringing.sort_unstable();
        for id in ringing {
            if let Some(Leg { phase: Phase::Ringing { server, .. }, .. }) = self.legs.get(&id) {
                self.servers.forget(*server);
            }
            self.end(id, LegEnd::TransportFailure);
            self.settle_leg(id);
        }
        self.on_finished_clients(now);
        self.lose_flow(now, to);
    }

    /// The next thing to do. Call until [`Output::Timeout`] or [`Output::Idle`].
    pub fn poll_output(&mut self) -> Output {
        if let Some((to, bytes)) = self.transmits.pop_front() {
            return Output::Transmit { to, bytes };
        }
        if let Some(event) = self.events.pop_front() {
            return Output::Event(event);
        }
        let deadlines = [
            self.clients.next_deadline(),
            self.servers.next_deadline(),
            self.leg_deadlines.next(),
            self.registrar.as_ref().and_then(|registrar| registrar.bindings.next_deadline()),
            self.registration_deadlines.next(),
        ];
        deadlines.into_iter().flatten().min().map_or(Output::Idle, Output::Timeout)
    }

    /// Calls somebody.
    ///
    /// # Errors
    /// [`EndpointError::Full`], or [`EndpointError::Header`].
    pub fn invite(&mut self, now: Instant, invite: Invite) -> Result<LegId, EndpointError> {
        self.begin_call(now, invite)
    }

    /// Incoming leg, unanswered: sends a provisional response, 180 or 183; reliably, where the caller demands that.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`], [`EndpointError::WrongState`], [`EndpointError::Status`].
    pub fn progress(
        &mut self,
        now: Instant,
        leg: LegId,
        status: u16,
        body: Option<Vec<u8>>,
    ) -> Result<(), EndpointError> {
        if !(101..=199).contains(&status) {
            return Err(EndpointError::Status(status));
        }
        if !matches!(self.live_leg(leg)?.phase, Phase::Ringing { .. }) {
            return Err(EndpointError::WrongState { leg, action: "progress" });
        }
        self.send_progress(now, leg, status, body);
        Ok(())
    }

    /// Answers the INVITE or the re-INVITE that waits, with 200. `body` is the answer, or the offer where the
    /// INVITE had none.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`], [`EndpointError::WrongState`] where nothing waits.
    pub fn accept(&mut self, now: Instant, leg: LegId, body: Vec<u8>) -> Result<(), EndpointError> {
        let known = self.live_leg(leg)?;
        let (server, request, to_reoffer) = match (&known.phase, &known.reoffer) {
            (Phase::Ringing { server, invite }, _) => (Some(*server), invite, false),
            (_, Some(reoffer)) => (reoffer.server, &reoffer.request, true),
            (_, None) => return Err(EndpointError::WrongState { leg, action: "accept" }),
        };
        if !to_reoffer && known.our_reliable.as_ref().is_some_and(OurReliable::holds_answer_back) {
            if let Some(reliable) = self.legs.get_mut(&leg).and_then(|known| known.our_reliable.as_mut()) {
                reliable.then = Some((200, Some(body)));
            }
            return Ok(());
        }
        let (key, cseq, to) = (request.key(), request.read.cseq.number, request.reply_to);
        let asked = request.message.clone();
        let mut response =
            self.composer.dialog_response(request, 200, &known.dialog.local, Some(body.clone()));
        self.composer.add_abilities(&mut response);
        self.grant_session(now, leg, &asked, &mut response);
        let response = response.to_bytes();
        match server {
            Some(server) => {
                self.servers.answer(now, server, 200, response.clone(), &mut self.transmits);
            }
            None => self.servers.answer_at_once(now, key, to, response.clone(), &mut self.transmits),
        }
        if let Some(known) = self.legs.get_mut(&leg) {
            if !to_reoffer {
                known.phase = Phase::Established;
                known.ring_until = None;
            }
            known.reoffer = None;
            known.description = Some(body);
            if let Some(reliable) = &mut known.our_reliable {
                reliable.stop();
            }
            known.answer = server.map(|_| UnacknowledgedAnswer::new(now, cseq, to_reoffer, response, to));
            // What waits to be offered again is of a session that is no more.
            if known.our_reoffer.as_mut().and_then(|reoffer| reoffer.again_at.take()).is_some() {
                self.events.push_back(Event::ReinviteAnswered { leg, status: 491, body: None });
            }
        }
        self.settle_leg(leg);
        Ok(())
    }

    /// Refuses the INVITE (the leg ends) or the re-INVITE (the session stays as it is) that waits. An empty reason
    /// stands for the usual words; 503 gets Retry-After.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`], [`EndpointError::WrongState`], [`EndpointError::Status`] outside 300–699.
    pub fn reject(
        &mut self,
        now: Instant,
        leg: LegId,
        status: u16,
        reason: &str,
    ) -> Result<(), EndpointError> {
        if !(300..=699).contains(&status) {
            return Err(EndpointError::Status(status));
        }
        let known = self.live_leg(leg)?;
        if matches!(known.phase, Phase::Ringing { .. }) {
            self.refuse_waiting_invite(now, leg, status, reason);
            let reason = if reason.is_empty() { reason_phrase(status) } else { reason }.to_owned();
            self.end(leg, LegEnd::Rejected { status, reason });
            self.settle_leg(leg);
        } else if known.reoffer.is_some() {
            self.refuse_waiting_reoffer(now, leg, status, reason);
        } else {
            return Err(EndpointError::WrongState { leg, action: "reject" });
        }
        Ok(())
    }

    /// Ends the leg as its state demands: CANCEL, BYE or 480. [`Event::Ended`] with [`LegEnd::LocalHangup`] follows
    /// at once; what must still be said to the peer is said behind it. A leg that is over stays over.
    pub fn hang_up(&mut self, now: Instant, leg: LegId) {
        self.close(now, leg, LegEnd::LocalHangup);
    }

    /// Established leg: offers another session. Where the peer was offering, too (491), it is offered again by itself
    /// after a moment; meanwhile another `reinvite` takes its place.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`]; [`EndpointError::WrongState`] while another offer is under way.
    pub fn reinvite(&mut self, now: Instant, leg: LegId, offer: Vec<u8>) -> Result<(), EndpointError> {
        let known = self.live_leg(leg)?;
        if !matches!(known.phase, Phase::Established) || known.is_answering() || self.is_offering(leg) {
            return Err(EndpointError::WrongState { leg, action: "reinvite" });
        }
        let reoffer = self.legs.get_mut(&leg).and_then(|known| known.our_reoffer.as_mut());
        match reoffer.filter(|reoffer| reoffer.again_at.is_some()) {
            Some(waiting) => waiting.offer = offer,
            None => self.send_reinvite(now, leg, offer),
        }
        self.settle_leg(leg);
        Ok(())
    }

    /// Outgoing leg that was invited without an offer, after [`Event::Answered`]: sends the ACK with our answer.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`], [`EndpointError::WrongState`].
    pub fn acknowledge(&mut self, _now: Instant, leg: LegId, answer: Vec<u8>) -> Result<(), EndpointError> {
        if !matches!(self.live_leg(leg)?.phase, Phase::AwaitingOurAnswer) {
            return Err(EndpointError::WrongState { leg, action: "acknowledge" });
        }
        self.send_ack(leg, Some(answer.clone()));
        if let Some(known) = self.legs.get_mut(&leg) {
            known.phase = Phase::Established;
            known.description = Some(answer);
        }
        Ok(())
    }

    /// Asks a peer whether it is there; [`Event::OptionsAnswer`] follows.
    pub fn options(&mut self, now: Instant, to: Peer, target: Uri) -> OptionsId {
        self.send_options(now, to, target)
    }

    /// Legs that are not over.
    pub fn live_legs(&self) -> usize {
        self.live_legs
    }

    /// Transactions under way and legs kept, those that are over and wait for the network included.
    pub fn held(&self) -> usize {
        self.clients.len() + self.servers.len() + self.legs.len()
    }
}
