//! Hands confirmed tickets to their departments: from the outbox into the department's list. Idempotent, so
//! that a crash in between delivers once; what fails is tried again, later each time.

use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::{SignedDuration, Timestamp};
use tokio::task::JoinHandle;

use crate::domain::EventKind;
use crate::journal::Journal;
use crate::store::{Delivery, Store, StoreError};

/// Deliveries in one go.
const BATCH: u32 = 64;
/// How often the outbox is looked at without being told: what was put off falls due.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// The wait after the first failure; it doubles.
const FIRST_WAIT_S: u64 = 2;
/// The longest wait between two tries.
const LONGEST_WAIT_S: u64 = 300;

/// Starts the task that delivers. It runs until it is aborted; what is under way is then done at the next start.
#[must_use]
pub fn start(store: Store, journal: Journal) -> JoinHandle<()> {
    tokio::spawn(run(store, journal))
}

async fn run(store: Store, journal: Journal) {
    let mut failed = false;
    let events = journal.subscribe(None);
    let mut confirmed = pin!(events.filter(|event| {
        let is_ticket = matches!(event.kind, EventKind::Ticket { .. });
        async move { is_ticket }
    }));
    loop {
        match deliver_due(&store, &journal, Timestamp::now()).await {
            Ok(()) => failed = false,
            Err(error) => {
                if !failed {
                    tracing::error!(error = &error as &dyn std::error::Error, "tickets wait in the outbox");
                }
                failed = true;
            }
        }
        // Told by the ticket's event, or after a while. Both mean: look.
        let _ = tokio::time::timeout(LOOK_AGAIN, confirmed.next()).await;
    }
}

async fn deliver_due(store: &Store, journal: &Journal, now: Timestamp) -> Result<(), StoreError> {
    for delivery in store.for_service().due_deliveries(now, BATCH).await? {
        match store.deliver(delivery.ticket_id, now).await {
            Ok(true) => {
                let kind = EventKind::Ticket { ticket_id: delivery.ticket_id };
                journal.record(Some(delivery.call_id), kind);
            }
            Ok(false) => {}
            Err(error) => {
                store.put_off(delivery.ticket_id, next_attempt(&delivery, now)).await?;
                return Err(error);
            }
        }
    }
    Ok(())
}

fn next_attempt(delivery: &Delivery, now: Timestamp) -> Timestamp {
    let doublings = u32::try_from(delivery.attempts).unwrap_or(u32::MAX).min(16);
    let wait_s = (FIRST_WAIT_S << doublings).min(LONGEST_WAIT_S);
    let wait = SignedDuration::from_secs(i64::try_from(wait_s).unwrap_or(i64::MAX));
    now.saturating_add(wait).unwrap_or(now)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::{CallId, TicketId};

    #[test]
    fn each_try_waits_longer_up_to_a_limit() {
        let wait_s = |attempts| {
            let delivery = Delivery { ticket_id: TicketId::new(), call_id: CallId::new(), attempts };
            next_attempt(&delivery, Timestamp::UNIX_EPOCH).as_second()
        };
        assert_eq!([0, 1, 2, 50].map(wait_s), [2, 4, 8, 300]);
    }
}
