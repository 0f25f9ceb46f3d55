//! The seats and the queue: who is free, who waits, and whose turn it is. Callers are served in their order, those that
//! go first before the others; a seat goes to whoever waits longest, and of the free ones it is the one idle for
//! longest. A seat is claimed for a call and free again when the claim is dropped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::UserId;
use crate::gateway::Target;

/// A seat's desk phone, and who sits there.
#[derive(Debug, Clone, PartialEq)]
pub struct Seat {
    /// Its number; who dials it reaches this seat and no other.
    pub extension: String,
    /// Its phone: at an address, or registered here.
    pub phone: Target,
    /// The user who sits there.
    pub agent: Option<UserId>,
    /// The name shown of that user.
    pub agent_name: Option<String>,
    /// Whether callers of the hotline's number are put through here. A supervisor's seat is reached by its extension only.
    pub in_queue: bool,
}

/// All seats of the hotline. Clones share them.
#[derive(Debug, Clone)]
pub struct Seats {
    /// A lock, because a claim must be given back in `Drop`, which cannot wait for an answer to a message. It is
    /// held for a walk over a few dozen seats, never across an `await`.
    board: Arc<Mutex<Board>>,
}

#[derive(Debug)]
struct Board {
    places: Vec<Place>,
    /// Who waits, in the order of service.
    queue: Vec<Waiting>,
    /// Counts the callers that came to wait.
    came: u64,
    /// Counts the seats set free: the smaller a seat's number, the longer it has been idle.
    freed: u64,
}

#[derive(Debug)]
struct Place {
    seat: Arc<Seat>,
    busy: bool,
    freed: u64,
}

/// A caller who wants a seat.
#[derive(Debug)]
struct Waiting {
    number: u64,
    /// Before those who do not.
    goes_first: bool,
    called_number: String,
    /// The seats that were asked and did not answer.
    tried: Vec<String>,
    /// A seat is being asked for this caller.
    served: bool,
}

/// A caller's place in the queue, kept until it is dropped.
#[derive(Debug)]
pub struct QueuePlace {
    seats: Seats,
    number: u64,
}

/// What came of asking for a seat.
#[derive(Debug)]
pub enum Claim {
    /// It is the caller's until dropped.
    Seat(ClaimedSeat),
    /// A seat that may still be asked is busy: ask again.
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
}

impl Seats {
    /// These seats, all free; before any call the first counts as idle for longest.
    #[must_use]
    pub fn new(seats: Vec<Seat>) -> Self {
        let places =
            seats.into_iter().map(|seat| Place { seat: Arc::new(seat), busy: false, freed: 0 }).collect();
        let board = Board { places, queue: Vec::new(), came: 0, freed: 0 };
        Self { board: Arc::new(Mutex::new(board)) }
    }

    /// A place in the queue for a call to `called_number`: an extension, whose seat alone will do, or the hotline.
    /// Who `goes_first` is served before those who do not.
    #[must_use]
    pub fn queue(&self, called_number: &str, goes_first: bool) -> QueuePlace {
        let mut board = self.lock();
        board.came += 1;
        let number = board.came;
        let waiting = Waiting {
            number,
            goes_first,
            called_number: called_number.to_owned(),
            tried: Vec::new(),
            served: false,
        };
        let behind = board.queue.iter().position(|other| goes_first && !other.goes_first);
        let at = behind.unwrap_or(board.queue.len());
        board.queue.insert(at, waiting);
        QueuePlace { seats: self.clone(), number }
    }

    /// Claims the seat of this extension at once, for a call that is put through to it.
    #[must_use]
    pub fn claim(&self, extension: &str) -> Claim {
        self.claim_where(|seat| seat.extension == extension)
    }

    /// Claims a seat at which this user sits.
    #[must_use]
    pub fn claim_of(&self, user: UserId) -> Claim {
        self.claim_where(|seat| seat.agent == Some(user))
    }

    fn claim_where(&self, wanted: impl Fn(&Seat) -> bool) -> Claim {
        let mut board = self.lock();
        let mut busy = false;
        for (index, place) in board.places.iter_mut().enumerate().filter(|(_, place)| wanted(&place.seat)) {
            if !std::mem::replace(&mut place.busy, true) {
                return Claim::Seat(ClaimedSeat {
                    seats: self.clone(),
                    place: index,
                    seat: place.seat.clone(),
                });
            }
            busy = true;
        }
        if busy { Claim::Busy } else { Claim::None }
    }

    /// How many seats are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.lock().places.iter().filter(|place| !place.busy).count()
    }

    /// How many callers wait for whom no seat is asked at the moment.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.lock().queue.iter().filter(|waiting| !waiting.served).count()
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        // Nothing under the lock can panic half way, so a panic elsewhere leaves the board whole.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Board {
    /// The free seat that a caller may have, but for those in `kept`; the one that has been idle for longest.
    fn free_for(&self, waiting: &Waiting, kept: &[usize]) -> Option<usize> {
        self.open_to(waiting)
            .filter(|(index, place)| !place.busy && !kept.contains(index))
            .min_by_key(|(_, place)| place.freed)
            .map(|(index, _)| index)
    }

    /// The seats that a caller may have and that were not asked yet, busy or free.
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
}

impl QueuePlace {
    /// Claims a seat where it is this caller's turn: those who are before it keep what they will claim. The seat that
    /// was claimed last counts as asked in vain, and is not given again.
    #[must_use]
    pub fn claim(&self) -> Claim {
        let mut board = self.seats.lock();
        let mut kept = Vec::new();
        let mut found = None;
        for (at, waiting) in board.queue.iter().enumerate() {
            let own = waiting.number == self.number;
            if waiting.served && !own {
                continue;
            }
            let free = board.free_for(waiting, &kept);
            if own {
                found = Some((at, free, board.open_to(waiting).next().is_none()));
                break;
            }
            kept.extend(free);
        }
        let Some((at, free, none_left)) = found else { return Claim::None };
        let seat = free.and_then(|index| {
            let place = board.places.get_mut(index)?;
            place.busy = true;
            Some((index, place.seat.clone()))
        });
        if let Some(waiting) = board.queue.get_mut(at) {
            waiting.served = seat.is_some();
            waiting.tried.extend(seat.iter().map(|(_, seat)| seat.extension.clone()));
        }
        match seat {
            Some((place, seat)) => Claim::Seat(ClaimedSeat { seats: self.seats.clone(), place, seat }),
            None if none_left => Claim::None,
            None => Claim::Busy,
        }
    }

    /// How many callers are served before this one.
    #[must_use]
    pub fn ahead(&self) -> usize {
        let board = self.seats.lock();
        board
            .queue
            .iter()
            .take_while(|waiting| waiting.number != self.number)
            .filter(|one| !one.served)
            .count()
    }
}

impl Drop for QueuePlace {
    fn drop(&mut self) {
        self.seats.lock().queue.retain(|waiting| waiting.number != self.number);
    }
}

impl ClaimedSeat {
    /// Which seat.
    #[must_use]
    pub fn seat(&self) -> &Seat {
        &self.seat
    }
}

impl Drop for ClaimedSeat {
    fn drop(&mut self) {
        let mut board = self.seats.lock();
        board.freed += 1;
        let freed = board.freed;
        if let Some(place) = board.places.get_mut(self.place) {
            place.busy = false;
            place.freed = freed;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn seats(extensions: &[&str]) -> Seats {
        let seat = |extension: &&str| Seat {
            extension: (*extension).to_owned(),
            phone: Target::Address(format!("sip:{extension}@127.0.0.1").parse().unwrap()),
            agent: None,
            agent_name: None,
            in_queue: *extension != "8000",
        };
        Seats::new(extensions.iter().map(seat).collect())
    }

    fn claimed(place: &QueuePlace) -> ClaimedSeat {
        match place.claim() {
            Claim::Seat(seat) => seat,
            other => panic!("{other:?}"),
        }
    }

    /// A caller who is answered by the first seat it is given.
    fn answered(seats: &Seats, called: &str) -> ClaimedSeat {
        claimed(&seats.queue(called, false))
    }

    #[test]
    fn a_called_extension_is_that_seat_or_none() {
        let seats = seats(&["8001", "8002"]);
        let first = seats.queue("8002", false);
        let seat = claimed(&first);
        assert_eq!(seat.seat().extension, "8002");
        assert!(matches!(seats.queue("8002", false).claim(), Claim::Busy));
        drop(seat);
        assert!(matches!(first.claim(), Claim::None), "it was asked and did not answer");
    }

    #[test]
    fn a_supervisors_seat_is_reached_by_its_extension_only() {
        let seats = seats(&["8000", "8001"]);
        assert_eq!(answered(&seats, "12345").seat().extension, "8001");
        assert_eq!(answered(&seats, "8000").seat().extension, "8000");
    }

    #[test]
    fn the_hotline_number_goes_to_whoever_is_idle_longest() {
        let seats = seats(&["8001", "8002", "8003"]);
        let [a, b, c] = ["12345"; 3].map(|called| answered(&seats, called));
        assert_eq!([&a, &b, &c].map(|seat| seat.seat().extension.clone()), ["8001", "8002", "8003"]);
        assert!(matches!(seats.queue("12345", false).claim(), Claim::Busy));
        drop(b);
        drop(a);
        drop(c);
        let order = ["12345"; 3].map(|called| answered(&seats, called));
        let order: Vec<_> = order.iter().map(|seat| seat.seat().extension.as_str()).collect();
        assert_eq!(order, ["8002", "8001", "8003"]);
    }

    #[test]
    fn callers_are_served_in_their_order_and_some_go_first() {
        let seats = seats(&["8001"]);
        let talking = answered(&seats, "12345");
        let [first, second] = [seats.queue("12345", false), seats.queue("12345", false)];
        let urgent = seats.queue("12345", true);
        assert_eq!([&urgent, &first, &second].map(QueuePlace::ahead), [0, 1, 2]);
        assert_eq!(seats.waiting(), 3);
        drop(talking);
        assert!(matches!(second.claim(), Claim::Busy) && matches!(first.claim(), Claim::Busy));
        drop(claimed(&urgent));
        drop(urgent);
        // Who gives up leaves nobody waiting behind it.
        drop(first);
        assert_eq!(claimed(&second).seat().extension, "8001");
    }

    #[test]
    fn who_waits_for_one_seat_keeps_nobody_from_the_others() {
        let seats = seats(&["8001", "8002"]);
        let own = seats.queue("8001", false);
        let other = seats.queue("12345", false);
        assert_eq!(claimed(&other).seat().extension, "8002", "8001 is kept for the one before");
        assert_eq!(claimed(&own).seat().extension, "8001");
    }

    #[test]
    fn a_seat_that_did_not_answer_is_passed_over_and_the_caller_keeps_its_place() {
        let seats = seats(&["8001", "8002"]);
        let (first, second) = (seats.queue("12345", false), seats.queue("12345", false));
        let (one, two) = (claimed(&first), claimed(&second));
        drop(one);
        drop(two);
        assert_eq!(first.ahead(), 0);
        assert_eq!(claimed(&first).seat().extension, "8002");
        assert!(matches!(first.claim(), Claim::None));
    }

    #[test]
    fn without_seats_there_is_none_to_ask() {
        assert!(matches!(seats(&[]).queue("12345", false).claim(), Claim::None));
    }
}
