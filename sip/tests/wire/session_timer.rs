//! Session timers and UPDATE as peers write them (RFC 4028, RFC 3311).

use jiesu_sip::{
    endpoint::{Event, Invite, LegEnd, LegId},
    message::{HeaderName, Message},
};

use crate::peer::{Bench, header, invite, method, request, response, status, to_tag, udp_peer};

const SECOND: u64 = 1_000;
const SDP: &str = "Content-Type: application/sdp\r\n";

/// A call that the peer made, with these headers in its INVITE; its leg, and our tag.
fn incoming(bench: &mut Bench, more: &str) -> (LegId, Message, String) {
    bench.receive(request("INVITE", "invite", "", 1, more));
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.sent.clear();
    bench.endpoint.accept(bench.now, leg, b"v=0 ours".to_vec()).unwrap();
    bench.drain();
    let ok = bench.only_sent();
    let tag = to_tag(&ok);
    bench.receive(request("ACK", "ack", &tag, 1, ""));
    (leg, ok, tag)
}

/// A call of ours, answered with these headers.
fn outgoing(bench: &mut Bench, more: &str) -> LegId {
    let (leg, first) = call(bench);
    bench.receive(response(&first, 200, "them", &format!("Contact: <sip:8001@192.0.2.1>\r\n{more}")));
    bench.sent.clear();
    bench.events.clear();
    leg
}

fn call(bench: &mut Bench) -> (LegId, Message) {
    call_with(bench, Some(b"v=0 ours".to_vec()))
}

fn call_with(bench: &mut Bench, offer: Option<Vec<u8>>) -> (LegId, Message) {
    let call = Invite {
        target: "sip:8001@192.0.2.1".parse().unwrap(),
        to: udp_peer(),
        from: "<sip:12345@192.0.2.200>".parse().unwrap(),
        to_display: None,
        headers: Vec::new(),
        offer,
    };
    let leg = bench.endpoint.invite(bench.now, call).unwrap();
    bench.drain();
    (leg, bench.only_sent())
}

fn expires(message: &Message) -> String {
    header(message, &HeaderName::SessionExpires)
}

#[test]
fn too_short_a_session_is_refused_with_the_shortest_that_we_take() {
    let mut bench = Bench::new();
    bench.receive(request("INVITE", "a", "", 1, "Supported: timer\r\nSession-Expires: 60\r\n"));
    let refusal = bench.only_sent();
    assert_eq!(status(&refusal), (422, "Session Interval Too Small".into()));
    assert_eq!(header(&refusal, &HeaderName::MinSe), "90");
    assert_eq!(bench.endpoint.held(), 0);
    let (_, ok, _) = incoming(&mut bench, "k: timer\r\nx: 90;refresher=uac\r\n");
    assert_eq!(
        (expires(&ok).as_str(), header(&ok, &HeaderName::Require).as_str()),
        ("90;refresher=uac", "timer")
    );
}

#[test]
fn a_required_timer_is_understood_and_another_extension_named() {
    let mut bench = Bench::new();
    let (status, _) = bench.answer_to(request("INVITE", "b", "", 1, "Require: timer, path\r\n"));
    assert_eq!(status, 420);
    let (_, ok, _) = incoming(&mut bench, "Require: timer\r\nSupported: timer\r\n");
    assert_eq!(expires(&ok), "1800;refresher=uas");
}

#[test]
fn before_our_description_is_said_a_peer_without_update_is_not_asked_again_and_again() {
    let mut bench = Bench::new();
    let (_, first) = call_with(&mut bench, None);
    let more = "Contact: <sip:8001@192.0.2.1>\r\nAllow: INVITE, ACK, BYE, UPDATE\r\nRequire: timer\r\n\
                Session-Expires: 90;refresher=uac\r\n";
    bench.receive(response(&first, 200, "them", more));
    bench.sent.clear();
    bench.after(45 * SECOND);
    let updates: Vec<_> =
        bench.sent.drain(..).map(|(_, message)| message).filter(|it| method(it) == "UPDATE").collect();
    assert_eq!(updates.len(), 1);
    bench.receive(response(&updates[0], 405, "them", ""));
    assert!(
        !bench.sent.iter().any(|(_, message)| method(message) == "UPDATE"),
        "it is tried later, if at all"
    );
}

#[test]
fn who_knows_no_timer_has_none() {
    let mut bench = Bench::new();
    let (_, ok, _) = incoming(&mut bench, "");
    assert_eq!((expires(&ok), header(&ok, &HeaderName::Require)), (String::new(), String::new()));
    let leg = outgoing(&mut bench, "");
    for _ in 0..100 {
        bench.after(600 * SECOND);
    }
    assert!(bench.sent.is_empty() && !bench.events.iter().any(|event| matches!(event, Event::Ended { .. })));
    bench.endpoint.hang_up(bench.now, leg);
}

#[test]
fn a_session_that_the_peer_does_not_refresh_is_over_and_one_that_he_does_goes_on() {
    let mut bench = Bench::new();
    let (leg, _, tag) = incoming(&mut bench, "Supported: timer\r\nSession-Expires: 300;refresher=uac\r\n");
    bench.events.clear();
    bench.after(250 * SECOND);
    let refresh = "Supported: timer\r\nSession-Expires: 300;refresher=uac\r\n";
    bench.sent.clear();
    bench.receive(request("UPDATE", "update", &tag, 2, refresh));
    let ok = bench.only_sent();
    assert_eq!((status(&ok).0, expires(&ok).as_str()), (200, "300;refresher=uac"));
    bench.after(267 * SECOND);
    assert!(bench.sent.is_empty() && bench.events.is_empty(), "268 s are allowed");
    bench.after(SECOND);
    assert_eq!(method(&bench.only_sent()), "BYE");
    assert_eq!(bench.events, [Event::Ended { leg, cause: LegEnd::SessionExpired }]);
}

#[test]
fn without_update_the_same_description_is_offered_again() {
    let mut bench = Bench::new();
    outgoing(
        &mut bench,
        "Session-Expires: 200;refresher=uac\r\nRequire: timer\r\nAllow: INVITE, ACK, BYE\r\n",
    );
    bench.after(100 * SECOND);
    let refresh = bench.only_sent();
    assert_eq!((method(&refresh).as_str(), &refresh.body[..]), ("INVITE", b"v=0 ours".as_slice()));
    assert_eq!(expires(&refresh), "1800;refresher=uac");
    bench.receive(response(&refresh, 200, "them", "Session-Expires: 200;refresher=uac\r\n"));
    assert_eq!(method(&bench.only_sent()), "ACK");
    bench.after(99 * SECOND);
    assert!(bench.sent.is_empty());
    bench.after(SECOND);
    assert_eq!(method(&bench.only_sent()), "INVITE");
}

#[test]
fn an_update_that_is_not_taken_after_all_becomes_a_re_invite() {
    let mut bench = Bench::new();
    outgoing(&mut bench, "Session-Expires: 200;refresher=uac\r\nAllow: INVITE, UPDATE\r\n");
    bench.after(100 * SECOND);
    let update = bench.only_sent();
    assert_eq!((method(&update).as_str(), update.body.is_empty()), ("UPDATE", true));
    bench.receive(response(&update, 405, "them", ""));
    assert_eq!(method(&bench.only_sent()), "INVITE");
}

#[test]
fn a_refresh_that_is_refused_ends_the_call_only_at_its_time_or_where_the_peer_knows_nothing_of_it() {
    for (refusal, over) in [(500, false), (481, true), (408, true)] {
        let mut bench = Bench::new();
        outgoing(&mut bench, "Session-Expires: 200;refresher=uac\r\nAllow: UPDATE\r\n");
        bench.after(100 * SECOND);
        let update = bench.only_sent();
        bench.receive(response(&update, refusal, "them", ""));
        assert_eq!(bench.events.len(), usize::from(over), "{refusal}");
        if !over {
            bench.after(30 * SECOND);
            let again = bench.only_sent();
            assert_eq!(method(&again), "UPDATE", "once more");
            bench.receive(response(&again, refusal, "them", ""));
            bench.after(38 * SECOND);
            assert!(matches!(bench.events[..], [Event::Ended { cause: LegEnd::SessionExpired, .. }]));
        }
    }
}

#[test]
fn an_interval_that_somebody_finds_too_small_is_made_longer() {
    let mut bench = Bench::new();
    let (_, first) = call(&mut bench);
    assert_eq!(
        (expires(&first).as_str(), header(&first, &HeaderName::Supported).as_str()),
        ("1800", "100rel, timer")
    );
    bench.receive(response(&first, 422, "x", "Min-SE: 3600\r\n"));
    let [(_, ack), (_, again)] = std::mem::take(&mut bench.sent).try_into().unwrap();
    assert_eq!((method(&ack).as_str(), method(&again).as_str()), ("ACK", "INVITE"));
    assert_eq!((expires(&again).as_str(), header(&again, &HeaderName::MinSe).as_str()), ("3600", "3600"));
    assert_eq!(header(&again, &HeaderName::CSeq), "2 INVITE");
    assert_eq!(header(&again, &HeaderName::CallId), header(&first, &HeaderName::CallId));
    assert!(bench.events.is_empty());
    // The same once more, or nonsense, is a refusal.
    bench.receive(response(&again, 422, "y", "Min-SE: 3600\r\n"));
    assert!(matches!(&bench.events[..], [Event::Ended { cause: LegEnd::Rejected { status: 422, .. }, .. }]));
}

#[test]
fn an_update_with_an_offer_is_the_callers_to_answer_once() {
    let mut bench = Bench::new();
    let (leg, _, tag) = incoming(&mut bench, "");
    bench.sent.clear();
    bench.events.clear();
    let update = request("UPDATE", "u", &tag, 2, SDP) + "v=0 theirs";
    bench.receive(&update);
    bench.receive(&update);
    assert_eq!(bench.events, [Event::Reoffered { leg, offer: Some(b"v=0 theirs".to_vec()) }]);
    assert!(bench.sent.is_empty());
    bench.endpoint.accept(bench.now, leg, b"v=0 new".to_vec()).unwrap();
    bench.drain();
    let ok = bench.only_sent();
    assert_eq!((status(&ok).0, &ok.body[..]), (200, b"v=0 new".as_slice()));
    assert_eq!(bench.statuses(&update), [200], "the same answer again");
    bench.receive(request("UPDATE", "v", &tag, 3, SDP) + "v=0 bad");
    bench.endpoint.reject(bench.now, leg, 488, "").unwrap();
    bench.drain();
    assert_eq!(status(bench.last_sent()).0, 488);
    bench.sent.clear();
    bench.after(40 * SECOND);
    assert!(bench.sent.is_empty(), "no ACK follows an UPDATE, so nothing waits for one");
}

#[test]
fn an_update_in_no_call_is_481_and_an_offer_before_ours_is_answered_is_put_off() {
    let mut bench = Bench::new();
    assert_eq!(bench.statuses(request("UPDATE", "n", "nobody", 1, "")), [481]);
    bench.receive(invite());
    bench.sent.clear();
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.progress(bench.now, leg, 180, None).unwrap();
    bench.drain();
    let tag = to_tag(&bench.only_sent());
    assert_eq!(bench.statuses(request("UPDATE", "e", &tag, 2, SDP) + "v=0"), [500]);
    assert_eq!(bench.statuses(request("UPDATE", "f", &tag, 3, "")), [200]);
}
