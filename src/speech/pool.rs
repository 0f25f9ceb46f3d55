//! The recognisers: so many supervised processes, all fed from one queue. Enters: jobs. Leaves: their results, each
//! once. A process that dies, hangs or talks nonsense costs a restart and one retry of what it was doing; after a
//! second failure the job comes back without a transcript. Nothing is ever kept from coming back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::SpeechConfig;
use super::child::{Child, ChildError};
use super::pace::Load;
use super::protocol::{Outcome, Request, RequestHeader, RequestKind, Transcript};
use super::queue::{self, Job, Priority, Queue};
use super::stats::{SpeechMetrics, Stats};
use super::watch::{Watch, Watched};

/// How long a process may take to load its model and say that it is ready: gigabytes from a slow disk.
const START_TIMEOUT: Duration = Duration::from_secs(120);
/// The pause before the first restart; each further one in a row is twice as long.
const FIRST_BACK_OFF: Duration = Duration::from_millis(100);
/// The longest pause between two attempts to start a process.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(10);
/// A job that a recogniser failed on so often comes back as not recognised.
const MOST_FAILURES: u32 = 2;

/// The pool. When the last handle goes, what is queued is still recognised, and the processes end.
#[derive(Debug)]
pub(super) struct Pool {
    shared: Arc<Shared>,
}

/// What the workers share.
#[derive(Debug)]
struct Shared {
    queue: Queue,
    /// Places in the queue for finals.
    places: Arc<Semaphore>,
    workers: usize,
    command: Vec<String>,
    reply_timeout: Duration,
    patience: Duration,
    watch: Option<Watch>,
    /// Processes that work now.
    alive: AtomicUsize,
    /// Why the last process failed, until one answers again. Behind a lock because every worker writes it and
    /// the desk reads it; it is held for a copy.
    failure: Mutex<Option<String>>,
    /// The finals that recognisers are at, and when those were wanted. Behind a lock as `failure` is.
    in_hand: Mutex<HashMap<usize, Instant>>,
    stats: Stats,
    /// What partials take a recogniser of late, microseconds.
    partial_cost_us: AtomicU64,
}

impl Pool {
    /// Starts the workers; needs a tokio runtime.
    pub(super) fn start(config: &SpeechConfig) -> Self {
        let shared = Arc::new(Shared {
            queue: Queue::default(),
            places: Arc::new(Semaphore::new(config.queued_finals.max(1))),
            workers: config.workers,
            command: config.command.clone(),
            reply_timeout: config.reply_timeout,
            patience: config.patience,
            watch: config.watch.clone(),
            alive: AtomicUsize::new(0),
            failure: Mutex::new(None),
            in_hand: Mutex::default(),
            stats: Stats::default(),
            partial_cost_us: AtomicU64::new(0),
        });
        for worker in 0..shared.workers {
            tokio::spawn(work(Arc::clone(&shared), worker));
        }
        Self { shared }
    }

    /// Where jobs are put.
    pub(super) fn queue(&self) -> &Queue {
        &self.shared.queue
    }

    /// The places in the queue for finals: a final is put there with a permit of this.
    pub(super) fn places(&self) -> Arc<Semaphore> {
        Arc::clone(&self.shared.places)
    }

    /// How busy the recognisers are.
    pub(super) fn load(&self) -> Load {
        self.shared.queue.load(Instant::now(), self.shared.workers)
    }

    /// What a partial takes a recogniser, as the last ones did.
    pub(super) fn partial_cost(&self) -> Duration {
        Duration::from_micros(self.shared.partial_cost_us.load(Ordering::Relaxed))
    }

    /// How late words are: the oldest final of a live call that has not come back, waiting or in hand.
    pub(super) fn lag(&self) -> Duration {
        let now = Instant::now();
        let in_hand = self.shared.in_hand().values().map(|due| queue::lag(*due, now)).max();
        self.load().lag.max(in_hand.unwrap_or_default())
    }

    /// What was counted, and what is so now; what was never heard the pool does not know.
    pub(super) fn metrics(&self) -> SpeechMetrics {
        SpeechMetrics {
            queue_length: self.shared.queue.finals(),
            lag_ms: u64::try_from(self.lag().as_millis()).unwrap_or(u64::MAX),
            recognisers: self.shared.alive.load(Ordering::Relaxed),
            ..self.shared.stats.metrics()
        }
    }

    /// Why no process works, if none does.
    pub(super) fn failing(&self) -> Option<String> {
        let failure = self.shared.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().filter(|_| self.shared.alive.load(Ordering::Relaxed) == 0)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.queue.close();
    }
}

impl Shared {
    /// Counts a partial's time for a quarter of what they are taken to cost.
    fn note_partial_cost(&self, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX / 4);
        let known_us = self.partial_cost_us.load(Ordering::Relaxed);
        let cost_us = if known_us == 0 { took_us } else { known_us - known_us / 4 + took_us / 4 };
        self.partial_cost_us.store(cost_us, Ordering::Relaxed);
    }

    fn watch(&self, moment: impl FnOnce() -> Watched) {
        if let Some(watch) = &self.watch {
            // Who measured has stopped; the calls go on.
            let _ = watch.send(moment());
        }
    }

    fn note(&self, failure: Option<String>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }

    fn in_hand(&self) -> MutexGuard<'_, HashMap<usize, Instant>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job for a worker, once there is one.
    async fn take(&self, worker: usize) -> Option<Job> {
        let job = self.queue.take().await?;
        if job.failures == 0 {
            self.stats.waited(job.priority, job.since.elapsed());
        }
        if let Priority::Final { due, .. } = job.priority {
            self.in_hand().insert(worker, due);
        }
        Some(job)
    }

    /// Sends a job back for which there will be no words.
    fn no_words(&self, job: Job) {
        if job.kind() == RequestKind::Final {
            self.stats.unrecognised.fetch_add(1, Ordering::Relaxed);
        }
        job.done(None);
    }

    /// A recogniser failed on a job: a final is tried once more, by whoever is free first.
    fn failed(&self, mut job: Job) {
        job.failures += 1;
        match job.kind() {
            RequestKind::Final if job.failures < MOST_FAILURES => {
                self.stats.retries.fetch_add(1, Ordering::Relaxed);
                self.queue.put(job);
            }
            RequestKind::Final | RequestKind::Partial => self.no_words(job),
        }
    }
}

/// One worker: keeps a process running until the queue is closed and empty.
async fn work(pool: Arc<Shared>, worker: usize) {
    let mut back_off = FIRST_BACK_OFF;
    loop {
        let failure = match Child::start(&pool.command, START_TIMEOUT).await {
            Ok(child) => {
                tracing::info!(worker, pid = child.id(), "a recogniser is ready");
                pool.alive.fetch_add(1, Ordering::Relaxed);
                let ended = serve(&pool, worker, child, &mut back_off).await;
                pool.alive.fetch_sub(1, Ordering::Relaxed);
                ended
            }
            Err(failure) => Some(failure),
        };
        let Some(failure) = failure else { return };
        tracing::error!(worker, %failure, "a recogniser failed; it is restarted");
        pool.note(Some(failure.to_string()));
        tokio::time::sleep(back_off).await;
        pool.stats.restarts.fetch_add(1, Ordering::Relaxed);
        back_off = (back_off * 2).min(LONGEST_BACK_OFF);
        if pool.alive.load(Ordering::Relaxed) == 0 {
            let patience = if pool.queue.is_closed() { Duration::ZERO } else { pool.patience };
            give_up(&pool, patience);
            if pool.queue.is_closed() {
                return;
            }
        }
    }
}

/// Feeds a process until it fails; nothing where the queue was closed instead.
async fn serve(
    pool: &Shared,
    worker: usize,
    mut child: Child,
    back_off: &mut Duration,
) -> Option<ChildError> {
    loop {
        let job = pool.take(worker).await?;
        let taken = Instant::now();
        pool.watch(|| Watched::taken(&job, taken));
        let answer = child.ask(request(&job), pool.reply_timeout).await;
        let took = taken.elapsed();
        pool.watch(|| Watched::Answered { took });
        pool.in_hand().remove(&worker);
        match answer {
            Ok(Outcome::Heard(transcript)) => {
                *back_off = FIRST_BACK_OFF;
                pool.note(None);
                if job.kind() == RequestKind::Partial {
                    pool.note_partial_cost(took);
                }
                job.done(Some(checked(transcript)));
            }
            Ok(Outcome::Failed { error }) => {
                tracing::warn!(call.id = %job.call_id, error, "a recogniser could not recognise a segment");
                pool.failed(job);
            }
            Err(failure) => {
                pool.failed(job);
                return Some(failure);
            }
        }
    }
}

fn request(job: &Job) -> Request {
    let header = RequestHeader {
        id: 0,
        call_id: job.call_id,
        channel: job.channel,
        kind: job.kind(),
        start_sample: job.utterance.start,
        end_sample: job.utterance.end,
        language: job.language.clone(),
        bias: job.bias.clone(),
    };
    Request { header, pcm_16k: job.utterance.pcm_16k.clone() }
}

/// Sends finals back that have waited too long for any recogniser.
fn give_up(pool: &Shared, patience: Duration) {
    let now = Instant::now();
    for job in pool.queue.take_older(now.checked_sub(patience).unwrap_or(now)) {
        pool.no_words(job);
    }
}

/// A transcript with a confidence that is one.
fn checked(mut transcript: Transcript) -> Transcript {
    let confidence = transcript.confidence;
    transcript.confidence = if confidence.is_finite() { confidence.clamp(0.0, 1.0) } else { 0.0 };
    transcript
}
