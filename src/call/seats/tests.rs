#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Mutex;

use tokio::sync::mpsc;

use super::*;
use crate::call::desk::Ears;
use crate::domain::{Call, SeatKind, SeatState, Turn as SpokenTurn, TurnEvent};

const WRAP_UP: Duration = Duration::from_secs(30);
const PATIENCE: Patience =
    Patience { skill: SignedDuration::from_secs(60), overflow: SignedDuration::from_secs(60) };

/// Remembers what it is told of seats.
#[derive(Default)]
struct Told(Mutex<Vec<SeatStatus>>);

impl Desk for Told {
    fn record(&self, _: Option<CallId>, kind: EventKind) {
        if let EventKind::Seat { seat } = kind {
            self.0.lock().unwrap().push(seat);
        }
    }

    fn draft(&self, _: &Call, _: &SpokenTurn) {}

    fn open_ears(&self, _: CallId, _: Option<&str>) -> Option<(Box<dyn Ears>, mpsc::Receiver<TurnEvent>)> {
        None
    }
}

fn seat(extension: &str, agent: Option<UserId>) -> Seat {
    let phone = Some(Target::Address(format!("sip:{extension}@127.0.0.1").parse().unwrap()));
    Seat {
        extension: extension.to_owned(),
        phone,
        agent,
        agent_name: None,
        in_queue: extension != "8000",
        skills: Vec::new(),
        overflow: false,
    }
}

/// Phones that nobody sits at.
fn seats(extensions: &[&str]) -> Seats {
    let seats = extensions.iter().map(|extension| seat(extension, None)).collect();
    Seats::new(seats, WRAP_UP, PATIENCE, Arc::new(Told::default()))
}

/// A phone with an agent.
fn staffed(extension: &str) -> (Seats, UserId) {
    let agent = UserId::new();
    (Seats::new(vec![seat(extension, Some(agent))], WRAP_UP, PATIENCE, Arc::new(Told::default())), agent)
}

fn caller(seats: &Seats, called: &str) -> QueuePlace {
    seats.queue(CallId::new(), called, false, Vec::new())
}

fn claimed(place: &QueuePlace) -> ClaimedSeat {
    match place.claim() {
        Claim::Seat(seat) => seat,
        other => panic!("{other:?}"),
    }
}

/// A caller who is answered by the first seat it is given.
fn answered(seats: &Seats, called: &str) -> ClaimedSeat {
    let seat = claimed(&caller(seats, called));
    seat.answered();
    seat
}

fn only(seats: &Seats) -> SeatStatus {
    let [seat] = seats.statuses().try_into().unwrap();
    seat
}

fn state(seats: &Seats) -> (SeatState, Option<String>) {
    let seat = only(seats);
    (seat.state, seat.reason)
}

fn seconds_left(seats: &Seats) -> Option<i64> {
    let seat = only(seats);
    seat.until.map(|until| until.duration_since(seat.since).as_secs())
}

/// As the timekeeper does, a moment later.
fn expire(seats: &Seats) {
    let until = only(seats).until.unwrap();
    seats.change(|board, _| board.expire(until));
}

#[test]
fn a_called_extension_is_that_seat_or_none() {
    let seats = seats(&["8001", "8002"]);
    let first = caller(&seats, "8002");
    let mut seat = claimed(&first);
    assert_eq!(seat.seat().extension, "8002");
    assert!(matches!(caller(&seats, "8002").claim(), Claim::Busy));
    seat.missed(Missed::NoAnswer);
    assert!(matches!(first.claim(), Claim::None), "it was asked and did not answer");
}

#[test]
fn the_hotline_number_goes_to_whoever_is_idle_longest() {
    let seats = seats(&["8001", "8002", "8003"]);
    let [a, b, c] = ["12345"; 3].map(|called| answered(&seats, called));
    assert_eq!([&a, &b, &c].map(|seat| seat.seat().extension.clone()), ["8001", "8002", "8003"]);
    assert!(matches!(caller(&seats, "12345").claim(), Claim::Busy));
    drop(b);
    drop(a);
    drop(c);
    // Who is rung and hangs up before the answer makes nobody less idle.
    drop(claimed(&caller(&seats, "12345")));
    let order = ["12345"; 3].map(|called| answered(&seats, called));
    let order: Vec<_> = order.iter().map(|seat| seat.seat().extension.as_str()).collect();
    assert_eq!(order, ["8002", "8001", "8003"]);
}

#[test]
fn callers_are_served_in_their_order_and_some_go_first() {
    let seats = seats(&["8001"]);
    let talking = answered(&seats, "12345");
    let [first, second] = [caller(&seats, "12345"), caller(&seats, "12345")];
    let urgent = seats.queue(CallId::new(), "12345", true, Vec::new());
    assert_eq!([&urgent, &first, &second].map(QueuePlace::ahead), [0, 1, 2]);
    let figures = seats.queue_figures();
    assert_eq!((figures.callers, figures.longest_since.is_some()), (3, true));
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
    let own = caller(&seats, "8001");
    let other = caller(&seats, "12345");
    assert_eq!(claimed(&other).seat().extension, "8002", "8001 is kept for the one before");
    assert_eq!(claimed(&own).seat().extension, "8001");
}

#[test]
fn a_seat_that_did_not_answer_is_passed_over_until_it_comes_back() {
    let (seats, agent) = staffed("8001");
    let place = caller(&seats, "12345");
    claimed(&place).missed(Missed::NoAnswer);
    assert_eq!(state(&seats), (SeatState::Break, Some("no_answer".to_owned())));
    assert_eq!(seconds_left(&seats), None, "its agent brings it back");
    assert!(matches!(place.claim(), Claim::None));
    let other = caller(&seats, "12345");
    assert!(matches!(other.claim(), Claim::Busy), "others wait for the agent to come back");
    seats.wish(agent, &AgentWish::Ready).unwrap();
    assert_eq!(claimed(&place).seat().extension, "8001");
}

#[test]
fn a_phone_that_nobody_sits_at_rests_for_a_minute_and_is_asked_again() {
    let seats = seats(&["8001"]);
    for missed in [Missed::NoAnswer, Missed::Declined] {
        claimed(&caller(&seats, "12345")).missed(missed);
        assert_eq!((only(&seats).state, seconds_left(&seats)), (SeatState::Break, Some(60)));
        expire(&seats);
        assert_eq!(state(&seats), (SeatState::Ready, None));
    }
}

#[test]
fn a_phone_that_cannot_be_reached_is_offline_and_the_last_to_be_asked() {
    let (seats, _) = staffed("8001");
    let place = caller(&seats, "12345");
    claimed(&place).missed(Missed::Unreachable);
    assert_eq!(state(&seats), (SeatState::Offline, Some("unreachable".to_owned())));
    assert_eq!(seconds_left(&seats), Some(60));
    assert!(matches!(place.claim(), Claim::None), "this caller asked it");
    // It may have registered since.
    let seat = answered(&seats, "12345");
    assert_eq!(only(&seats).state, SeatState::Talking);
    drop(seat);
}

#[test]
fn after_a_talk_the_agent_has_time_to_write() {
    let (seats, agent) = staffed("8001");
    let seat = answered(&seats, "12345");
    let talking = only(&seats);
    assert_eq!((talking.state, talking.call_id.is_some()), (SeatState::Talking, true));
    drop(seat);
    assert_eq!((only(&seats).state, only(&seats).call_id), (SeatState::WrapUp, None));
    assert_eq!(seconds_left(&seats), Some(30));
    assert!(matches!(caller(&seats, "12345").claim(), Claim::Busy));
    expire(&seats);
    assert_eq!(state(&seats), (SeatState::Ready, None));
    // The agent may end it early, or prolong it.
    drop(answered(&seats, "12345"));
    seats.wish(agent, &AgentWish::Ready).unwrap();
    assert_eq!(only(&seats).state, SeatState::Ready);
    drop(answered(&seats, "12345"));
    seats.wish(agent, &AgentWish::Break("paperwork".to_owned())).unwrap();
    assert_eq!(state(&seats), (SeatState::Break, Some("paperwork".to_owned())));
    assert_eq!(seconds_left(&seats), None);
}

#[test]
fn where_nobody_sits_nobody_writes() {
    let seats = seats(&["8001"]);
    drop(answered(&seats, "12345"));
    assert_eq!(only(&seats).state, SeatState::Ready);
}

#[test]
fn a_break_asked_for_in_a_talk_comes_after_it_unless_it_is_taken_back() {
    let (seats, agent) = staffed("8001");
    let seat = answered(&seats, "12345");
    let meal = Some("meal".to_owned());
    seats.wish(agent, &AgentWish::Break("meal".to_owned())).unwrap();
    assert_eq!(state(&seats), (SeatState::Talking, meal.clone()));
    drop(seat);
    assert_eq!(state(&seats), (SeatState::Break, meal.clone()));
    seats.wish(agent, &AgentWish::Ready).unwrap();
    let place = caller(&seats, "12345");
    let seat = claimed(&place);
    seats.wish(agent, &AgentWish::Break("meal".to_owned())).unwrap();
    seat.answered();
    assert_eq!(state(&seats), (SeatState::Talking, meal), "also where it was asked for while it rang");
    seats.wish(agent, &AgentWish::Ready).unwrap();
    drop(seat);
    assert_eq!(only(&seats).state, SeatState::WrapUp);
}

#[test]
fn a_page_is_offline_until_it_is_there_and_keeps_its_break() {
    let agent = UserId::new();
    let page = Seat { phone: None, ..seat("8003", Some(agent)) };
    let seats = Seats::new(vec![page], WRAP_UP, PATIENCE, Arc::new(Told::default()));
    let waiting = caller(&seats, "12345");
    assert_eq!((only(&seats).state, only(&seats).kind), (SeatState::Offline, SeatKind::Browser));
    assert!(matches!(waiting.claim(), Claim::Busy), "it is waited for");
    assert_eq!(seats.wish(agent, &AgentWish::Ready), Err(AgentWishRefused::Absent));
    seats.set_present("8003", true);
    let seat = claimed(&waiting);
    seat.answered();
    // A page that is loaded anew in a talk changes nothing of it.
    seats.set_present("8003", false);
    assert_eq!(only(&seats).state, SeatState::Talking);
    seats.set_present("8003", true);
    drop(seat);
    assert_eq!(only(&seats).state, SeatState::WrapUp);
    seats.wish(agent, &AgentWish::Break("rest".to_owned())).unwrap();
    seats.set_present("8003", false);
    assert_eq!(only(&seats).state, SeatState::Offline);
    seats.set_present("8003", true);
    assert_eq!(state(&seats), (SeatState::Break, Some("rest".to_owned())));
}

#[test]
fn who_has_no_seat_is_told_so() {
    let (seats, _) = staffed("8001");
    assert_eq!(seats.wish(UserId::new(), &AgentWish::Ready), Err(AgentWishRefused::NoSeat));
}

#[test]
fn a_supervisors_seat_is_reached_by_its_extension_only_and_writes_nothing_afterwards() {
    let supervisors =
        Seats::new(vec![seat("8000", Some(UserId::new()))], WRAP_UP, PATIENCE, Arc::new(Told::default()));
    assert!(matches!(caller(&supervisors, "12345").claim(), Claim::None));
    drop(answered(&supervisors, "8000"));
    assert_eq!(only(&supervisors).state, SeatState::Ready);
}

#[test]
fn a_call_is_put_through_to_a_free_seat_only_and_one_that_was_in_vain_is_no_break() {
    let (seats, agent) = staffed("8001");
    let put_through = || seats.claim("8001", CallId::new());
    let Claim::Seat(seat) = put_through() else { panic!("it is free") };
    assert!(matches!(put_through(), Claim::Busy));
    drop(seat);
    assert_eq!(only(&seats).state, SeatState::Ready);
    seats.wish(agent, &AgentWish::Break("meal".to_owned())).unwrap();
    assert!(matches!(put_through(), Claim::Busy));
    assert!(matches!(seats.claim("8009", CallId::new()), Claim::None));
}

#[test]
fn an_agents_own_call_is_possible_in_a_break_which_goes_on_afterwards() {
    let (seats, agent) = staffed("8001");
    let own = || match seats.claim_of(agent, Some(CallId::new())) {
        Claim::Seat(seat) => seat,
        other => panic!("{other:?}"),
    };
    drop(answered(&seats, "12345"));
    let seat = own();
    seat.answered();
    assert!(matches!(seats.claim_of(agent, None), Claim::Busy));
    drop(seat);
    assert_eq!(only(&seats).state, SeatState::WrapUp, "there is something to write");
    let rest = Some("rest".to_owned());
    seats.wish(agent, &AgentWish::Break("rest".to_owned())).unwrap();
    let seat = own();
    assert_eq!(state(&seats), (SeatState::Ringing, rest.clone()));
    seat.answered();
    drop(seat);
    assert_eq!(state(&seats), (SeatState::Break, rest));
    assert!(matches!(seats.claim_of(UserId::new(), None), Claim::None));
}

#[test]
fn each_change_is_told_once_and_in_its_order() {
    let told = Arc::new(Told::default());
    let agent = UserId::new();
    let seats = Seats::new(vec![seat("8001", Some(agent))], WRAP_UP, PATIENCE, told.clone());
    drop(answered(&seats, "12345"));
    seats.wish(agent, &AgentWish::Ready).unwrap();
    seats.wish(agent, &AgentWish::Ready).unwrap();
    let states: Vec<_> = told.0.lock().unwrap().iter().map(|seat| seat.state).collect();
    use SeatState::{Ready, Ringing, Talking, WrapUp};
    assert_eq!(states, [Ready, Ringing, Talking, WrapUp, Ready]);
}

#[tokio::test]
async fn who_waits_is_woken_by_a_free_seat_and_by_who_gives_up_before_it() {
    let seats = seats(&["8001"]);
    let talking = answered(&seats, "12345");
    let (first, mut second) = (caller(&seats, "12345"), caller(&seats, "12345"));
    assert!(matches!(second.claim(), Claim::Busy));
    drop(talking);
    second.news().await;
    assert!(matches!(second.claim(), Claim::Busy), "it is the first one's turn");
    drop(first);
    second.news().await;
    assert_eq!(claimed(&second).seat().extension, "8001");
}

#[tokio::test]
async fn the_time_for_writing_ends_by_itself() {
    let agent = UserId::new();
    let wrap_up = Duration::from_millis(50);
    let seats = Seats::new(vec![seat("8001", Some(agent))], wrap_up, PATIENCE, Arc::new(Told::default()));
    let keeper = seats.clone();
    let keeper = tokio::spawn(async move { keeper.keep_time().await });
    drop(answered(&seats, "12345"));
    let mut waiting = caller(&seats, "12345");
    let seat = loop {
        match waiting.claim() {
            Claim::Seat(seat) => break seat,
            Claim::Busy => waiting.news().await,
            Claim::None => panic!("the seat comes back"),
        }
    };
    assert_eq!(seat.seat().extension, "8001");
    keeper.abort();
}

#[test]
fn without_seats_there_is_none_to_ask() {
    assert!(matches!(caller(&seats(&[]), "12345").claim(), Claim::None));
}

#[test]
fn the_expected_wait_is_told_once_a_call_has_ended() {
    let seats = seats(&["8001"]);
    assert_eq!(seats.queue_figures().expected_wait, Some(SignedDuration::ZERO), "a seat is free");
    let first = answered(&seats, "12345");
    assert_eq!(seats.queue_figures().expected_wait, None, "nobody knows yet how long calls are");
    drop(first);
    let _second = answered(&seats, "12345");
    assert!(seats.queue_figures().expected_wait.is_some());
}

#[test]
fn a_page_that_goes_away_while_it_is_rung_is_waited_for() {
    let page = Seat { phone: None, ..seat("8003", Some(UserId::new())) };
    let seats = Seats::new(vec![page], WRAP_UP, PATIENCE, Arc::new(Told::default()));
    seats.set_present("8003", true);
    let waiting = caller(&seats, "8003");
    let seat = claimed(&waiting);
    seats.set_present("8003", false);
    waiting.unask();
    drop(seat);
    assert!(matches!(waiting.claim(), Claim::Busy));
    seats.set_present("8003", true);
    assert!(matches!(waiting.claim(), Claim::Seat(_)));
}
