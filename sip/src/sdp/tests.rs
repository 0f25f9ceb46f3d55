#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;

use proptest::prelude::*;

use super::*;

const IDS: SessionIds = SessionIds { session_id: 42, version: 1 };

fn local() -> LocalMedia {
    LocalMedia {
        address: [198, 51, 100, 7].into(),
        rtp_port: 20_000,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        dtmf: true,
        ptime_ms: 20,
        direction: Direction::SendRecv,
    }
}

/// A desk phone's offer, with lines to add or to put in place of its own.
fn phone(media: &str) -> Vec<u8> {
    format!("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=call\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n{media}")
        .into_bytes()
}

const AUDIO: &str =
    "m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n";

fn answered(offer: &[u8]) -> (String, Negotiated) {
    let (body, agreed) = answer(offer, &local(), IDS).unwrap();
    (String::from_utf8(body).unwrap(), agreed)
}

fn remote(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 9], port))
}

#[test]
fn a_phones_offer_is_answered_with_its_first_codec_and_its_event_number() {
    let (body, agreed) = answered(&phone(AUDIO));
    assert_eq!(
        body,
        "v=0\r\no=- 42 1 IN IP4 198.51.100.7\r\ns=-\r\nc=IN IP4 198.51.100.7\r\nt=0 0\r\n\
         m=audio 20000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n\
         a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    );
    assert_eq!(
        agreed,
        Negotiated {
            remote_rtp: remote(4000),
            remote_rtcp: remote(4001),
            codec: Codec::Pcmu,
            payload_type: 0,
            receives: vec![(0, Codec::Pcmu), (8, Codec::Pcma)],
            dtmf_payload_type: Some(101),
            ptime_ms: 20,
            we_send: true,
            we_receive: true,
            rtcp_mux: false,
        }
    );
}

#[test]
fn our_offer_and_our_answer_agree_from_both_ends() {
    let theirs = LocalMedia {
        address: [192, 0, 2, 9].into(),
        rtp_port: 4000,
        codecs: vec![Codec::Pcmu],
        direction: Direction::SendOnly,
        ..local()
    };
    let offered = offer(&local(), IDS);
    let (body, at_them) = answer(&offered, &theirs, IDS).unwrap();
    let at_us = accept_answer(&body, &local()).unwrap();
    assert_eq!((at_us.codec, at_them.codec), (Codec::Pcmu, Codec::Pcmu));
    assert_eq!((at_us.remote_rtp, at_them.remote_rtp.port()), (remote(4000), 20_000));
    assert_eq!((at_us.we_send, at_us.we_receive), (false, true));
    assert_eq!((at_them.we_send, at_them.we_receive), (true, false));
    assert_eq!((at_us.dtmf_payload_type, at_them.dtmf_payload_type), (Some(101), Some(101)));
}

#[test]
fn every_direction_is_answered_with_its_counterpart() {
    for (offered, answer, sends, receives) in [
        ("sendrecv", "sendrecv", true, true),
        ("sendonly", "recvonly", false, true),
        ("recvonly", "sendonly", true, false),
        ("inactive", "inactive", false, false),
    ] {
        // Said of the stream, or of the whole session.
        let of_session = format!("a={offered}\r\n{AUDIO}");
        for media in [format!("{AUDIO}a={offered}\r\n"), of_session] {
            let (body, agreed) = answered(&phone(&media));
            assert!(body.contains(&format!("a={answer}\r\n")), "{body}");
            assert_eq!((agreed.we_send, agreed.we_receive), (sends, receives), "{offered}");
        }
    }
}

#[test]
fn the_old_hold_address_stops_our_sound_and_nothing_else() {
    let (body, agreed) = answered(&phone(&format!("{AUDIO}c=IN IP4 0.0.0.0\r\n")));
    assert!(body.contains("m=audio 20000 "));
    assert_eq!((agreed.we_send, agreed.we_receive), (false, true));
    assert!(agreed.remote_rtp.ip().is_unspecified());
}

#[test]
fn a_streams_own_address_counts_before_the_sessions() {
    let (_, agreed) = answered(&phone(&format!("{AUDIO}c=IN IP4 192.0.2.77\r\n")));
    assert_eq!(agreed.remote_rtp, SocketAddr::from(([192, 0, 2, 77], 4000)));
}

#[test]
fn streams_we_do_not_take_are_refused_in_their_place() {
    let offer = format!(
        "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio 0 RTP/AVP 8\r\n\
         m=audio 6000 RTP/SAVP 8\r\n{AUDIO}m=image 7000 udptl t38\r\nm=audio 8000 RTP/AVP 8\r\n"
    );
    let (body, agreed) = answered(&phone(&offer));
    let lines: Vec<&str> = body.lines().filter(|line| line.starts_with("m=")).collect();
    assert_eq!(
        lines,
        [
            "m=video 0 RTP/AVP 96",
            "m=audio 0 RTP/AVP 8",
            "m=audio 0 RTP/SAVP 8",
            "m=audio 20000 RTP/AVP 0 101",
            "m=image 0 udptl t38",
            "m=audio 0 RTP/AVP 8",
        ]
    );
    assert_eq!(agreed.remote_rtp, remote(4000));
}

#[test]
fn a_codec_under_a_dynamic_number_is_answered_under_it() {
    let (body, agreed) = answered(&phone("m=audio 4000 RTP/AVP 18 97\r\na=rtpmap:97 pcma/8000/1\r\n"));
    assert!(body.contains("m=audio 20000 RTP/AVP 97\r\na=rtpmap:97 PCMA/8000\r\n"), "{body}");
    assert_eq!((agreed.payload_type, agreed.codec), (97, Codec::Pcma));
    assert_eq!(agreed.dtmf_payload_type, None);
}

#[test]
fn a_static_number_that_is_mapped_to_something_else_is_not_ours() {
    let offer = phone("m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 PCMA/16000\r\n");
    assert_eq!(answer(&offer, &local(), IDS).unwrap_err().status().0, 488);
}

#[test]
fn packet_times_asked_for_are_kept_within_what_goes() {
    for (lines, ptime_ms) in [
        ("", 20),
        ("a=ptime:30\r\n", 30),
        ("a=ptime:40\r\na=maxptime:30\r\n", 30),
        ("a=ptime:5\r\n", 10),
        ("a=ptime:500\r\n", 60),
        ("a=ptime:25\r\n", 20),
        ("a=ptime:20.5\r\n", 20),
        ("a=ptime:0\r\n", 20),
        ("a=ptime:nonsense\r\n", 20),
    ] {
        assert_eq!(answered(&phone(&format!("{AUDIO}{lines}"))).1.ptime_ms, ptime_ms, "{lines}");
    }
}

#[test]
fn rtcp_goes_where_it_is_said_to() {
    let rtcp = |lines: &str| answered(&phone(&format!("{AUDIO}{lines}"))).1.remote_rtcp;
    assert_eq!(rtcp("a=rtcp:53020\r\n"), remote(53_020));
    let elsewhere = SocketAddr::from(([192, 0, 2, 10], 53_020));
    assert_eq!(rtcp("a=rtcp:53020 IN IP4 192.0.2.10\r\n"), elsewhere);
    assert_eq!(rtcp("a=rtcp:nonsense\r\n"), remote(4001));
    let (body, agreed) = answered(&phone(&format!("{AUDIO}a=rtcp-mux\r\n")));
    assert!(body.contains("a=rtcp-mux"));
    assert!(agreed.rtcp_mux);
    assert_eq!(agreed.remote_rtcp, remote(4000));
}

#[test]
fn a_wrong_line_that_nobody_reads_refuses_no_call() {
    // Bare LFs, a blank line, blanks at the end, a GBK name, a broken time, a line without "=", two c= lines.
    let mut offer =
        b"v=0 \n\no=- x y IN IP4 192.0.2.9\ns=\xBD\xD3\xCB\xDF\nc=IN IP4 192.0.2.9\nc=IN IP4 192.0.2.8\n"
            .to_vec();
    offer.extend_from_slice(b"t=now never\nb=lots\njunk\na=\na=x-\xFF:\xFE\n");
    offer.extend_from_slice(b"m=audio  4000  RTP/AVP  8\na=rtpmap:8\na=rtpmap:\na=fmtp\n");
    let (_, agreed) = answered(&offer);
    assert_eq!((agreed.codec, agreed.remote_rtp), (Codec::Pcma, remote(4000)));
}

#[test]
fn what_cannot_be_taken_has_its_status() {
    for (offer, status, text) in [
        (phone("m=video 5000 RTP/AVP 96\r\n"), 488, "no audio stream"),
        (phone(""), 488, "no audio stream"),
        (phone("m=audio 0 RTP/AVP 8\r\n"), 488, "no audio stream"),
        (phone("m=audio 4000 RTP/SAVP 8\r\n"), 488, "no audio stream"),
        (phone("m=audio 4000 RTP/AVP 18 101\r\n"), 488, "no common codec; offered: 18 101"),
        (phone(&format!("{AUDIO}c=IN IP4 phone.example.com\r\n")), 488, "phone.example.com"),
        (phone(&format!("{AUDIO}c=IN IP6 2001:db8::1\r\n")), 488, "2001:db8::1"),
        (b"v=0\r\nm=audio 4000 RTP/AVP 8\r\n".to_vec(), 400, "no connection address"),
        (b"v=1\r\nm=audio 4000 RTP/AVP 8\r\n".to_vec(), 400, "malformed"),
        (b"m=audio 4000 RTP/AVP 8\r\n".to_vec(), 400, "malformed"),
        (phone("m=audio 70000 RTP/AVP 8\r\n"), 400, "malformed"),
        (phone("m=audio\r\n"), 400, "malformed"),
        (b"".to_vec(), 400, "malformed"),
    ] {
        let error = answer(&offer, &local(), IDS).unwrap_err();
        let shown = String::from_utf8_lossy(&offer).into_owned();
        assert_eq!(error.status().0, status, "{shown}");
        assert!(error.to_string().contains(text), "{error}: {shown}");
    }
}

#[test]
fn an_answer_that_refuses_the_stream_or_names_nothing_of_ours_is_an_error() {
    let refused = phone("m=audio 0 RTP/AVP 8\r\n");
    assert!(matches!(accept_answer(&refused, &local()), Err(SdpError::NoAudio)));
    let other = phone("m=audio 4000 RTP/AVP 18\r\n");
    assert!(matches!(accept_answer(&other, &local()), Err(SdpError::NoCommonCodec { .. })));
}

#[test]
fn an_end_that_takes_no_keys_agrees_on_none() {
    let deaf = LocalMedia { dtmf: false, ..local() };
    let (body, agreed) = answer(&phone(AUDIO), &deaf, IDS).unwrap();
    assert_eq!(agreed.dtmf_payload_type, None);
    assert!(!String::from_utf8(body).unwrap().contains("telephone-event"));
    assert!(!String::from_utf8(offer(&deaf, IDS)).unwrap().contains("telephone-event"));
}

proptest! {
    #[test]
    fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = answer(&body, &local(), IDS);
        let _ = accept_answer(&body, &local());
    }

    #[test]
    fn no_lines_panic_and_an_answer_has_as_many_streams_as_its_offer(
        lines in proptest::collection::vec(
            "(v=0|m=(audio|video) [0-9]{1,6}(/[0-9]{1,3})? RTP/AVP( [0-9]{1,3}){0,3}|a=[a-z-]{0,9}:?[ -~]{0,20}|c=IN IP[46] [0-9a-f.:/]{0,15})",
            0..12,
        )
    ) {
        let mut offer = String::from_utf8(phone("")).unwrap();
        offer.push_str(&lines.join("\n"));
        if let Ok((body, agreed)) = answer(offer.as_bytes(), &local(), IDS) {
            let streams = |text: &str| text.lines().filter(|line| line.starts_with("m=")).count();
            let body = String::from_utf8(body).unwrap();
            prop_assert_eq!(streams(&body), streams(&offer));
            prop_assert_eq!(body.matches("m=audio 20000 ").count(), 1);
            prop_assert!(agreed.receives.contains(&(agreed.payload_type, agreed.codec)));
        }
    }
}
