//! The states of one seat. What happens there and `now` enter; the state, and until when it lasts, can be read.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Seat;
use crate::domain::{CallId, SeatKind, SeatState, SeatStatus};

/// A seat that did not answer and has nobody who could bring it back rests so long; one that could not be reached is
/// tried again so soon.
const REST: SignedDuration = SignedDuration::from_secs(60);

/// Why a call did not get through to a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// It rang for as long as it may.
    NoAnswer,
    /// The agent would not, or the phone was busy.
    Declined,
    /// There is no phone, or none that we understand.
    Unreachable,
}

impl Missed {
    const fn reason(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::Declined => "declined",
            Self::Unreachable => "unreachable",
        }
    }
}

/// One seat and how things are there.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) seat: Arc<Seat>,
    pub(super) state: SeatState,
    /// The reason of the break; while a call rings or is talked, of the break that comes after it.
    reason: Option<String>,
    since: Timestamp,
    pub(super) until: Option<Timestamp>,
    call_id: Option<CallId>,
    /// A browser seat's page may not be there; a phone is taken to be.
    present: bool,
    /// Rises with each talk that any seat ends: the smaller, the longer this one has been idle.
    pub(super) freed: u64,
    /// Since when it has been taken by the last call it answered, until it can take the next.
    taken_since: Option<Timestamp>,
    /// Not told to the desk yet.
    changed: bool,
    /// It came back from a break, or from where it could not be reached.
    returned: bool,
}

impl Place {
    /// A phone is there from the beginning, a page not until it says so.
    pub(super) fn new(seat: Seat, now: Timestamp) -> Self {
        let present = seat.phone.is_some();
        let state = if present { SeatState::Ready } else { SeatState::Offline };
        let seat = Arc::new(seat);
        let (reason, until, call_id, taken_since) = (None, None, None, None);
        let (changed, returned) = (true, false);
        Self {
            seat,
            state,
            reason,
            since: now,
            until,
            call_id,
            present,
            freed: 0,
            taken_since,
            changed,
            returned,
        }
    }

    /// The seat as the desk knows it.
    pub(super) fn status(&self) -> SeatStatus {
        let Seat { extension, phone, agent, agent_name, .. } = self.seat.as_ref();
        SeatStatus {
            extension: extension.clone(),
            agent: *agent,
            agent_name: agent_name.clone(),
            kind: if phone.is_some() { SeatKind::Phone } else { SeatKind::Browser },
            state: self.state,
            reason: self.reason.clone(),
            since: self.since,
            until: self.until,
            call_id: self.call_id,
        }
    }

    /// Whether it can be given to a caller.
    pub(super) fn is_free(&self) -> bool {
        self.state == SeatState::Ready
    }

    /// Whether its phone could not be reached. A page that is not there is waited for: it may be loading anew.
    pub(super) fn is_unreachable(&self) -> bool {
        self.state == SeatState::Offline && self.present
    }

    /// Whether it serves callers, now or after what it does.
    pub(super) fn serves(&self) -> bool {
        !matches!(self.state, SeatState::Offline | SeatState::Break)
    }

    /// A caller's call rings there.
    pub(super) fn ring(&mut self, call_id: CallId, now: Timestamp) {
        self.enter(SeatState::Ringing, None, None, now);
        self.call_id = Some(call_id);
    }

    /// A call that somebody else puts through rings there. False where the seat is not free.
    pub(super) fn ring_now(&mut self, call_id: CallId, now: Timestamp) -> bool {
        let free = self.is_free();
        if free {
            self.ring(call_id, now);
        }
        free
    }

    /// A call that the agent asked for rings there; a break goes on after it. False where the seat has another call, or
    /// cannot be reached.
    pub(super) fn ring_own(&mut self, call_id: Option<CallId>, now: Timestamp) -> bool {
        let able = matches!(self.state, SeatState::Ready | SeatState::WrapUp | SeatState::Break);
        if able {
            self.enter(SeatState::Ringing, self.reason.clone(), None, now);
            self.call_id = call_id;
        }
        able
    }

    /// The agent answers.
    pub(super) fn answer(&mut self, now: Timestamp) {
        if self.state == SeatState::Ringing {
            let (call_id, reason) = (self.call_id, self.reason.take());
            self.enter(SeatState::Talking, reason, None, now);
            self.call_id = call_id;
            self.taken_since = Some(now);
        }
    }

    /// The call that rings does not get through. Whoever sits there brings the seat back; by itself it comes back only
    /// where nobody does, and where nothing is the agent's doing.
    ///
    /// False where no call rings there.
    pub(super) fn miss(&mut self, missed: Missed, now: Timestamp) -> bool {
        if self.state != SeatState::Ringing {
            return false;
        }
        let reason = self.reason.take().unwrap_or_else(|| missed.reason().to_owned());
        let by_itself = missed == Missed::Unreachable || self.seat.agent.is_none();
        let until = by_itself.then(|| after(now, REST));
        match missed {
            Missed::Unreachable => self.enter(SeatState::Offline, Some(reason), until, now),
            Missed::NoAnswer | Missed::Declined => self.enter(SeatState::Break, Some(reason), until, now),
        }
        true
    }

    /// The call leaves the seat. True where it was talked.
    pub(super) fn release(&mut self, wrap_up: SignedDuration, now: Timestamp) -> bool {
        let talked = self.state == SeatState::Talking;
        if let Some(reason) = self.reason.take() {
            self.enter(SeatState::Break, Some(reason), None, now);
        } else if talked && self.seat.agent.is_some() && self.seat.in_queue && wrap_up.is_positive() {
            self.enter(SeatState::WrapUp, None, Some(after(now, wrap_up)), now);
        } else {
            self.come_back(now);
        }
        talked
    }

    /// The agent can take calls: at once, or the break that was to come after the call is off.
    ///
    /// False where the seat's page is not there.
    pub(super) fn make_ready(&mut self, now: Timestamp) -> bool {
        match self.state {
            SeatState::Ready => {}
            SeatState::Ringing | SeatState::Talking => {
                self.changed |= self.reason.take().is_some();
            }
            SeatState::Offline | SeatState::WrapUp | SeatState::Break => {
                if !self.present {
                    return false;
                }
                self.come_back(now);
            }
        }
        true
    }

    /// The agent takes a break: at once, or after the call.
    ///
    /// False where the seat's page is not there.
    pub(super) fn take_break(&mut self, reason: String, now: Timestamp) -> bool {
        match self.state {
            SeatState::Ringing | SeatState::Talking => {
                self.reason = Some(reason);
                self.changed = true;
            }
            SeatState::Offline if !self.present => return false,
            SeatState::Offline | SeatState::Ready | SeatState::WrapUp | SeatState::Break => {
                self.enter(SeatState::Break, Some(reason), None, now);
            }
        }
        true
    }

    /// The seat's page is there, or is not. A break goes on when the page comes back.
    pub(super) fn set_present(&mut self, present: bool, now: Timestamp) {
        self.present = present;
        match (self.state, present) {
            (SeatState::Offline, true) => match self.reason.take() {
                Some(reason) => self.enter(SeatState::Break, Some(reason), None, now),
                None => self.come_back(now),
            },
            (SeatState::Ready | SeatState::Break, false) => {
                self.enter(SeatState::Offline, self.reason.clone(), None, now);
            }
            // The call, or the time that is left, goes on without the page.
            (SeatState::Ringing | SeatState::Talking | SeatState::WrapUp, false) => {}
            (
                SeatState::Ready
                | SeatState::Ringing
                | SeatState::Talking
                | SeatState::WrapUp
                | SeatState::Break,
                true,
            )
            | (SeatState::Offline, false) => {}
        }
    }

    /// Ends what has lasted long enough.
    pub(super) fn expire(&mut self, now: Timestamp) {
        if self.until.is_some_and(|until| until <= now) {
            self.come_back(now);
        }
    }

    /// How long the seat was taken by a call and what it left to write; once, after each.
    pub(super) fn was_taken_for(&mut self, now: Timestamp) -> Option<SignedDuration> {
        match self.state {
            SeatState::Talking | SeatState::WrapUp => None,
            SeatState::Offline | SeatState::Ready | SeatState::Ringing | SeatState::Break => {
                Some(now.duration_since(self.taken_since.take()?))
            }
        }
    }

    /// The seat, where it is not as the desk was last told.
    pub(super) fn take_change(&mut self) -> Option<SeatStatus> {
        std::mem::take(&mut self.changed).then(|| self.status())
    }

    /// Whether it came back since this was last asked: who asked it in vain before may ask again.
    pub(super) fn take_return(&mut self) -> bool {
        std::mem::take(&mut self.returned)
    }

    fn come_back(&mut self, now: Timestamp) {
        let state = if self.present { SeatState::Ready } else { SeatState::Offline };
        self.enter(state, None, None, now);
    }

    fn enter(&mut self, state: SeatState, reason: Option<String>, until: Option<Timestamp>, now: Timestamp) {
        let away = matches!(self.state, SeatState::Offline | SeatState::Break);
        self.returned |= away && state == SeatState::Ready;
        (self.state, self.reason, self.until, self.since) = (state, reason, until, now);
        self.call_id = None;
        self.changed = true;
    }
}

/// Never beyond the end of time.
pub(super) fn after(now: Timestamp, duration: SignedDuration) -> Timestamp {
    now.checked_add(duration).unwrap_or(Timestamp::MAX)
}
