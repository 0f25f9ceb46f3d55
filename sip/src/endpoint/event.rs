//! What enters and leaves an endpoint: outputs, events, errors. Plain values.

use std::time::Instant;

use bytes::Bytes;

use crate::{
    dialog::LegId,
    message::{NameAddr, Uri},
    peer::Peer,
    registrar::{Binding, RegistrationId, RegistrationState, UnbindCause},
};

/// One OPTIONS that we sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OptionsId(pub(crate) u64);

/// What [`Endpoint::poll_output`](super::Endpoint::poll_output) hands out.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "handed over once, never kept in numbers")]
pub enum Output {
    /// Send these bytes: one datagram, or a piece of the stream.
    Transmit {
        /// Where to; over TCP, on the connection with this peer, or a new one to it.
        to: Peer,
        /// One whole message.
        bytes: Bytes,
    },
    /// Something happened to a leg.
    Event(Event),
    /// All is drained; call `handle_timeout` no later than this, or after the next message.
    Timeout(Instant),
    /// All is drained, and nothing is waited for.
    Idle,
}

/// What the caller of an endpoint learns. Every leg gets exactly one [`Event::Ended`], and nothing after it.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "handed over once, never kept in numbers")]
pub enum Event {
    /// A call came in; 100 Trying is already sent. Answer with `progress`, `accept` or `reject`.
    Incoming {
        /// The new leg.
        leg: LegId,
        /// Who calls whom, and the offer.
        call: IncomingCall,
    },
    /// Outgoing leg: a provisional response other than 100.
    Progress {
        /// The leg.
        leg: LegId,
        /// 101–199.
        status: u16,
        /// Early session description, where one came.
        body: Option<Vec<u8>>,
    },
    /// Outgoing leg: answered with 2xx; the ACK is already queued. After `invite` without an offer the body is the
    /// peer's offer, and the ACK is queued by `acknowledge` instead.
    Answered {
        /// The leg.
        leg: LegId,
        /// Session description of the 2xx.
        body: Option<Vec<u8>>,
    },
    /// Incoming leg: the ACK of our 200 arrived.
    Established {
        /// The leg.
        leg: LegId,
        /// The answer to our offer, where the INVITE had none.
        body: Option<Vec<u8>>,
    },
    /// The peer wants to change the session (re-INVITE or UPDATE): answer with `accept` or `reject`.
    Reoffered {
        /// The leg.
        leg: LegId,
        /// The new offer; `None`: the peer asks for ours.
        offer: Option<Vec<u8>>,
    },
    /// The ACK of our 200 to a re-INVITE arrived.
    ReofferAcknowledged {
        /// The leg.
        leg: LegId,
        /// The answer to our offer, where the re-INVITE had none.
        body: Option<Vec<u8>>,
    },
    /// The peer took its re-INVITE back before it was answered; the session stays as it was.
    ReofferCancelled {
        /// The leg.
        leg: LegId,
    },
    /// The final response to `reinvite`. 491: the peer was offering each of the times that ours was sent, or changed the
    /// session meanwhile, so that the offer that waited is out of date.
    ReinviteAnswered {
        /// The leg.
        leg: LegId,
        /// 200–699; 408 and 503 also stand for no answer and no way (RFC 3261 §8.1.3.1).
        status: u16,
        /// The answer.
        body: Option<Vec<u8>>,
    },
    /// The leg is over. Nothing more follows about it.
    Ended {
        /// The leg.
        leg: LegId,
        /// Why.
        cause: LegEnd,
    },
    /// The outcome of `options`.
    OptionsAnswer {
        /// What `options` returned.
        id: OptionsId,
        /// Final status; 408: no answer came; 503: the transport failed.
        status: u16,
        /// Server or User-Agent of the peer, where it told.
        server: Option<String>,
    },
    /// A phone registered here or renewed its registration.
    Registered {
        /// Name of the user.
        user: String,
        /// How the phone is reached and until when.
        binding: Binding,
    },
    /// A phone is not reached any more.
    Unregistered {
        /// Name of the user.
        user: String,
        /// What the phone called itself.
        contact: Uri,
        /// Why.
        cause: UnbindCause,
    },
    /// Wrong passwords were tried so often that their user or the address that they come from is locked out.
    LockedOut {
        /// The user that was tried last.
        user: String,
        /// Where the last wrong password came from.
        source: Peer,
        /// Until when.
        until: Instant,
    },
    /// What became of `register` or `unregister`.
    Registration {
        /// What `register` returned.
        id: RegistrationId,
        /// How it stands now.
        state: RegistrationState,
    },
}

/// An INVITE that made a new leg.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingCall {
    /// From: the caller as he says it.
    pub from: NameAddr,
    /// To: the called party as the caller wrote it.
    pub to: NameAddr,
    /// Request-URI: the called party after the network's routing.
    pub request_uri: Uri,
    /// P-Asserted-Identity (RFC 3325): to be believed only from a trusted trunk.
    pub asserted_identity: Option<NameAddr>,
    /// The caller wants not to be known (Privacy: id or user, RFC 3323, RFC 3325).
    pub withheld: bool,
    /// Call-ID.
    pub sip_call_id: String,
    /// Where the INVITE came from.
    pub source: Peer,
    /// Session description; `None`: the caller wants our offer.
    pub offer: Option<Vec<u8>>,
}

/// Why a leg is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegEnd {
    /// The peer hung up, or knows nothing of the call any more.
    Bye,
    /// The caller gave up before we answered.
    Cancelled,
    /// The call was refused: by the peer (outgoing leg), or by our own `reject` (incoming leg).
    Rejected {
        /// 300–699.
        status: u16,
        /// Reason phrase.
        reason: String,
    },
    /// The peer did not answer in time: the INVITE, the 200 or a re-INVITE.
    Timeout,
    /// Nobody refreshed the session in the time that both sides had agreed on (RFC 4028): the peer is gone.
    SessionExpired,
    /// The transport reported that a message of this leg could not be sent.
    TransportFailure,
    /// Our own `hang_up`.
    LocalHangup,
}

/// An outgoing call.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Request-URI and To.
    pub target: Uri,
    /// The address that the INVITE is sent to.
    pub to: Peer,
    /// From, without a tag.
    pub from: NameAddr,
    /// Display name of To.
    pub to_display: Option<String>,
    /// Further headers, name and value, as they shall stand on the wire.
    pub headers: Vec<(String, String)>,
    /// Session description; `None`: the peer shall offer, and `acknowledge` answers.
    pub offer: Option<Vec<u8>>,
}

/// Why the endpoint did not do what it was told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// No such leg, or it is over.
    #[error("{0} does not exist or is over")]
    UnknownLeg(LegId),
    /// The leg exists, but what was asked does not fit its state.
    #[error("{leg} cannot {action} now")]
    WrongState {
        /// The leg.
        leg: LegId,
        /// What was asked.
        action: &'static str,
    },
    /// `max_legs` or `max_transactions` is reached.
    #[error("as many legs or transactions as the limits allow")]
    Full,
    /// A status outside the range that the call allows.
    #[error("status {0} does not fit here")]
    Status(u16),
    /// A header, name or reason that would break the message: line breaks, empty name, or one of our own headers.
    #[error("`{0}` cannot be sent as a header")]
    Header(String),
}
