//! When which connection wants to be woken: a heap of moments. A later wish leaves an earlier entry as it is, which then
//! wakes once too early, so that a wish per packet costs no entry per packet.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;
use std::time::Instant;

/// The moments of all connections.
#[derive(Debug)]
pub(super) struct Timers<K> {
    heap: BinaryHeap<Reverse<(Instant, K)>>,
    /// The moment that counts for each; other entries of the heap are passed over.
    set: HashMap<K, Instant>,
}

impl<K> Default for Timers<K>
where
    K: Copy + Ord + Hash,
{
    fn default() -> Self {
        Self { heap: BinaryHeap::new(), set: HashMap::new() }
    }
}

impl<K: Copy + Ord + Hash> Timers<K> {
    /// Wakes `key` at `at` at the latest.
    pub(super) fn set(&mut self, key: K, at: Instant) {
        if self.set.get(&key).is_some_and(|set| *set <= at) {
            return;
        }
        self.set.insert(key, at);
        self.heap.push(Reverse((at, key)));
    }

    /// Wakes it no more.
    pub(super) fn remove(&mut self, key: K) {
        self.set.remove(&key);
    }

    /// The next moment.
    pub(super) fn next(&mut self) -> Option<Instant> {
        while let Some(Reverse((at, key))) = self.heap.peek().copied() {
            if self.set.get(&key) == Some(&at) {
                return Some(at);
            }
            self.heap.pop();
        }
        None
    }

    /// Takes one whose moment has come by `now`; it is then to be set anew.
    pub(super) fn due(&mut self, now: Instant) -> Option<K> {
        self.next().filter(|at| *at <= now)?;
        let Reverse((_, key)) = self.heap.pop()?;
        self.set.remove(&key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_earliest_comes_first_and_each_once() {
        let zero = Instant::now();
        let at = |ms| zero + Duration::from_millis(ms);
        let mut timers = Timers::default();
        timers.set(1, at(30));
        timers.set(2, at(10));
        assert_eq!(timers.next(), Some(at(10)));
        assert_eq!(timers.due(at(9)), None);
        assert_eq!(timers.due(at(40)), Some(2));
        assert_eq!(timers.due(at(40)), Some(1));
        assert_eq!((timers.due(at(40)), timers.next()), (None, None));
    }

    #[test]
    fn an_earlier_wish_counts_and_a_later_one_adds_no_entry() {
        let zero = Instant::now();
        let at = |ms| zero + Duration::from_millis(ms);
        let mut timers = Timers::default();
        timers.set(1, at(30));
        timers.set(1, at(10));
        for ms in 50..1_000 {
            timers.set(1, at(ms));
        }
        assert_eq!(timers.heap.len(), 2);
        assert_eq!(timers.due(at(10)), Some(1));
        assert_eq!(timers.next(), None, "the entry of 30 ms counts no more");
    }

    #[test]
    fn what_is_removed_is_not_woken() {
        let zero = Instant::now();
        let mut timers = Timers::default();
        timers.set(1, zero);
        timers.remove(1);
        assert_eq!((timers.next(), timers.due(zero)), (None, None));
    }
}
