//! Phones that register here, against a REGISTER written by hand.

use std::{collections::HashMap, time::Duration};

use jiesu_sip::{
    auth::{Algorithm, Challenge, Credentials, Ha1, Secret},
    endpoint::{Event, Invite, Peer, Protocol},
    message::{HeaderName, Message},
    registrar::{RegistrarConfig, UnbindCause},
};

use crate::peer::{Bench, header, method, request, response, status, udp_peer};

const REALM: &str = "jiesu";
/// Behind NAT: it is not the address that the phone knows.
const CONTACT: &str = "<sip:8001@10.0.0.7:5062>";

struct Registrar {
    bench: Bench,
    requests: u32,
}

impl Registrar {
    fn new() -> Self {
        let mut bench = Bench::new();
        let password = |password: &str| Secret::Password(password.into());
        let users = HashMap::from([("8001".into(), password("one")), ("8002".into(), password("two"))]);
        bench.endpoint.serve_registrations(bench.now, RegistrarConfig::new(REALM, [3; 32]), users);
        Self { bench, requests: 0 }
    }

    /// One REGISTER, and its answer.
    fn ask(&mut self, from: Peer, user: &str, more: &str) -> Message {
        let text = self.text(user, more);
        self.bench.sent.clear();
        self.bench.receive_from(from, text);
        self.bench.only_sent()
    }

    fn text(&mut self, user: &str, more: &str) -> String {
        self.requests += 1;
        let branch = format!("r{}", self.requests);
        request("REGISTER", &branch, "", self.requests, more)
            .replace("To: <sip:12345@", &format!("To: <sip:{user}@"))
            .replace("sip:12345@192.0.2.200 SIP", "sip:192.0.2.200 SIP")
            .replace("Contact: <sip:13800000000@192.0.2.1:5060>\r\n", "")
    }

    fn challenge(&mut self, from: Peer) -> Challenge {
        let refusal = self.ask(from, "8001", "");
        assert_eq!(status(&refusal).0, 401);
        Challenge::parse(refusal.headers.get(&HeaderName::WwwAuthenticate).unwrap()).unwrap()
    }

    /// A REGISTER with credentials for a new nonce.
    fn register_from(&mut self, from: Peer, user: &str, password: &str, more: &str) -> Message {
        let challenge = self.challenge(from);
        let credentials = credentials(user, password, &challenge, 1);
        self.ask(from, user, &format!("{credentials}{more}"))
    }

    fn register(&mut self, more: &str) -> Message {
        self.register_from(udp_peer(), "8001", "one", more)
    }

    fn contacts(&self) -> Vec<String> {
        self.bench.endpoint.bindings("8001").iter().map(|binding| binding.contact.to_string()).collect()
    }
}

fn credentials(user: &str, password: &str, challenge: &Challenge, count: u32) -> String {
    let ha1 = Ha1::new(challenge.algorithm, user.as_bytes(), &challenge.realm, password.as_bytes());
    let credentials = Credentials {
        username: user.into(),
        realm: challenge.realm.clone(),
        nonce: challenge.nonce.clone(),
        uri: b"sip:192.0.2.200".to_vec(),
        response: Vec::new(),
        algorithm: challenge.algorithm,
        count: Some((count, b"client".to_vec())),
        opaque: None,
    };
    format!("Authorization: {}\r\n", credentials.signed(&ha1, b"REGISTER").to_text())
}

fn contact(contact: &str) -> String {
    format!("Contact: {contact}\r\n")
}

fn mapped(port: u16) -> Peer {
    Peer { protocol: Protocol::Udp, addr: ([198, 51, 100, 9], port).into() }
}

#[test]
fn without_a_registrar_register_is_no_method_of_ours() {
    let mut bench = Bench::new();
    bench.receive(request("REGISTER", "a", "", 1, ""));
    let answer = bench.only_sent();
    assert_eq!(status(&answer).0, 405);
    assert_eq!(header(&answer, &HeaderName::Allow), "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE");
}

#[test]
fn with_one_it_is_allowed_and_other_requests_are_not_challenged() {
    let mut registrar = Registrar::new();
    let bench = &mut registrar.bench;
    bench.receive(request("OPTIONS", "o", "", 1, ""));
    assert!(header(&bench.only_sent(), &HeaderName::Allow).ends_with("UPDATE, REGISTER"));
    assert_eq!(bench.answer_to(request("PUBLISH", "p", "", 1, "")).0, 405);
    bench.receive(crate::peer::invite());
    assert!(matches!(bench.events.last(), Some(Event::Incoming { .. })));
}

#[test]
fn a_register_is_challenged_with_sha_256_first_and_nothing_is_kept_of_it() {
    let mut registrar = Registrar::new();
    let answer = registrar.ask(udp_peer(), "8001", &contact(CONTACT));
    assert_eq!(status(&answer).0, 401);
    let offered: Vec<_> = answer.headers.all(&HeaderName::WwwAuthenticate).map(Challenge::parse).collect();
    let algorithms: Vec<_> = offered.iter().map(|one| one.as_ref().unwrap().algorithm).collect();
    assert_eq!(algorithms, [Algorithm::Sha256, Algorithm::Md5]);
    assert_eq!(registrar.bench.endpoint.held(), 0);
    assert_eq!(registrar.bench.events, []);
}

#[test]
fn a_phone_that_knows_only_md5_is_asked_for_nothing_else() {
    let mut registrar = Registrar::new();
    let users = HashMap::from([("8001".into(), Secret::md5_only("8001", REALM, "one"))]);
    registrar.bench.endpoint.set_users(users);
    let answer = registrar.ask(udp_peer(), "8001", "");
    assert_eq!(answer.headers.all(&HeaderName::WwwAuthenticate).count(), 1);
    assert_eq!(registrar.challenge(udp_peer()).algorithm, Algorithm::Md5);
    assert_eq!(status(&registrar.register(&contact(CONTACT))).0, 200);
    let unknown = registrar.ask(udp_peer(), "8009", "");
    assert_eq!(unknown.headers.all(&HeaderName::WwwAuthenticate).count(), 2);
}

#[test]
fn the_right_password_binds_the_contact_to_the_address_that_it_came_from() {
    let mut registrar = Registrar::new();
    let more = format!("{}User-Agent: phone 1\r\n", contact(CONTACT));
    let answer = registrar.register_from(mapped(40_001), "8001", "one", &more);
    assert_eq!(status(&answer).0, 200);
    assert_eq!(header(&answer, &HeaderName::Contact), format!("{CONTACT};expires=600"));
    let [Event::Registered { user, binding }] = registrar.bench.events.as_slice() else {
        panic!("{:?}", registrar.bench.events)
    };
    assert_eq!(user, "8001");
    assert_eq!(binding.flow, mapped(40_001));
    assert_eq!(binding.user_agent.as_deref(), Some("phone 1"));
    assert_eq!(binding.expires_at, registrar.bench.now + Duration::from_secs(600));
    assert_eq!(registrar.contacts(), ["sip:8001@10.0.0.7:5062"]);
}

#[test]
fn a_call_to_a_binding_goes_to_its_flow_and_so_does_all_that_follows() {
    let mut registrar = Registrar::new();
    registrar.register_from(mapped(40_001), "8001", "one", &contact(CONTACT));
    let bench = &mut registrar.bench;
    let binding = bench.endpoint.bindings("8001")[0].clone();
    let call = Invite {
        target: binding.contact,
        to: binding.flow,
        from: "<sip:12345@192.0.2.200>".parse().unwrap(),
        to_display: None,
        headers: Vec::new(),
        offer: Some(b"v=0".to_vec()),
    };
    bench.sent.clear();
    let leg = bench.endpoint.invite(bench.now, call).unwrap();
    bench.drain();
    let invite = bench.only_sent();
    bench.receive_from(mapped(40_001), response(&invite, 200, "phone", &contact(CONTACT)));
    bench.endpoint.hang_up(bench.now, leg);
    bench.drain();
    let ways: Vec<_> = bench.sent.iter().map(|(to, message)| (method(message), *to)).collect();
    assert_eq!(ways, [("ACK".into(), mapped(40_001)), ("BYE".into(), mapped(40_001))]);
}

#[test]
fn a_repeated_register_gets_its_first_answer_and_not_a_stale_challenge() {
    let mut registrar = Registrar::new();
    let challenge = registrar.challenge(udp_peer());
    let text = registrar.text("8001", &(credentials("8001", "one", &challenge, 1) + &contact(CONTACT)));
    assert_eq!(registrar.bench.answer_to(&text).0, 200);
    assert_eq!(registrar.bench.answer_to(&text).0, 200);
    assert_eq!(registrar.bench.events.len(), 1);
}

#[test]
fn a_register_that_was_overheard_and_is_played_again_is_stale_and_changes_nothing() {
    let mut registrar = Registrar::new();
    let challenge = registrar.challenge(udp_peer());
    let heard = credentials("8001", "one", &challenge, 1);
    assert_eq!(status(&registrar.ask(udp_peer(), "8001", &(heard.clone() + &contact(CONTACT)))).0, 200);
    let again = registrar.ask(udp_peer(), "8001", &(heard + "Contact: *\r\nExpires: 0\r\n"));
    assert_eq!(status(&again).0, 401);
    let stale = Challenge::parse(again.headers.get(&HeaderName::WwwAuthenticate).unwrap()).unwrap();
    assert!(stale.stale);
    assert_eq!(registrar.contacts().len(), 1);
    let next = credentials("8001", "one", &challenge, 2);
    assert_eq!(status(&registrar.ask(udp_peer(), "8001", &next)).0, 200);
}

#[test]
fn a_user_registers_only_himself() {
    let mut registrar = Registrar::new();
    let challenge = registrar.challenge(udp_peer());
    let more = credentials("8002", "two", &challenge, 1) + &contact(CONTACT);
    assert_eq!(status(&registrar.ask(udp_peer(), "8001", &more)).0, 403);
    assert_eq!(registrar.contacts().len(), 0);
}

#[test]
fn wrong_passwords_lock_out_with_an_event_and_503() {
    let mut registrar = Registrar::new();
    for _ in 0..5 {
        let answer = registrar.register_from(udp_peer(), "8001", "wrong", &contact(CONTACT));
        assert_eq!(status(&answer).0, 401);
    }
    let until = registrar.bench.now + Duration::from_secs(30);
    let expected = Event::LockedOut { user: "8001".into(), source: udp_peer(), until };
    assert_eq!(registrar.bench.events, [expected]);
    let answer = registrar.register(&contact(CONTACT));
    assert_eq!((status(&answer).0, header(&answer, &HeaderName::RetryAfter)), (503, "31".into()));
    registrar.bench.after(30_000);
    assert_eq!(status(&registrar.register(&contact(CONTACT))).0, 200);
}

#[test]
fn too_short_a_time_gets_423_and_too_long_a_one_is_cut() {
    let mut registrar = Registrar::new();
    let answer = registrar.register(&(contact(CONTACT) + "Expires: 59\r\n"));
    assert_eq!((status(&answer).0, header(&answer, &HeaderName::MinExpires)), (423, "60".into()));
    assert_eq!(registrar.contacts().len(), 0);
    let answer = registrar.register(&contact(&format!("{CONTACT};expires=86400")));
    assert!(header(&answer, &HeaderName::Contact).ends_with(";expires=3600"));
}

#[test]
fn a_binding_that_is_not_renewed_expires_with_an_event() {
    let mut registrar = Registrar::new();
    registrar.register(&(contact(CONTACT) + "Expires: 60\r\n"));
    registrar.bench.after(50_000);
    registrar.register(&(contact(CONTACT) + "Expires: 60\r\n"));
    registrar.bench.events.clear();
    registrar.bench.after(59_999);
    assert_eq!((registrar.contacts().len(), registrar.bench.events.len()), (1, 0));
    registrar.bench.after(1);
    let contact = "sip:8001@10.0.0.7:5062".parse().unwrap();
    let expected = Event::Unregistered { user: "8001".into(), contact, cause: UnbindCause::Expired };
    assert_eq!(registrar.bench.events, [expected]);
    assert_eq!(registrar.contacts().len(), 0);
}

#[test]
fn expires_0_takes_one_contact_away_and_the_wildcard_all() {
    let mut registrar = Registrar::new();
    let both = contact("<sip:8001@10.0.0.7>, <sip:8001@10.0.0.8>");
    let answer = registrar.register(&both);
    assert_eq!(answer.headers.all(&HeaderName::Contact).count(), 2);
    registrar.register(&contact("<sip:8001@10.0.0.7>;expires=0"));
    assert_eq!(registrar.contacts(), ["sip:8001@10.0.0.8"]);
    registrar.register(&both);
    let answer = registrar.register("Contact: *\r\nExpires: 0\r\n");
    assert_eq!((status(&answer).0, header(&answer, &HeaderName::Contact)), (200, String::new()));
    assert_eq!(registrar.contacts().len(), 0);
    assert_eq!(status(&registrar.register("Contact: *\r\n")).0, 400);
}

#[test]
fn a_register_without_contact_only_lists() {
    let mut registrar = Registrar::new();
    registrar.register(&contact(CONTACT));
    registrar.bench.after(100_000);
    let answer = registrar.register("");
    assert_eq!(header(&answer, &HeaderName::Contact), format!("{CONTACT};expires=500"));
}

#[test]
fn an_older_register_of_the_same_phone_changes_nothing_and_of_a_restarted_one_does() {
    let mut registrar = Registrar::new();
    registrar.requests = 10;
    registrar.register(&contact(CONTACT));
    let challenge = registrar.challenge(udp_peer());
    let older = |call_id: &str| {
        let more = credentials("8001", "one", &challenge, 1 + u32::from(call_id != "call-1"));
        request("REGISTER", call_id, "", 3, &(more + &contact("<sip:8001@10.0.0.9>, ") + &contact(CONTACT)))
            .replace("To: <sip:12345@", "To: <sip:8001@")
            .replace("sip:12345@192.0.2.200 SIP", "sip:192.0.2.200 SIP")
            .replace("Contact: <sip:13800000000@192.0.2.1:5060>\r\n", "")
            .replace("call-1@", &format!("{call_id}@"))
    };
    assert_eq!(registrar.bench.answer_to(older("call-1")).0, 500);
    assert_eq!(registrar.contacts(), ["sip:8001@10.0.0.7:5062"], "whole or not at all");
    assert_eq!(registrar.bench.answer_to(older("call-2")).0, 200);
    assert_eq!(registrar.contacts().len(), 2);
}

#[test]
fn one_phone_more_than_allowed_takes_the_place_of_the_one_that_expires_first() {
    let mut registrar = Registrar::new();
    for port in 1..=6 {
        registrar.register(&contact(&format!("<sip:8001@10.0.0.7:{port}>")));
        registrar.bench.after(1_000);
    }
    assert_eq!(registrar.contacts().len(), 5);
    assert!(!registrar.contacts().contains(&"sip:8001@10.0.0.7:1".to_owned()));
    let replaced = |event: &Event| matches!(event, Event::Unregistered { cause: UnbindCause::Replaced, .. });
    assert_eq!(registrar.bench.events.iter().filter(|event| replaced(event)).count(), 1);
    let six: Vec<_> = (1..=6).map(|port| format!("<sip:8001@10.0.0.8:{port}>")).collect();
    assert_eq!(status(&registrar.register(&contact(&six.join(", ")))).0, 403);
}

#[test]
fn a_broken_connection_ends_what_was_registered_over_it_and_a_user_that_is_gone_all_of_his() {
    let mut registrar = Registrar::new();
    let tcp = Peer { protocol: Protocol::Tcp, addr: ([198, 51, 100, 9], 40_001).into() };
    registrar.register_from(tcp, "8001", "one", &contact("<sip:8001@10.0.0.7;transport=tcp>"));
    registrar.register(&contact(CONTACT));
    registrar.bench.events.clear();
    let now = registrar.bench.now;
    registrar.bench.endpoint.handle_transport_failure(now, tcp);
    registrar.bench.endpoint.handle_transport_failure(now, udp_peer());
    assert_eq!(registrar.contacts(), ["sip:8001@10.0.0.7:5062"]);
    registrar.bench.endpoint.set_users(HashMap::from([("8002".into(), Secret::Password("two".into()))]));
    registrar.bench.drain();
    let cause = |event: &Event| match event {
        Event::Unregistered { cause, .. } => *cause,
        other => panic!("{other:?}"),
    };
    let causes: Vec<_> = registrar.bench.events.iter().map(cause).collect();
    assert_eq!(causes, [UnbindCause::FlowLost, UnbindCause::UserGone]);
    assert_eq!(status(&registrar.register(&contact(CONTACT))).0, 401);
}
