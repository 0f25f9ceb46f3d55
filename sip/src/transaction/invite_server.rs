//! The INVITE server transaction: RFC 3261 §17.2.1 (figure 7) with the Accepted state of RFC 6026 §8.7. The 2xx
//! itself is repeated by the dialog (RFC 3261 §13.3.1.4), not here.

use std::time::{Duration, Instant};

use super::timing::{GIVE_UP, OnTime, Repetition, T2, T4};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Proceeding,
    /// A 300–699 was sent, its ACK is waited for.
    Completed,
    /// The ACK came; further ones are absorbed.
    Confirmed,
    /// A 2xx was sent; repetitions of the INVITE are absorbed.
    Accepted,
    Terminated,
}

#[derive(Debug)]
pub(crate) struct InviteServer {
    state: State,
    reliable: bool,
    /// Timer G.
    repetition: Option<Repetition>,
    /// Timer H, I or L.
    expires_at: Option<Instant>,
}

impl InviteServer {
    pub(crate) fn new(reliable: bool) -> Self {
        Self { state: State::Proceeding, reliable, repetition: None, expires_at: None }
    }

    /// The INVITE came again. Whether to send the last response again.
    pub(crate) fn on_repeated_request(&self) -> bool {
        matches!(self.state, State::Proceeding | State::Completed)
    }

    /// The user answers. Whether the response may be sent: after a final one nothing may.
    pub(crate) fn on_answer(&mut self, now: Instant, status: u16) -> bool {
        if self.state != State::Proceeding {
            return false;
        }
        match status {
            ..=199 => {}
            200..=299 => self.enter(State::Accepted, now + GIVE_UP),
            300.. => {
                self.enter(State::Completed, now + GIVE_UP);
                self.repetition = (!self.reliable).then(|| Repetition::new(now, T2));
            }
        }
        true
    }

    /// An ACK of this transaction came. Whether it is the dialog's: only with a 2xx, from peers that wrongly use
    /// the branch of the INVITE for it.
    pub(crate) fn on_ack(&mut self, now: Instant) -> bool {
        if self.state == State::Completed {
            let wait = if self.reliable { Duration::ZERO } else { T4 };
            self.enter(State::Confirmed, now + wait);
        }
        self.state == State::Accepted
    }

    pub(crate) fn on_time(&mut self, now: Instant) -> OnTime {
        if self.expires_at.is_some_and(|at| at <= now) {
            let acknowledged = self.state != State::Completed;
            (self.state, self.repetition, self.expires_at) = (State::Terminated, None, None);
            return if acknowledged { OnTime::Nothing } else { OnTime::TimedOut };
        }
        let due = self.repetition.as_mut().is_some_and(|repetition| repetition.due(now));
        if due { OnTime::Retransmit } else { OnTime::Nothing }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.repetition.map(|repetition| repetition.at).into_iter().chain(self.expires_at).min()
    }

    pub(crate) fn is_terminated(&self) -> bool {
        self.state == State::Terminated
    }

    /// No final response was sent.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.state == State::Proceeding
    }

    fn enter(&mut self, state: State, expires_at: Instant) {
        self.state = state;
        self.repetition = None;
        self.expires_at = Some(expires_at);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_refusal_is_repeated_until_its_ack_comes() {
        let start = Instant::now();
        let mut machine = InviteServer::new(false);
        assert!(machine.on_answer(start, 486));
        for _ in 0..3 {
            let at = machine.deadline().unwrap();
            assert_eq!(machine.on_time(at), OnTime::Retransmit);
        }
        assert!(!machine.on_ack(start + T2));
        assert!(!machine.on_repeated_request());
        assert_eq!(machine.on_time(start + T2 + T4), OnTime::Nothing);
        assert!(machine.is_terminated());
    }

    #[test]
    fn a_refusal_without_ack_is_given_up_after_32_seconds() {
        let start = Instant::now();
        let mut machine = InviteServer::new(true);
        machine.on_answer(start, 486);
        assert_eq!(machine.on_time(start + GIVE_UP), OnTime::TimedOut);
    }

    #[test]
    fn after_a_2xx_a_repeated_invite_is_absorbed_and_the_ack_is_the_dialogs() {
        let start = Instant::now();
        let mut machine = InviteServer::new(false);
        assert!(machine.on_answer(start, 180) && machine.on_repeated_request());
        assert!(machine.on_answer(start, 200));
        assert!(!machine.on_repeated_request());
        assert!(machine.on_ack(start));
        assert_eq!(machine.on_time(start + GIVE_UP), OnTime::Nothing);
        assert!(machine.is_terminated());
    }

    #[test]
    fn there_is_one_final_response() {
        let start = Instant::now();
        let mut machine = InviteServer::new(false);
        assert!(machine.on_answer(start, 487));
        assert!(!machine.on_answer(start, 200));
    }
}
