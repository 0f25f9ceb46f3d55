//! A 200 of ours to an INVITE that waits for its ACK: repeated over every transport, given up after 64·T1
//! (RFC 3261 §13.3.1.4).

use std::time::Instant;

use bytes::Bytes;

use crate::{
    peer::Peer,
    transaction::{GIVE_UP, Repetition, T2},
};

/// What its time asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    Repeat(Peer, Bytes),
    GiveUp,
}

/// The 200, and when to repeat it.
#[derive(Debug)]
pub(crate) struct UnacknowledgedAnswer {
    /// CSeq of the INVITE, and so of its ACK.
    pub(crate) cseq: u32,
    /// It answers a re-INVITE.
    pub(crate) to_reoffer: bool,
    response: Bytes,
    to: Peer,
    repetition: Repetition,
    give_up_at: Instant,
}

impl UnacknowledgedAnswer {
    /// The response was just sent.
    pub(crate) fn new(now: Instant, cseq: u32, to_reoffer: bool, response: Bytes, to: Peer) -> Self {
        Self {
            cseq,
            to_reoffer,
            response,
            to,
            repetition: Repetition::new(now, T2),
            give_up_at: now + GIVE_UP,
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        self.repetition.at.min(self.give_up_at)
    }

    pub(crate) fn on_time(&mut self, now: Instant) -> Due {
        if self.give_up_at <= now {
            Due::GiveUp
        } else if self.repetition.due(now) {
            Due::Repeat(self.to, self.response.clone())
        } else {
            Due::Nothing
        }
    }
}
