//! Where messages go: responses by Via (RFC 3261 §18.2.2, RFC 3581), requests inside a dialog by its routes (§12.2.1.1).

use jiesu_sip::{
    endpoint::{Event, LegId},
    message::{HeaderName, Method, StartLine},
};

use crate::peer::{Bench, header, invite, request, to_tag};

fn answered(bench: &mut Bench, invite: &str) -> LegId {
    bench.receive(invite);
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.accept(bench.now, leg, b"v=0".to_vec()).unwrap();
    bench.drain();
    let tag = to_tag(bench.last_sent());
    bench.receive(request("ACK", "ack", &tag, 1, ""));
    bench.sent.clear();
    leg
}

/// Where the BYE goes, its Request-URI and its routes.
fn bye_of(invite: &str) -> (String, String, Vec<String>) {
    let mut bench = Bench::new();
    let leg = answered(&mut bench, invite);
    bench.endpoint.hang_up(bench.now, leg);
    bench.drain();
    let (to, bye) = bench.sent.pop().unwrap();
    let StartLine::Request { method: Method::Bye, uri } = &bye.start else { panic!("{bye:?}") };
    let routes = bye.headers.all(&HeaderName::Route).map(ToString::to_string).collect();
    (to.addr.to_string(), uri.to_string(), routes)
}

#[test]
fn a_bye_goes_to_the_contact() {
    let invite =
        invite().replace("Contact: <sip:13800000000@192.0.2.1:5060>", "Contact: <sip:x@192.0.2.77:5070>");
    assert_eq!(bye_of(&invite), ("192.0.2.77:5070".into(), "sip:x@192.0.2.77:5070".into(), vec![]));
}

#[test]
fn a_bye_takes_the_recorded_route_in_the_callees_order() {
    let routed = invite().replace(
        "Max-Forwards: 70\r\n",
        "Record-Route: <sip:192.0.2.11;lr>, <sip:192.0.2.12;lr>\r\nRecord-Route: <sip:192.0.2.13;lr>\r\n",
    );
    let (to, uri, routes) = bye_of(&routed);
    assert_eq!((to, uri), ("192.0.2.11:5060".into(), "sip:13800000000@192.0.2.1:5060".into()));
    assert_eq!(routes, ["<sip:192.0.2.11;lr>", "<sip:192.0.2.12;lr>", "<sip:192.0.2.13;lr>"]);
}

#[test]
fn a_peer_behind_nat_is_answered_and_called_back_where_he_sends_from() {
    let natted = invite()
        .replace("UDP 192.0.2.1:5060;", "UDP 10.1.1.1:5062;rport;")
        .replace("Contact: <sip:13800000000@192.0.2.1:5060>", "Contact: <sip:x@10.1.1.1:5062>");
    let mut bench = Bench::new();
    bench.receive(&natted);
    let (to, trying) = &bench.sent[0];
    assert_eq!(to.addr.to_string(), "192.0.2.1:5060");
    assert!(header(trying, &HeaderName::Via).ends_with("received=192.0.2.1"));
    assert!(header(trying, &HeaderName::Via).contains("rport=5060"));
    assert_eq!(bye_of(&natted).0, "192.0.2.1:5060");
}

#[test]
fn a_response_repeats_all_vias_and_the_recorded_route() {
    let mut bench = Bench::new();
    let below = "Via: SIP/2.0/TCP a.example;branch=z9hG4bKa, SIP/2.0/UDP b.example\r\n";
    bench.receive(request("INVITE", "a", "", 1, &format!("{below}Record-Route: <sip:192.0.2.11;lr>\r\n")));
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.progress(bench.now, leg, 180, None).unwrap();
    bench.drain();
    let ringing = bench.last_sent();
    let vias: Vec<_> = ringing.headers.all(&HeaderName::Via).skip(1).map(ToString::to_string).collect();
    assert_eq!(vias, ["SIP/2.0/TCP a.example;branch=z9hG4bKa", "SIP/2.0/UDP b.example"]);
    assert_eq!(header(ringing, &HeaderName::RecordRoute), "<sip:192.0.2.11;lr>");
    assert_eq!(header(ringing, &HeaderName::Contact), "<sip:12345@192.0.2.200:5060>");
}
