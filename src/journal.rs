//! The one way in for what happens in a call. `record` numbers an event, shows it to whoever follows, and
//! leaves the writing to one task: it never waits and never fails. While the database fails, events stay in
//! memory and are written in order when it is back; the desk is told by `Degraded`.

mod follow;
mod held;
mod writer;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::Stream;
use jiff::Timestamp;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;

use crate::domain::{Call, CallId, Degradation, Event, EventKind, Turn};
use crate::store::{Store, StoreError};
pub use held::EventCounts;
use held::Held;

/// Events that a slow follower may fall behind before it reads on from what is held or stored.
const LIVE_EVENTS: usize = 1_024;

/// What happened and happens. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    shared: Arc<Shared>,
}

struct Shared {
    /// A lock, since `record` is called from every session's task and must not wait for another task's turn; it is
    /// held for the time of a push.
    held: Mutex<Held>,
    live: broadcast::Sender<Arc<Event>>,
    to_write: Notify,
    /// The number of the last event that is in the database.
    written: watch::Sender<u64>,
    store: Store,
}

impl Shared {
    /// A panic elsewhere leaves the numbers as they were: the lock is taken all the same.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal {
    /// Reads where the stream of events stands and starts the task that writes it.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn start(store: Store) -> Result<(Self, JoinHandle<()>), StoreError> {
        let last = store.for_service().last_seq().await?;
        let open = store.for_service().open_calls().await?;
        let held = Held::new(last, open.iter().map(|call| call.id));
        let (live, _) = broadcast::channel(LIVE_EVENTS);
        let (written, _) = watch::channel(held.last_seq());
        let shared =
            Arc::new(Shared { held: Mutex::new(held), live, to_write: Notify::new(), written, store });
        let task = tokio::spawn(writer::run(Arc::clone(&shared)));
        Ok((Self { shared }, task))
    }

    /// Keeps what happened and shows it to all who follow. Partials are shown and not kept.
    pub fn record(&self, call_id: Option<CallId>, kind: EventKind) {
        self.shared.record(call_id, kind);
    }

    /// Events as they happen; those after number `after` first, where it is given. A follower that is slow holds
    /// nobody up: it reads on from what is held or stored, without its partials. Ends where the database fails
    /// while older events are to be read; whoever follows comes back with the last number seen.
    pub fn subscribe(&self, after: Option<u64>) -> impl Stream<Item = Event> + Send + use<> {
        follow::follow(Arc::clone(&self.shared), after)
    }

    /// Waits until all that was recorded before this call is in the database.
    pub async fn flush(&self) {
        let last = self.shared.held().last_seq();
        let mut written = self.shared.written.subscribe();
        // The sender lives as long as `self`: this cannot fail.
        let _ = written.wait_for(|written| *written >= last).await;
    }

    /// As [`flush`](Self::flush), but no longer than `limit`. True where all is written.
    pub async fn flush_within(&self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.flush()).await.is_ok()
    }

    /// The number of the last event that is in the database: what is read from the store holds all up to it.
    #[must_use]
    pub fn written_seq(&self) -> u64 {
        *self.shared.written.borrow()
    }

    /// The number of the last event recorded.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.shared.held().last_seq()
    }

    /// What was recorded of a call and is not in the database yet: the call as it now is, and turns.
    #[must_use]
    pub fn unwritten_of(&self, call_id: CallId) -> (Option<Call>, Vec<Turn>) {
        self.shared.held().unwritten_of(call_id)
    }

    /// The parts that fail at the moment.
    #[must_use]
    pub fn degraded(&self) -> Vec<Degradation> {
        self.shared.held().degraded()
    }

    /// How often what was recorded, since the start.
    #[must_use]
    pub fn counts(&self) -> EventCounts {
        self.shared.held().counts()
    }

    /// Calls that are not over.
    #[must_use]
    pub fn live_calls(&self) -> usize {
        self.shared.held().live_calls()
    }
}

impl Shared {
    fn record(&self, call_id: Option<CallId>, kind: EventKind) {
        let at = Timestamp::now();
        // Sent under the lock, so that the order of sending is the order of the numbers. Sending does not wait.
        let mut held = self.held();
        let Some(event) = held.keep(at, call_id, kind) else { return };
        // Nobody may be following.
        let _ = self.live.send(event);
        drop(held);
        self.to_write.notify_one();
    }
}
