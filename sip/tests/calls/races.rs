//! What crosses on the wire, and what gets lost on it.

use jiesu_sip::endpoint::{Event, LegEnd, Protocol};

use crate::world::{ANSWER, CALLEE, CALLER, OFFER, Weather, World};

const OVER: u64 = 300_000;

fn world() -> World {
    World::new(Weather::fair(Protocol::Udp), 11)
}

fn is(bytes: &[u8], beginning: &str) -> bool {
    bytes.starts_with(beginning.as_bytes())
}

#[test]
fn a_cancel_that_crosses_the_200_ends_in_ack_and_bye() {
    let mut world = world();
    world.call(Some(OFFER));
    // The CANCEL leaves at 3,000 and arrives at 3,010; the 200 leaves at 3,005.
    world.at(3_000, |world| world.hang_up(CALLER));
    world.at(3_005, |world| {
        let (now, callee) = (world.now, &mut world.sides[CALLEE]);
        callee.endpoint.accept(now, callee.leg.unwrap(), ANSWER.to_vec()).unwrap();
    });
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLER), Some(LegEnd::LocalHangup));
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::Bye));
    assert!(!world.saw(CALLER, |event| matches!(event, Event::Answered { .. })));
    assert_eq!((world.sent_by(CALLER, "ACK"), world.sent_by(CALLER, "BYE")), (1, 1));
    world.assert_nothing_is_left();
}

#[test]
fn a_cancel_waits_for_a_provisional_response() {
    let mut world = world();
    world.lose(|side, bytes| side == CALLEE && is(bytes, "SIP/2.0 100"));
    world.call(Some(OFFER));
    world.at(100, |world| world.hang_up(CALLER));
    world.at(2_000, |world| {
        assert_eq!(world.sent_by(CALLER, "CANCEL"), 0);
        world.lose(|_, _| false);
    });
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::Cancelled));
    assert_eq!(world.sent_by(CALLER, "CANCEL"), 1);
    world.assert_nothing_is_left();
}

#[test]
fn two_byes_that_cross_are_both_answered_200() {
    let mut world = world();
    world.callee_answers();
    world.call(Some(OFFER));
    world.at(5_000, |world| {
        world.hang_up(CALLER);
        world.hang_up(CALLEE);
    });
    world.run_until(OVER);
    for side in [CALLER, CALLEE] {
        assert_eq!(world.end_of(side), Some(LegEnd::LocalHangup));
        assert_eq!(world.sent_by(side, "SIP/2.0 481"), 0);
    }
    world.assert_nothing_is_left();
}

#[test]
fn a_lost_ack_is_sent_again_with_each_200() {
    let mut world = world();
    let mut lost = 0;
    world.lose(move |_, bytes| {
        let this = is(bytes, "ACK") && lost < 3;
        lost += u32::from(this);
        this
    });
    world.callee_answers();
    world.call(Some(OFFER));
    world.run_until(20_000);
    assert!(world.saw(CALLEE, |event| matches!(event, Event::Established { .. })));
    assert_eq!((world.sent_by(CALLER, "ACK"), world.sent_by(CALLEE, "SIP/2.0 200")), (4, 4));
}

#[test]
fn a_200_that_is_never_acknowledged_ends_the_call_with_bye_after_32_seconds() {
    let mut world = world();
    world.lose(|_, bytes| is(bytes, "ACK"));
    world.callee_answers();
    world.call(Some(OFFER));
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::Timeout));
    assert_eq!(world.ended_after(CALLEE).as_secs(), 32);
    assert_eq!(world.end_of(CALLER), Some(LegEnd::Bye));
    world.assert_nothing_is_left();
}

#[test]
fn a_callee_who_hangs_up_at_once_sends_bye_only_after_the_ack() {
    let mut world = world();
    world.lose(|_, bytes| is(bytes, "ACK"));
    world.callee_answers();
    world.call(Some(OFFER));
    world.at(100, |world| world.hang_up(CALLEE));
    world.at(5_000, |world| {
        assert_eq!(world.sent_by(CALLEE, "BYE"), 0);
        world.lose(|_, _| false);
    });
    world.run_until(OVER);
    assert_eq!((world.end_of(CALLEE), world.end_of(CALLER)), (Some(LegEnd::LocalHangup), Some(LegEnd::Bye)));
    world.assert_nothing_is_left();
}

#[test]
fn a_bye_that_overtakes_the_ack_ends_the_call() {
    let mut world = world();
    world.lose(|_, bytes| is(bytes, "ACK"));
    world.callee_answers();
    world.call(Some(OFFER));
    world.at(50, |world| world.hang_up(CALLER));
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::Bye));
    assert!(!world.saw(CALLEE, |event| matches!(event, Event::Established { .. })));
    world.assert_nothing_is_left();
}

#[test]
fn a_peer_who_is_not_there_times_out_after_32_seconds() {
    let mut world = world();
    world.lose(|_, _| true);
    world.call(Some(OFFER));
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLER), Some(LegEnd::Timeout));
    assert_eq!(world.ended_after(CALLER).as_secs(), 32);
    assert_eq!(world.sent_by(CALLER, "INVITE"), 7);
    world.assert_nothing_is_left();
}

#[test]
fn a_peer_who_vanishes_during_the_call_does_not_hold_the_one_who_hangs_up() {
    let mut world = world();
    world.callee_answers();
    world.call(Some(OFFER));
    world.at(5_000, |world| {
        world.lose(|_, _| true);
        world.hang_up(CALLER);
        world.hang_up(CALLEE);
    });
    world.run_until(OVER);
    assert_eq!(world.ended_after(CALLER).as_secs(), 5);
    world.assert_nothing_is_left();
}

/// The callee's phone answers offers, too.
fn both_answer_offers(world: &mut World) {
    for side in [CALLER, CALLEE] {
        world.react(side, |endpoint, now, event| {
            if let Event::Incoming { leg, .. } | Event::Reoffered { leg, .. } = event {
                endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap();
            }
        });
    }
}

fn reinvite_answers(world: &World, side: usize) -> Vec<u16> {
    let answers = world.sides[side].events.iter().filter_map(|(_, event)| match event {
        Event::ReinviteAnswered { status, .. } => Some(*status),
        _ => None,
    });
    answers.collect()
}

#[test]
fn of_two_offers_that_cross_the_callees_is_taken_after_a_moment() {
    let mut world = world();
    both_answer_offers(&mut world);
    world.call(Some(OFFER));
    world.at(5_000, |world| {
        world.reinvite(CALLER);
        world.reinvite(CALLEE);
    });
    world.run_until(60_000);
    assert_eq!((world.sent_by(CALLER, "SIP/2.0 491"), world.sent_by(CALLEE, "SIP/2.0 491")), (1, 1));
    assert_eq!(reinvite_answers(&world, CALLEE), [200], "who did not make the Call-ID waits less");
    assert_eq!(reinvite_answers(&world, CALLER), [491], "his session was changed meanwhile");
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
}

/// The callee says 491 to each re-INVITE, and the times at which they came.
fn always_busy(world: &mut World) -> std::rc::Rc<std::cell::RefCell<Vec<std::time::Instant>>> {
    let times = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let seen = times.clone();
    world.react(CALLEE, move |endpoint, now, event| match event {
        Event::Incoming { leg, .. } => endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap(),
        Event::Reoffered { leg, .. } => {
            seen.borrow_mut().push(now);
            endpoint.reject(now, *leg, 491, "").unwrap();
        }
        _ => {}
    });
    times
}

#[test]
fn an_offer_that_always_meets_another_is_given_up_and_the_call_goes_on() {
    let mut world = world();
    let times = always_busy(&mut world);
    world.call(Some(OFFER));
    world.at(5_000, |world| world.reinvite(CALLER));
    world.run_until(120_000);
    let times = times.borrow();
    assert_eq!(times.len(), 8);
    let waited = times.windows(2).map(|pair| (pair[1] - pair[0]).as_millis());
    assert!(waited.into_iter().all(|ms| (2_100..=4_040).contains(&ms)), "{times:?}");
    assert_eq!(reinvite_answers(&world, CALLER), [491]);
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
}

#[test]
fn hanging_up_while_an_offer_waits_to_be_sent_again_sends_it_no_more() {
    let mut world = world();
    let times = always_busy(&mut world);
    world.call(Some(OFFER));
    world.at(5_000, |world| world.reinvite(CALLER));
    world.at(6_000, |world| world.hang_up(CALLER));
    world.run_until(OVER);
    assert_eq!(times.borrow().len(), 1);
    world.assert_nothing_is_left();
}

#[test]
fn hanging_up_while_an_offer_waits_ends_both_sides() {
    for first in [CALLER, CALLEE] {
        let mut world = world();
        world.callee_answers();
        world.call(Some(OFFER));
        world.at(5_000, |world| world.reinvite(CALLER));
        world.at(6_000, move |world| world.hang_up(first));
        world.run_until(OVER);
        assert_eq!(world.end_of(first), Some(LegEnd::LocalHangup));
        assert_eq!(world.end_of(1 - first), Some(LegEnd::Bye));
        world.assert_nothing_is_left();
    }
}

#[test]
fn a_broken_connection_ends_the_calls_that_were_not_answered() {
    let mut world = World::new(Weather::fair(Protocol::Tcp), 5);
    world.call(Some(OFFER));
    world.at(5_000, |world| {
        for side in [CALLER, CALLEE] {
            let addr = ["10.0.0.2:5060", "10.0.0.1:5060"][side].parse().unwrap();
            let peer = jiesu_sip::endpoint::Peer { protocol: Protocol::Tcp, addr };
            let now = world.now;
            world.sides[side].endpoint.handle_transport_failure(now, peer);
        }
    });
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLER), Some(LegEnd::TransportFailure));
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::TransportFailure));
    world.assert_nothing_is_left();
}
