//! One endpoint for all transactions, dialogs and legs of a process. In: messages, timeouts and the wishes of the
//! calls, each with `now`. Out: by [`Endpoint::poll_output`], until it says how long nothing will happen.

mod config;
mod event;

use std::time::Instant;

pub use config::Config;
pub use event::{
    EndpointError, Event, IncomingCall, Invite, LegEnd, LegId, OptionsId, Output, Peer, Protocol,
};

use crate::message::Uri;

/// The user agent core (RFC 3261 §8, §12–15).
pub struct Endpoint {
    config: Config,
    seed: u64,
}

impl Endpoint {
    /// An endpoint without legs. `seed` must be random: tags and branches come from it.
    pub fn new(config: Config, seed: u64) -> Self {
        Self { config, seed }
    }

    /// Takes one UDP datagram or one message that [`StreamFramer`](crate::message::StreamFramer) cut. Whatever it
    /// holds, this neither fails nor panics.
    pub fn handle_message(&mut self, now: Instant, from: Peer, bytes: &[u8]) {
        let _ = (now, from, bytes);
    }

    /// Time has come to what [`Output::Timeout`] named. Early and late calls do no harm.
    pub fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// Nothing can be sent to this peer: a connection could not be made or broke.
    pub fn handle_transport_failure(&mut self, now: Instant, to: Peer) {
        let _ = (now, to);
    }

    /// The next thing to do. Call until [`Output::Timeout`] or [`Output::Idle`].
    pub fn poll_output(&mut self) -> Output {
        let _ = (&self.config, self.seed);
        Output::Idle
    }

    /// Calls somebody.
    ///
    /// # Errors
    /// [`EndpointError::Full`], or [`EndpointError::Header`].
    pub fn invite(&mut self, now: Instant, invite: Invite) -> Result<LegId, EndpointError> {
        let _ = (now, invite);
        Err(EndpointError::Full)
    }

    /// Incoming leg, unanswered: sends a provisional response, 180 or 183.
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
        let _ = (now, status, body);
        Err(EndpointError::UnknownLeg(leg))
    }

    /// Answers the INVITE or the re-INVITE that waits, with 200. `body` is the answer, or the offer where the
    /// INVITE had none.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`], [`EndpointError::WrongState`] where nothing waits.
    pub fn accept(&mut self, now: Instant, leg: LegId, body: Vec<u8>) -> Result<(), EndpointError> {
        let _ = (now, body);
        Err(EndpointError::UnknownLeg(leg))
    }

    /// Refuses the INVITE (the leg ends) or the re-INVITE (the session stays as it is) that waits.
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
        let _ = (now, status, reason);
        Err(EndpointError::UnknownLeg(leg))
    }

    /// Ends the leg as its state demands: CANCEL, BYE or 480. [`Event::Ended`] with [`LegEnd::LocalHangup`] follows
    /// at once; what must still be said to the peer is said behind it. A leg that is over stays over.
    pub fn hang_up(&mut self, now: Instant, leg: LegId) {
        let _ = (now, leg);
    }

    /// Established leg: offers another session.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`]; [`EndpointError::WrongState`] while another offer is under way.
    pub fn reinvite(&mut self, now: Instant, leg: LegId, offer: Vec<u8>) -> Result<(), EndpointError> {
        let _ = (now, offer);
        Err(EndpointError::UnknownLeg(leg))
    }

    /// Outgoing leg that was invited without an offer, after [`Event::Answered`]: sends the ACK with our answer.
    ///
    /// # Errors
    /// [`EndpointError::UnknownLeg`], [`EndpointError::WrongState`].
    pub fn acknowledge(&mut self, now: Instant, leg: LegId, answer: Vec<u8>) -> Result<(), EndpointError> {
        let _ = (now, answer);
        Err(EndpointError::UnknownLeg(leg))
    }

    /// Asks a peer whether it is there; [`Event::OptionsAnswer`] follows.
    pub fn options(&mut self, now: Instant, to: Peer, target: Uri) -> OptionsId {
        let _ = (now, to, target);
        OptionsId(0)
    }
}
