//! A desk that remembers what it was told, and ears that remember what they heard.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiesu::call::{Desk, Ears};
use jiesu::domain::{
    Call, CallId, CallState, Channel, EventKind, FollowUp, RecordingState, SamplePosition, SeatState, Turn,
    TurnEvent,
};
use tokio::sync::{Notify, mpsc};

/// A desk that remembers what it was told, and ears that remember what they heard.
#[derive(Default)]
pub(crate) struct MemoryDesk {
    told: Mutex<Vec<(Option<CallId>, EventKind)>>,
    heard: Arc<Mutex<Heard>>,
    /// Where in a call the ears panic: a fault of ours.
    pub(crate) ears_fail_at: Mutex<Option<SamplePosition>>,
    /// The language that the ears find.
    pub(crate) ears_find: Mutex<Option<&'static str>>,
    /// What the ears were told is spoken: at their opening, then by keys.
    pub(crate) spoken: Spoken,
    changed: Notify,
}

type Heard = Vec<(CallId, Channel, SamplePosition, Vec<i16>)>;

type Spoken = Arc<Mutex<Vec<Option<String>>>>;

struct MemoryEars {
    call_id: CallId,
    heard: Arc<Mutex<Heard>>,
    fail_at: Option<SamplePosition>,
    /// The language they find in the caller's first sound, and whom they tell.
    find: Option<(mpsc::Sender<TurnEvent>, &'static str)>,
    spoken: Spoken,
}

impl Desk for MemoryDesk {
    fn record(&self, call_id: Option<CallId>, kind: EventKind) {
        self.told.lock().unwrap().push((call_id, kind));
        self.changed.notify_waiters();
    }

    fn draft(&self, _: &Call, _: &Turn) {}

    fn open_ears(
        &self,
        call_id: CallId,
        language: Option<&str>,
    ) -> Option<(Box<dyn Ears>, mpsc::Receiver<TurnEvent>)> {
        let (tell, turns) = mpsc::channel(1);
        let find = self.ears_find.lock().unwrap().map(|language| (tell, language));
        self.spoken.lock().unwrap().push(language.map(str::to_owned));
        let fail_at = *self.ears_fail_at.lock().unwrap();
        Some((
            Box::new(MemoryEars {
                call_id,
                heard: self.heard.clone(),
                fail_at,
                find,
                spoken: self.spoken.clone(),
            }),
            turns,
        ))
    }
}

impl Ears for MemoryEars {
    fn hear(&mut self, channel: Channel, start: SamplePosition, samples: &[i16]) {
        assert!(self.fail_at.is_none_or(|fail_at| start < fail_at), "the fault that the test wants");
        self.heard.lock().unwrap().push((self.call_id, channel, start, samples.to_vec()));
        if let Some((tell, language)) = self.find.take_if(|_| channel == Channel::Caller) {
            tell.try_send(TurnEvent::Language(language.to_owned())).unwrap();
        }
    }

    fn speak(&mut self, language: &str) {
        self.spoken.lock().unwrap().push(Some(language.to_owned()));
    }
}

impl MemoryDesk {
    /// Everything told so far.
    pub(crate) fn told(&self) -> Vec<EventKind> {
        self.told.lock().unwrap().iter().map(|(_, kind)| kind.clone()).collect()
    }

    /// The calls as last told, in the order they came.
    pub(crate) fn calls(&self) -> Vec<Call> {
        let mut calls: Vec<Call> = Vec::new();
        for kind in self.told() {
            let EventKind::Call { call } = kind else { continue };
            match calls.iter_mut().find(|known| known.id == call.id) {
                Some(known) => *known = *call,
                None => calls.push(*call),
            }
        }
        calls
    }

    /// What calls left to do, as last told.
    pub(crate) fn follow_up(&self) -> Option<FollowUp> {
        let of_kind = |kind| match kind {
            EventKind::FollowUp { follow_up } => Some(follow_up),
            _ => None,
        };
        self.told().into_iter().filter_map(of_kind).next_back()
    }

    /// The states and reasons that a seat went through.
    pub(crate) fn seat_states(&self, extension: &str) -> Vec<(SeatState, Option<String>)> {
        let of_seat = |kind| match kind {
            EventKind::Seat { seat } if seat.extension == extension => Some((seat.state, seat.reason)),
            _ => None,
        };
        self.told().into_iter().filter_map(of_seat).collect()
    }

    /// Waits until a seat is in a state.
    pub(crate) async fn until_seat(&self, extension: &str, state: SeatState) {
        self.until(|desk| desk.seat_states(extension).last().filter(|(now, _)| *now == state).map(drop))
            .await;
    }

    /// The states the only call went through.
    pub(crate) fn states(&self) -> Vec<CallState> {
        let mut states = Vec::new();
        for kind in self.told() {
            if let EventKind::Call { call } = kind
                && states.last() != Some(&call.state)
            {
                states.push(call.state);
            }
        }
        states
    }

    /// Waits until what was told is `enough`, and says what that gave.
    pub(crate) async fn until<T>(&self, enough: impl Fn(&Self) -> Option<T>) -> T {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(found) = enough(self) {
                    return found;
                }
                changed.await;
            }
        };
        match tokio::time::timeout(Duration::from_secs(20), waiting).await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain; told so far: {:#?}", self.told()),
        }
    }

    /// Waits for the only call to be over, its recording closed or failed.
    pub(crate) async fn ended(&self) -> Call {
        self.until(|desk| {
            desk.calls().pop().filter(|call| {
                call.state == CallState::Ended && !matches!(call.recording, RecordingState::Open)
            })
        })
        .await
    }

    /// What the ears heard of a channel, in its place.
    pub(crate) fn heard(&self, call: CallId, channel: Channel) -> Vec<i16> {
        let mut sound = Vec::new();
        for (id, at, start, samples) in &*self.heard.lock().unwrap() {
            if (*id, *at) == (call, channel) {
                let start = start.0 as usize;
                sound.resize(sound.len().max(start + samples.len()), 0);
                sound[start..start + samples.len()].copy_from_slice(samples);
            }
        }
        sound
    }
}
