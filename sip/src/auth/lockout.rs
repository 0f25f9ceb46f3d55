//! Who answered challenges wrongly too often, and how long he is not listened to.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

/// Addresses and users that are kept. Beyond, the one that failed longest ago is forgotten.
const MAX_KEPT: usize = 4_096;

/// How many failures are let pass, and what follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockoutLimits {
    /// Wrong answers in a row for one user, whatever address they come from.
    pub failures_of_user: u32,
    /// Wrong answers from one address, without a right one between them. More than for a user, because many phones may
    /// stand behind one address.
    pub failures_of_address: u32,
    /// How long the first lock-out lasts; each failure after it doubles that.
    pub first: Duration,
    /// The longest lock-out.
    pub longest: Duration,
}

impl Default for LockoutLimits {
    fn default() -> Self {
        Self {
            failures_of_user: 5,
            failures_of_address: 20,
            first: Duration::from_secs(30),
            longest: Duration::from_secs(3_600),
        }
    }
}

/// Whose failures are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Suspect {
    Address(IpAddr),
    User(Vec<u8>),
}

#[derive(Debug)]
struct Record {
    failures: u32,
    last: Instant,
    locked_until: Option<Instant>,
}

/// The book.
#[derive(Debug)]
pub(super) struct Lockout {
    limits: LockoutLimits,
    records: HashMap<Suspect, Record>,
}

impl Lockout {
    pub(super) fn new(limits: LockoutLimits) -> Self {
        Self { limits, records: HashMap::new() }
    }

    /// Until when this one is not listened to.
    pub(super) fn locked_until(&self, now: Instant, suspect: &Suspect) -> Option<Instant> {
        self.records.get(suspect)?.locked_until.filter(|until| *until > now)
    }

    /// Counts a wrong answer. Until when he is locked out, where this locks him out.
    pub(super) fn on_failure(&mut self, now: Instant, suspect: Suspect) -> Option<Instant> {
        let limit = match &suspect {
            Suspect::Address(_) => self.limits.failures_of_address,
            Suspect::User(_) => self.limits.failures_of_user,
        };
        self.make_room(now, &suspect);
        let record =
            self.records.entry(suspect).or_insert(Record { failures: 0, last: now, locked_until: None });
        if is_old(record, now, self.limits.longest) {
            record.failures = 0;
        }
        record.failures = record.failures.saturating_add(1);
        record.last = now;
        let beyond = record.failures.checked_sub(limit.max(1))?;
        let doubled = 2u32.checked_pow(beyond).and_then(|factor| self.limits.first.checked_mul(factor));
        let until = now + doubled.unwrap_or(self.limits.longest).min(self.limits.longest);
        record.locked_until = Some(until);
        Some(until)
    }

    /// A right answer: what was wrong before is forgiven.
    pub(super) fn on_success(&mut self, suspect: &Suspect) {
        self.records.remove(suspect);
    }

    /// Addresses and users that are kept.
    #[cfg(test)]
    fn kept(&self) -> usize {
        self.records.len()
    }

    fn make_room(&mut self, now: Instant, newcomer: &Suspect) {
        if self.records.len() < MAX_KEPT || self.records.contains_key(newcomer) {
            return;
        }
        let longest = self.limits.longest;
        self.records.retain(|_, record| !is_old(record, now, longest));
        if self.records.len() < MAX_KEPT {
            return;
        }
        let oldest = self.records.iter().min_by_key(|(_, record)| record.last).map(|(who, _)| who.clone());
        if let Some(oldest) = oldest {
            self.records.remove(&oldest);
        }
    }
}

/// Long enough without a failure that the count begins anew: longer than any lock-out, so that whoever only waits for
/// the end of one goes on where he was.
fn is_old(record: &Record, now: Instant, longest: Duration) -> bool {
    now.saturating_duration_since(record.last) > longest.saturating_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str) -> Suspect {
        Suspect::User(name.as_bytes().to_vec())
    }

    fn lockout() -> (Lockout, Instant) {
        (Lockout::new(LockoutLimits::default()), Instant::now())
    }

    #[test]
    fn the_fifth_failure_of_a_user_locks_and_each_further_one_doubles_the_time() {
        let (mut lockout, now) = lockout();
        for _ in 0..4 {
            assert_eq!(lockout.on_failure(now, user("8001")), None);
        }
        assert_eq!(lockout.locked_until(now, &user("8001")), None);
        let seconds = |lockout: &mut Lockout| {
            lockout.on_failure(now, user("8001")).map(|until| (until - now).as_secs())
        };
        for expected in [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            assert_eq!(seconds(&mut lockout), Some(expected));
        }
        for _ in 0..40 {
            assert_eq!(seconds(&mut lockout), Some(3_600));
        }
        assert_eq!(lockout.locked_until(now, &user("8002")), None);
    }

    #[test]
    fn a_lock_ends_by_itself_and_a_right_answer_forgives() {
        let (mut lockout, now) = lockout();
        for _ in 0..5 {
            lockout.on_failure(now, user("a"));
        }
        let end = now + Duration::from_secs(30);
        assert_eq!(lockout.locked_until(end - Duration::from_millis(1), &user("a")), Some(end));
        assert_eq!(lockout.locked_until(end, &user("a")), None);
        lockout.on_success(&user("a"));
        assert_eq!(lockout.on_failure(end, user("a")), None);
    }

    #[test]
    fn after_two_hours_without_a_failure_the_count_begins_anew() {
        let (mut lockout, now) = lockout();
        for _ in 0..5 {
            lockout.on_failure(now, user("a"));
        }
        let hours = |hours: u64| Duration::from_secs(3_600 * hours);
        assert!(lockout.on_failure(now + hours(1), user("a")).is_some());
        assert!(lockout.on_failure(now + hours(3) + Duration::from_secs(1), user("a")).is_none());
    }

    #[test]
    fn an_address_may_fail_more_often_than_a_user() {
        let (mut lockout, now) = lockout();
        let address = || Suspect::Address([192, 0, 2, 1].into());
        for _ in 0..19 {
            assert_eq!(lockout.on_failure(now, address()), None);
        }
        assert!(lockout.on_failure(now, address()).is_some());
    }

    #[test]
    fn beyond_its_room_the_one_that_failed_longest_ago_is_forgotten() {
        let (mut lockout, now) = lockout();
        for at in 0..=MAX_KEPT {
            lockout.on_failure(now + Duration::from_millis(at as u64), user(&at.to_string()));
        }
        assert_eq!(lockout.kept(), MAX_KEPT);
        let later = now + Duration::from_secs(60);
        for _ in 0..3 {
            lockout.on_failure(later, user("0"));
            lockout.on_failure(later, user("2"));
        }
        assert_eq!(lockout.on_failure(later, user("0")), None, "its first failure was forgotten");
        assert!(lockout.on_failure(later, user("2")).is_some());
    }
}
