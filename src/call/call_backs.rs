//! Citizens who asked to be called back: each keeps its place in the queue; when its turn comes, an agent is rung, then
//! the citizen. Who cannot be reached several times is left to people.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};
use tokio::time::sleep;
use tracing::Instrument;

use super::exchange::{Hotline, told_to_stop};
use super::follow_ups::DueCallBack;
use super::seats::{Claim, ClaimedSeat, QueuePlace};
use super::session::{Placing, Session};
use crate::domain::{CallId, EndCause, FollowUp};

/// A citizen is called so often.
const ATTEMPTS: u32 = 3;
/// After one that failed it is tried again so much later.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(300);
/// How often it is looked whether the hotline is open, or a seat has come back.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Calls a citizen back, and sees to it until that is done, somebody else does it, or the service stops.
pub(super) async fn see_to(
    hotline: Arc<Hotline>,
    due: DueCallBack,
    room: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) {
    let DueCallBack { follow_up, mut place } = due;
    let mut attempts = follow_up.attempts;
    while attempts < ATTEMPTS {
        let id = CallId::new();
        let (seat, queue) = tokio::select! {
            turn = turn(&hotline, &follow_up, id, place.take()) => match turn {
                Some(turn) => turn,
                None => return,
            },
            () = told_to_stop(&mut stop) => return,
        };
        let number = follow_up.caller_number.clone();
        let ways = hotline.outside.ways(&number);
        let (Ok(ways), Ok(room)) = (ways, room.clone().acquire_owned().await) else { return };
        let (by, by_name) = (seat.seat().agent, seat.seat().agent_name.clone());
        if hotline.follow_ups.take(follow_up.call_id, by, by_name).is_err() {
            continue;
        }
        let about = Some(follow_up.call_id);
        let language = follow_up.language.clone();
        let placing = Placing { id, number, ways, about, language, seat, queue: Some(queue), room };
        let call = Session::place(hotline.clone(), placing, stop.clone());
        let call = call.instrument(tracing::info_span!("call", call.id = %id)).await;
        if call.as_ref().is_some_and(|call| call.bridged_at.is_some()) {
            // The call itself has told so.
            return;
        }
        // That an agent did not take it is no failure to reach the citizen.
        let reached_agent = call.is_none_or(|call| call.end_cause != Some(EndCause::NoAgent));
        if reached_agent {
            attempts += 1;
            hotline.follow_ups.tried(follow_up.call_id);
        }
        if hotline.follow_ups.give_back(follow_up.call_id, None).is_err() {
            return;
        }
        if reached_agent && attempts < ATTEMPTS {
            tokio::select! {
                () = sleep(TRY_AGAIN_AFTER) => {}
                () = told_to_stop(&mut stop) => return,
            }
        }
    }
}

/// Waits until it is the citizen's turn: the seat, and the place that got it. Nothing once the citizen need not be
/// called any more.
async fn turn(
    hotline: &Hotline,
    follow_up: &FollowUp,
    id: CallId,
    mut kept: Option<QueuePlace>,
) -> Option<(ClaimedSeat, QueuePlace)> {
    loop {
        if !hotline.follow_ups.until_open(follow_up.call_id).await {
            return None;
        }
        while !hotline.reception.hours.are_open(Timestamp::now()) {
            kept = None;
            sleep(LOOK_AGAIN_AFTER).await;
        }
        let mut place = kept.take().unwrap_or_else(|| {
            let wants = hotline.reception.topics.get(&follow_up.called_number).cloned();
            hotline.seats.queue(id, &follow_up.called_number, true, wants.into_iter().collect())
        });
        place.keep_for(id);
        tokio::select! {
            seat = seat(&mut place) => match seat {
                Some(seat) => return Some((seat, place)),
                None => {
                    drop(place);
                    sleep(LOOK_AGAIN_AFTER).await;
                }
            },
            // Somebody does it by hand.
            () = hotline.follow_ups.until_taken(follow_up.call_id) => {}
        }
    }
}

/// The seat whose turn it is, once there is one; nothing where none is left to ask.
async fn seat(place: &mut QueuePlace) -> Option<ClaimedSeat> {
    loop {
        match place.claim() {
            Claim::Seat(seat) => return Some(seat),
            Claim::Busy => place.news().await,
            Claim::None => return None,
        }
    }
}
