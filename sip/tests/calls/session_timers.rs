//! Sessions that are refreshed for hours, and end where the other side is gone (RFC 4028).

use jiesu_sip::endpoint::{Event, LegEnd, Protocol};

use crate::world::{ANSWER, CALLEE, CALLER, OFFER, Weather, World};

const MINUTE: u64 = 60_000;

fn world() -> World {
    let mut world = World::new(Weather::fair(Protocol::Udp), 7);
    world.callee_answers();
    world.call(Some(OFFER));
    world
}

/// Of each header line that begins so, in what the side sent, its value.
fn values(world: &World, side: usize, beginning: &str, name: &str) -> Vec<String> {
    let messages =
        world.sent.iter().filter(|(from, bytes)| *from == side && bytes.starts_with(beginning.as_bytes()));
    let texts = messages.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned());
    let line = |text: String| {
        text.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
    };
    texts.filter_map(line).collect()
}

#[test]
fn a_call_of_three_hours_is_refreshed_by_update_twice_in_each_interval() {
    let mut world = world();
    world.run_until(180 * MINUTE);
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
    assert_eq!(values(&world, CALLER, "INVITE", "Session-Expires"), ["1800"]);
    assert_eq!(values(&world, CALLER, "INVITE", "Min-SE"), ["90"]);
    assert_eq!(values(&world, CALLEE, "SIP/2.0 200", "Session-Expires"), ["1800;refresher=uas"]);
    assert_eq!(values(&world, CALLEE, "SIP/2.0 200", "Require"), ["timer"]);
    // Every 15 minutes, by the callee, and the sides of each request stay the same.
    assert_eq!((world.sent_by(CALLER, "UPDATE"), world.sent_by(CALLEE, "UPDATE")), (0, 11));
    assert!(
        values(&world, CALLEE, "UPDATE", "Session-Expires").iter().all(|value| value == "1800;refresher=uac")
    );
    let events = world.sides[CALLER].events.len() + world.sides[CALLEE].events.len();
    assert_eq!(events, 3, "Incoming, Answered, Established, and nothing of refreshes");
}

#[test]
fn a_peer_who_is_gone_ends_the_refreshers_call_by_the_missing_answer_and_the_others_by_the_missing_refresh() {
    let mut world = world();
    world.at(20 * MINUTE, |world| world.lose(|_, _| true));
    world.run_until(180 * MINUTE);
    assert_eq!(world.end_of(CALLEE), Some(LegEnd::Timeout));
    // The refresh at 15 min got through, that at 30 min did not: 32 s of repetitions.
    assert_eq!(world.ended_after(CALLEE).as_secs(), 1_800 + 32);
    assert_eq!(world.end_of(CALLER), Some(LegEnd::SessionExpired));
    assert_eq!(world.ended_after(CALLER).as_secs(), 900 + 1_768);
    assert_eq!(world.sent_by(CALLER, "BYE"), 11, "one, with its repetitions");
    world.assert_nothing_is_left();
}

#[test]
fn one_lost_refresh_ends_nothing() {
    let mut world = world();
    world.at(14 * MINUTE, |world| world.lose(|_, bytes| bytes.starts_with(b"UPDATE")));
    world.at(15 * MINUTE + 10_000, |world| world.lose(|_, _| false));
    world.run_until(120 * MINUTE);
    assert_eq!((world.end_of(CALLER), world.end_of(CALLEE)), (None, None));
}

#[test]
fn a_change_of_the_session_refreshes_it_too() {
    let mut world = world();
    world.react(CALLER, |endpoint, now, event| {
        if let Event::Reoffered { leg, .. } = event {
            endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap();
        }
    });
    world.at(10 * MINUTE, |world| world.reinvite(CALLEE));
    world.run_until(24 * MINUTE);
    assert_eq!(world.sent_by(CALLEE, "UPDATE"), 0, "the next is due 15 minutes after the change");
    world.run_until(26 * MINUTE);
    assert_eq!(world.sent_by(CALLEE, "UPDATE"), 1);
}
