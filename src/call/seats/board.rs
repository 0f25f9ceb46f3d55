//! All seats and who waits for them, as plain values: whose turn it is, and which seat it gets. Callers are served in
//! their order, those that go first before the others; a seat goes to whoever waits longest, and of the free ones it is
//! the one idle for longest.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::Seat;
use super::expected_wait::expected_wait;
use super::place::{Place, after};
use crate::domain::{CallId, SeatStatus};

/// The calls whose length tells how long the next will take.
const RECENT_CALLS: usize = 20;

/// The board.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) places: Vec<Place>,
    /// Who waits, in the order of service.
    queue: Vec<Waiting>,
    /// Counts the callers that came to wait.
    came: u64,
    /// Counts the talks that ended: the smaller a seat's number, the longer it has been idle.
    freed: u64,
    /// How long an agent has for writing after a talk.
    wrap_up: SignedDuration,
    /// How long the last calls took their seats.
    taken_for: VecDeque<SignedDuration>,
    patience: Patience,
    /// More seats than before may be asked for somebody.
    widened: bool,
}

/// How long callers wait for the seats that suit them best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a seat with the skills they want; then any will do.
    pub skill: SignedDuration,
    /// For an ordinary seat; then those for the overflow are asked, too.
    pub overflow: SignedDuration,
}

/// A caller who wants a seat.
#[derive(Debug)]
struct Waiting {
    number: u64,
    call_id: CallId,
    since: Timestamp,
    /// Before those who do not.
    goes_first: bool,
    called_number: String,
    /// The skills that the seat should have, if any seat has them.
    wants: Vec<String>,
    /// When more seats may be asked, which has not been told yet.
    widens_at: Vec<Timestamp>,
    /// On the line; else it is to be called back.
    present: bool,
    /// The seats that were asked in vain, and did not come back since.
    tried: Vec<String>,
    /// A seat is being asked for this caller.
    served: bool,
}

/// What a caller's turn brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// This seat.
    Seat(usize),
    /// Nothing yet.
    Later,
    /// Nothing ever: no seat is left to ask.
    Never,
}

/// The callers on the line for whom no seat is asked at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueFigures {
    /// How many.
    pub callers: usize,
    /// Since when the one that has waited longest does.
    pub longest_since: Option<Timestamp>,
    /// How long one who came now would most likely wait; nothing where that cannot be told.
    pub expected_wait: Option<SignedDuration>,
}

impl Board {
    pub(super) fn new(seats: Vec<Seat>, wrap_up: SignedDuration, patience: Patience, now: Timestamp) -> Self {
        let places = seats.into_iter().map(|seat| Place::new(seat, now)).collect();
        let (queue, taken_for) = (Vec::new(), VecDeque::new());
        Self { places, queue, came: 0, freed: 0, wrap_up, taken_for, patience, widened: false }
    }

    /// A caller comes to wait; the number by which it is known from then on.
    pub(super) fn join(
        &mut self,
        call_id: CallId,
        called_number: &str,
        goes_first: bool,
        wants: Vec<String>,
        now: Timestamp,
    ) -> u64 {
        self.came += 1;
        let number = self.came;
        let overflow = self.places.iter().any(|place| place.seat.overflow);
        let widenings = [(overflow, self.patience.overflow), (!wants.is_empty(), self.patience.skill)];
        let widens_at = widenings.into_iter().filter(|(any, _)| *any);
        let widens_at: Vec<_> = widens_at.map(|(_, patience)| after(now, patience)).collect();
        // Whoever keeps the time must know of it.
        self.widened |= !widens_at.is_empty();
        let waiting = Waiting {
            number,
            call_id,
            since: now,
            goes_first,
            called_number: called_number.to_owned(),
            wants,
            widens_at,
            present: true,
            tried: Vec::new(),
            served: false,
        };
        let behind = self.queue.iter().position(|other| goes_first && !other.goes_first);
        let at = behind.unwrap_or(self.queue.len());
        self.queue.insert(at, waiting);
        number
    }

    /// A caller waits no longer.
    pub(super) fn leave(&mut self, number: u64) {
        self.queue.retain(|waiting| waiting.number != number);
    }

    /// A caller wants one more skill of its seat. True where the seat that is being asked for it does not suit it any
    /// more; that one counts as not asked.
    pub(super) fn want(&mut self, number: u64, skill: String, now: Timestamp) -> bool {
        let widens_at = after(now, self.patience.skill);
        let Some(waiting) = self.queue.iter_mut().find(|waiting| waiting.number == number) else {
            return false;
        };
        waiting.wants.push(skill);
        waiting.widens_at.push(widens_at);
        self.widened = true;
        let Some(waiting) = self.queue.iter().find(|waiting| waiting.number == number) else { return false };
        let asked = waiting.tried.last().filter(|_| waiting.served);
        let asked = self.places.iter().find(|place| Some(&place.seat.extension) == asked);
        let unsuited = asked.is_some_and(|place| !self.suits(waiting, &place.seat, now));
        if unsuited {
            self.unask(number);
        }
        unsuited
    }

    /// The seat that is being asked for a caller went away by itself: it counts as not asked.
    pub(super) fn unask(&mut self, number: u64) {
        if let Some(waiting) = self.queue.iter_mut().find(|waiting| waiting.number == number)
            && waiting.served
        {
            waiting.tried.pop();
        }
    }

    /// A caller has gone, and keeps its place to be called back, by the call `call_id`.
    pub(super) fn keep_for(&mut self, number: u64, call_id: CallId) {
        if let Some(waiting) = self.queue.iter_mut().find(|waiting| waiting.number == number) {
            waiting.call_id = call_id;
            waiting.present = false;
        }
    }

    /// Gives a caller a seat where it is its turn: those who are before it keep what they will claim. The seat that it
    /// was given last counts as asked in vain.
    pub(super) fn claim(&mut self, number: u64, now: Timestamp) -> Turn {
        let turn = self.turn_of(number, now);
        let Some(waiting) = self.queue.iter_mut().find(|waiting| waiting.number == number) else {
            return Turn::Never;
        };
        let place = match turn {
            Turn::Seat(index) => self.places.get_mut(index),
            Turn::Later | Turn::Never => None,
        };
        waiting.served = place.is_some();
        if let Some(place) = place {
            waiting.tried.push(place.seat.extension.clone());
            place.ring(waiting.call_id, now);
        }
        turn
    }

    fn turn_of(&self, number: u64, now: Timestamp) -> Turn {
        let mut kept = Vec::new();
        for waiting in &self.queue {
            let own = waiting.number == number;
            if waiting.served && !own {
                continue;
            }
            let free = self.free_for(waiting, &kept, now);
            if own {
                return free.map_or_else(|| self.without_a_free_seat(waiting), Turn::Seat);
            }
            kept.extend(free);
        }
        Turn::Never
    }

    /// The free seat that a caller may have, but for those in `kept`; the one that has been idle for longest.
    fn free_for(&self, waiting: &Waiting, kept: &[usize], now: Timestamp) -> Option<usize> {
        self.open_to(waiting)
            .filter(|(index, place)| place.is_free() && !kept.contains(index))
            .filter(|(_, place)| self.suits(waiting, &place.seat, now))
            .min_by_key(|(_, place)| place.freed)
            .map(|(index, _)| index)
    }

    /// Whether a seat may be asked by now: it has the skills that are wanted, or the caller has waited long enough.
    fn suits(&self, waiting: &Waiting, seat: &Seat, now: Timestamp) -> bool {
        if seat.extension == waiting.called_number {
            return true;
        }
        let waited = |patience| after(waiting.since, patience) <= now;
        let has = |seat: &Seat, skill: &String| seat.in_queue && seat.skills.contains(skill);
        let any_has = |skill: &String| self.places.iter().any(|place| has(&place.seat, skill));
        let skilled = waiting.wants.iter().all(|skill| has(seat, skill) || !any_has(skill));
        (skilled || waited(self.patience.skill)) && (!seat.overflow || waited(self.patience.overflow))
    }

    /// Whoever could come to the phone is waited for. Before a caller is told that nobody can, the phones that could
    /// not be reached are tried once more.
    fn without_a_free_seat(&self, waiting: &Waiting) -> Turn {
        if self.open_to(waiting).any(|(_, place)| !place.is_unreachable()) {
            return Turn::Later;
        }
        self.open_to(waiting).next().map_or(Turn::Never, |(index, _)| Turn::Seat(index))
    }

    /// The seats that a caller may have and that were not asked yet, whatever their state.
    fn open_to<'a>(&'a self, waiting: &'a Waiting) -> impl Iterator<Item = (usize, &'a Place)> {
        let own = self.places.iter().any(|place| place.seat.extension == waiting.called_number);
        self.places
            .iter()
            .enumerate()
            .filter(move |(_, place)| match own {
                true => place.seat.extension == waiting.called_number,
                false => place.seat.in_queue,
            })
            .filter(|(_, place)| !waiting.tried.contains(&place.seat.extension))
    }

    /// A call leaves its seat.
    pub(super) fn release(&mut self, index: usize, now: Timestamp) {
        let Some(place) = self.places.get_mut(index) else { return };
        if place.release(self.wrap_up, now) {
            self.freed += 1;
            place.freed = self.freed;
        }
    }

    /// Ends the states, and the waits for the best seats, that have lasted long enough.
    pub(super) fn expire(&mut self, now: Timestamp) {
        for waiting in &mut self.queue {
            let before = waiting.widens_at.len();
            waiting.widens_at.retain(|at| *at > now);
            self.widened |= waiting.widens_at.len() < before;
        }
        for place in &mut self.places {
            place.expire(now);
        }
    }

    /// When the next of them ends by itself.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        let widenings = self.queue.iter().flat_map(|waiting| &waiting.widens_at).copied();
        self.places.iter().filter_map(|place| place.until).chain(widenings).min()
    }

    /// Whether it may be somebody's turn although no seat has changed, since this was last asked.
    pub(super) fn take_widening(&mut self) -> bool {
        std::mem::take(&mut self.widened)
    }

    /// The seats that are not as they were when this was last asked.
    pub(super) fn take_changes(&mut self, now: Timestamp) -> Vec<SeatStatus> {
        let mut changes = Vec::new();
        for place in &mut self.places {
            changes.extend(place.take_change());
            if place.take_return() {
                for waiting in &mut self.queue {
                    waiting.tried.retain(|extension| *extension != place.seat.extension);
                }
            }
            if let Some(taken_for) = place.was_taken_for(now) {
                self.taken_for.truncate(RECENT_CALLS - 1);
                self.taken_for.push_front(taken_for);
            }
        }
        changes
    }

    /// How many callers are served before this one.
    pub(super) fn ahead(&self, number: u64) -> usize {
        self.queue
            .iter()
            .take_while(|waiting| waiting.number != number)
            .filter(|waiting| !waiting.served)
            .count()
    }

    /// Who waits.
    pub(super) fn queue_figures(&self) -> QueueFigures {
        let waiting = || self.queue.iter().filter(|waiting| !waiting.served && waiting.present);
        let callers = waiting().count();
        let places = self.queue.iter().filter(|waiting| !waiting.served).count();
        let free = self.places.iter().filter(|place| place.is_free()).count();
        QueueFigures {
            callers,
            longest_since: waiting().map(|waiting| waiting.since).min(),
            expected_wait: match free > places {
                true => Some(SignedDuration::ZERO),
                false => self.expected_wait(places),
            },
        }
    }

    /// How long a caller with so many before it will most likely wait.
    pub(super) fn expected_wait(&self, ahead: usize) -> Option<SignedDuration> {
        let serving = self.places.iter().filter(|place| place.serves()).count();
        expected_wait(ahead, serving, self.taken_for.iter().copied())
    }
}
