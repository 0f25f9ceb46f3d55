//! What is refused, with which status, and that refusing keeps nothing.

use jiesu_sip::{
    endpoint::{Config, Event, LegEnd},
    message::HeaderName,
};

use crate::peer::{Bench, header, invite, request, status, to_tag};

#[test]
fn an_unknown_method_gets_405_with_allow() {
    let mut bench = Bench::new();
    assert_eq!(bench.answer_to(request("PUBLISH", "a", "", 1, "")).0, 405);
    bench.receive(request("FROBNICATE", "b", "", 1, ""));
    assert_eq!(
        header(&bench.only_sent(), &HeaderName::Allow),
        "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE"
    );
    assert_eq!(bench.endpoint.held(), 0);
}

#[test]
fn options_gets_200_with_what_we_can() {
    let mut bench = Bench::new();
    bench.receive(request("OPTIONS", "a", "", 1, ""));
    let answer = bench.only_sent();
    assert_eq!(status(&answer).0, 200);
    assert_eq!(header(&answer, &HeaderName::Accept), "application/sdp");
    assert_eq!(bench.endpoint.held(), 0);
}

#[test]
fn a_missing_or_unreadable_header_gets_400_that_names_it() {
    for (good, bad, reason) in [
        ("CSeq: 1 INVITE\r\n", "", "Missing CSeq"),
        ("CSeq: 1 INVITE\r\n", "CSeq: one INVITE\r\n", "Bad CSeq"),
        ("CSeq: 1 INVITE\r\n", "CSeq: 4294967296 INVITE\r\n", "Bad CSeq"),
        ("CSeq: 1 INVITE\r\n", "CSeq: 1 BYE\r\n", "CSeq Names Another Method"),
        ("Call-ID: call-1@192.0.2.1\r\n", "", "Missing Call-ID"),
        ("Call-ID: call-1@192.0.2.1\r\n", "Call-ID: a\r\ni: b\r\n", "Several Call-ID"),
        ("From: <sip:13800000000@192.0.2.1>;tag=them\r\n", "From: \"never ends <sip:a@b>\r\n", "Bad From"),
        ("To: <sip:12345@192.0.2.200>\r\n", "", "Missing To"),
        ("Contact: <sip:13800000000@192.0.2.1:5060>\r\n", "", "Missing Contact"),
        ("Max-Forwards: 70\r\n", "Max-Forwards 70\r\n", "Bad Header Line"),
        ("Max-Forwards: 70\r\n", "Content-Length: 9\r\n", "Content-Length Beyond Message"),
        ("Max-Forwards: 70\r\n", "Content-Length: -1\r\n", "Bad Content-Length"),
        ("sip:12345@192.0.2.200 SIP/2.0", "sip:12 345@192.0.2.200 SIP/2.0", "Bad Request-URI"),
    ] {
        let message = invite();
        assert!(message.contains(good), "{good}");
        let mut bench = Bench::new();
        assert_eq!(bench.answer_to(message.replacen(good, bad, 1)), (400, reason.into()), "{bad}");
        assert_eq!(bench.endpoint.held(), 0, "{bad}");
        assert!(bench.events.is_empty(), "{bad}");
    }
}

#[test]
fn another_version_or_scheme_is_refused_with_its_own_status() {
    let mut bench = Bench::new();
    assert_eq!(bench.answer_to(invite().replacen(" SIP/2.0", " SIP/7.0", 1)).0, 505);
    assert_eq!(bench.answer_to(invite().replacen("sip:12345@192.0.2.200", "mailto:a@b", 1)).0, 416);
}

#[test]
fn a_required_extension_gets_420_that_names_it() {
    let mut bench = Bench::new();
    bench.receive(request("INVITE", "a", "", 1, "Require: path, nothing\r\n"));
    let answer = bench.only_sent();
    assert_eq!(status(&answer).0, 420);
    assert_eq!(header(&answer, &HeaderName::Unsupported), "path, nothing");
}

#[test]
fn a_body_that_is_no_session_description_gets_415_that_says_what_is() {
    let mut bench = Bench::new();
    bench.receive(request("INVITE", "a", "", 1, "Content-Type: text/plain\r\n") + "hello");
    let answer = bench.only_sent();
    assert_eq!((status(&answer).0, header(&answer, &HeaderName::Accept)), (415, "application/sdp".into()));
    let coded = "Content-Type: application/sdp\r\nContent-Encoding: gzip\r\n";
    assert_eq!(bench.answer_to(request("INVITE", "b", "", 1, coded) + "v=0").0, 415);
}

#[test]
fn bye_cancel_and_invite_of_a_dialog_that_is_not_known_get_481() {
    let mut bench = Bench::new();
    for method in ["BYE", "CANCEL", "INVITE"] {
        assert_eq!(bench.answer_to(request(method, method, "nobody", 1, "")).0, 481, "{method}");
    }
    assert_eq!(bench.endpoint.held(), 0);
}

#[test]
fn an_ack_is_never_answered() {
    let mut bench = Bench::new();
    bench.receive(request("ACK", "a", "nobody", 1, ""));
    bench.receive(request("ACK", "a", "", 1, "").replace("CSeq: 1 ACK\r\n", ""));
    assert!(bench.sent.is_empty());
}

#[test]
fn beyond_max_legs_an_invite_gets_503_with_retry_after_and_keeps_nothing() {
    let mut config = Config::new("192.0.2.200:5060".parse().unwrap(), "bench");
    config.max_legs = 1;
    let mut bench = Bench::with(config);
    bench.receive(invite());
    let held = bench.endpoint.held();
    bench.sent.clear();
    bench.receive(invite().replace("call-1", "call-2").replace("z9hG4bKinvite", "z9hG4bKother"));
    let answer = bench.only_sent();
    assert_eq!((status(&answer).0, header(&answer, &HeaderName::RetryAfter)), (503, "5".into()));
    assert_eq!(bench.endpoint.held(), held);
}

#[test]
fn a_call_that_its_session_refuses_503_gets_retry_after() {
    let mut bench = Bench::new();
    bench.receive(invite());
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.reject(bench.now, leg, 503, "").unwrap();
    bench.drain();
    assert_eq!(header(bench.last_sent(), &HeaderName::RetryAfter), "5");
}

#[test]
fn a_full_endpoint_still_lets_a_call_end() {
    let mut config = Config::new("192.0.2.200:5060".parse().unwrap(), "bench");
    config.max_transactions = 1;
    let mut bench = Bench::with(config);
    bench.receive(invite());
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.accept(bench.now, leg, b"v=0".to_vec()).unwrap();
    bench.drain();
    let tag = to_tag(bench.last_sent());
    assert_eq!(bench.answer_to(request("OPTIONS", "o", "", 1, "")).0, 200);
    assert_eq!(bench.answer_to(request("BYE", "b", &tag, 2, "")).0, 200);
    assert_eq!(bench.events, [Event::Ended { leg, cause: LegEnd::Bye }]);
}

#[test]
fn the_same_invite_on_two_ways_is_one_call() {
    let mut bench = Bench::new();
    bench.receive(invite());
    assert_eq!(bench.answer_to(invite().replace("z9hG4bKinvite", "z9hG4bKother-way")).0, 482);
    assert_eq!(bench.endpoint.live_legs(), 1);
}

#[test]
fn a_repeated_invite_is_answered_with_what_was_said_last() {
    let mut bench = Bench::new();
    bench.receive(invite());
    assert_eq!(bench.statuses(invite()), [100]);
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.progress(bench.now, leg, 180, None).unwrap();
    bench.drain();
    assert_eq!(bench.statuses(invite()), [180]);
    bench.endpoint.reject(bench.now, leg, 486, "").unwrap();
    bench.drain();
    assert_eq!(bench.statuses(invite()), [486]);
    assert_eq!(bench.statuses(request("ACK", "invite", "x", 1, "")), []);
    assert_eq!(bench.statuses(invite()), []);
}

#[test]
fn a_request_behind_its_time_gets_500() {
    let mut bench = Bench::new();
    bench.receive(request("INVITE", "invite", "", 7, ""));
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.accept(bench.now, leg, b"v=0".to_vec()).unwrap();
    bench.drain();
    let tag = to_tag(bench.last_sent());
    bench.receive(request("ACK", "ack", &tag, 7, ""));
    assert_eq!(bench.answer_to(request("INVITE", "late", &tag, 6, "")).0, 500);
    assert_eq!(bench.endpoint.live_legs(), 1);
}

#[test]
fn a_header_that_would_break_the_message_is_refused_before_it_is_sent() {
    let mut bench = Bench::new();
    for (name, value) in [("X-A", "b\r\nEvil: 1"), ("X A", "b"), ("", "b"), ("Via", "b"), ("i", "b")] {
        let invite = jiesu_sip::endpoint::Invite {
            target: "sip:a@192.0.2.1".parse().unwrap(),
            to: crate::peer::udp_peer(),
            from: "<sip:b@192.0.2.200>".parse().unwrap(),
            to_display: None,
            headers: vec![(name.into(), value.into())],
            offer: None,
        };
        assert!(bench.endpoint.invite(bench.now, invite).is_err(), "{name}: {value}");
    }
    bench.drain();
    assert!(bench.sent.is_empty());
}
