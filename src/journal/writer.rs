//! The task that writes events: in order, in batches, again and again while the database fails.

use std::sync::Arc;
use std::time::Duration;

use super::Shared;
use crate::domain::{Degradation, Event, EventKind};
use crate::store::StoreError;

/// Events in one transaction.
const BATCH: usize = 256;
/// The first wait after a failure; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The longest wait: the desk is told within this time that the database is back.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

pub(super) async fn run(shared: Arc<Shared>) {
    let mut wait = FIRST_WAIT;
    loop {
        let batch = shared.held().unwritten(BATCH);
        let Some(last) = batch.last().and_then(|event| event.seq) else {
            shared.to_write.notified().await;
            continue;
        };
        let events: Vec<Event> = batch.iter().map(|event| event.as_ref().clone()).collect();
        match write(&shared, &events).await {
            Ok(()) => {
                shared.held().mark_written(last);
                shared.written.send_replace(last);
                wait = FIRST_WAIT;
                shared.record(None, EventKind::Degraded { part: Degradation::Database, failing: false });
            }
            Err(error) => {
                if wait == FIRST_WAIT {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "events cannot be stored for now"
                    );
                }
                shared.record(None, EventKind::Degraded { part: Degradation::Database, failing: true });
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        }
    }
}

/// Writes a batch. An event whose rows are refused for good is written bare, so that it holds up no other.
async fn write(shared: &Shared, events: &[Event]) -> Result<(), StoreError> {
    match shared.store.append(events).await {
        Err(error) if !error.is_passing() => {}
        result => return result,
    }
    for event in events {
        match shared.store.append(std::slice::from_ref(event)).await {
            Err(error) if !error.is_passing() => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    event.seq,
                    "an event's rows are refused; it is kept without them"
                );
                match shared.store.append_bare(event).await {
                    Err(error) if error.is_passing() => return Err(error),
                    Err(error) => {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            event.seq,
                            "an event is lost"
                        );
                    }
                    Ok(()) => {}
                }
            }
            result => result?,
        }
    }
    Ok(())
}
