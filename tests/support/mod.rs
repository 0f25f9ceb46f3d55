//! What the behaviour tests stand on: the real `jiesu`, started on free ports of this machine in a folder of
//! its own, real calls placed by `jiesu call`, and the page's API as a person signed in sees it.

#![allow(dead_code)]

pub mod desk;
pub mod phone;
pub mod ports;
pub mod script;
pub mod service;
pub mod settings;
pub mod sound;

use std::time::{Duration, Instant};

/// How long anything may take that is not the length of a call.
const PATIENCE: Duration = Duration::from_secs(40);
/// Between two looks at what is waited for.
const LOOK: Duration = Duration::from_millis(100);

/// Looks again and again until there is something to see; panics with `what` when nothing comes.
pub async fn eventually<T>(what: &str, look: impl AsyncFnMut() -> Option<T>) -> T {
    within(PATIENCE, what, look).await
}

/// The same, where more patience is needed: a call lasts as long as it lasts.
pub async fn within<T>(patience: Duration, what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + patience;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(Instant::now() < end, "{what}: not within {patience:?}");
        tokio::time::sleep(LOOK).await;
    }
}
