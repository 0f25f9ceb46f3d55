//! The non-INVITE server transaction: RFC 3261 §17.2.2 (figure 8). The endpoint answers every such request at once,
//! so the states Trying and Proceeding last no time: a transaction begins with its final response.

use std::time::{Duration, Instant};

use super::timing::GIVE_UP;

#[derive(Debug)]
pub(crate) struct NonInviteServer {
    /// Timer J; `None` when terminated.
    expires_at: Option<Instant>,
}

impl NonInviteServer {
    /// The final response was just sent.
    pub(crate) fn new(now: Instant, reliable: bool) -> Self {
        let wait = if reliable { Duration::ZERO } else { GIVE_UP };
        Self { expires_at: Some(now + wait) }
    }

    pub(crate) fn on_time(&mut self, now: Instant) {
        if self.expires_at.is_some_and(|at| at <= now) {
            self.expires_at = None;
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.expires_at
    }

    pub(crate) fn is_terminated(&self) -> bool {
        self.expires_at.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answered_request_is_remembered_for_32_seconds_over_udp_and_not_at_all_over_tcp() {
        let start = Instant::now();
        assert_eq!(NonInviteServer::new(start, true).deadline(), Some(start));
        let mut machine = NonInviteServer::new(start, false);
        machine.on_time(start + GIVE_UP - Duration::from_millis(1));
        assert!(!machine.is_terminated());
        machine.on_time(start + GIVE_UP);
        assert!(machine.is_terminated());
    }
}
