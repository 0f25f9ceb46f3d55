//! Reliable provisional responses and PRACK, as peers write them (RFC 3262).

use jiesu_sip::{
    endpoint::{Event, Invite, LegEnd, LegId},
    message::{HeaderName, Message},
};

use crate::peer::{Bench, header, method, request, response, status, to_tag, udp_peer};

const SDP: &str = "Content-Type: application/sdp\r\n";
const CONTACT: &str = "Contact: <sip:8001@192.0.2.1>\r\n";

fn call(bench: &mut Bench) -> (LegId, Message) {
    let call = Invite {
        target: "sip:8001@192.0.2.1".parse().unwrap(),
        to: udp_peer(),
        from: "<sip:12345@192.0.2.200>".parse().unwrap(),
        to_display: None,
        headers: Vec::new(),
        offer: Some(b"v=0 ours".to_vec()),
    };
    let leg = bench.endpoint.invite(bench.now, call).unwrap();
    bench.drain();
    (leg, bench.only_sent())
}

/// A reliable 183 with this RSeq.
fn reliable(bench: &mut Bench, invite: &Message, rseq: u32) {
    bench.sent.clear();
    bench.receive(response(invite, 183, "them", &format!("{CONTACT}Require: 100rel\r\nRSeq: {rseq}\r\n")));
}

fn progressed(bench: &Bench) -> usize {
    bench.events.iter().filter(|event| matches!(event, Event::Progress { .. })).count()
}

/// An incoming call that demands reliable responses, ringing; its leg, our 180 and our tag.
fn ringing(bench: &mut Bench, body: Option<&[u8]>) -> (LegId, Message, String) {
    bench.receive(request("INVITE", "invite", "", 1, "Require: 100rel\r\n"));
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.sent.clear();
    bench.endpoint.progress(bench.now, leg, 180, body.map(<[u8]>::to_vec)).unwrap();
    bench.drain();
    let ringing = bench.only_sent();
    let tag = to_tag(&ringing);
    (leg, ringing, tag)
}

fn prack(ringing: &Message, branch: &str, tag: &str, cseq: u32) -> String {
    let rseq = header(ringing, &HeaderName::RSeq);
    request("PRACK", branch, tag, cseq, &format!("RAck: {rseq} 1 INVITE\r\n"))
}

#[test]
fn a_reliable_response_is_acknowledged_and_handed_on_once() {
    let mut bench = Bench::new();
    let (_, invite) = call(&mut bench);
    assert_eq!(header(&invite, &HeaderName::Supported), "100rel, timer");
    reliable(&mut bench, &invite, 800);
    let prack = bench.only_sent();
    assert_eq!((method(&prack), header(&prack, &HeaderName::RAck)), ("PRACK".into(), "800 1 INVITE".into()));
    assert_eq!(header(&prack, &HeaderName::CSeq), "2 PRACK");
    assert_eq!(header(&prack, &HeaderName::To), "<sip:8001@192.0.2.1>;tag=them");
    reliable(&mut bench, &invite, 800);
    assert!(bench.sent.is_empty(), "the PRACK's own transaction repeats it");
    reliable(&mut bench, &invite, 802);
    assert!(bench.sent.is_empty(), "801 is missing");
    assert_eq!(progressed(&bench), 1);
    reliable(&mut bench, &invite, 801);
    assert_eq!(header(&bench.only_sent(), &HeaderName::RAck), "801 1 INVITE");
    assert_eq!(progressed(&bench), 2);
}

#[test]
fn the_ack_and_the_bye_count_on_behind_the_prack() {
    let mut bench = Bench::new();
    let (leg, invite) = call(&mut bench);
    reliable(&mut bench, &invite, 1);
    let prack = bench.only_sent();
    bench.receive(response(&prack, 200, "them", ""));
    bench.receive(response(&invite, 200, "them", CONTACT));
    assert_eq!(header(&bench.only_sent(), &HeaderName::CSeq), "1 ACK");
    bench.endpoint.hang_up(bench.now, leg);
    bench.drain();
    assert_eq!(header(&bench.only_sent(), &HeaderName::CSeq), "3 BYE");
}

#[test]
fn a_call_that_is_given_up_is_cancelled_upon_a_reliable_response_too() {
    let mut bench = Bench::new();
    let (leg, invite) = call(&mut bench);
    bench.endpoint.hang_up(bench.now, leg);
    reliable(&mut bench, &invite, 1);
    assert_eq!(method(&bench.only_sent()), "CANCEL");
}

#[test]
fn what_is_heard_may_be_changed_by_update_before_the_answer() {
    let mut bench = Bench::new();
    let (leg, invite) = call(&mut bench);
    reliable(&mut bench, &invite, 1);
    let call_id = header(&invite, &HeaderName::CallId);
    let tag = header(&invite, &HeaderName::From).split("tag=").nth(1).unwrap().to_owned();
    let update = request("UPDATE", "u", &tag, 1, SDP).replace("call-1@192.0.2.1", &call_id) + "v=0 another";
    bench.events.clear();
    bench.sent.clear();
    bench.receive(&update);
    assert_eq!(bench.events, [Event::Reoffered { leg, offer: Some(b"v=0 another".to_vec()) }]);
    bench.endpoint.accept(bench.now, leg, b"v=0 mine".to_vec()).unwrap();
    bench.drain();
    assert_eq!(status(&bench.only_sent()).0, 200);
    bench.receive(response(&invite, 200, "them", CONTACT));
    assert_eq!(method(&bench.only_sent()), "ACK", "the call was not answered by that");
}

#[test]
fn a_caller_who_demands_it_gets_his_180_until_he_acknowledges_it() {
    let mut bench = Bench::new();
    let (_, ringing, tag) = ringing(&mut bench, None);
    assert_eq!(status(&ringing).0, 180);
    assert_eq!(header(&ringing, &HeaderName::Require), "100rel");
    for wait in [500, 1_000, 2_000, 4_000] {
        bench.after(wait);
        assert_eq!(bench.only_sent(), ringing);
    }
    let wrong = prack(&ringing, "w", &tag, 2).replace("1 INVITE", "7 INVITE");
    assert_eq!(bench.statuses(wrong), [481]);
    assert_eq!(bench.statuses(prack(&ringing, "p", &tag, 3)), [200]);
    assert_eq!(bench.statuses(prack(&ringing, "p", &tag, 3)), [200], "the same again");
    assert_eq!(bench.statuses(prack(&ringing, "q", &tag, 4)), [481], "there is nothing left to acknowledge");
    bench.sent.clear();
    bench.after(60_000);
    assert!(bench.sent.is_empty());
}

#[test]
fn responses_follow_one_by_one_with_rising_numbers() {
    let mut bench = Bench::new();
    let (leg, first, tag) = ringing(&mut bench, None);
    bench.endpoint.progress(bench.now, leg, 182, None).unwrap();
    bench.drain();
    assert!(bench.sent.is_empty());
    bench.receive(prack(&first, "p", &tag, 2));
    let [(_, ok), (_, second)] = std::mem::take(&mut bench.sent).try_into().unwrap();
    assert_eq!((status(&ok).0, status(&second).0), (200, 182));
    let rseq = |message: &Message| header(message, &HeaderName::RSeq).parse::<u32>().unwrap();
    assert_eq!(rseq(&second), rseq(&first) + 1);
}

#[test]
fn an_answer_waits_only_for_the_prack_of_a_description() {
    let mut bench = Bench::new();
    let (leg, first, tag) = ringing(&mut bench, None);
    bench.endpoint.accept(bench.now, leg, b"v=0".to_vec()).unwrap();
    bench.drain();
    assert_eq!(status(&bench.only_sent()).0, 200);
    assert_eq!(bench.statuses(prack(&first, "p", &tag, 2)), [200], "it was only late");

    let mut bench = Bench::new();
    let (leg, first, tag) = ringing(&mut bench, Some(b"v=0 early"));
    bench.endpoint.accept(bench.now, leg, b"v=0".to_vec()).unwrap();
    bench.drain();
    assert!(bench.sent.is_empty());
    bench.receive(prack(&first, "p", &tag, 2));
    let sent: Vec<_> = bench.sent.iter().map(|(_, message)| header(message, &HeaderName::CSeq)).collect();
    assert_eq!(sent, ["2 PRACK", "1 INVITE"]);
}

#[test]
fn a_caller_who_never_acknowledges_is_given_up() {
    let mut bench = Bench::new();
    let (leg, ..) = ringing(&mut bench, None);
    bench.after(32_000);
    assert_eq!(status(bench.last_sent()).0, 504);
    assert_eq!(bench.events, [Event::Ended { leg, cause: LegEnd::Timeout }]);
    bench.after(40_000);
    bench.after(40_000);
    assert_eq!(bench.endpoint.held(), 0);
}

#[test]
fn a_prack_of_nothing_is_481() {
    let mut bench = Bench::new();
    assert_eq!(bench.statuses(request("PRACK", "n", "nobody", 2, "RAck: 1 1 INVITE\r\n")), [481]);
    let (_, _, tag) = ringing(&mut bench, None);
    assert_eq!(bench.statuses(request("PRACK", "m", &tag, 2, "RAck: nonsense\r\n")), [481]);
}
