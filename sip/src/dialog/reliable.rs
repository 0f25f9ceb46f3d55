//! Provisional responses that must not get lost (RFC 3262): those of ours that wait for their PRACK, and the count of the
//! peer's.

use std::time::Instant;

use bytes::Bytes;

use super::Due;
use crate::{
    message::{HeaderName, Headers, Method, WireText},
    peer::Peer,
    transaction::{GIVE_UP, Repetition},
};

/// The option tag.
pub(crate) const RELIABLE: &str = "100rel";
/// Branches of a fork whose reliable responses are counted.
const MAX_BRANCHES: usize = 32;

/// Whether Require names it: then our provisional responses must be reliable, or the peer's is.
pub(crate) fn requires_reliable(headers: &Headers) -> bool {
    headers.members(&HeaderName::Require).any(|tag| tag.eq_ignore_case(RELIABLE))
}

/// RAck of a PRACK: RSeq of the response, and number and method of the request that it answered (RFC 3262 §7.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RAck {
    pub(crate) rseq: u32,
    pub(crate) cseq: u32,
}

impl RAck {
    pub(crate) fn read(headers: &Headers) -> Option<Self> {
        let value = headers.get(&HeaderName::RAck)?.to_lossy();
        let mut words = value.split_ascii_whitespace();
        let (rseq, cseq) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        let is_invite = Method::parse(&words.next()?.into()) == Method::Invite;
        (is_invite && words.next().is_none()).then_some(Self { rseq, cseq })
    }
}

/// What became of the peer's provisional response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The next in its order: handed on, and acknowledged by PRACK.
    Next,
    /// It was handed on before, or one before it is missing, which will come again.
    Passed,
}

/// The RSeq that came last of each branch of our INVITE.
#[derive(Debug, Default)]
pub(crate) struct PeersReliable(Vec<(Option<WireText>, u32)>);

impl PeersReliable {
    /// A reliable response with this To tag came (RFC 3262 §4).
    pub(crate) fn on_response(&mut self, tag: Option<&WireText>, rseq: u32) -> Order {
        let full = self.0.len() >= MAX_BRANCHES;
        match self.0.iter_mut().find(|(known, _)| known.as_ref() == tag) {
            Some((_, last)) if last.checked_add(1) == Some(rseq) => *last = rseq,
            Some(_) => return Order::Passed,
            None if full => return Order::Passed,
            None => self.0.push((tag.map(WireText::detached), rseq)),
        }
        Order::Next
    }

    /// Whether a reliable response made an early dialog with this tag.
    pub(crate) fn knows(&self, tag: Option<&WireText>) -> bool {
        self.0.iter().any(|(known, _)| known.as_ref() == tag)
    }
}

/// RSeq of a response (RFC 3262 §7.1); 0 is none.
pub(crate) fn rseq(headers: &Headers) -> Option<u32> {
    headers.get(&HeaderName::RSeq)?.as_str()?.trim().parse().ok().filter(|rseq| *rseq > 0)
}

/// Our provisional response that waits for its PRACK.
#[derive(Debug)]
struct Unacknowledged {
    rseq: u32,
    has_description: bool,
    response: Bytes,
    to: Peer,
    repetition: Repetition,
    give_up_at: Instant,
}

/// Our reliable provisional responses to one INVITE: one is under way at a time (RFC 3262 §3).
#[derive(Debug)]
pub(crate) struct OurReliable {
    cseq: u32,
    next_rseq: u32,
    waiting: Option<Unacknowledged>,
    /// A final response was sent, so that nothing is repeated; its PRACK may still come.
    over: bool,
    /// What is to be said as soon as the PRACK has come: status and description.
    pub(crate) then: Option<(u16, Option<Vec<u8>>)>,
}

impl OurReliable {
    /// For the responses to the INVITE with this CSeq. `chance` is any number.
    pub(crate) fn new(cseq: u32, chance: u64) -> Self {
        // From the lower half of the range, so that it never runs out (RFC 3262 §3).
        let next_rseq = 1 + (chance % (1 << 30)) as u32;
        Self { cseq, next_rseq, waiting: None, over: false, then: None }
    }

    /// One waits for its PRACK.
    pub(crate) fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// One with a session description waits: no 2xx may be sent before its PRACK has come.
    pub(crate) fn holds_answer_back(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.has_description)
    }

    /// The RSeq of the next.
    pub(crate) fn next_rseq(&mut self) -> u32 {
        self.next_rseq += 1;
        self.next_rseq
    }

    /// The response with the RSeq that was given out last was just sent.
    pub(crate) fn sent(&mut self, now: Instant, response: Bytes, to: Peer, has_description: bool) {
        self.waiting = Some(Unacknowledged {
            rseq: self.next_rseq,
            has_description,
            response,
            to,
            // No longest interval is named for these.
            repetition: Repetition::new(now, GIVE_UP),
            give_up_at: now + GIVE_UP,
        });
    }

    /// A PRACK came. Whether it is for what waits.
    pub(crate) fn on_prack(&mut self, rack: &RAck) -> bool {
        let matches = |waiting: &mut Unacknowledged| waiting.rseq == rack.rseq;
        rack.cseq == self.cseq && self.waiting.take_if(matches).is_some()
    }

    /// The final response is sent.
    pub(crate) fn stop(&mut self) {
        self.over = true;
        self.then = None;
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        let waiting = self.waiting.as_ref().filter(|_| !self.over)?;
        Some(waiting.repetition.at.min(waiting.give_up_at))
    }

    pub(crate) fn on_time(&mut self, now: Instant) -> Due {
        let Some(waiting) = self.waiting.as_mut().filter(|_| !self.over) else { return Due::Nothing };
        if waiting.give_up_at <= now {
            Due::GiveUp
        } else if waiting.repetition.due(now) {
            Due::Repeat(waiting.to, waiting.response.clone())
        } else {
            Due::Nothing
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn rack(value: &str) -> Option<RAck> {
        let mut headers = Headers::default();
        headers.push(HeaderName::RAck, value);
        RAck::read(&headers)
    }

    #[test]
    fn a_rack_names_an_invite_or_nothing() {
        assert_eq!(rack("776656  1 INVITE").unwrap(), RAck { rseq: 776_656, cseq: 1 });
        for wrong in ["1 INVITE", "1 1 BYE", "x 1 INVITE", "1 1 INVITE x", "99999999999 1 INVITE", ""] {
            assert_eq!(rack(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_branch_counts_by_itself_and_without_gaps() {
        let (mut peers, here, there) = (PeersReliable::default(), "a".into(), "b".into());
        assert_eq!(peers.on_response(Some(&here), 7), Order::Next);
        assert_eq!(peers.on_response(Some(&here), 7), Order::Passed);
        assert_eq!(peers.on_response(Some(&here), 9), Order::Passed);
        assert_eq!(peers.on_response(Some(&there), 900), Order::Next);
        assert_eq!(peers.on_response(Some(&here), 8), Order::Next);
        assert_eq!(peers.on_response(Some(&there), u32::MAX), Order::Passed);
    }
}
