//! Our INVITE is forked by a proxy, and several answer (RFC 3261 §13.2.2.4).

use jiesu_sip::{
    endpoint::{Event, Invite, LegId},
    message::{HeaderName, Message},
};

use crate::peer::{Bench, header, method, response, udp_peer};

const CONTACT: &str = "Contact: <sip:a@192.0.2.1>\r\n";

fn called() -> (Bench, LegId, Message) {
    let mut bench = Bench::new();
    let invite = Invite {
        target: "sip:8001@192.0.2.1".parse().unwrap(),
        to: udp_peer(),
        from: "<sip:hotline@192.0.2.200>".parse().unwrap(),
        to_display: Some("张".into()),
        headers: vec![("P-Asserted-Identity".into(), "<sip:12345@h>".into())],
        offer: Some(b"v=0".to_vec()),
    };
    let leg = bench.endpoint.invite(bench.now, invite).unwrap();
    bench.drain();
    let sent = bench.only_sent();
    (bench, leg, sent)
}

fn methods(bench: &mut Bench) -> Vec<String> {
    bench.sent.drain(..).map(|(_, message)| method(&message)).collect()
}

#[test]
fn the_first_2xx_makes_the_call_and_each_other_gets_ack_and_bye() {
    let (mut bench, leg, invite) = called();
    bench.receive(response(&invite, 180, "one", CONTACT));
    bench.receive(response(&invite, 180, "two", CONTACT));
    bench.receive(response(&invite, 200, "two", CONTACT));
    assert_eq!(methods(&mut bench), ["ACK"]);
    bench.receive(response(&invite, 200, "one", CONTACT));
    assert!(header(bench.last_sent(), &HeaderName::To).ends_with("tag=one"));
    assert_eq!(methods(&mut bench), ["ACK", "BYE"]);
    let answers = bench.events.iter().filter(|event| matches!(event, Event::Answered { .. })).count();
    assert_eq!((answers, bench.endpoint.live_legs()), (1, 1));
    assert!(!bench.events.contains(&Event::Ended { leg, cause: jiesu_sip::endpoint::LegEnd::Bye }));
}

#[test]
fn each_2xx_that_comes_again_gets_its_own_ack_again_and_no_second_bye() {
    let (mut bench, _, invite) = called();
    for tag in ["one", "two"] {
        bench.receive(response(&invite, 200, tag, CONTACT));
    }
    bench.sent.clear();
    for tag in ["one", "two"] {
        bench.receive(response(&invite, 200, tag, CONTACT));
        let ack = bench.only_sent();
        assert_eq!(method(&ack), "ACK");
        assert!(header(&ack, &HeaderName::To).ends_with(tag));
    }
}

#[test]
fn a_bye_from_the_extra_branch_does_not_end_the_call() {
    let (mut bench, _, invite) = called();
    for tag in ["one", "two"] {
        bench.receive(response(&invite, 200, tag, CONTACT));
    }
    let local = header(&invite, &HeaderName::From).rsplit("tag=").next().unwrap().to_owned();
    let bye = |branch: &str, tag: &str| {
        crate::peer::request("BYE", branch, &local, 9, "")
            .replace(
                "Call-ID: call-1@192.0.2.1",
                &format!("Call-ID: {}", header(&invite, &HeaderName::CallId)),
            )
            .replace("tag=them", &format!("tag={tag}"))
    };
    assert_eq!(bench.answer_to(bye("1", "two")).0, 200);
    assert_eq!(bench.endpoint.live_legs(), 1);
    assert_eq!(bench.answer_to(bye("2", "one")).0, 200);
    assert_eq!(bench.endpoint.live_legs(), 0);
}

#[test]
fn a_response_with_another_branch_is_not_ours() {
    let (mut bench, _, invite) = called();
    let stranger = String::from_utf8(response(&invite, 200, "x", CONTACT).to_vec()).unwrap();
    bench.receive(stranger.replace("branch=z9hG4bK", "branch=z9hG4bKx"));
    assert!(bench.sent.is_empty() && bench.events.is_empty());
}

#[test]
fn a_refusal_gets_its_ack_on_the_invites_own_way() {
    let (mut bench, _, invite) = called();
    bench.receive(response(&invite, 486, "x", ""));
    let ack = bench.only_sent();
    assert_eq!(method(&ack), "ACK");
    assert_eq!(header(&ack, &HeaderName::Via), header(&invite, &HeaderName::Via));
    assert!(header(&ack, &HeaderName::To).ends_with("tag=x"));
}
