//! Takes calls up: each becomes a session task of its own. Holds what all sessions share, keeps to the limit,
//! and at a stop sees every call to its proper end.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiesu_sip::rtp::Digit;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tracing::Instrument;

use super::call_backs;
use super::desk::Desk;
use super::follow_ups::{DueCallBack, FollowUps};
use super::numbering::Numbering;
use super::outgoing::Sound;
use super::outside::Outside;
use super::reception::Reception;
use super::seats::Seats;
use super::session::{RatingPrompts, Session};
use super::talks::{Talks, Wish};
use crate::domain::{CallId, Degradation, EventKind};
use crate::gateway::{IncomingLeg, MediaPorts, Telephone};
use crate::seat::BrowserSeats;

/// How long calls have to end at a stop: recordings are closed within a second or two; the last words are
/// waited for, as long as it takes no longer than this.
const STOP_LIMIT: Duration = Duration::from_secs(15);

/// What every call uses.
pub struct Hotline {
    /// Reaches the agents' phones.
    pub telephone: Telephone,
    /// Where sound is received.
    pub media_ports: MediaPorts,
    /// The address that others send sound to.
    pub media_ip: IpAddr,
    /// The seats.
    pub seats: Seats,
    /// Reaches the agents' pages.
    pub browsers: BrowserSeats,
    /// How long a call waits for a page that went away in its middle, before it is put first in the queue again.
    pub return_limit: Duration,
    /// The greeting and recording notice.
    pub greeting: Sound,
    /// What a caller hears when no agent can be reached.
    pub apology: Sound,
    /// What callers speak, in two letters; nothing where that is found out call by call.
    pub language: Option<String>,
    /// Keys by which a caller chooses another language until an agent answers.
    pub language_keys: HashMap<Digit, String>,
    /// The folder of the recordings.
    pub recordings: PathBuf,
    /// Calls at once; one more is refused with 503.
    pub max_calls: usize,
    /// What a caller hears in the queue, over and over.
    pub music: Sound,
    /// What is said to a citizen who is asked to rate the talk; nothing where nobody is.
    pub rating: Option<RatingPrompts>,
    /// Callers that go first, by the beginning of their numbers.
    pub first_numbers: Vec<String>,
    /// What callers are told and offered while they wait, and where nobody is there.
    pub reception: Reception,
    /// What calls left to do.
    pub follow_ups: FollowUps,
    /// How long a seat's phone rings before the next is asked.
    pub ring_limit: Duration,
    /// How long a call waits for an agent, from its answer on.
    pub wait_limit: Duration,
    /// How the city writes callers' numbers.
    pub numbering: Numbering,
    /// The way to numbers outside the hotline.
    pub outside: Outside,
    /// The calls that go on, for those who ask something of them.
    pub talks: Talks,
    /// A call without any packet from both sides for this long is ended.
    pub media_timeout: Duration,
    /// The rest of the hotline.
    pub desk: Arc<dyn Desk>,
    /// Whether recordings fail at present; shared, so that the desk is told once and not by every call.
    pub recorder_failing: AtomicBool,
}

impl Hotline {
    /// Tells the desk that recordings fail, or work again.
    pub(super) fn tell_recorder(&self, failing: bool) {
        if self.recorder_failing.swap(failing, Ordering::Relaxed) != failing {
            self.desk.record(None, EventKind::Degraded { part: Degradation::Recorder, failing });
        }
    }
}

/// Takes up the calls of `incoming`, places those of `wishes`, and those of `call_backs` when their turn comes, until
/// `stop` becomes true, nobody can stop it any more, or no call can come in any more; then ends those that are left.
pub async fn take_up_calls(
    hotline: Arc<Hotline>,
    mut incoming: mpsc::Receiver<IncomingLeg>,
    mut wishes: mpsc::Receiver<Wish>,
    mut call_backs: mpsc::UnboundedReceiver<DueCallBack>,
    stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(hotline.max_calls));
    let mut sessions = JoinSet::new();
    // Dropped with this task, it ends.
    let mut timekeeper = JoinSet::new();
    let seats = hotline.seats.clone();
    timekeeper.spawn(async move { seats.keep_time().await });
    let mut stopping = stop.clone();
    loop {
        let call = tokio::select! {
            call = incoming.recv() => call,
            Some(wish) = wishes.recv() => {
                let place = room.clone().try_acquire_owned().ok();
                if let Some((id, session)) = Session::of_wish(&hotline, wish, stop.clone(), place) {
                    sessions.spawn(session.instrument(tracing::info_span!("call", call.id = %id)));
                }
                continue;
            }
            Some(due) = call_backs.recv() => {
                sessions.spawn(call_backs::see_to(hotline.clone(), due, room.clone(), stop.clone()));
                continue;
            }
            () = told_to_stop(&mut stopping) => None,
            Some(ended) = sessions.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a call's session died");
                }
                continue;
            }
        };
        let Some(IncomingLeg { leg, call }) = call else { break };
        let Ok(place) = room.clone().try_acquire_owned() else {
            tracing::warn!(
                limit = hotline.max_calls,
                "a call is refused: as many as are allowed are going on"
            );
            leg.reject(503, "Service Unavailable").await;
            continue;
        };
        let id = CallId::new();
        let (hotline, stop) = (hotline.clone(), stop.clone());
        let session = async move { Session::run(hotline, id, leg, call, stop, place).await };
        sessions.spawn(session.instrument(tracing::info_span!("call", call.id = %id)));
    }
    let ended = timeout(STOP_LIMIT, async { while sessions.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!(calls = sessions.len(), "calls that did not end in time are cut off");
    }
}

/// Returns once the stop is asked for, or nobody is left to ask for it.
pub(super) async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}
