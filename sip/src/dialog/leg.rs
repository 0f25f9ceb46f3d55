//! A leg: the state of one INVITE and of the dialogs that it made. The endpoint acts on it; the states are here.

use std::{fmt, time::Instant};

use bytes::Bytes;

use super::{Dialog, MIN_SE_S, OurReliable, OurReoffer, PeersReliable, SessionTimer, UnacknowledgedAnswer};
use crate::{
    message::{Essentials, HeaderName, Headers, WireText},
    peer::Peer,
    transaction::{ClientId, Request, ServerId},
};

/// One side of a call: the dialogs that one INVITE made. Never used twice in an endpoint's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegId(pub(crate) u64);

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leg-{}", self.0)
    }
}

/// Where a leg stands. From `Ended` there is no way back.
#[derive(Debug)]
pub(crate) enum Phase {
    /// Incoming, unanswered.
    Ringing {
        /// The INVITE's transaction.
        server: ServerId,
        /// For the responses.
        invite: Box<Request>,
    },
    /// Outgoing, unanswered.
    Calling,
    /// Outgoing, answered, and its ACK waits for our answer to the peer's offer.
    AwaitingOurAnswer,
    /// Answered.
    Established,
    /// The call is over; what is left waits for the network.
    Ended,
}

/// A re-INVITE or UPDATE with an offer that waits for our answer.
#[derive(Debug)]
pub(crate) struct PendingReoffer {
    /// The re-INVITE's transaction; that of an UPDATE begins with its answer.
    pub(crate) server: Option<ServerId>,
    pub(crate) request: Box<Request>,
}

/// A 2xx of ours or another branch, and the ACK that it gets each time it comes.
#[derive(Debug)]
pub(crate) struct Fork {
    /// The peer's tag.
    pub(crate) tag: Option<WireText>,
    pub(crate) to: Peer,
    pub(crate) ack: Bytes,
}

/// What all copies of one INVITE have in common, on whatever way they come (RFC 3261 §8.2.2.2), and its CANCEL.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct InviteKey(WireText, Option<WireText>, u32);

impl InviteKey {
    pub(crate) fn of(read: &Essentials) -> Self {
        Self(read.call_id.clone(), read.from.tag().cloned(), read.cseq.number)
    }
}

/// One side of a call.
#[derive(Debug)]
pub(crate) struct Leg {
    pub(crate) id: LegId,
    pub(crate) phase: Phase,
    pub(crate) dialog: Dialog,
    /// Whom the call was made to or came from: his login answers challenges.
    pub(crate) account: Peer,
    /// Incoming: what the endpoint finds it by when a copy of the INVITE or a CANCEL comes.
    pub(crate) invite_key: Option<InviteKey>,
    /// Outgoing: the INVITE's transaction, which lives on after the answer, for forks.
    pub(crate) invite: Option<ClientId>,
    /// CSeq of the INVITE that is or was last under way from our side.
    pub(crate) invite_cseq: u32,
    /// Outgoing: the INVITE had our offer, so that the ACK needs no answer.
    pub(crate) offered: bool,
    /// Outgoing: to be cancelled as soon as a provisional response allows it.
    pub(crate) cancel_wanted: bool,
    /// ACKs sent so far: the one of the answer, and those of other branches of a fork.
    pub(crate) acknowledged: Vec<Fork>,
    /// Incoming: our provisional responses, where the caller wants them to be reliable.
    pub(crate) our_reliable: Option<OurReliable>,
    /// Outgoing: the peer's reliable provisional responses.
    pub(crate) peers_reliable: PeersReliable,
    /// Our own re-INVITE, the last one.
    pub(crate) our_reoffer: Option<OurReoffer>,
    /// The peer's re-INVITE or UPDATE.
    pub(crate) reoffer: Option<PendingReoffer>,
    /// Our 200 that waits for its ACK.
    pub(crate) answer: Option<UnacknowledgedAnswer>,
    /// Ended while our 200 waited for its ACK: BYE may only follow then (RFC 3261 §15).
    pub(crate) bye_after_ack: bool,
    /// Our BYE, after which only the transactions are waited for.
    pub(crate) bye: Option<ClientId>,
    /// What we said last of our side of the session, and was agreed to: what a refresh repeats.
    pub(crate) description: Option<Vec<u8>>,
    /// When the session must be refreshed; nothing where neither side asked for that.
    pub(crate) session_timer: Option<SessionTimer>,
    /// The shortest session that everybody on the way takes, seconds.
    pub(crate) min_se_s: u32,
    /// The peer takes UPDATE.
    pub(crate) takes_update: bool,
    /// Unanswered until then: given up.
    pub(crate) ring_until: Option<Instant>,
}

impl Leg {
    pub(crate) fn new(id: LegId, phase: Phase, dialog: Dialog, ring_until: Instant) -> Self {
        Self {
            id,
            phase,
            account: dialog.heard_from(),
            dialog,
            invite_key: None,
            invite: None,
            invite_cseq: 0,
            offered: false,
            cancel_wanted: false,
            acknowledged: Vec::new(),
            our_reliable: None,
            peers_reliable: PeersReliable::default(),
            our_reoffer: None,
            reoffer: None,
            answer: None,
            bye_after_ack: false,
            bye: None,
            description: None,
            session_timer: None,
            min_se_s: MIN_SE_S,
            takes_update: false,
            ring_until: Some(ring_until),
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// Our INVITE made the Call-ID (RFC 3261 §14.1).
    pub(crate) fn owns_call_id(&self) -> bool {
        self.invite_key.is_none()
    }

    /// An offer of the peer's is being answered, or our answer to one waits for its ACK.
    pub(crate) fn is_answering(&self) -> bool {
        self.answer.is_some() || self.reoffer.is_some()
    }

    /// The peer says what he takes.
    pub(crate) fn note_abilities(&mut self, headers: &Headers) {
        let mut allowed = headers.members(&HeaderName::Allow).peekable();
        if allowed.peek().is_some() {
            self.takes_update = allowed.any(|method| method.eq_ignore_case("UPDATE"));
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        let answer = self.answer.as_ref().map(UnacknowledgedAnswer::deadline);
        let again = self.our_reoffer.as_ref().and_then(|reoffer| reoffer.again_at);
        let timer = self.session_timer.as_ref().filter(|_| !self.is_ended()).map(SessionTimer::deadline);
        let reliable = self.our_reliable.as_ref().and_then(OurReliable::deadline);
        answer.into_iter().chain(self.ring_until).chain(again).chain(reliable).chain(timer).min()
    }
}
