//! Reads the taxonomy and the gazetteer anew while the service runs: where a file has changed, or at SIGHUP.

use std::time::Duration;

use anyhow::Result;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::understanding::InForce;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(2);

/// Starts looking.
///
/// # Errors
/// Where the system gives no signals.
pub(super) fn start_reloading(city: InForce) -> Result<JoinHandle<()>> {
    // Taken here, so that none that comes from now on ends the service.
    let hangups = signal(SignalKind::hangup())?;
    Ok(tokio::spawn(reload_when_told(city, hangups)))
}

async fn reload_when_told(city: InForce, mut hangups: Signal) {
    let mut every = tokio::time::interval(EVERY);
    loop {
        let told = tokio::select! {
            _ = hangups.recv() => true,
            _ = every.tick() => false,
        };
        let city = city.clone();
        let reload = move || {
            if told || city.files_changed() {
                city.reload();
            }
        };
        // Only a panic ends it early; that is logged where it happens, and what is in force stays.
        let _ = spawn_blocking(reload).await;
    }
}
