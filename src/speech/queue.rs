//! What waits for a recogniser, the earliest deadline first: finals by when they are wanted; then the first partial
//! of a turn, so that words appear; then refreshes, both in the order they came. Of each channel only its newest
//! partial waits. A final is never dropped: there are so many places for them, and who has none waits for one.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

use crate::domain::{CallId, Channel};

use super::channel::Utterance;
use super::pace::Load;
use super::protocol::{RequestKind, Transcript};

/// A final of a live call is wanted so soon after its end.
pub(super) const LIVE_DUE: Duration = Duration::from_secs(1);

/// An utterance on its way to a recogniser and back.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) call_id: CallId,
    pub(super) channel: Channel,
    pub(super) utterance: Utterance,
    pub(super) priority: Priority,
    /// What is spoken, two letters; nothing where the recogniser is to find out.
    pub(super) language: Option<String>,
    /// Names that may have been said, for the recogniser to prefer.
    pub(super) bias: Vec<String>,
    /// When it was put here; for a partial, when the first of those was whose place it has.
    pub(super) since: Instant,
    /// How often a recogniser failed on it.
    pub(super) failures: u32,
    /// Where the result goes. Unbounded, for a recogniser must not wait for a call; it holds no more than the
    /// call has jobs here.
    pub(super) reply: mpsc::UnboundedSender<Done>,
    /// A final's place in the queue.
    pub(super) place: Option<OwnedSemaphorePermit>,
}

/// What is taken first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    /// A final.
    Final {
        /// Wanted by then.
        due: Instant,
        /// False where the call is over: a recording.
        live: bool,
    },
    /// A turn's first partial.
    FirstPartial,
    /// A later one.
    Refresh,
}

/// A job that came back.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) channel: Channel,
    pub(super) kind: RequestKind,
    pub(super) utterance: Utterance,
    /// Nothing where the recogniser failed on it.
    pub(super) transcript: Option<Transcript>,
}

impl Job {
    pub(super) fn kind(&self) -> RequestKind {
        match self.priority {
            Priority::Final { .. } => RequestKind::Final,
            Priority::FirstPartial | Priority::Refresh => RequestKind::Partial,
        }
    }

    fn is_live_final(&self) -> bool {
        matches!(self.priority, Priority::Final { live: true, .. })
    }

    /// For how long it has waited.
    fn waited(&self, now: Instant) -> Option<Duration> {
        now.checked_duration_since(self.since)
    }

    /// Sends it back. The call may be gone; then nobody waits for it.
    pub(super) fn done(self, transcript: Option<Transcript>) {
        let (channel, kind, utterance) = (self.channel, self.kind(), self.utterance);
        let _ = self.reply.send(Done { channel, kind, utterance, transcript });
        drop(self.place);
    }
}

/// How late words are that are wanted by `due`, counted from when a live call asked for them.
pub(super) fn lag(due: Instant, now: Instant) -> Duration {
    (now + LIVE_DUE).saturating_duration_since(due)
}

/// The queue. Behind a lock because several recognisers take from it; the lock is held for a few comparisons.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    finals: BTreeMap<(Instant, u64), Job>,
    first_partials: VecDeque<(CallId, Channel)>,
    refreshes: VecDeque<(CallId, Channel)>,
    /// The newest partial of each channel; one of the two lists above names it.
    partials: HashMap<(CallId, Channel), Job>,
    /// Finals of live calls.
    live_finals: usize,
    /// Distinguishes finals that are wanted at the same instant, and keeps their order.
    count: u64,
    closed: bool,
}

impl Queue {
    /// Puts a job in its place. A final takes its own channel's waiting partial out.
    pub(super) fn put(&self, job: Job) {
        let mut waiting = self.lock();
        let key = (job.call_id, job.channel);
        match job.priority {
            Priority::Final { due, live } => {
                waiting.forget_partial(key);
                waiting.live_finals += usize::from(live);
                waiting.count += 1;
                let count = waiting.count;
                waiting.finals.insert((due, count), job);
            }
            Priority::FirstPartial | Priority::Refresh => waiting.put_partial(key, job),
        }
        drop(waiting);
        self.changed.notify_one();
    }

    /// Takes the next job, waiting for one; nothing once the queue is closed.
    pub(super) async fn take(&self) -> Option<Job> {
        loop {
            let changed = self.changed.notified();
            {
                let mut waiting = self.lock();
                if let Some(job) = waiting.next() {
                    return Some(job);
                }
                if waiting.closed {
                    return None;
                }
            }
            changed.await;
        }
    }

    /// Takes the finals out that came before `then`.
    pub(super) fn take_older(&self, then: Instant) -> Vec<Job> {
        let mut waiting = self.lock();
        let old: Vec<_> =
            waiting.finals.extract_if(.., |_, job| job.since < then).map(|(_, job)| job).collect();
        waiting.live_finals -= old.iter().filter(|job| job.is_live_final()).count();
        old
    }

    /// Lets every waiting recogniser end once nothing is left.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_waiters();
    }

    /// True once it is closed.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Finals that wait.
    pub(super) fn finals(&self) -> usize {
        self.lock().finals.len()
    }

    /// How busy the recognisers are by what waits at `now`.
    pub(super) fn load(&self, now: Instant, workers: usize) -> Load {
        let waiting = self.lock();
        let oldest = |line: &VecDeque<_>| line.front().and_then(|key| waiting.partials.get(key)?.waited(now));
        let partial_wait = oldest(&waiting.first_partials).max(oldest(&waiting.refreshes));
        Load {
            finals: waiting.live_finals,
            lag: waiting.finals.first_key_value().map_or(Duration::ZERO, |((due, _), _)| lag(*due, now)),
            partial_wait: partial_wait.unwrap_or_default(),
            workers,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn next(&mut self) -> Option<Job> {
        if let Some((_, job)) = self.finals.pop_first() {
            self.live_finals -= usize::from(job.is_live_final());
            return Some(job);
        }
        let key = self.first_partials.pop_front().or_else(|| self.refreshes.pop_front())?;
        self.partials.remove(&key)
    }

    fn put_partial(&mut self, key: (CallId, Channel), mut job: Job) {
        // The newer sound takes the older one's place in the line.
        if let Some(older) = self.partials.get_mut(&key).filter(|older| older.priority == job.priority) {
            job.since = older.since;
            *older = job;
            return;
        }
        self.forget_partial(key);
        match job.priority {
            Priority::FirstPartial => self.first_partials.push_back(key),
            Priority::Refresh | Priority::Final { .. } => self.refreshes.push_back(key),
        }
        self.partials.insert(key, job);
    }

    fn forget_partial(&mut self, key: (CallId, Channel)) {
        if self.partials.remove(&key).is_some() {
            self.first_partials.retain(|other| *other != key);
            self.refreshes.retain(|other| *other != key);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::domain::{SamplePosition, TurnId};

    fn job(call_id: CallId, priority: Priority, length: usize) -> Job {
        Job {
            call_id,
            channel: Channel::Caller,
            utterance: Utterance {
                turn_id: TurnId::new(),
                start: SamplePosition(0),
                end: SamplePosition(1),
                pcm_16k: vec![0; length],
                voiced: Vec::new(),
            },
            priority,
            language: None,
            bias: Vec::new(),
            since: Instant::now(),
            failures: 0,
            reply: mpsc::unbounded_channel().0,
            place: None,
        }
    }

    fn due(due: Instant) -> Priority {
        Priority::Final { due, live: true }
    }

    async fn lengths(queue: &Queue) -> Vec<usize> {
        queue.close();
        let mut lengths = Vec::new();
        while let Some(job) = queue.take().await {
            lengths.push(job.utterance.pcm_16k.len());
        }
        lengths
    }

    #[tokio::test]
    async fn finals_by_urgency_then_first_partials_then_refreshes() {
        let queue = Queue::default();
        let now = Instant::now();
        queue.put(job(CallId::new(), Priority::Refresh, 5));
        queue.put(job(CallId::new(), Priority::FirstPartial, 4));
        queue.put(job(CallId::new(), due(now + Duration::from_secs(60)), 3));
        queue.put(job(CallId::new(), due(now), 1));
        queue.put(job(CallId::new(), due(now), 2));
        assert_eq!(lengths(&queue).await, [1, 2, 3, 4, 5]);
    }

    #[tokio::test]
    async fn only_the_newest_partial_of_a_channel_waits_and_keeps_its_place() {
        let queue = Queue::default();
        let (one, other) = (CallId::new(), CallId::new());
        queue.put(job(one, Priority::Refresh, 1));
        queue.put(job(other, Priority::Refresh, 2));
        queue.put(job(one, Priority::Refresh, 3));
        assert_eq!(lengths(&queue).await, [3, 2]);
    }

    #[tokio::test]
    async fn a_final_takes_its_own_partial_out_and_nobody_elses() {
        let queue = Queue::default();
        let (one, other) = (CallId::new(), CallId::new());
        queue.put(job(one, Priority::FirstPartial, 1));
        queue.put(job(other, Priority::FirstPartial, 2));
        queue.put(job(one, due(Instant::now()), 3));
        assert_eq!(lengths(&queue).await, [3, 2]);
    }

    #[tokio::test]
    async fn a_first_partial_takes_the_place_of_a_refresh_of_the_turn_before() {
        let queue = Queue::default();
        let call = CallId::new();
        queue.put(job(call, Priority::Refresh, 1));
        queue.put(job(call, Priority::FirstPartial, 2));
        assert_eq!(lengths(&queue).await, [2]);
    }

    #[tokio::test]
    async fn finals_that_waited_too_long_can_be_taken_out() {
        let queue = Queue::default();
        queue.put(job(CallId::new(), due(Instant::now()), 1));
        assert_eq!(queue.take_older(Instant::now() - Duration::from_secs(60)).len(), 0);
        assert_eq!(queue.take_older(Instant::now() + Duration::from_secs(60)).len(), 1);
        assert_eq!(queue.load(Instant::now(), 1), Load { workers: 1, ..Load::default() });
    }

    #[tokio::test]
    async fn the_load_is_what_live_calls_wait_for_and_nothing_once_the_queue_is_empty() {
        let queue = Queue::default();
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let put = |call, priority, length, since| queue.put(Job { since, ..job(call, priority, length) });
        let recorded = Priority::Final { due: start + 120 * second, live: false };
        put(CallId::new(), recorded, 1, start);
        put(CallId::new(), due(start + LIVE_DUE), 2, start);
        put(CallId::new(), due(start + second + LIVE_DUE), 3, start + second);
        let call = CallId::new();
        put(call, Priority::Refresh, 4, start);
        put(call, Priority::Refresh, 5, start + second);
        let load = queue.load(start + 3 * second, 3);
        assert_eq!(load, Load { finals: 2, lag: 3 * second, partial_wait: 3 * second, workers: 3 });
        assert_eq!(lengths(&queue).await, [2, 3, 1, 5]);
        assert_eq!(queue.load(start + 3 * second, 3), Load { workers: 3, ..Load::default() });
    }
}
