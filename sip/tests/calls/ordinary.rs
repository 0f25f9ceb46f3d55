//! Calls over a network that does nothing wrong.

use jiesu_sip::endpoint::{Event, LegEnd, Protocol};

use crate::world::{ANSWER, CALLEE, CALLER, OFFER, Weather, World};

const OVER: u64 = 300_000;

fn world(protocol: Protocol) -> World {
    World::new(Weather::fair(protocol), 7)
}

#[test]
fn a_call_is_offered_answered_and_acknowledged() {
    let mut world = world(Protocol::Udp);
    world.callee_answers();
    world.call(Some(OFFER));
    world.run_until(1_000);
    assert!(world.saw(
        CALLEE,
        |event| matches!(event, Event::Incoming { call, .. } if call.offer.as_deref() == Some(OFFER))
    ));
    assert!(world.saw(
        CALLER,
        |event| matches!(event, Event::Answered { body, .. } if body.as_deref() == Some(ANSWER))
    ));
    assert!(world.saw(CALLEE, |event| matches!(event, Event::Established { body: None, .. })));
}

#[test]
fn an_established_call_has_no_timer_and_lasts() {
    let mut world = world(Protocol::Udp);
    world.callee_answers();
    world.call(Some(OFFER));
    world.run_until(3_600_000);
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
    assert_eq!(world.sides[CALLER].endpoint.held(), 1);
    assert_eq!(world.sides[CALLEE].endpoint.held(), 1);
}

#[test]
fn the_one_who_hangs_up_and_the_other_both_know_why_it_is_over() {
    for protocol in [Protocol::Udp, Protocol::Tcp] {
        for first in [CALLER, CALLEE] {
            let mut world = world(protocol);
            world.callee_answers();
            world.call(Some(OFFER));
            world.at(5_000, move |world| world.hang_up(first));
            world.run_until(OVER);
            assert_eq!(world.end_of(first), Some(LegEnd::LocalHangup));
            assert_eq!(world.end_of(1 - first), Some(LegEnd::Bye));
            world.assert_nothing_is_left();
        }
    }
}

#[test]
fn ringing_and_early_media_reach_the_caller() {
    let mut world = world(Protocol::Udp);
    world.react(CALLEE, |endpoint, now, event| {
        if let Event::Incoming { leg, .. } = event {
            endpoint.progress(now, *leg, 183, Some(b"early".to_vec())).unwrap();
        }
    });
    world.call(Some(OFFER));
    world.run_until(1_000);
    let early = |event: &Event| matches!(event, Event::Progress { status: 183, body: Some(body), .. } if body == b"early");
    assert!(world.saw(CALLER, early));
}

#[test]
fn a_refusal_reaches_the_caller_with_its_words() {
    let mut world = world(Protocol::Udp);
    world.react(CALLEE, |endpoint, now, event| {
        if let Event::Incoming { leg, .. } = event {
            endpoint.reject(now, *leg, 486, "Lunch").unwrap();
        }
    });
    world.call(Some(OFFER));
    world.run_until(OVER);
    let refused = LegEnd::Rejected { status: 486, reason: "Lunch".into() };
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (Some(refused.clone()), Some(refused)));
    world.assert_nothing_is_left();
}

#[test]
fn a_caller_who_gives_up_while_it_rings_cancels() {
    let mut world = world(Protocol::Udp);
    world.call(Some(OFFER));
    world.at(3_000, |world| world.hang_up(CALLER));
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::Cancelled));
    assert_eq!((world.sent_by(CALLER, "CANCEL"), world.sent_by(CALLEE, "SIP/2.0 487")), (1, 1));
    world.assert_nothing_is_left();
}

#[test]
fn a_call_that_nobody_answers_is_given_up_after_the_ring_limit() {
    let mut world = world(Protocol::Udp);
    world.call(Some(OFFER));
    world.run_until(OVER);
    assert_eq!(world.end_of(CALLER), Some(LegEnd::Timeout));
    assert_eq!(world.ended_after(CALLER).as_secs(), 180);
    world.assert_nothing_is_left();
}

#[test]
fn a_call_without_an_offer_gets_the_callees_and_answers_in_the_ack() {
    let mut world = world(Protocol::Udp);
    world.callee_answers();
    world.react(CALLER, |endpoint, now, event| {
        if let Event::Answered { leg, body } = event {
            assert_eq!(body.as_deref(), Some(ANSWER));
            endpoint.acknowledge(now, *leg, b"our answer".to_vec()).unwrap();
        }
    });
    world.call(None);
    world.run_until(1_000);
    let answered =
        |event: &Event| matches!(event, Event::Established { body: Some(body), .. } if body == b"our answer");
    assert!(world.saw(CALLEE, answered));
}

#[test]
fn either_side_may_change_the_session() {
    for offering in [CALLER, CALLEE] {
        let mut world = world(Protocol::Udp);
        world.react(1 - offering, |endpoint, now, event| {
            if let Event::Incoming { leg, .. } | Event::Reoffered { leg, .. } = event {
                endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap();
            }
        });
        if offering == CALLEE {
            world.callee_answers();
        }
        world.call(Some(OFFER));
        if offering == CALLEE {
            world.react(CALLER, |endpoint, now, event| {
                if let Event::Reoffered { leg, offer } = event {
                    assert_eq!(offer.as_deref(), Some(OFFER));
                    endpoint.accept(now, *leg, b"changed".to_vec()).unwrap();
                }
            });
        }
        world.at(5_000, move |world| world.reinvite(offering));
        world.run_until(10_000);
        assert!(world.saw(offering, |event| matches!(
            event,
            Event::ReinviteAnswered { status: 200, body: Some(_), .. }
        )));
        assert!(world.saw(1 - offering, |event| matches!(event, Event::ReofferAcknowledged { .. })));
        assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
    }
}

#[test]
fn a_refused_change_leaves_the_call_as_it_was() {
    let mut world = world(Protocol::Udp);
    world.react(CALLEE, |endpoint, now, event| match event {
        Event::Incoming { leg, .. } => endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap(),
        Event::Reoffered { leg, .. } => endpoint.reject(now, *leg, 488, "").unwrap(),
        _ => {}
    });
    world.call(Some(OFFER));
    world.at(5_000, |world| world.reinvite(CALLER));
    world.run_until(60_000);
    assert!(world.saw(CALLER, |event| matches!(event, Event::ReinviteAnswered { status: 488, .. })));
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
}

#[test]
fn an_options_is_answered_with_what_we_are() {
    let mut world = world(Protocol::Udp);
    let peer = jiesu_sip::endpoint::Peer { protocol: Protocol::Udp, addr: "10.0.0.2:5060".parse().unwrap() };
    let now = world.now;
    let asked = world.sides[CALLER].endpoint.options(now, peer, "sip:10.0.0.2".parse().unwrap());
    world.run_until(OVER);
    let answer = |event: &Event| matches!(event, Event::OptionsAnswer { id, status: 200, server: Some(server) } if *id == asked && server == "test");
    assert!(world.saw(CALLER, answer));
    world.assert_nothing_is_left();
}
