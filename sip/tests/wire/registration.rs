//! Our own registration with a provider made of strings, in virtual time.

use std::time::Duration;

use jiesu_sip::{
    auth::{Credentials, Login},
    endpoint::{Event, Output},
    message::{HeaderName, Message},
    registrar::{Register, RegistrationId, RegistrationState},
};

use crate::peer::{Bench, header, method, response, udp_peer};

const CHALLENGE: &str = "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n";
const OURS: &str = "Contact: <sip:line1@192.0.2.200:5060>";

struct Line {
    bench: Bench,
    id: RegistrationId,
}

impl Line {
    fn new() -> Self {
        let mut bench = Bench::new();
        let register = Register {
            registrar: "sip:provider.example".parse().unwrap(),
            aor: "sip:line1@provider.example".parse().unwrap(),
            to: udp_peer(),
            login: Some(Login { username: "line1".into(), password: "secret".into() }),
            expires: Duration::from_secs(600),
        };
        let id = bench.endpoint.register(bench.now, register).unwrap();
        bench.drain();
        Self { bench, id }
    }

    fn sent(&mut self) -> Message {
        self.bench.only_sent()
    }

    fn answer(&mut self, request: &Message, status: u16, more: &str) {
        self.bench.sent.clear();
        self.bench.receive(response(request, status, "them", more));
    }

    /// What was told since the last look.
    fn told(&mut self) -> Vec<RegistrationState> {
        let state = |event: Event| match event {
            Event::Registration { id, state } => {
                assert_eq!(id, self.id);
                state
            }
            other => panic!("{other:?}"),
        };
        std::mem::take(&mut self.bench.events).into_iter().map(state).collect()
    }

    fn failed(&mut self) -> (u16, Duration) {
        match self.told().as_slice() {
            [RegistrationState::Failed { status, retry_at, .. }] => (*status, *retry_at - self.bench.now),
            other => panic!("{other:?}"),
        }
    }

    /// Lets time go to the next thing that the endpoint waits for, while nothing is sent.
    fn until_sent(&mut self) -> Duration {
        let start = self.bench.now;
        self.bench.sent.clear();
        for _ in 0..100 {
            if !self.bench.sent.is_empty() {
                break;
            }
            let Output::Timeout(at) = self.bench.endpoint.poll_output() else { panic!("waits for nothing") };
            let ms = (at - self.bench.now).as_millis() as u64;
            self.bench.after(ms);
        }
        self.bench.now - start
    }
}

#[test]
fn a_register_names_the_domain_the_address_of_record_and_our_contact() {
    let mut line = Line::new();
    let register = line.sent();
    assert_eq!(method(&register), "REGISTER");
    assert!(register.to_bytes().starts_with(b"REGISTER sip:provider.example SIP/2.0\r\n"));
    assert_eq!(header(&register, &HeaderName::To), "<sip:line1@provider.example>");
    assert!(header(&register, &HeaderName::From).starts_with("<sip:line1@provider.example>;tag="));
    assert_eq!(format!("Contact: {}", header(&register, &HeaderName::Contact)), OURS);
    assert_eq!(header(&register, &HeaderName::Expires), "600");
}

#[test]
fn a_challenge_is_answered_and_the_granted_time_of_our_own_contact_counts() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 401, CHALLENGE);
    let second = line.sent();
    assert_eq!(header(&second, &HeaderName::CSeq), "2 REGISTER");
    assert_eq!(header(&second, &HeaderName::CallId), header(&first, &HeaderName::CallId));
    let credentials = Credentials::parse(second.headers.get(&HeaderName::Authorization).unwrap()).unwrap();
    assert_eq!(credentials.uri, b"sip:provider.example");
    let more =
        format!("Contact: <sip:line1@203.0.113.5>;expires=3600\r\n{OURS};expires=300\r\nExpires: 900\r\n");
    line.answer(&second, 200, &more);
    let until = line.bench.now + Duration::from_secs(300);
    assert_eq!(line.told(), [RegistrationState::Registered { until }]);
}

#[test]
fn it_is_renewed_in_time_with_the_known_nonce() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 401, CHALLENGE);
    let second = line.sent();
    line.answer(&second, 200, "Expires: 600\r\n");
    assert_eq!(line.until_sent(), Duration::from_secs(600 - 64));
    let renewal = line.sent();
    assert_eq!(header(&renewal, &HeaderName::CSeq), "3 REGISTER");
    let credentials = Credentials::parse(renewal.headers.get(&HeaderName::Authorization).unwrap()).unwrap();
    assert_eq!(credentials.count.unwrap().0, 2);
}

#[test]
fn a_short_grant_is_renewed_after_half_of_it() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 200, "Expires: 60\r\n");
    assert_eq!(line.until_sent(), Duration::from_secs(30));
}

#[test]
fn a_wrong_password_is_tried_once_and_then_with_growing_pauses() {
    let mut line = Line::new();
    let mut pauses = Vec::new();
    for _ in 0..9 {
        let first = line.sent();
        line.answer(&first, 401, CHALLENGE);
        let second = line.sent();
        line.answer(&second, 401, CHALLENGE);
        assert!(line.bench.sent.is_empty());
        let (status, pause) = line.failed();
        assert_eq!(status, 401);
        assert_eq!(line.until_sent(), pause);
        pauses.push(pause.as_secs());
    }
    for (pause, longest) in pauses.iter().zip([30, 60, 120, 240, 480, 960, 1_800, 1_800, 1_800]) {
        assert!((longest / 2..=longest).contains(pause), "{pauses:?}");
    }
}

#[test]
fn retry_after_is_kept_to() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 503, "Retry-After: 120 (maintenance)\r\n");
    assert_eq!(line.failed(), (503, Duration::from_secs(120)));
}

#[test]
fn a_time_that_is_too_brief_is_made_longer_at_once_but_not_without_end() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 423, "Min-Expires: 1800\r\n");
    assert_eq!(line.told(), []);
    let second = line.sent();
    assert_eq!(header(&second, &HeaderName::Expires), "1800");
    line.answer(&second, 423, "Min-Expires: 1800\r\n");
    assert_eq!(line.failed().0, 423);
}

#[test]
fn without_an_answer_it_is_408_and_tried_again() {
    let mut line = Line::new();
    line.bench.sent.clear();
    for _ in 0..40 {
        line.bench.after(1_000);
    }
    assert!(line.bench.sent.iter().all(|(_, message)| header(message, &HeaderName::CSeq) == "1 REGISTER"));
    assert!(matches!(line.told().as_slice(), [RegistrationState::Failed { status: 408, .. }]));
    line.until_sent();
    assert_eq!(header(&line.sent(), &HeaderName::CSeq), "2 REGISTER");
}

#[test]
fn a_renewal_that_fails_leaves_the_registration_until_it_runs_out() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 200, "Expires: 600\r\n");
    let until = line.bench.now + Duration::from_secs(600);
    line.until_sent();
    line.told();
    let renewal = line.sent();
    line.answer(&renewal, 500, "");
    let [RegistrationState::Failed { registered_until, .. }] = line.told()[..] else { panic!("not told") };
    assert_eq!(registered_until, Some(until));
}

#[test]
fn unregister_takes_it_back_and_leaves_nothing() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 200, "Expires: 600\r\n");
    line.told();
    line.bench.endpoint.unregister(line.bench.now, line.id);
    line.bench.drain();
    let removal = line.sent();
    assert_eq!(header(&removal, &HeaderName::Expires), "0");
    line.answer(&removal, 401, CHALLENGE);
    let again = line.sent();
    assert_eq!(header(&again, &HeaderName::Expires), "0");
    line.answer(&again, 200, "");
    assert_eq!(line.told(), [RegistrationState::Ended]);
    line.bench.after(40_000);
    assert_eq!(line.bench.endpoint.held(), 0);
    assert_eq!(line.bench.endpoint.poll_output(), Output::Idle);
}

#[test]
fn unregister_while_the_first_register_is_under_way_waits_for_its_answer() {
    let mut line = Line::new();
    let first = line.sent();
    line.bench.endpoint.unregister(line.bench.now, line.id);
    line.bench.drain();
    assert!(line.bench.sent.is_empty() && line.bench.events.is_empty());
    line.answer(&first, 200, "Expires: 600\r\n");
    let removal = line.sent();
    assert_eq!(header(&removal, &HeaderName::Expires), "0");
    line.answer(&removal, 500, "");
    assert_eq!(line.told(), [RegistrationState::Ended]);
}

#[test]
fn unregister_of_what_never_was_registered_ends_at_once() {
    let mut line = Line::new();
    let first = line.sent();
    line.answer(&first, 403, "");
    line.told();
    line.bench.endpoint.unregister(line.bench.now, line.id);
    line.bench.drain();
    assert_eq!(line.told(), [RegistrationState::Ended]);
    assert!(line.bench.sent.is_empty());
}
