//! The seats and the queue: who is free, who waits, and whose turn it is (`board`), and the states of each seat
//! (`place`). A seat is claimed for a call and given back when the claim is dropped. Each change of a seat is told to
//! the desk; whoever waits is woken by it.

mod board;
mod expected_wait;
mod place;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::desk::Desk;
use crate::domain::{CallId, EventKind, SeatStatus, UserId};
use crate::gateway::Target;
use board::{Board, Turn};
use place::Place;

pub use board::{Patience, QueueFigures};
pub use place::Missed;

/// A seat: a desk phone, or a browser's page; and who sits there.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Its number; who dials it reaches this seat and no other.
    pub extension: String,
    /// Its phone: at an address, or registered here; nothing where the agent talks in the page.
    pub phone: Option<Target>,
    /// The user who sits there.
    pub agent: Option<UserId>,
    /// The name shown of that user.
    pub agent_name: Option<String>,
    /// Whether callers of the hotline's number are put through here. A supervisor's seat is reached by its extension only.
    pub in_queue: bool,
    /// What its agent speaks (`en`) and knows (`water`), for the callers who want that.
    pub skills: Vec<String>,
    /// Only asked for callers who have waited for long.
    pub overflow: bool,
}

/// All seats of the hotline. Clones share them.
#[derive(Clone)]
pub struct Seats {
    /// A lock, because a claim must be given back in `Drop`, which cannot wait for an answer to a message. It is
    /// held for a walk over a few dozen seats, never across an `await`.
    board: Arc<Mutex<Board>>,
    /// Marked at each change of a seat or of the queue.
    news: watch::Sender<()>,
    desk: Arc<dyn Desk>,
}

/// A caller's place in the queue, kept until it is dropped.
#[derive(Debug)]
pub struct QueuePlace {
    seats: Seats,
    number: u64,
    news: watch::Receiver<()>,
}

/// What came of asking for a seat.
#[derive(Debug)]
pub enum Claim {
    /// It is the caller's until dropped.
    Seat(ClaimedSeat),
    /// A seat that may still be asked is busy: ask again after [`QueuePlace::news`].
    Busy,
    /// No seat is left to ask.
    None,
}

/// A seat held for one call.
#[derive(Debug)]
pub struct ClaimedSeat {
    seats: Seats,
    place: usize,
    seat: Arc<Seat>,
    /// False once the call was missed there: the seat may be another's by now.
    held: bool,
}

/// What an agent asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentWish {
    /// To take calls.
    Ready,
    /// A break, for this reason.
    Break(String),
}

/// Why a seat does not do as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AgentWishRefused {
    /// Nobody by that name sits anywhere.
    #[error("no seat of the settings has this agent")]
    NoSeat,
    /// The seat is a browser's, and its page is not connected.
    #[error("the seat's page is not connected")]
    Absent,
}

impl Seats {
    /// These seats, told to `desk` now and at each change. An agent has `wrap_up` for writing after a talk. Phones are
    /// ready; before any call the first counts as idle for longest.
    #[must_use]
    pub fn new(seats: Vec<Seat>, wrap_up: Duration, patience: Patience, desk: Arc<dyn Desk>) -> Self {
        let wrap_up = SignedDuration::try_from(wrap_up).unwrap_or(SignedDuration::MAX);
        let board = Board::new(seats, wrap_up, patience, Timestamp::now());
        let seats = Self { board: Arc::new(Mutex::new(board)), news: watch::Sender::new(()), desk };
        seats.change(|_, _| {});
        seats
    }

    /// A place in the queue for a call to `called_number`: an extension, whose seat alone will do, or the hotline.
    /// Who `goes_first` is served before those who do not. A seat with the skills that it `wants` is waited for.
    #[must_use]
    pub fn queue(
        &self,
        call_id: CallId,
        called_number: &str,
        goes_first: bool,
        wants: Vec<String>,
    ) -> QueuePlace {
        let news = self.news.subscribe();
        let number = self.change(|board, now| board.join(call_id, called_number, goes_first, wants, now));
        QueuePlace { seats: self.clone(), number, news }
    }

    /// Claims the seat of this extension at once, for a call that is put through to it.
    #[must_use]
    pub fn claim(&self, extension: &str, call_id: CallId) -> Claim {
        self.claim_where(|seat| seat.extension == extension, |place, now| place.ring_now(call_id, now))
    }

    /// Claims a seat at which this user sits, for what the user wants to do, in a break, too. Others are not told of
    /// the call where there is no `call_id`.
    #[must_use]
    pub fn claim_of(&self, user: UserId, call_id: Option<CallId>) -> Claim {
        self.claim_where(|seat| seat.agent == Some(user), |place, now| place.ring_own(call_id, now))
    }

    fn claim_where(
        &self,
        wanted: impl Fn(&Seat) -> bool,
        ring: impl Fn(&mut Place, Timestamp) -> bool,
    ) -> Claim {
        self.change(|board, now| {
            let mut claim = Claim::None;
            for (place, at) in board.places.iter_mut().zip(0..).filter(|(place, _)| wanted(&place.seat)) {
                if ring(place, now) {
                    let (seats, seat) = (self.clone(), place.seat.clone());
                    return Claim::Seat(ClaimedSeat { seats, place: at, seat, held: true });
                }
                claim = Claim::Busy;
            }
            claim
        })
    }

    /// Whether a number is a seat's.
    #[must_use]
    pub fn has(&self, extension: &str) -> bool {
        self.lock().places.iter().any(|place| place.seat.extension == extension)
    }

    /// All seats as they are.
    #[must_use]
    pub fn statuses(&self) -> Vec<SeatStatus> {
        self.lock().places.iter().map(Place::status).collect()
    }

    /// The callers for whom no seat is asked at the moment.
    #[must_use]
    pub fn queue_figures(&self) -> QueueFigures {
        self.lock().queue_figures()
    }

    /// Does as the person who sits there asks, at each of the person's seats; the seats as they then are.
    ///
    /// # Errors
    /// Where the person has no seat, or none whose page is there.
    pub fn wish(&self, agent: UserId, wish: &AgentWish) -> Result<Vec<SeatStatus>, AgentWishRefused> {
        self.change(|board, now| {
            let mut seats = Vec::new();
            let mut done = false;
            for place in board.places.iter_mut().filter(|place| place.seat.agent == Some(agent)) {
                done |= match wish {
                    AgentWish::Ready => place.make_ready(now),
                    AgentWish::Break(reason) => place.take_break(reason.clone(), now),
                };
                seats.push(place.status());
            }
            match (seats.is_empty(), done) {
                (true, _) => Err(AgentWishRefused::NoSeat),
                (false, false) => Err(AgentWishRefused::Absent),
                (false, true) => Ok(seats),
            }
        })
    }

    /// A browser seat's page is there, or is not: only one that is there is given to a caller.
    pub fn set_present(&self, extension: &str, present: bool) {
        self.change(|board, now| {
            for place in board.places.iter_mut().filter(|place| place.seat.extension == extension) {
                place.set_present(present, now);
            }
        });
    }

    /// Ends the states that last for a time. Never returns.
    pub async fn keep_time(&self) {
        let mut news = self.news.subscribe();
        loop {
            let next = self.lock().next_expiry();
            let left = next.map(|next| next.duration_since(Timestamp::now()));
            let expiry = async {
                match left {
                    Some(left) => tokio::time::sleep(left.try_into().unwrap_or_default()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = expiry => self.change(Board::expire),
                // The sender lives as long as `self`.
                _ = news.changed() => {}
            }
        }
    }

    /// Changes the board, tells the desk of the seats that changed, and wakes who waits for one.
    fn change<T>(&self, change: impl FnOnce(&mut Board, Timestamp) -> T) -> T {
        let now = Timestamp::now();
        let mut board = self.lock();
        let result = change(&mut board, now);
        let changes = board.take_changes(now);
        let changed = !changes.is_empty() | board.take_widening();
        // Under the lock, so that the desk hears of changes in their order. It never blocks.
        for seat in changes {
            self.desk.record(seat.call_id, EventKind::Seat { seat });
        }
        drop(board);
        if changed {
            self.news.send_replace(());
        }
        result
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        // Nothing under the lock can panic half way, so a panic elsewhere leaves the board whole.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seats").field("board", &self.lock()).finish_non_exhaustive()
    }
}

impl QueuePlace {
    /// Claims a seat where it is this caller's turn. The seat that was claimed last counts as asked in vain, and is not
    /// given again before it came back from its break.
    #[must_use]
    pub fn claim(&self) -> Claim {
        let (turn, seat) = self.seats.change(|board, now| {
            let turn = board.claim(self.number, now);
            let Turn::Seat(index) = turn else { return (turn, None) };
            let seat = board.places.get(index).map(|place| (index, place.seat.clone()));
            (turn, seat)
        });
        match (turn, seat) {
            (Turn::Seat(_), Some((place, seat))) => {
                Claim::Seat(ClaimedSeat { seats: self.seats.clone(), place, seat, held: true })
            }
            (Turn::Later, _) => Claim::Busy,
            (Turn::Never | Turn::Seat(_), _) => Claim::None,
        }
    }

    /// Returns after a change of any seat, or of the queue: it may be this caller's turn now. Cancel-safe.
    pub async fn news(&mut self) {
        // The sender lives as long as `self`.
        let _ = self.news.changed().await;
    }

    /// How many callers are served before this one.
    #[must_use]
    pub fn ahead(&self) -> usize {
        self.seats.lock().ahead(self.number)
    }

    /// How long it will most likely wait; nothing where that cannot be told.
    #[must_use]
    pub fn expected_wait(&self) -> Option<SignedDuration> {
        let board = self.seats.lock();
        board.expected_wait(board.ahead(self.number))
    }

    /// One more skill that its seat should have. True where the seat that is being asked has it not, and another does.
    #[must_use]
    pub fn want(&self, skill: &str) -> bool {
        self.seats.change(|board, now| board.want(self.number, skill.to_owned(), now))
    }

    /// The seat that is being asked went away by itself, as a page that loads anew: it may be asked again.
    pub fn unask(&self) {
        self.seats.change(|board, _| board.unask(self.number));
    }

    /// The caller has hung up and is to be called back, by the call `call_id`: the place is kept for that one.
    pub fn keep_for(&self, call_id: CallId) {
        self.seats.change(|board, _| board.keep_for(self.number, call_id));
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        self.seats.lock().leave(self.number);
        // What was kept for this caller may be another's.
        self.seats.news.send_replace(());
    }
}

impl ClaimedSeat {
    /// Which seat.
    #[must_use]
    pub fn seat(&self) -> &Seat {
        &self.seat
    }

    /// The agent answered.
    pub fn answered(&self) {
        self.at_place(|place, now| place.answer(now));
    }

    /// The call did not get through, where nobody had answered it yet.
    pub fn missed(&mut self, missed: Missed) {
        self.held &= !self.at_place(|place, now| place.miss(missed, now));
    }

    /// Changes the seat while it is this call's; what came of it.
    fn at_place<T: Default>(&self, change: impl FnOnce(&mut Place, Timestamp) -> T) -> T {
        self.seats.change(|board, now| {
            let place = board.places.get_mut(self.place).filter(|_| self.held);
            place.map(|place| change(place, now)).unwrap_or_default()
        })
    }
}

impl Drop for ClaimedSeat {
    fn drop(&mut self) {
        if self.held {
            self.seats.change(|board, now| board.release(self.place, now));
        }
    }
}
