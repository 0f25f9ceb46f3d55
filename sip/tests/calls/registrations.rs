//! A phone registers with the other endpoint, over networks of all kinds, and is called there.

use std::{collections::HashMap, time::Duration};

use jiesu_sip::{
    auth::{LockoutLimits, Login, Secret},
    endpoint::{Endpoint, Event, Peer, Protocol},
    registrar::{Register, RegistrarConfig, RegistrationState, UnbindCause},
};
use proptest::prelude::*;

use crate::world::{ANSWER, CALLEE, CALLER, OFFER, Weather, World, addr, invite};

/// The callee is the registrar; the caller's side is the phone.
const PHONE: usize = CALLER;
const REGISTRAR: usize = CALLEE;

fn world(weather: Weather, seed: u64) -> World {
    let mut world = World::new(weather, seed);
    let users = HashMap::from([("8001".into(), Secret::Password("secret".into()))]);
    let config = RegistrarConfig::new("jiesu", [9; 32]);
    world.sides[REGISTRAR].endpoint.serve_registrations(world.now, config, users);
    world
}

fn register(world: &mut World, protocol: Protocol, password: &str) {
    let to = Peer { protocol, addr: addr(REGISTRAR) };
    let register = Register {
        registrar: "sip:10.0.0.2".parse().unwrap(),
        aor: "sip:8001@10.0.0.2".parse().unwrap(),
        to,
        login: Some(Login { username: "8001".into(), password: password.into() }),
        expires: Duration::from_secs(120),
    };
    world.sides[PHONE].endpoint.register(world.now, register).unwrap();
}

fn states(world: &World) -> Vec<RegistrationState> {
    let state = |event: &Event| match event {
        Event::Registration { state, .. } => Some(*state),
        _ => None,
    };
    world.sides[PHONE].events.iter().filter_map(|(_, event)| state(event)).collect()
}

fn bindings(endpoint: &Endpoint) -> usize {
    endpoint.bindings("8001").len()
}

#[test]
fn a_phone_stays_registered_for_hours_with_one_challenge_per_nonce() {
    for protocol in [Protocol::Udp, Protocol::Tcp] {
        let mut world = world(Weather::fair(protocol), 1);
        register(&mut world, protocol, "secret");
        world.run_until(3_600_000);
        assert_eq!(bindings(&world.sides[REGISTRAR].endpoint), 1);
        assert!(!world.saw(REGISTRAR, |event| matches!(event, Event::Unregistered { .. })));
        assert!(states(&world).iter().all(|state| matches!(state, RegistrationState::Registered { .. })));
        // Every minute a REGISTER; the nonce holds five minutes.
        let challenges = world.sent_by(REGISTRAR, "SIP/2.0 401");
        let granted = world.sent_by(REGISTRAR, "SIP/2.0 200");
        assert!((59..=61).contains(&granted), "{granted}");
        assert!((10..=13).contains(&challenges), "{challenges}");
    }
}

#[test]
fn a_phone_with_a_wrong_password_is_never_registered_and_asks_ever_more_seldom() {
    let mut world = world(Weather::fair(Protocol::Udp), 2);
    register(&mut world, Protocol::Udp, "wrong");
    world.run_until(4 * 3_600_000);
    assert_eq!(bindings(&world.sides[REGISTRAR].endpoint), 0);
    assert!(world.saw(REGISTRAR, |event| matches!(event, Event::LockedOut { .. })));
    let asked = world.sent_by(PHONE, "REGISTER");
    assert!(asked < 60, "{asked}");
    assert!(states(&world).iter().all(|state| matches!(state, RegistrationState::Failed { .. })));
}

#[test]
fn a_phone_that_falls_silent_is_forgotten_and_comes_back_by_itself() {
    let mut world = world(Weather::fair(Protocol::Udp), 3);
    register(&mut world, Protocol::Udp, "secret");
    world.at(30_000, |world| world.lose(|side, _| side == PHONE));
    world.at(300_000, |world| {
        assert_eq!(bindings(&world.sides[REGISTRAR].endpoint), 0);
        world.lose(|_, _| false);
    });
    world.run_until(900_000);
    let expired = |event: &Event| matches!(event, Event::Unregistered { cause: UnbindCause::Expired, .. });
    assert!(world.saw(REGISTRAR, expired));
    assert_eq!(bindings(&world.sides[REGISTRAR].endpoint), 1);
    assert!(matches!(states(&world).last(), Some(RegistrationState::Registered { .. })));
}

#[test]
fn the_registrar_calls_the_phone_at_its_binding() {
    let mut world = world(Weather::fair(Protocol::Udp), 4);
    register(&mut world, Protocol::Udp, "secret");
    world.react(PHONE, |endpoint, now, event| {
        if let Event::Incoming { leg, call } = event {
            assert_eq!(call.request_uri.to_string(), "sip:8001@10.0.0.1:5060");
            endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap();
        }
    });
    world.at(1_000, |world| {
        let binding = world.sides[REGISTRAR].endpoint.bindings("8001")[0].clone();
        assert_eq!(binding.flow.addr, addr(PHONE));
        let mut call = invite(binding.flow, Some(OFFER));
        call.target = binding.contact;
        let leg = world.sides[REGISTRAR].endpoint.invite(world.now, call).unwrap();
        world.sides[REGISTRAR].leg = Some(leg);
    });
    world.at(5_000, |world| world.hang_up(REGISTRAR));
    world.run_until(50_000);
    assert!(world.saw(REGISTRAR, |event| matches!(event, Event::Answered { .. })));
    assert!(world.end_of(PHONE).is_some() && world.end_of(REGISTRAR).is_some());
}

#[test]
fn lock_out_limits_are_the_owners() {
    let mut world = World::new(Weather::fair(Protocol::Udp), 5);
    let mut config = RegistrarConfig::new("jiesu", [9; 32]);
    config.lockout = LockoutLimits { failures_of_user: 1, ..LockoutLimits::default() };
    let users = HashMap::from([("8001".into(), Secret::Password("secret".into()))]);
    world.sides[REGISTRAR].endpoint.serve_registrations(world.now, config, users);
    register(&mut world, Protocol::Udp, "wrong");
    world.run_until(1_000);
    assert!(world.saw(REGISTRAR, |event| matches!(event, Event::LockedOut { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the network does for ten minutes, in fair weather the phone is registered again, both sides agree, and
    /// an honest phone was never taken for a thief.
    #[test]
    fn a_phone_is_registered_in_the_end(
        seed in any::<u64>(),
        loss_percent in 0u64..50,
        double_percent in 0u64..50,
        latency_max_ms in 10u64..3_000,
    ) {
        let weather = Weather {
            latency_max_ms,
            loss_percent,
            double_percent,
            losses_of_one_message: 20,
            ..Weather::fair(Protocol::Udp)
        };
        let mut world = world(weather, seed);
        register(&mut world, Protocol::Udp, "secret");
        world.run_until(600_000);
        world.weather = Weather::fair(Protocol::Udp);
        world.run_until(3_600_000);
        prop_assert_eq!(bindings(&world.sides[REGISTRAR].endpoint), 1);
        let last = states(&world).last().copied();
        prop_assert!(matches!(last, Some(RegistrationState::Registered { .. })), "{:?}", last);
        let locked_out = world.saw(REGISTRAR, |event| matches!(event, Event::LockedOut { .. }));
        prop_assert!(!locked_out);
    }
}
