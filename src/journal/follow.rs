//! One follower of the events: first what it missed, then what happens, without loss or doubling.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::{Stream, stream};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::Shared;
use crate::domain::Event;

/// Events read at once while catching up.
const PAGE: u32 = 256;

struct Follower {
    shared: Arc<Shared>,
    live: broadcast::Receiver<Arc<Event>>,
    /// The number of the last event given out.
    seen: u64,
    /// Read, and not given out yet.
    ready: VecDeque<Arc<Event>>,
    catching_up: bool,
}

pub(super) fn follow(shared: Arc<Shared>, after: Option<u64>) -> impl Stream<Item = Event> + Send + use<> {
    // Live first, then where it stands: what happens between is in both, and is skipped by its number.
    let live = shared.live.subscribe();
    let last = shared.held().last_seq();
    // A number that was never given (a page older than a restored backup) begins now.
    let seen = after.map_or(last, |after| after.min(last));
    let follower = Follower { shared, live, seen, ready: VecDeque::new(), catching_up: seen < last };
    stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((event.as_ref().clone(), follower))
    })
}

impl Follower {
    async fn next(&mut self) -> Option<Arc<Event>> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.seen = event.seq.unwrap_or(self.seen);
                return Some(event);
            }
            if self.catching_up {
                self.catch_up().await?;
                continue;
            }
            match self.live.recv().await {
                Ok(event) => match event.seq {
                    None => return Some(event),
                    Some(seq) if seq > self.seen => {
                        self.seen = seq;
                        return Some(event);
                    }
                    Some(_) => {}
                },
                Err(RecvError::Lagged(_)) => self.catching_up = true,
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Reads what comes after `seen`: from memory where it is held, else from the store. Nothing where the store
    /// fails.
    async fn catch_up(&mut self) -> Option<()> {
        let held = {
            let held = self.shared.held();
            held.after(self.seen, PAGE as usize).ok_or_else(|| held.first_seq())
        };
        match held {
            Ok(events) => {
                self.catching_up = !events.is_empty();
                self.ready.extend(events);
            }
            Err(first_held) => {
                let stored = self.shared.store.for_service().events_after(self.seen, PAGE).await;
                let stored = stored
                    .inspect_err(|error| {
                        tracing::warn!(
                            error = error as &dyn std::error::Error,
                            "older events cannot be read"
                        );
                    })
                    .ok()?;
                if stored.is_empty() {
                    // Nothing of what came between was kept: go on with what is held.
                    self.seen = self.seen.max(first_held - 1);
                }
                self.ready.extend(stored.into_iter().map(Arc::new));
            }
        }
        Some(())
    }
}
