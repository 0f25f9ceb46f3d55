//! The non-INVITE client transaction: RFC 3261 §17.1.2 (figure 6).

use std::time::{Duration, Instant};

use super::timing::{GIVE_UP, OnTime, Repetition, T2, T4};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Trying,
    Proceeding,
    Completed,
    Terminated,
}

#[derive(Debug)]
pub(crate) struct NonInviteClient {
    state: State,
    reliable: bool,
    /// Timer E.
    repetition: Option<Repetition>,
    /// Timer F or K.
    expires_at: Option<Instant>,
}

impl NonInviteClient {
    /// The request was just sent.
    pub(crate) fn new(now: Instant, reliable: bool) -> Self {
        let repetition = (!reliable).then(|| Repetition::new(now, T2));
        Self { state: State::Trying, reliable, repetition, expires_at: Some(now + GIVE_UP) }
    }

    /// Whether the response is the user's: the first final one is.
    pub(crate) fn on_response(&mut self, now: Instant, status: u16) -> bool {
        match (self.state, status) {
            (State::Trying, 100..=199) => {
                self.state = State::Proceeding;
                if let Some(repetition) = &mut self.repetition {
                    repetition.slow_down(now);
                }
                false
            }
            (State::Trying | State::Proceeding, 200..) => {
                let wait = if self.reliable { Duration::ZERO } else { T4 };
                (self.state, self.repetition, self.expires_at) = (State::Completed, None, Some(now + wait));
                true
            }
            (State::Trying | State::Proceeding | State::Completed | State::Terminated, _) => false,
        }
    }

    pub(crate) fn on_time(&mut self, now: Instant) -> OnTime {
        if self.expires_at.is_some_and(|at| at <= now) {
            let answered = self.state == State::Completed;
            (self.state, self.repetition, self.expires_at) = (State::Terminated, None, None);
            return if answered { OnTime::Nothing } else { OnTime::TimedOut };
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

    /// No final response came.
    pub(crate) fn is_unanswered(&self) -> bool {
        matches!(self.state, State::Trying | State::Proceeding)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sending_times(machine: &mut NonInviteClient, start: Instant) -> Vec<u128> {
        let mut sent_at = Vec::new();
        while let Some(at) = machine.deadline() {
            if machine.on_time(at) == OnTime::Retransmit {
                sent_at.push((at - start).as_millis());
            }
        }
        sent_at
    }

    #[test]
    fn an_unanswered_request_is_repeated_at_most_every_4_seconds() {
        let start = Instant::now();
        let mut machine = NonInviteClient::new(start, false);
        let expected = [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
        assert_eq!(sending_times(&mut machine, start), expected);
        assert!(machine.is_terminated());
    }

    #[test]
    fn a_provisional_response_slows_the_repetition_to_4_seconds() {
        let start = Instant::now();
        let mut machine = NonInviteClient::new(start, false);
        assert!(!machine.on_response(start, 100));
        assert_eq!(sending_times(&mut machine, start)[..2], [4_000, 8_000]);
    }

    #[test]
    fn only_the_first_final_response_is_the_users() {
        let start = Instant::now();
        let mut machine = NonInviteClient::new(start, false);
        assert!(machine.on_response(start, 200));
        assert!(!machine.on_response(start, 200));
        assert_eq!(machine.on_time(start + T4), OnTime::Nothing);
        assert!(machine.is_terminated());
    }

    #[test]
    fn over_tcp_it_is_over_with_the_final_response() {
        let start = Instant::now();
        let mut machine = NonInviteClient::new(start, true);
        assert!(machine.on_response(start, 481));
        assert_eq!(machine.deadline(), Some(start));
    }
}
