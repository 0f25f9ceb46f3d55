//! Any plan of two parties, over any network that does not lose the same message for ever, ends in the right state on
//! both sides and leaves nothing behind.

use jiesu_sip::endpoint::{Event, LegEnd, LegId, Protocol};
use proptest::prelude::*;

use crate::world::{ANSWER, CALLEE, CALLER, OFFER, Weather, World};

/// The last hang-up of every plan, after which only timers remain.
const LAST_HANG_UP_MS: u64 = 60_000;
/// Well behind the last timer: 64·T1 for the BYE, and as much again for what remembers it.
const OVER_MS: u64 = 200_000;

#[derive(Debug, Clone, Copy)]
enum Callee {
    Answers { after_ms: u64 },
    Refuses { after_ms: u64 },
    LetsItRing,
}

#[derive(Debug, Clone)]
struct Plan {
    weather: Weather,
    seed: u64,
    callee: Callee,
    with_offer: bool,
    hang_ups: Vec<(usize, u64)>,
    reinvites: Vec<(usize, u64)>,
    last_by: Vec<usize>,
}

fn weather() -> impl Strategy<Value = Weather> {
    let udp = (0..200u64, 0..900u64, 0..60u64, 0..60u64).prop_map(|(min, jitter, loss, double)| Weather {
        protocol: Protocol::Udp,
        latency_min_ms: min,
        latency_max_ms: min + jitter,
        loss_percent: loss,
        double_percent: double,
        losses_of_one_message: 2,
    });
    let tcp = (0..200u64, 0..900u64).prop_map(|(min, jitter)| Weather {
        latency_min_ms: min,
        latency_max_ms: min + jitter,
        ..Weather::fair(Protocol::Tcp)
    });
    prop_oneof![3 => udp, 1 => tcp]
}

fn callee() -> impl Strategy<Value = Callee> {
    prop_oneof![
        6 => (0..8_000u64).prop_map(|after_ms| Callee::Answers { after_ms }),
        2 => (0..8_000u64).prop_map(|after_ms| Callee::Refuses { after_ms }),
        1 => Just(Callee::LetsItRing),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let sides = || 0..2usize;
    (
        (weather(), any::<u64>(), callee(), any::<bool>()),
        prop::collection::vec((sides(), 0..20_000u64), 0..3),
        prop::collection::vec((sides(), 0..20_000u64), 0..4),
        prop_oneof![Just(vec![CALLER]), Just(vec![CALLEE]), Just(vec![CALLER, CALLEE])],
    )
        .prop_map(|((weather, seed, callee, with_offer), hang_ups, reinvites, last_by)| Plan {
            weather,
            seed,
            callee,
            with_offer,
            hang_ups,
            reinvites,
            last_by,
        })
}

fn play(plan: &Plan) -> World {
    let mut world = World::new(plan.weather, plan.seed);
    for side in [CALLER, CALLEE] {
        world.react(side, |endpoint, now, event| match event {
            // Refused where the call ended in the same moment.
            Event::Reoffered { leg, .. } => drop(endpoint.accept(now, *leg, ANSWER.to_vec())),
            Event::Answered { leg, body: Some(_) } => {
                // Refused where the INVITE had our offer, and so the ACK is sent.
                let _ = endpoint.acknowledge(now, *leg, ANSWER.to_vec());
            }
            _ => {}
        });
    }
    world.call(plan.with_offer.then_some(OFFER));
    match plan.callee {
        Callee::Answers { after_ms } => decide(&mut world, after_ms, true),
        Callee::Refuses { after_ms } => decide(&mut world, after_ms, false),
        Callee::LetsItRing => {}
    }
    for &(side, at_ms) in &plan.hang_ups {
        world.at(at_ms, move |world| world.hang_up(side));
    }
    for &(side, at_ms) in &plan.reinvites {
        world.at(at_ms, move |world| world.reinvite(side));
    }
    for &side in &plan.last_by {
        world.at(LAST_HANG_UP_MS, move |world| world.hang_up(side));
    }
    world.run_until(OVER_MS);
    world
}

/// The callee decides that long after the start, or as soon as the call has come in.
fn decide(world: &mut World, after_ms: u64, answer: bool) {
    world.at(after_ms, move |world| {
        let now = world.now;
        let elapsed = u64::try_from((now - world.start).as_millis()).unwrap();
        match world.sides[CALLEE].leg {
            None if elapsed < LAST_HANG_UP_MS => decide(world, elapsed + 100, answer),
            None => {}
            // Refused where the caller or the callee himself gave up before.
            Some(leg) if answer => drop(world.sides[CALLEE].endpoint.accept(now, leg, ANSWER.to_vec())),
            Some(leg) => drop(world.sides[CALLEE].endpoint.reject(now, leg, 486, "")),
        }
    });
}

/// Each leg ends once, says nothing afterwards, and there is at most one on each side.
fn assert_each_leg_ends_once(world: &World) {
    for side in [CALLER, CALLEE] {
        let legs: Vec<LegId> = world.sides[side].events.iter().map(|(_, event)| leg_of(event)).collect();
        assert!(legs.windows(2).all(|pair| pair[0] == pair[1]), "side {side} has more than one leg");
        let ends =
            world.sides[side].events.iter().filter(|(_, event)| matches!(event, Event::Ended { .. })).count();
        assert_eq!(ends, usize::from(!legs.is_empty()), "side {side}");
        if let Some((_, last)) = world.sides[side].events.last() {
            assert!(matches!(last, Event::Ended { .. }), "side {side} goes on after the end");
        }
    }
}

fn leg_of(event: &Event) -> LegId {
    match event {
        Event::Incoming { leg, .. }
        | Event::Progress { leg, .. }
        | Event::Answered { leg, .. }
        | Event::Established { leg, .. }
        | Event::Reoffered { leg, .. }
        | Event::ReofferAcknowledged { leg, .. }
        | Event::ReofferCancelled { leg }
        | Event::ReinviteAnswered { leg, .. }
        | Event::Ended { leg, .. } => *leg,
        Event::OptionsAnswer { .. }
        | Event::Registered { .. }
        | Event::Unregistered { .. }
        | Event::LockedOut { .. }
        | Event::Registration { .. } => panic!("nobody asked"),
    }
}

/// What one side did, the other learns; nobody waits in vain.
fn assert_both_sides_agree(plan: &Plan, world: &World) {
    let caller = world.end_of(CALLER).expect("the caller's leg ends");
    let answered = world.saw(CALLER, |event| matches!(event, Event::Answered { .. }));
    let Some(callee) = world.end_of(CALLEE) else {
        // Before the first INVITE arrived, the caller had given up; that is only seen while it is still on its way.
        panic!("the INVITE always arrives");
    };
    match (&caller, &callee) {
        // One hung up, the other learned it.
        (LegEnd::LocalHangup, LegEnd::Bye | LegEnd::Cancelled) | (LegEnd::Bye, LegEnd::LocalHangup) => {}
        // Both hung up, or both learned of a refusal.
        (LegEnd::LocalHangup, LegEnd::LocalHangup) => {}
        (LegEnd::Rejected { status: 486, .. }, LegEnd::Rejected { status: 486, .. }) => assert!(!answered),
        // The callee refused while the caller gave up.
        (LegEnd::LocalHangup, LegEnd::Rejected { status: 486, .. }) => assert!(!answered),
        // The callee hung up before answering.
        (LegEnd::Rejected { status: 480, .. }, LegEnd::LocalHangup) => assert!(!answered),
        // Only the callee would have ended the call, and he never answered: the ring limit did.
        other => panic!("{other:?} after {plan:?}"),
    }
    if let Callee::Answers { .. } = plan.callee
        && plan.hang_ups.is_empty()
    {
        assert!(answered, "nobody hung up early");
        assert!(world.saw(CALLEE, |event| matches!(event, Event::Established { .. })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_call_ends_in_the_right_state_on_both_sides_and_leaves_nothing(plan in plan()) {
        let mut world = play(&plan);
        assert_each_leg_ends_once(&world);
        assert_both_sides_agree(&plan, &world);
        world.assert_nothing_is_left();
    }
}
