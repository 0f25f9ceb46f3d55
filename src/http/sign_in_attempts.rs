//! Wrong passwords, counted by name: after a few, each further one makes the name wait longer. In memory and
//! bounded, so that guessing fills nothing.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Wrong passwords that cost no wait: people mistype.
const FREE_TRIES: u32 = 5;
/// The first wait; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// The longest wait. Not longer: whoever guesses at a name must not shut its owner out for the shift.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Names remembered at most.
const MAX_NAMES: usize = 10_000;
/// After this long without a try a name is forgotten.
const FORGET_AFTER: Duration = Duration::from_secs(3_600);

/// The wrong passwords of late.
#[derive(Default)]
pub(super) struct SignInAttempts {
    /// A lock, since requests come from many tasks; held for the time of a look-up.
    by_name: Mutex<HashMap<String, Attempts>>,
}

struct Attempts {
    failures: u32,
    last: Instant,
}

impl Attempts {
    fn wait_until(&self) -> Instant {
        let Some(doublings) = self.failures.checked_sub(FREE_TRIES) else { return self.last };
        self.last + FIRST_WAIT.saturating_mul(1 << doublings.min(10)).min(LONGEST_WAIT)
    }
}

impl SignInAttempts {
    fn names(&self) -> MutexGuard<'_, HashMap<String, Attempts>> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a name may try at `now`; else the seconds to wait.
    pub(super) fn may_try(&self, name: &str, now: Instant) -> Result<(), u64> {
        let wait_until = self.names().get(name).map(Attempts::wait_until);
        match wait_until.and_then(|until| until.checked_duration_since(now)) {
            Some(wait) if !wait.is_zero() => Err(wait.as_secs() + 1),
            Some(_) | None => Ok(()),
        }
    }

    /// Counts a wrong password.
    pub(super) fn failed(&self, name: &str, now: Instant) {
        let mut names = self.names();
        if names.len() >= MAX_NAMES && !names.contains_key(name) {
            names.retain(|_, attempts| now.saturating_duration_since(attempts.last) < FORGET_AFTER);
            if names.len() >= MAX_NAMES
                && let Some(oldest) =
                    names.iter().min_by_key(|(_, attempts)| attempts.last).map(|(name, _)| name.clone())
            {
                names.remove(&oldest);
            }
        }
        let attempts = names.entry(name.to_owned()).or_insert(Attempts { failures: 0, last: now });
        attempts.failures = attempts.failures.saturating_add(1);
        attempts.last = now;
    }

    /// Forgets a name's wrong passwords.
    pub(super) fn succeeded(&self, name: &str) {
        self.names().remove(name);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_few_mistakes_are_free_and_then_it_waits_longer_each_time() {
        let (attempts, now) = (SignInAttempts::default(), Instant::now());
        for _ in 0..FREE_TRIES - 1 {
            attempts.failed("li", now);
        }
        assert_eq!(attempts.may_try("li", now), Ok(()));
        attempts.failed("li", now);
        let first = attempts.may_try("li", now).unwrap_err();
        attempts.failed("li", now);
        assert!(attempts.may_try("li", now).unwrap_err() > first);
        assert_eq!(attempts.may_try("wang", now), Ok(()));
        assert_eq!(attempts.may_try("li", now + LONGEST_WAIT), Ok(()));
        attempts.succeeded("li");
        assert_eq!(attempts.may_try("li", now), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let (attempts, now) = (SignInAttempts::default(), Instant::now());
        for name in 0..MAX_NAMES + 50 {
            attempts.failed(&name.to_string(), now);
        }
        assert_eq!(attempts.names().len(), MAX_NAMES);
    }
}
