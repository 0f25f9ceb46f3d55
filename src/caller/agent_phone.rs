//! The agent's phone of a test call: waits for the service to call it, rings, is picked up, and speaks in time
//! with the caller.

use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::heard::SideReport;
use super::plan::AgentPlan;
use super::side::{Side, open_media};
use crate::call::CallClock;
use crate::gateway::IncomingLeg;

/// How long the phone stays on the line after the caller is done, for the service to hang it up.
const HANG_UP_LIMIT: Duration = Duration::from_secs(5);

/// What became of the agent's side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AgentReport {
    /// What it heard.
    pub(super) side: SideReport,
    /// When the phone was picked up, on the caller's clock.
    pub(super) answered_ms: u64,
}

/// Plays the agent until the service hangs up, or `done` becomes true and the service takes too long to. Nothing
/// where the phone was not called, or gave up ringing before it was picked up.
pub(super) async fn play(
    plan: AgentPlan,
    mut calls: mpsc::Receiver<IncomingLeg>,
    mut clock: watch::Receiver<Option<CallClock>>,
    mut done: watch::Receiver<bool>,
) -> Option<AgentReport> {
    let incoming = tokio::select! {
        call = calls.recv() => call?,
        _ = done.wait_for(|done| *done) => return None,
    };
    let IncomingLeg { mut leg, call } = incoming;
    let mut media = match open_media(plan.listen.ip(), &plan.codecs).await {
        Ok(media) => media,
        Err(error) => {
            tracing::error!(%error, "the agent's phone has no port for its sound");
            leg.reject(503, "Service Unavailable").await;
            return None;
        }
    };
    let (answer, negotiated) = match media.answer(call.offer.as_deref().unwrap_or_default()) {
        Ok(agreed) => agreed,
        Err(error) => {
            let (status, reason) = error.status();
            leg.reject(status, reason).await;
            return None;
        }
    };
    leg.progress(180, None).await;
    tokio::select! {
        // Whatever comes before the phone is picked up, is its end.
        _ = leg.next() => return None,
        () = tokio::time::sleep(plan.rings) => {}
    }
    leg.accept(answer).await;
    let clock = clock
        .wait_for(Option::is_some)
        .await
        .ok()
        .and_then(|clock| *clock)
        .unwrap_or_else(|| CallClock::starting_at(Instant::now()));
    let answered_ms = clock.position(Instant::now()).as_ms();
    media.agree(Instant::now(), clock, negotiated);
    let mut side = Side::new(leg, media, clock);
    side.say(&plan.sound);
    while side.end().is_none() && !*done.borrow() {
        side.converse(Instant::now() + Duration::from_millis(100)).await;
    }
    side.converse(Instant::now() + HANG_UP_LIMIT).await;
    side.hang_up().await;
    Some(AgentReport { side: side.report(), answered_ms })
}
