//! What becomes of each request to a recogniser, for measuring: nothing in the service listens.

use std::time::Duration;

use tokio::time::Instant;

use super::protocol::{PCM_RATE_HZ, RequestKind};
use super::queue::Job;

/// A moment of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Watched {
    /// A recogniser took it.
    Taken {
        /// Partial or final.
        kind: RequestKind,
        /// How long it had waited for one.
        waited: Duration,
        /// Its sound, milliseconds.
        sound_ms: u64,
    },
    /// The recogniser answered, or failed.
    Answered {
        /// Since it was taken.
        took: Duration,
    },
}

impl Watched {
    pub(super) fn taken(job: &Job, at: Instant) -> Self {
        let samples = job.utterance.pcm_16k.len() as u64;
        let sound_ms = samples * 1_000 / u64::from(PCM_RATE_HZ);
        Self::Taken { kind: job.kind(), waited: at.saturating_duration_since(job.since), sound_ms }
    }
}

/// Where moments go; unbounded, for a recogniser must not wait for who measures it.
pub type Watch = tokio::sync::mpsc::UnboundedSender<Watched>;
