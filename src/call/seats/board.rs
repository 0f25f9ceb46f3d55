//! All seats and who waits for them, as plain values: whose turn it is, and which seat it gets. Callers are served in
//! their order, those that go first before the others; a seat goes to whoever waits longest, and of the free ones it is
//! the one idle for longest.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::Seat;
use super::expected_wait::expected_wait;
use super::place::Place;
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

/// The callers for whom no seat is asked at the moment.
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
    pub(super) fn new(seats: Vec<Seat>, wrap_up: SignedDuration, now: Timestamp) -> Self {
        let places = seats.into_iter().map(|seat| Place::new(seat, now)).collect();
        Self { places, queue: Vec::new(), came: 0, freed: 0, wrap_up, taken_for: VecDeque::new() }
    }

    /// A caller comes to wait; the number by which it is known from then on.
    pub(super) fn join(
        &mut self,
        call_id: CallId,
        called_number: &str,
        goes_first: bool,
        now: Timestamp,
    ) -> u64 {
        self.came += 1;
        let number = self.came;
        let called_number = called_number.to_owned();
        let (tried, served) = (Vec::new(), false);
        let waiting = Waiting { number, call_id, since: now, goes_first, called_number, tried, served };
        let behind = self.queue.iter().position(|other| goes_first && !other.goes_first);
        let at = behind.unwrap_or(self.queue.len());
        self.queue.insert(at, waiting);
        number
    }

    /// A caller waits no longer.
    pub(super) fn leave(&mut self, number: u64) {
        self.queue.retain(|waiting| waiting.number != number);
    }

    /// Gives a caller a seat where it is its turn: those who are before it keep what they will claim. The seat that it
    /// was given last counts as asked in vain.
    pub(super) fn claim(&mut self, number: u64, now: Timestamp) -> Turn {
        let turn = self.turn_of(number);
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

    fn turn_of(&self, number: u64) -> Turn {
        let mut kept = Vec::new();
        for waiting in &self.queue {
            let own = waiting.number == number;
            if waiting.served && !own {
                continue;
            }
            let free = self.free_for(waiting, &kept);
            if own {
                return free.map_or_else(|| self.without_a_free_seat(waiting), Turn::Seat);
            }
            kept.extend(free);
        }
        Turn::Never
    }

    /// The free seat that a caller may have, but for those in `kept`; the one that has been idle for longest.
    fn free_for(&self, waiting: &Waiting, kept: &[usize]) -> Option<usize> {
        self.open_to(waiting)
            .filter(|(index, place)| place.is_free() && !kept.contains(index))
            .min_by_key(|(_, place)| place.freed)
            .map(|(index, _)| index)
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

    /// Ends the states that have lasted long enough.
    pub(super) fn expire(&mut self, now: Timestamp) {
        for place in &mut self.places {
            place.expire(now);
        }
    }

    /// When the next state ends by itself.
    pub(super) fn next_expiry(&self) -> Option<Timestamp> {
        self.places.iter().filter_map(|place| place.until).min()
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
        let waiting = || self.queue.iter().filter(|waiting| !waiting.served);
        let callers = waiting().count();
        let free = self.places.iter().filter(|place| place.is_free()).count();
        QueueFigures {
            callers,
            longest_since: waiting().map(|waiting| waiting.since).min(),
            expected_wait: match free > callers {
                true => Some(SignedDuration::ZERO),
                false => self.expected_wait(callers),
            },
        }
    }

    /// How long a caller with so many before it will most likely wait.
    fn expected_wait(&self, ahead: usize) -> Option<SignedDuration> {
        let serving = self.places.iter().filter(|place| place.serves()).count();
        expected_wait(ahead, serving, self.taken_for.iter().copied())
    }
}
