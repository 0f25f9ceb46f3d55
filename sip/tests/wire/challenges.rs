//! Challenges to what we send in calls: which are answered, how often, and what stays the same.

use jiesu_sip::{
    auth::{Algorithm, Credentials, Ha1, Login},
    endpoint::{Event, Invite, LegEnd, LegId},
    message::{Essentials, HeaderName, Message},
};

use crate::peer::{Bench, header, method, response, status, udp_peer};

const SHA: &str = "Digest realm=\"r\", nonce=\"one\", algorithm=SHA-256, qop=\"auth\"";
const MD5: &str = "Digest realm=\"r\", nonce=\"one\", algorithm=MD5, qop=\"auth\"";
const STALE: &str = "Digest realm=\"r\", nonce=\"two\", algorithm=MD5, qop=\"auth\", stale=true";

fn www(challenge: &str) -> String {
    format!("WWW-Authenticate: {challenge}\r\n")
}

fn proxy(challenge: &str) -> String {
    format!("Proxy-Authenticate: {challenge}\r\n")
}

fn bench() -> Bench {
    let mut bench = Bench::new();
    let login = Login { username: "line1".into(), password: "secret".into() };
    bench.endpoint.set_login(udp_peer(), Some(login));
    bench
}

fn call(bench: &mut Bench) -> (LegId, Message) {
    let call = Invite {
        target: "sip:8001@192.0.2.1".parse().unwrap(),
        to: udp_peer(),
        from: "<sip:12345@192.0.2.200>".parse().unwrap(),
        to_display: None,
        headers: vec![("Subject".into(), "hello".into())],
        offer: Some(b"v=0".to_vec()),
    };
    bench.sent.clear();
    let leg = bench.endpoint.invite(bench.now, call).unwrap();
    bench.drain();
    (leg, bench.only_sent())
}

/// Answers a request, and hands out what was sent upon that.
fn answered(bench: &mut Bench, request: &Message, status: u16, more: &str) -> Vec<Message> {
    bench.sent.clear();
    bench.receive(response(request, status, "them", more));
    std::mem::take(&mut bench.sent).into_iter().map(|(_, message)| message).collect()
}

/// The request that follows a challenge to an INVITE, behind the ACK.
fn retried(bench: &mut Bench, request: &Message, status: u16, more: &str) -> Message {
    let sent = answered(bench, request, status, more);
    let [ack, again] = sent.try_into().unwrap();
    assert_eq!(method(&ack), "ACK");
    again
}

fn credentials(message: &Message, name: &HeaderName) -> Option<Credentials> {
    message.headers.get(name).and_then(Credentials::parse)
}

fn is_right(message: &Message, name: &HeaderName, algorithm: Algorithm) -> bool {
    let credentials = credentials(message, name).unwrap();
    let ha1 = Ha1::new(algorithm, b"line1", b"r", b"secret");
    let method = method(message);
    credentials.algorithm == algorithm
        && credentials.uri == b"sip:8001@192.0.2.1"
        && credentials.clone().signed(&ha1, method.as_bytes()) == credentials
}

#[test]
fn a_challenged_invite_is_sent_again_with_credentials_and_the_next_cseq() {
    let mut bench = bench();
    let (_, first) = call(&mut bench);
    let again = retried(&mut bench, &first, 401, &(www(MD5) + &www(SHA)));
    assert!(is_right(&again, &HeaderName::Authorization, Algorithm::Sha256));
    assert_eq!(header(&again, &HeaderName::CSeq), "2 INVITE");
    for same in
        [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::Contact, HeaderName::Subject]
    {
        assert_eq!(header(&again, &same), header(&first, &same));
    }
    assert_eq!(again.body, first.body);
    assert_eq!(again.headers.all(&HeaderName::UserAgent).count(), 1);
    let branch = |message: &Message| Essentials::read(&message.headers).unwrap().via.branch().cloned();
    assert_ne!(branch(&again), branch(&first));
    assert!(bench.events.is_empty(), "the call has only begun: {:?}", bench.events);
}

#[test]
fn the_ack_has_the_credentials_of_its_invite_and_the_bye_its_own_count() {
    let mut bench = bench();
    let (leg, first) = call(&mut bench);
    let again = retried(&mut bench, &first, 407, &proxy(MD5));
    let contact = "Contact: <sip:8001@192.0.2.1>\r\n";
    let ack = answered(&mut bench, &again, 200, contact).pop().unwrap();
    assert_eq!(header(&ack, &HeaderName::CSeq), "2 ACK");
    let name = HeaderName::ProxyAuthorization;
    assert_eq!(header(&ack, &name), header(&again, &name));
    bench.endpoint.hang_up(bench.now, leg);
    bench.drain();
    let bye = bench.only_sent();
    assert!(is_right(&bye, &name, Algorithm::Md5));
    assert_eq!(credentials(&bye, &name).unwrap().count.unwrap().0, 2);
    assert_eq!(header(&bye, &HeaderName::CSeq), "3 BYE");
}

#[test]
fn a_challenged_bye_is_sent_again_and_nothing_is_left_of_the_call() {
    let mut bench = bench();
    let (leg, first) = call(&mut bench);
    answered(&mut bench, &first, 200, "Contact: <sip:8001@192.0.2.1>\r\n");
    bench.endpoint.hang_up(bench.now, leg);
    bench.drain();
    let bye = bench.only_sent();
    let again = answered(&mut bench, &bye, 401, &www(SHA)).pop().unwrap();
    assert!(is_right(&again, &HeaderName::Authorization, Algorithm::Sha256));
    assert_eq!(header(&again, &HeaderName::CSeq), "3 BYE");
    answered(&mut bench, &again, 200, "");
    bench.after(40_000);
    bench.after(40_000);
    assert_eq!(bench.endpoint.held(), 0);
}

#[test]
fn a_second_refusal_is_final_unless_it_is_stale() {
    let mut bench = bench();
    let (leg, first) = call(&mut bench);
    let second = retried(&mut bench, &first, 401, &www(MD5));
    let third = retried(&mut bench, &second, 401, &www(STALE));
    assert_eq!(credentials(&third, &HeaderName::Authorization).unwrap().nonce, b"two");
    let sent = answered(&mut bench, &third, 401, &www(MD5));
    assert_eq!(sent.iter().map(method).collect::<Vec<_>>(), ["ACK"]);
    let cause = LegEnd::Rejected { status: 401, reason: "x".into() };
    assert_eq!(bench.events, [Event::Ended { leg, cause }]);
    // What was refused is not put on the next call unasked.
    let (_, next) = call(&mut bench);
    assert_eq!(credentials(&next, &HeaderName::Authorization), None);
}

#[test]
fn a_peer_that_always_finds_the_nonce_stale_is_left_in_the_end() {
    let mut bench = bench();
    let (_, mut invite) = call(&mut bench);
    let mut sent = 1;
    loop {
        let mut messages = answered(&mut bench, &invite, 401, &www(STALE));
        let last = messages.pop().unwrap();
        if method(&last) == "ACK" {
            break;
        }
        invite = last;
        sent += 1;
        assert!(sent < 20, "without end");
    }
    assert_eq!(sent, 5);
    assert!(matches!(bench.events.as_slice(), [Event::Ended { .. }]));
}

#[test]
fn a_proxy_and_a_server_may_both_ask() {
    let mut bench = bench();
    let (_, first) = call(&mut bench);
    let second = retried(&mut bench, &first, 407, &proxy(MD5));
    let third = retried(&mut bench, &second, 401, &www(SHA));
    assert!(is_right(&third, &HeaderName::Authorization, Algorithm::Sha256));
    assert!(is_right(&third, &HeaderName::ProxyAuthorization, Algorithm::Md5));
    assert_eq!(header(&third, &HeaderName::CSeq), "3 INVITE");
}

#[test]
fn a_known_nonce_is_used_for_the_next_call_and_a_new_challenge_to_that_is_answered() {
    let mut bench = bench();
    let (_, first) = call(&mut bench);
    let again = retried(&mut bench, &first, 401, &www(MD5));
    answered(&mut bench, &again, 486, "");
    let (_, next) = call(&mut bench);
    assert_eq!(credentials(&next, &HeaderName::Authorization).unwrap().count.unwrap().0, 2);
    let renewed = retried(&mut bench, &next, 401, &www(&MD5.replace("one", "three")));
    let credentials = credentials(&renewed, &HeaderName::Authorization).unwrap();
    assert_eq!((credentials.nonce, credentials.count.unwrap().0), (b"three".to_vec(), 1));
}

#[test]
fn without_a_login_or_an_answerable_challenge_a_401_ends_the_call() {
    let mut without = Bench::new();
    let (_, first) = call(&mut without);
    assert_eq!(answered(&mut without, &first, 401, &www(MD5)).len(), 1);
    assert!(matches!(without.events.as_slice(), [Event::Ended { .. }]));
    let mut with = bench();
    let (_, first) = call(&mut with);
    assert_eq!(answered(&mut with, &first, 401, "WWW-Authenticate: Basic realm=\"r\"\r\n").len(), 1);
    assert!(matches!(with.events.as_slice(), [Event::Ended { .. }]));
}

#[test]
fn a_call_that_was_hung_up_meanwhile_is_not_sent_again() {
    let mut bench = bench();
    let (leg, first) = call(&mut bench);
    bench.endpoint.hang_up(bench.now, leg);
    bench.drain();
    let sent = answered(&mut bench, &first, 401, &www(MD5));
    assert_eq!(sent.iter().map(method).collect::<Vec<_>>(), ["ACK"]);
    bench.after(40_000);
    assert_eq!(bench.endpoint.held(), 0);
}

#[test]
fn a_challenge_that_comes_twice_is_answered_once() {
    let mut bench = bench();
    let (_, first) = call(&mut bench);
    let _ = retried(&mut bench, &first, 401, &www(MD5));
    let sent = answered(&mut bench, &first, 401, &www(MD5));
    assert_eq!(sent.iter().map(method).collect::<Vec<_>>(), ["ACK"]);
}

#[test]
fn a_challenged_reinvite_is_sent_again_and_its_answer_told() {
    let mut bench = bench();
    let (leg, first) = call(&mut bench);
    answered(&mut bench, &first, 200, "Contact: <sip:8001@192.0.2.1>\r\n");
    bench.endpoint.reinvite(bench.now, leg, b"v=1".to_vec()).unwrap();
    bench.drain();
    let reinvite = bench.only_sent();
    let again = retried(&mut bench, &reinvite, 407, &proxy(SHA));
    assert!(is_right(&again, &HeaderName::ProxyAuthorization, Algorithm::Sha256));
    bench.events.clear();
    let ack = answered(&mut bench, &again, 200, "Contact: <sip:8001@192.0.2.1>\r\n").pop().unwrap();
    assert_eq!(header(&ack, &HeaderName::CSeq), "3 ACK");
    assert!(credentials(&ack, &HeaderName::ProxyAuthorization).is_some());
    assert_eq!(bench.events, [Event::ReinviteAnswered { leg, status: 200, body: None }]);
}

#[test]
fn a_401_to_options_says_that_the_peer_is_there() {
    let mut bench = bench();
    let target = "sip:192.0.2.1".parse().unwrap();
    let id = bench.endpoint.options(bench.now, udp_peer(), target);
    bench.drain();
    let options = bench.only_sent();
    assert_eq!(answered(&mut bench, &options, 401, &www(MD5)).len(), 0);
    assert_eq!(bench.events, [Event::OptionsAnswer { id, status: 401, server: None }]);
    assert_eq!(status(&Message::parse(&response(&options, 401, "t", "")).unwrap()).0, 401);
}
