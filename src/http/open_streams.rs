//! The event streams that are open, counted by session: one browser must not take every connection there is.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::store::TokenHash;

/// A stream for each page that somebody has open, and for those that a browser has not given up yet.
const MAX_STREAMS: usize = 24;

/// The count of each session.
#[derive(Clone, Default)]
pub(super) struct OpenStreams {
    /// A lock, since streams end in whichever task drops them; held for the time of a count.
    by_session: Arc<Mutex<HashMap<TokenHash, usize>>>,
}

/// A stream that is open until this is dropped.
pub(super) struct OpenStream {
    streams: OpenStreams,
    session: TokenHash,
}

impl OpenStreams {
    fn by_session(&self) -> MutexGuard<'_, HashMap<TokenHash, usize>> {
        self.by_session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more; nothing where the session has as many as it may.
    pub(super) fn open(&self, session: TokenHash) -> Option<OpenStream> {
        let mut by_session = self.by_session();
        let open = by_session.entry(session).or_default();
        if *open >= MAX_STREAMS {
            return None;
        }
        *open += 1;
        Some(OpenStream { streams: self.clone(), session })
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut by_session = self.streams.by_session();
        if let Some(open) = by_session.get_mut(&self.session) {
            *open -= 1;
            if *open == 0 {
                by_session.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_so_many_and_gets_another_when_one_ends() {
        let streams = OpenStreams::default();
        let (one, other) = (TokenHash([1; 32]), TokenHash([2; 32]));
        let mut open: Vec<_> = (0..MAX_STREAMS).map(|_| streams.open(one).unwrap()).collect();
        assert!(streams.open(one).is_none());
        assert!(streams.open(other).is_some(), "another session has its own");
        open.pop();
        assert!(streams.open(one).is_some());
        drop(open);
        assert!(streams.by_session().is_empty(), "nothing stays of sessions that ended");
    }
}
