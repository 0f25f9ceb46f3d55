//! The times of RFC 3261 table 4, and the deadlines that a machine or an endpoint waits for.

use std::{
    collections::{BTreeSet, HashMap},
    hash::Hash,
    time::{Duration, Instant},
};

/// Estimate of the round trip: the first repetition comes after this.
pub(crate) const T1: Duration = Duration::from_millis(500);
/// The longest time between two repetitions.
pub(crate) const T2: Duration = Duration::from_secs(4);
/// The longest time that a message stays in the network.
pub(crate) const T4: Duration = Duration::from_secs(5);
/// Timers B, F, H, J, L and M: after this a transaction is given up.
pub(crate) const GIVE_UP: Duration = Duration::from_millis(64 * 500);
/// Timer D over UDP: at least 32 s.
pub(crate) const TIMER_D: Duration = Duration::from_secs(32);

/// What a machine asks for when its time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnTime {
    /// Not yet, or nothing more: look at the deadline, or at whether it is terminated.
    Nothing,
    /// Send the last message again.
    Retransmit,
    /// The peer did not answer; the machine is terminated.
    TimedOut,
}

/// A message that is sent again at growing intervals.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repetition {
    /// When to send again.
    pub(crate) at: Instant,
    interval: Duration,
    longest: Duration,
}

impl Repetition {
    pub(crate) fn new(now: Instant, longest: Duration) -> Self {
        Self { at: now + T1, interval: T1, longest }
    }

    /// Whether to send now. A late call sends once, not as often as was missed.
    pub(crate) fn due(&mut self, now: Instant) -> bool {
        let due = self.at <= now;
        if due {
            self.interval = (self.interval * 2).min(self.longest);
            self.at = now + self.interval;
        }
        due
    }

    /// From now on at the longest interval (RFC 3261 §17.1.2.2, after a provisional response).
    pub(crate) fn slow_down(&mut self, now: Instant) {
        self.interval = self.longest;
        self.at = self.at.max(now + self.longest);
    }
}

/// One deadline per key, the earliest first. Equal deadlines come in the order of their keys, so that a run can be
/// repeated exactly.
#[derive(Debug)]
pub(crate) struct Deadlines<K> {
    by_time: BTreeSet<(Instant, K)>,
    by_key: HashMap<K, Instant>,
}

impl<K> Default for Deadlines<K> {
    fn default() -> Self {
        Self { by_time: BTreeSet::new(), by_key: HashMap::new() }
    }
}

impl<K: Clone + Ord + Hash> Deadlines<K> {
    /// Sets, moves or (`None`) takes away the deadline of `key`.
    pub(crate) fn set(&mut self, key: &K, at: Option<Instant>) {
        let known = match at {
            Some(at) => self.by_key.insert(key.clone(), at),
            None => self.by_key.remove(key),
        };
        if let Some(known) = known {
            self.by_time.remove(&(known, key.clone()));
        }
        if let Some(at) = at {
            self.by_time.insert((at, key.clone()));
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.by_time.first().map(|(at, _)| *at)
    }

    /// Takes the first deadline that has come.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<K> {
        if self.next()? > now {
            return None;
        }
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_moved_deadline_comes_once_and_at_its_new_time() {
        let start = Instant::now();
        let mut deadlines = Deadlines::default();
        deadlines.set(&1, Some(start + T1));
        deadlines.set(&2, Some(start + T2));
        deadlines.set(&1, Some(start + T4));
        assert_eq!(deadlines.next(), Some(start + T2));
        assert_eq!(deadlines.pop_due(start + T1), None);
        assert_eq!(deadlines.pop_due(start + T4), Some(2));
        assert_eq!(deadlines.pop_due(start + T4), Some(1));
        assert_eq!(deadlines.next(), None);
    }

    #[test]
    fn a_late_timer_repeats_once() {
        let start = Instant::now();
        let mut repetition = Repetition::new(start, T2);
        assert!(repetition.due(start + 20 * T1));
        assert!(!repetition.due(start + 20 * T1));
        assert_eq!(repetition.at, start + 22 * T1);
    }
}
