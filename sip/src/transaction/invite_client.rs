//! The INVITE client transaction: RFC 3261 §17.1.1 (figure 5) with the Accepted state of RFC 6026 §8.4.

use std::time::{Duration, Instant};

use super::timing::{GIVE_UP, OnTime, Repetition, TIMER_D};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Calling,
    Proceeding,
    /// A 300–699 came and was acknowledged.
    Completed,
    /// A 2xx came: further ones, from other branches of a fork, still belong here.
    Accepted,
    Terminated,
}

/// What to do with a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnInviteResponse {
    /// Hand it to the user.
    Deliver,
    /// Hand it to the user, and send the ACK of a 300–699.
    DeliverAndAck,
    /// It was delivered before; send the ACK again.
    AckAgain,
    /// It has nothing new to say.
    Absorb,
}

#[derive(Debug)]
pub(crate) struct InviteClient {
    state: State,
    reliable: bool,
    /// Timer A.
    repetition: Option<Repetition>,
    /// Timer B, D or M; or the end of waiting after a CANCEL (RFC 3261 §9.1).
    expires_at: Option<Instant>,
    /// Timer B also bounds Proceeding.
    impatient: bool,
}

impl InviteClient {
    /// The INVITE was just sent.
    pub(crate) fn new(now: Instant, reliable: bool) -> Self {
        let repetition = (!reliable).then(|| Repetition::new(now, GIVE_UP));
        Self {
            state: State::Calling,
            reliable,
            repetition,
            expires_at: Some(now + GIVE_UP),
            impatient: false,
        }
    }

    /// A re-INVITE: no telephone rings and no one is asked, so that a provisional response lifts no limit. Without
    /// this, a peer who says 100 and vanishes would keep the transaction for ever.
    pub(crate) fn expect_final_soon(&mut self) {
        self.impatient = true;
    }

    pub(crate) fn on_response(&mut self, now: Instant, status: u16) -> OnInviteResponse {
        match (self.state, status) {
            (State::Calling, 100..=199) => {
                let until = self.expires_at.filter(|_| self.impatient);
                self.enter(State::Proceeding, until);
                OnInviteResponse::Deliver
            }
            (State::Proceeding, 100..=199) => OnInviteResponse::Deliver,
            (State::Calling | State::Proceeding, 200..=299) => {
                self.enter(State::Accepted, Some(now + GIVE_UP));
                OnInviteResponse::Deliver
            }
            (State::Accepted, 200..=299) => OnInviteResponse::Deliver,
            (State::Calling | State::Proceeding, _) => {
                let wait = if self.reliable { Duration::ZERO } else { TIMER_D };
                self.enter(State::Completed, Some(now + wait));
                OnInviteResponse::DeliverAndAck
            }
            (State::Completed, 300..) => OnInviteResponse::AckAgain,
            (State::Completed | State::Accepted | State::Terminated, _) => OnInviteResponse::Absorb,
        }
    }

    /// A CANCEL was sent: an answer must come within 64·T1.
    pub(crate) fn on_cancel(&mut self, now: Instant) {
        if self.state == State::Proceeding {
            self.expires_at = Some(now + GIVE_UP);
        }
    }

    pub(crate) fn on_time(&mut self, now: Instant) -> OnTime {
        if self.expires_at.is_some_and(|at| at <= now) {
            let answered = matches!(self.state, State::Completed | State::Accepted);
            self.enter(State::Terminated, None);
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

    /// A provisional response came and no final one, so that a CANCEL may be sent.
    pub(crate) fn is_proceeding(&self) -> bool {
        self.state == State::Proceeding
    }

    /// No final response came.
    pub(crate) fn is_unanswered(&self) -> bool {
        matches!(self.state, State::Calling | State::Proceeding)
    }

    fn enter(&mut self, state: State, expires_at: Option<Instant>) {
        self.state = state;
        self.repetition = None;
        self.expires_at = expires_at;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn an_unanswered_invite_is_sent_seven_times_in_32_seconds_and_then_times_out() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, false);
        let mut sent_at = vec![0];
        loop {
            let at = machine.deadline().unwrap();
            match machine.on_time(at) {
                OnTime::Retransmit => sent_at.push((at - start).as_millis()),
                OnTime::TimedOut => break,
                OnTime::Nothing => {}
            }
        }
        assert_eq!(sent_at, [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
        assert!(machine.is_terminated());
    }

    #[test]
    fn over_tcp_nothing_is_sent_twice() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, true);
        assert_eq!(machine.deadline(), Some(start + ms(32_000)));
        assert_eq!(machine.on_time(start + ms(32_000)), OnTime::TimedOut);
    }

    #[test]
    fn a_provisional_response_stops_all_timers() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, false);
        assert_eq!(machine.on_response(start, 100), OnInviteResponse::Deliver);
        assert_eq!(machine.deadline(), None);
    }

    #[test]
    fn a_refusal_is_delivered_once_and_acknowledged_each_time() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, false);
        assert_eq!(machine.on_response(start, 486), OnInviteResponse::DeliverAndAck);
        assert_eq!(machine.on_response(start, 486), OnInviteResponse::AckAgain);
        assert_eq!(machine.on_response(start, 180), OnInviteResponse::Absorb);
        assert_eq!(machine.on_time(start + TIMER_D), OnTime::Nothing);
        assert!(machine.is_terminated());
    }

    #[test]
    fn every_2xx_is_delivered_until_timer_m() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, false);
        assert_eq!(machine.on_response(start, 200), OnInviteResponse::Deliver);
        assert_eq!(machine.on_response(start + ms(31_000), 200), OnInviteResponse::Deliver);
        assert_eq!(machine.on_response(start + ms(31_000), 486), OnInviteResponse::Absorb);
        assert_eq!(machine.on_time(start + GIVE_UP), OnTime::Nothing);
        assert!(machine.is_terminated());
    }

    #[test]
    fn a_reinvite_times_out_although_100_came() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, false);
        machine.expect_final_soon();
        machine.on_response(start, 100);
        assert_eq!(machine.on_time(start + GIVE_UP), OnTime::TimedOut);
    }

    #[test]
    fn a_cancelled_invite_without_an_answer_times_out() {
        let start = Instant::now();
        let mut machine = InviteClient::new(start, false);
        machine.on_response(start, 180);
        machine.on_cancel(start + ms(1_000));
        assert_eq!(machine.on_time(start + ms(33_000)), OnTime::TimedOut);
    }
}
