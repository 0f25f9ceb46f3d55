//! What the pool counts: how long things waited, what came of them. Written by the workers, read for `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::queue::Priority;

/// Upper bounds of the waits that are told apart, milliseconds; what waited longer is counted in the whole only.
pub const WAIT_BOUNDS_MS: [u64; 12] =
    [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000];

/// How recognition goes, counted since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SpeechMetrics {
    /// How long finals waited for a recogniser.
    pub finals: Waits,
    /// The same of the first partial of a turn.
    pub first_partials: Waits,
    /// The same of later partials.
    pub refreshes: Waits,
    /// Recogniser processes started in place of one that failed.
    pub restarts: u64,
    /// Finals tried a second time.
    pub retries: u64,
    /// Finals given back without words.
    pub unrecognised: u64,
    /// Sound that could not be taken and was never recognised, milliseconds.
    pub unheard_ms: u64,
    /// Finals waiting now.
    pub queue_length: usize,
    /// How late words are now, milliseconds.
    pub lag_ms: u64,
    /// Recogniser processes that work now.
    pub recognisers: usize,
}

/// A histogram of waits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waits {
    /// So many waited no longer than the bound of the same place in [`WAIT_BOUNDS_MS`], and longer than the one
    /// before.
    pub counts: [u64; WAIT_BOUNDS_MS.len()],
    /// All of them, the longest too.
    pub count: u64,
    /// All waits together, milliseconds.
    pub sum_ms: u64,
}

/// The counters.
#[derive(Debug, Default)]
pub(super) struct Stats {
    finals: Counts,
    first_partials: Counts,
    refreshes: Counts,
    pub(super) restarts: AtomicU64,
    pub(super) retries: AtomicU64,
    pub(super) unrecognised: AtomicU64,
}

#[derive(Debug, Default)]
struct Counts {
    counts: [AtomicU64; WAIT_BOUNDS_MS.len()],
    count: AtomicU64,
    sum_ms: AtomicU64,
}

impl Stats {
    /// A job was taken after so long.
    pub(super) fn waited(&self, priority: Priority, wait: Duration) {
        match priority {
            Priority::Final { .. } => self.finals.add(wait),
            Priority::FirstPartial => self.first_partials.add(wait),
            Priority::Refresh => self.refreshes.add(wait),
        }
    }

    /// What was counted; what is so now is for others to fill in.
    pub(super) fn metrics(&self) -> SpeechMetrics {
        SpeechMetrics {
            finals: self.finals.read(),
            first_partials: self.first_partials.read(),
            refreshes: self.refreshes.read(),
            restarts: self.restarts.load(Ordering::Relaxed),
            retries: self.retries.load(Ordering::Relaxed),
            unrecognised: self.unrecognised.load(Ordering::Relaxed),
            ..SpeechMetrics::default()
        }
    }
}

impl Counts {
    fn add(&self, wait: Duration) {
        let ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        let place = WAIT_BOUNDS_MS.partition_point(|bound| *bound < ms);
        if let Some(count) = self.counts.get(place) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.sum_ms.fetch_add(ms, Ordering::Relaxed);
    }

    fn read(&self) -> Waits {
        Waits {
            counts: self.counts.each_ref().map(|count| count.load(Ordering::Relaxed)),
            count: self.count.load(Ordering::Relaxed),
            sum_ms: self.sum_ms.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_counted_at_its_bound_and_the_longest_only_in_all() {
        let stats = Stats::default();
        for ms in [0, 10, 11, 60_000, 60_001] {
            stats.waited(Priority::Refresh, Duration::from_millis(ms));
        }
        let waits = stats.metrics().refreshes;
        assert_eq!((waits.counts[0], waits.counts[1], waits.counts[11]), (2, 1, 1));
        assert_eq!((waits.count, waits.sum_ms), (5, 120_022));
        assert_eq!(stats.metrics().finals, Waits::default());
    }
}
