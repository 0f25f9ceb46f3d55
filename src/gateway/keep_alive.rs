//! Asks a trunk again and again by OPTIONS whether it is there, so that no call has to find out.

use std::time::Duration;

use jiesu_sip::message::Uri;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::telephone::{Telephone, TelephoneError};

/// How long a trunk may take to answer: three repetitions over UDP are within it.
const ANSWER_LIMIT: Duration = Duration::from_secs(4);

/// Keeps `up` at whether the trunk answers. Returns once the gateway has stopped.
pub async fn keep_alive(
    telephone: Telephone,
    name: String,
    address: Uri,
    every: Duration,
    up: watch::Sender<bool>,
) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let answers = match timeout(ANSWER_LIMIT, telephone.options(&address)).await {
            // Any answer is one, a refusal, too; but 408 and 503 stand for none and for no way.
            Ok(Ok(answer)) => !matches!(answer.status, 408 | 503),
            Ok(Err(TelephoneError::Stopped)) => return,
            Ok(Err(_)) | Err(_) => false,
        };
        if up.send_replace(answers) == answers {
            continue;
        }
        if answers {
            tracing::info!(trunk = name, "the trunk answers again");
        } else {
            tracing::warn!(trunk = name, "the trunk does not answer: calls out pass it over");
        }
    }
}
