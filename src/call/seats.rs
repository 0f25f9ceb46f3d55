//! The seats: who is free, and whose turn it is. A seat is claimed for a call and free again when the claim is
//! dropped.

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
    /// Counts the seats set free: the smaller a seat's number, the longer it has been idle.
    freed: u64,
}

#[derive(Debug)]
struct Place {
    seat: Arc<Seat>,
    busy: bool,
    freed: u64,
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
        Self { board: Arc::new(Mutex::new(Board { places, freed: 0 })) }
    }

    /// Claims a seat for a call to `called_number`: the seat with that extension, else the free one that has
    /// been idle for longest. Seats in `tried` were asked before and are passed over.
    #[must_use]
    pub fn claim(&self, called_number: &str, tried: &[String]) -> Claim {
        let mut board = self.lock();
        let own = board.places.iter().any(|place| place.seat.extension == called_number);
        let mut left = board
            .places
            .iter_mut()
            .enumerate()
            .filter(|(_, place)| !own || place.seat.extension == called_number)
            .filter(|(_, place)| !tried.contains(&place.seat.extension))
            .peekable();
        if left.peek().is_none() {
            return Claim::None;
        }
        let Some((index, place)) = left.filter(|(_, place)| !place.busy).min_by_key(|(_, place)| place.freed)
        else {
            return Claim::Busy;
        };
        place.busy = true;
        Claim::Seat(ClaimedSeat { seats: self.clone(), place: index, seat: place.seat.clone() })
    }

    /// How many seats are free.
    #[must_use]
    pub fn free(&self) -> usize {
        self.lock().places.iter().filter(|place| !place.busy).count()
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        // Every change under the lock is one assignment, so a panic elsewhere leaves the board whole.
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
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
        };
        Seats::new(extensions.iter().map(seat).collect())
    }

    fn claimed(seats: &Seats, called: &str) -> ClaimedSeat {
        match seats.claim(called, &[]) {
            Claim::Seat(seat) => seat,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_called_extension_is_that_seat_or_none() {
        let seats = seats(&["8001", "8002"]);
        let first = claimed(&seats, "8002");
        assert_eq!(first.seat().extension, "8002");
        assert!(matches!(seats.claim("8002", &[]), Claim::Busy));
        drop(first);
        assert!(matches!(seats.claim("8002", &["8002".to_owned()]), Claim::None));
    }

    #[test]
    fn the_hotline_number_goes_to_whoever_is_idle_longest() {
        let seats = seats(&["8001", "8002", "8003"]);
        let (a, b, c) = (claimed(&seats, "12345"), claimed(&seats, "12345"), claimed(&seats, "12345"));
        assert_eq!([&a, &b, &c].map(|seat| seat.seat().extension.clone()), ["8001", "8002", "8003"]);
        assert!(matches!(seats.claim("12345", &[]), Claim::Busy));
        drop(b);
        drop(a);
        drop(c);
        let order: Vec<_> = (0..3).map(|_| claimed(&seats, "12345")).collect();
        let order: Vec<_> = order.iter().map(|seat| seat.seat().extension.as_str()).collect();
        assert_eq!(order, ["8002", "8001", "8003"]);
    }

    #[test]
    fn a_seat_that_was_tried_is_passed_over() {
        let seats = seats(&["8001", "8002"]);
        let Claim::Seat(second) = seats.claim("12345", &["8001".to_owned()]) else { panic!() };
        assert_eq!(second.seat().extension, "8002");
        assert!(matches!(seats.claim("12345", &["8001".to_owned()]), Claim::Busy));
        assert!(matches!(seats.claim("12345", &["8001".to_owned(), "8002".to_owned()]), Claim::None));
        assert_eq!(seats.free(), 1);
    }

    #[test]
    fn without_seats_there_is_none_to_ask() {
        assert!(matches!(seats(&[]).claim("12345", &[]), Claim::None));
    }
}
