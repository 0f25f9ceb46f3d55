//! Looks at recognisers and trunks, and tells the desk when one fails, falls behind, or is well again.

use std::sync::Arc;
use std::time::Duration;

use super::trunks::Ups;
use crate::domain::{Degradation, EventKind};
use crate::journal::Journal;
use crate::knowledge::Knowledge;
use crate::speech::Speech;

/// How often.
const EVERY: Duration = Duration::from_secs(1);
/// How often the knowledge base's files are looked at.
const READ_EVERY: Duration = Duration::from_secs(2);
/// Words later than this are called late.
const LATE_MS: u64 = 2_000;
/// And no longer late once they are later than this no more, so that the desk is not told back and forth.
const IN_TIME_MS: u64 = 1_000;

/// Never returns.
pub(super) async fn watch_recognisers(speech: Speech, journal: Journal) {
    let mut failing = false;
    let mut late = false;
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        let health = speech.health();
        let fails = health.failing.is_some();
        if fails != failing {
            failing = fails;
            match &health.failing {
                Some(reason) => tracing::error!(reason, "the recogniser fails; calls go on without words"),
                None => tracing::info!("the recogniser works"),
            }
            journal.record(None, EventKind::Degraded { part: Degradation::Recogniser, failing });
        }
        if is_late(health.lag_ms, late) != late {
            late = !late;
            journal.record(None, EventKind::Degraded { part: Degradation::RecogniserLag, failing: late });
        }
    }
}

/// Tells when any of the trunks does not answer, and when all do again. Returns once nobody asks them any more.
pub(super) async fn watch_trunks(ups: Ups, journal: Journal) {
    let mut ups: Vec<_> = ups.into_values().collect();
    while !ups.is_empty() {
        let failing = ups.iter().any(|up| !*up.borrow());
        journal.record(None, EventKind::Degraded { part: Degradation::Trunk, failing });
        let changes = ups.iter_mut().map(|up| Box::pin(up.changed()));
        let (change, _, _) = futures_util::future::select_all(changes).await;
        if change.is_err() {
            return;
        }
    }
}

/// Reads the knowledge base anew when its files change. Never returns.
pub(super) async fn watch_knowledge(knowledge: Arc<Knowledge>) {
    let mut every = tokio::time::interval(READ_EVERY);
    loop {
        every.tick().await;
        let knowledge = Arc::clone(&knowledge);
        // Files on a slow disk hold up nobody.
        match tokio::task::spawn_blocking(move || knowledge.refresh()).await {
            Ok(Ok(true)) => tracing::info!("the knowledge base is read anew"),
            Ok(Ok(false)) | Err(_) => {}
            Ok(Err(error)) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the knowledge base stays as it was"
            ),
        }
    }
}

/// Whether words are to be called late, by how late they are and whether they were called so before.
fn is_late(lag_ms: u64, was_late: bool) -> bool {
    lag_ms > if was_late { IN_TIME_MS } else { LATE_MS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_late_beyond_two_seconds_until_they_are_less_than_one() {
        let mut late = false;
        let said = [0, 2_000, 2_001, 1_500, 1_001, 1_000, 1_500].map(|lag_ms| {
            late = is_late(lag_ms, late);
            late
        });
        assert_eq!(said, [false, false, true, true, true, false, false]);
    }
}
