//! Messages that are strange and right, and messages that are wrong in strange ways.

use jiesu_sip::{
    endpoint::{Event, IncomingCall},
    message::{Message, WireText},
};

use crate::peer::{Bench, invite, request};

/// The call that a message makes; `None` where it makes none.
fn call_of(message: impl AsRef<[u8]>) -> Option<IncomingCall> {
    let mut bench = Bench::new();
    bench.receive(message);
    bench.events.into_iter().find_map(|event| match event {
        Event::Incoming { call, .. } => Some(call),
        _ => None,
    })
}

#[test]
fn compact_names_any_case_and_odd_white_space_are_read() {
    let message = "INVITE sip:12345@192.0.2.200 SIP/2.0\r\n\
        v:  SIP / 2.0\t/UDP\t192.0.2.1 ;branch = z9hG4bKodd\r\n\
        TO :\t<sip:12345@h>\r\n\
        fRoM:\"A \\\"quoted\\\\ name\"<sip:a@h>  ;  tag = 98asjd8\r\n\
        I: x\r\n\
        cseq: 0009\r\n  INVITE\r\n\
        m:\"Quoted; comma, name\"<sip:a@192.0.2.1>;q=0.3\r\n\
        l: 0\r\n\r\n";
    let call = call_of(message).unwrap();
    assert_eq!(call.from.display.unwrap(), "A \"quoted\\ name".into());
    assert_eq!(call.from.params.value("tag"), Some(&"98asjd8".into()));
}

#[test]
fn folded_headers_are_one_line() {
    let folded = invite().replace(
        "From: <sip:13800000000@192.0.2.1>;tag=them",
        "From:\r\n Chen\r\n\tWei\r\n <sip:a@h>\r\n ;tag=them",
    );
    assert_eq!(call_of(folded).unwrap().from.display.unwrap(), "Chen Wei".into());
}

#[test]
fn a_gbk_name_hides_nothing_behind_it() {
    let text = invite().replace("From: <sip:", "From: \"@\" <sip:");
    let (before, after) = text.split_once('@').unwrap();
    // The first `@` stands in the Request-URI; the name is the second.
    let (middle, after) = after.split_once("\"@\"").unwrap();
    let message =
        [before.as_bytes(), b"@", middle.as_bytes(), b"\"\xd5\xc5\xc8\xfd\"", after.as_bytes()].concat();
    let call = call_of(message).unwrap();
    assert_eq!(call.from.display.unwrap(), WireText::from(b"\xd5\xc5\xc8\xfd".to_vec()));
    assert_eq!(call.sip_call_id, "call-1@192.0.2.1");
}

#[test]
fn without_content_length_the_whole_datagram_is_the_body() {
    let sdp = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
    let message = request("INVITE", "a", "", 1, "Content-Type: application/sdp\r\n") + sdp;
    assert_eq!(call_of(message).unwrap().offer.unwrap(), sdp.as_bytes());
}

#[test]
fn a_content_length_shorter_than_the_datagram_cuts_it() {
    let message = request("INVITE", "a", "", 1, "Content-Type: application/sdp\r\nContent-Length: 3\r\n")
        + "v=0 and rubbish";
    assert_eq!(call_of(message).unwrap().offer.unwrap(), b"v=0");
}

#[test]
fn the_longest_datagram_is_read() {
    let head = request("INVITE", "a", "", 1, "Content-Type: application/sdp\r\n");
    let body = "a".repeat(65_535 - head.len());
    assert_eq!(call_of(head + &body).unwrap().offer.unwrap().len(), body.len());
}

#[test]
fn bare_line_feeds_are_let_pass() {
    assert!(call_of(invite().replace("\r\n", "\n")).is_some());
}

#[test]
fn empty_lines_before_the_message_are_let_pass() {
    assert!(call_of(format!("\r\n\r\n{}", invite())).is_some());
}

#[test]
fn unknown_headers_and_parameters_are_let_pass() {
    let more = "X-Jiesu: \"a\r\n b\"\r\nNewFangled: ;;,,;=\r\nSubject:\r\n";
    let message = request("INVITE", "a", "", 1, more).replace(";tag=them", ";unknown;tag=them;x=\"a;b\"");
    assert!(call_of(message).is_some());
}

#[test]
fn a_semicolon_in_the_user_part_belongs_to_the_user() {
    let message = invite().replacen("sip:12345@192.0.2.200", "sip:user;par=u%40example.net@192.0.2.200", 1);
    let uri = call_of(message).unwrap().request_uri;
    assert_eq!((uri.user_name().unwrap(), uri.host), ("user".into(), "192.0.2.200".into()));
}

#[test]
fn a_tel_uri_is_a_telephone_number() {
    let message = invite().replacen("sip:12345@192.0.2.200", "tel:+86-22-12345;phone-context=x", 1);
    assert_eq!(call_of(message).unwrap().request_uri.user_name().unwrap(), "+86-22-12345");
}

#[test]
fn a_peer_of_rfc_2543_without_branch_and_tag_can_call_and_hang_up() {
    let old = |message: String| message.replace(";branch=z9hG4bKa", "").replace(";tag=them", "");
    let mut bench = Bench::new();
    let invite = old(request("INVITE", "a", "", 1, ""));
    bench.receive(&invite);
    assert_eq!(bench.statuses(&invite), [100], "it is known again");
    let Some(Event::Incoming { leg, .. }) = bench.events.pop() else { panic!("no call") };
    bench.endpoint.accept(bench.now, leg, b"v=0".to_vec()).unwrap();
    bench.drain();
    let tag = crate::peer::to_tag(bench.last_sent());
    bench.receive(old(request("ACK", "a", &tag, 1, "")));
    assert_eq!(bench.events.pop(), Some(Event::Established { leg, body: None }));
    assert_eq!(bench.answer_to(old(request("BYE", "a", &tag, 2, ""))).0, 200);
}

#[test]
fn a_from_with_a_comma_in_quotes_is_one_address() {
    let message = invite().replace("From: <sip", "From: \"Chen, Wei <x>\" <sip");
    assert_eq!(call_of(message).unwrap().from.display.unwrap(), "Chen, Wei <x>".into());
}

#[test]
fn what_is_not_sip_is_dropped_without_a_word() {
    let mut bench = Bench::new();
    for rubbish in [
        &b""[..],
        b"\r\n\r\n",
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"INVITE",
        b"INVITE sip:x\r\n\r\n",
        b"SIP/2.0\r\n\r\n",
        b"SIP/2.0 99 x\r\n\r\n",
        b"SIP/2.0 4294967300 x\r\n\r\n",
        b"\xff\xfe\xfd \xff \xff\r\n",
    ] {
        bench.receive(rubbish);
        assert!(bench.sent.is_empty() && bench.events.is_empty(), "{rubbish:?}");
    }
}

#[test]
fn a_datagram_cut_in_a_header_is_refused_and_one_cut_behind_the_headers_is_not() {
    let whole = invite();
    let mut bench = Bench::new();
    assert_eq!(bench.answer_to(&whole[..whole.len() - 10]), (400, "Headers Not Ended".into()));
    assert!(call_of(&whole[..whole.len() - 2]).is_some());
}

#[test]
fn a_message_cut_anywhere_or_with_any_byte_changed_neither_panics_nor_makes_a_loop() {
    let whole =
        request("INVITE", "a", "", 1, "Content-Type: application/sdp\r\nContent-Length: 3\r\n") + "v=0";
    for at in 0..whole.len() {
        let mut bench = Bench::new();
        bench.receive(&whole.as_bytes()[..at]);
        for byte in [0, b'\r', b'\n', b'"', b'<', b';', b',', b':', 0xff] {
            let mut changed = whole.clone().into_bytes();
            changed[at] = byte;
            bench.receive(&changed);
        }
        bench.after(500_000);
        bench.after(500_000);
        bench.after(500_000);
        assert_eq!(bench.endpoint.live_legs(), 0);
    }
}

#[test]
fn a_carriage_return_that_ends_no_line_is_a_fault_and_never_sent_back() {
    let mut bench = Bench::new();
    let hidden = request("INVITE", "a", "", 1, "Subject: a\rEvil: 1\r\n");
    assert_eq!(bench.answer_to(hidden), (400, "Bad Header Line".into()));
    bench.sent.clear();
    bench.receive(invite().replacen("sip:12345@", "sip:\r12345@", 1));
    assert!(bench.sent.is_empty() && bench.events.is_empty());
}

#[test]
fn a_thousand_headers_are_refused_and_not_kept() {
    let mut bench = Bench::new();
    let message = request("INVITE", "a", "", 1, &"X: y\r\n".repeat(1_000));
    assert_eq!(bench.answer_to(message), (400, "Too Many Headers".into()));
}

#[test]
fn a_message_that_is_written_is_read_as_it_was() {
    for message in [invite(), request("BYE", "b", "x", 7, "X-Y: z\r\n") + "body"] {
        let first = Message::parse(&message.into()).unwrap();
        let mut again = Message::parse(&first.to_bytes()).unwrap();
        assert_eq!(again.body, first.body);
        let length = again.headers.iter().count();
        again = Message::parse(&again.to_bytes()).unwrap();
        assert_eq!(again.headers.iter().count(), length, "Content-Length is written once");
    }
}
