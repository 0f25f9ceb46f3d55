#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::codec::Codec;
use crate::sdp::Negotiated;

const FRAME: u32 = 160;
const FRAME_TIME: Duration = Duration::from_millis(20);
const START: u64 = timeline::FIRST_TIMESTAMP;
const DTMF: u8 = 101;

fn source(port: u16) -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 9], port))
}

fn agreed() -> Negotiated {
    Negotiated {
        remote_rtp: source(4000),
        remote_rtcp: source(4001),
        codec: Codec::Pcma,
        payload_type: 8,
        receives: vec![(8, Codec::Pcma), (0, Codec::Pcmu)],
        dtmf_payload_type: Some(DTMF),
        ptime_ms: 20,
        we_send: true,
        we_receive: true,
        rtcp_mux: false,
    }
}

/// Hears one datagram and says where it stands.
fn place(receiver: &mut Receiver, now: Instant, datagram: &[u8]) -> Option<(u64, u64)> {
    let received = receiver.handle(now, source(4000), datagram)?;
    Some((received.sequence, received.timestamp))
}

fn frame(sender: &mut Sender) -> Bytes {
    sender.packet(&[0xD5; FRAME as usize], FRAME, false)
}

#[test]
fn what_a_sender_sends_a_receiver_hears() {
    let (mut sender, mut receiver) = (Sender::new(7, 100, 5000, 8), Receiver::new(&agreed()));
    let heard = receiver.handle(Instant::now(), source(4000), &sender.packet(b"sound", 5, true)).unwrap();
    assert!(heard.marker);
    assert_eq!(heard.timestamp, START);
    assert_eq!(heard.payload, Media::Audio { codec: Codec::Pcma, payload: Bytes::from_static(b"sound") });
    assert_eq!((receiver.ssrc(), receiver.source()), (Some(7), Some(source(4000))));
    assert_eq!(sender.sent(), (1, 5));
}

#[test]
fn both_counters_wrap_without_a_seam() {
    let mut sender = Sender::new(7, u16::MAX - 1, u32::MAX - FRAME, 8);
    let (mut receiver, mut now) = (Receiver::new(&agreed()), Instant::now());
    let places: Vec<_> = (0..4)
        .map(|_| {
            now += FRAME_TIME;
            place(&mut receiver, now, &frame(&mut sender)).unwrap()
        })
        .collect();
    for pair in places.windows(2) {
        assert_eq!((pair[1].0 - pair[0].0, pair[1].1 - pair[0].1), (1, u64::from(FRAME)));
    }
    assert_eq!(receiver.stats().lost, 0);
}

#[test]
fn a_silence_that_is_not_sent_is_kept() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let now = Instant::now();
    place(&mut receiver, now, &frame(&mut sender)).unwrap();
    sender.skip(8_000 * 30);
    let (_, timestamp) =
        place(&mut receiver, now + Duration::from_secs(30) + FRAME_TIME, &frame(&mut sender)).unwrap();
    assert_eq!(timestamp, START + u64::from(FRAME) + 8_000 * 30);
}

#[test]
fn a_new_ssrc_goes_on_where_the_clock_says() {
    let (mut before, mut after) = (Sender::new(7, 1, 1, 8), Sender::new(8, 9_000, 77_777, 8));
    let (mut receiver, now) = (Receiver::new(&agreed()), Instant::now());
    place(&mut receiver, now, &frame(&mut before)).unwrap();
    let second = now + Duration::from_secs(1);
    assert_eq!(place(&mut receiver, second, &frame(&mut after)).unwrap().1, START + 8_000);
    // A straggler of the old source does not bring it back.
    assert_eq!(place(&mut receiver, second, &frame(&mut before)), None);
    let next = place(&mut receiver, second + FRAME_TIME, &frame(&mut after)).unwrap();
    assert_eq!(next.1, START + 8_000 + u64::from(FRAME));
    assert_eq!((receiver.stats().lost, receiver.stats().late), (0, 1));
}

#[test]
fn a_phone_that_starts_anew_leaves_the_gap_that_it_made_and_no_other() {
    for (pause_ms, late_ms) in [(0_u64, 0_u64), (0, 15), (340, 0), (340, 60), (30_000, 7)] {
        let mut receiver = Receiver::new(&agreed());
        let (mut before, mut after) = (Sender::new(7, 500, 123_456, 8), Sender::new(8, 60_000, 7, 8));
        let zero = Instant::now();
        let at = |ms: u64| zero + Duration::from_millis(ms);
        let mut last = 0;
        for n in 0..50 {
            last = place(&mut receiver, at(20 * n), &frame(&mut before)).unwrap().1;
        }
        assert_eq!(last, START + 49 * u64::from(FRAME));
        // Its first packet may be late; those after it are in time, and may only be as far off as that one was.
        let begin = 1_000 + pause_ms;
        let first = place(&mut receiver, at(begin + late_ms), &frame(&mut after)).unwrap().1;
        assert_eq!(first, START + 8 * (begin + late_ms), "a pause of {pause_ms} ms");
        for n in 1..50 {
            let (_, placed) = place(&mut receiver, at(begin + 20 * n), &frame(&mut after)).unwrap();
            assert_eq!(placed, first + n * u64::from(FRAME), "no seam after it");
        }
        assert_eq!((receiver.stats().lost, receiver.stats().received), (0, 100));
    }
}

#[test]
fn a_source_that_changes_while_packets_are_early_never_stands_over_what_was_heard() {
    let mut receiver = Receiver::new(&agreed());
    let (mut before, mut after) = (Sender::new(7, 500, 9, 8), Sender::new(8, 60_000, 7, 8));
    let now = Instant::now();
    // Ten packets in one burst, and the next source right behind them.
    let last = (0..10).filter_map(|_| place(&mut receiver, now, &frame(&mut before))).last().unwrap().1;
    assert_eq!(place(&mut receiver, now, &frame(&mut after)).unwrap().1, last + u64::from(FRAME));
}

#[test]
fn a_single_packet_of_another_source_costs_a_tenth_of_a_second_and_not_the_talk() {
    let mut receiver = Receiver::new(&agreed());
    let (mut talk, mut stray) = (Sender::new(7, 500, 9, 8), Sender::new(8, 60_000, 7, 8));
    let zero = Instant::now();
    place(&mut receiver, zero, &frame(&mut talk)).unwrap();
    place(&mut receiver, zero, &frame(&mut stray)).unwrap();
    let places: Vec<_> = (1..50)
        .filter_map(|n| place(&mut receiver, zero + FRAME_TIME * n, &frame(&mut talk)))
        .map(|(_, timestamp)| timestamp)
        .collect();
    // The stray one's own sound has its place, too.
    let expected: Vec<_> = (7..51).map(|n| START + n * u64::from(FRAME)).collect();
    assert_eq!(places, expected);
}

#[test]
fn timestamps_that_stood_still_or_jumped_are_set_right_by_the_clock() {
    for raw_jump in [0_u32, 5, 1 << 30, u32::MAX / 2] {
        let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
        let now = Instant::now();
        place(&mut receiver, now, &frame(&mut sender)).unwrap();
        sender.skip(raw_jump);
        let later = now + Duration::from_secs(60);
        assert_eq!(place(&mut receiver, later, &frame(&mut sender)).unwrap().1, START + 8_000 * 60);
        let next = place(&mut receiver, later + FRAME_TIME, &frame(&mut sender)).unwrap();
        assert_eq!(next.1, START + 8_000 * 60 + u64::from(FRAME), "jump {raw_jump}");
    }
}

#[test]
fn a_test_caller_in_quick_motion_keeps_its_own_time() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let mut now = Instant::now();
    for index in 0..5_000 {
        let (_, timestamp) = place(&mut receiver, now, &frame(&mut sender)).unwrap();
        assert_eq!(timestamp, START + index * u64::from(FRAME));
        now += FRAME_TIME / 10;
    }
}

#[test]
fn a_burst_after_a_stall_is_heard_where_the_clock_says_in_the_end() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let start = Instant::now();
    let mut now = start;
    place(&mut receiver, now, &frame(&mut sender)).unwrap();
    // Five seconds of packets come at once, then they come in time.
    now += Duration::from_secs(5);
    for _ in 0..250 {
        place(&mut receiver, now, &frame(&mut sender));
    }
    let mut last = 0;
    for _ in 0..50 {
        now += FRAME_TIME;
        last = place(&mut receiver, now, &frame(&mut sender)).unwrap().1;
    }
    assert_eq!(last, START + 300 * u64::from(FRAME));
    assert_eq!(now - start, 300 * FRAME_TIME);
}

#[test]
fn a_key_held_for_seconds_leaves_the_sound_after_it_in_its_place() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let mut now = Instant::now();
    place(&mut receiver, now, &frame(&mut sender)).unwrap();
    let mut press = sender.press(Digit::from_event(1).unwrap(), 8_000 * 5, DTMF);
    loop {
        let datagrams = sender.press_packets(&mut press, 160);
        if datagrams.is_empty() {
            break;
        }
        now += FRAME_TIME;
        for datagram in datagrams {
            receiver.handle(now, source(4000), &datagram);
        }
    }
    let (_, timestamp) = place(&mut receiver, now + FRAME_TIME, &frame(&mut sender)).unwrap();
    assert_eq!(timestamp, START + u64::from(FRAME) + 8_000 * 5);
}

#[test]
fn sequence_numbers_that_start_anew_are_believed_the_second_time() {
    let (mut before, mut after) = (Sender::new(7, 1, 1, 8), Sender::new(7, 40_000, 900_000, 8));
    let (mut receiver, now) = (Receiver::new(&agreed()), Instant::now());
    place(&mut receiver, now, &frame(&mut before)).unwrap();
    let later = now + FRAME_TIME;
    assert_eq!(place(&mut receiver, later, &frame(&mut after)), None);
    let (sequence, timestamp) = place(&mut receiver, later + FRAME_TIME, &frame(&mut after)).unwrap();
    assert_eq!(timestamp, START + 2 * u64::from(FRAME));
    let next = place(&mut receiver, later + 2 * FRAME_TIME, &frame(&mut after)).unwrap();
    assert_eq!(next, (sequence + 1, timestamp + u64::from(FRAME)));
}

#[test]
fn comfort_noise_is_a_sign_of_life_and_neither_sound_nor_loss() {
    let mut receiver = Receiver::new(&agreed());
    let mut now = Instant::now();
    let mut hear = |sequence: u16, timestamp: u32, payload_type: u8, payload: &[u8]| {
        let mut datagram = Vec::new();
        Packet { marker: false, payload_type, sequence, timestamp, ssrc: 7, payload }.write(&mut datagram);
        now += FRAME_TIME;
        (now, receiver.handle(now, source(4000), &datagram), receiver.heard_at(), receiver.stats())
    };
    let sound = [0xD5; FRAME as usize];
    assert_eq!(hear(1, 0, 8, &sound).1.unwrap().timestamp, START);
    for n in 1..=40 {
        let (at, heard, heard_at, _) = hear(1 + n, u32::from(n) * FRAME, 13, &[60]);
        assert_eq!((heard, heard_at), (None, Some(at)));
    }
    let (_, heard, _, stats) = hear(42, 41 * FRAME, 8, &sound);
    assert_eq!(heard.unwrap().timestamp, START + 41 * u64::from(FRAME));
    assert_eq!((stats.lost, stats.unknown_payload_type, stats.received), (0, 0, 42));
}

#[test]
fn strangers_and_unknown_payloads_are_counted_and_dropped() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let now = Instant::now();
    place(&mut receiver, now, &frame(&mut sender)).unwrap();
    assert_eq!(receiver.handle(now, source(666), &frame(&mut sender)), None);
    let mut other = Sender::new(7, 3, 1, 18);
    assert_eq!(place(&mut receiver, now, &frame(&mut other)), None);
    assert_eq!(place(&mut receiver, now, b"hello"), None);
    let stats = receiver.stats();
    assert_eq!((stats.received, stats.strangers, stats.unknown_payload_type, stats.malformed), (1, 1, 1, 1));
}

#[test]
fn a_new_description_moves_the_stream_and_keeps_its_line() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let now = Instant::now();
    place(&mut receiver, now, &frame(&mut sender)).unwrap();
    receiver.renegotiate(&Negotiated { remote_rtp: source(5000), ..agreed() });
    let heard = receiver.handle(now + FRAME_TIME, source(5000), &frame(&mut sender)).unwrap();
    assert_eq!(heard.timestamp, START + u64::from(FRAME));
    assert_eq!(receiver.source(), Some(source(5000)));
}

#[test]
fn contributing_sources_extensions_and_padding_are_stepped_over() {
    let mut datagram = vec![0xB1, 0x88, 0, 9, 0, 0, 0, 5, 0, 0, 0, 7];
    datagram.extend_from_slice(&[9; 4]);
    datagram.extend_from_slice(&[0xBE, 0xDE, 0, 1, 0xF0, 1, 2, 3]);
    datagram.extend_from_slice(b"sound\0\0\x03");
    let packet = Packet::parse(&datagram).unwrap();
    assert_eq!(
        packet,
        Packet { marker: true, payload_type: 8, sequence: 9, timestamp: 5, ssrc: 7, payload: b"sound" }
    );
    for cut in 0..24 {
        assert_eq!(Packet::parse(&datagram[..cut]).unwrap_err(), PacketError::Short, "{cut}");
    }
    *datagram.last_mut().unwrap() = 200;
    assert_eq!(Packet::parse(&datagram).unwrap_err(), PacketError::Padding);
    datagram[0] = 0x71;
    assert_eq!(Packet::parse(&datagram).unwrap_err(), PacketError::Version(1));
}

#[test]
fn a_report_on_the_shared_port_is_told_from_sound() {
    let (mut sender, mut receiver) = (Sender::new(7, 1, 1, 8), Receiver::new(&agreed()));
    let sound = frame(&mut sender);
    let wall = rtcp::NtpTime::from_unix(Duration::from_secs(1));
    let report = rtcp::Reports::new("x").compose(Instant::now(), wall, &sender, &mut receiver);
    assert!(!is_rtcp(&sound));
    assert!(is_rtcp(&report));
    assert!(!is_rtcp(b""));
}

/// What the network did to a packet.
#[derive(Debug, Clone)]
struct Fate {
    lost: bool,
    doubled: bool,
    delay_ms: u64,
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = (prop::bool::weighted(0.1), prop::bool::weighted(0.1), 0..300_u64)
        .prop_map(|(lost, doubled, delay_ms)| Fate { lost, doubled, delay_ms });
    prop::collection::vec(fate, 1..80)
}

/// Datagrams in the order they arrive, each with when.
fn arrivals(sent: &[(u64, Bytes)], fates: &[Fate]) -> Vec<(u64, Bytes)> {
    let mut arrivals = Vec::new();
    for ((sent_ms, datagram), fate) in sent.iter().zip(fates) {
        let copies = if fate.lost { 0 } else { 1 + usize::from(fate.doubled) };
        // A copy takes its own way.
        let ways = (0..copies).map(|copy| sent_ms + (fate.delay_ms + 90 * copy as u64) % 300);
        arrivals.extend(ways.map(|at| (at, datagram.clone())));
    }
    arrivals.sort_by_key(|(at, _)| *at);
    arrivals
}

proptest! {
    #[test]
    fn no_bytes_panic(datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20)) {
        let (mut receiver, sender) = (Receiver::new(&agreed()), Sender::new(7, 1, 1, 8));
        let mut reports = rtcp::Reports::new("x");
        for (index, datagram) in datagrams.iter().enumerate() {
            let now = Instant::now() + Duration::from_millis(index as u64 * 20);
            receiver.handle(now, source(4000), datagram);
            reports.handle(now, &sender, &receiver, datagram);
            let _ = is_rtcp(datagram);
        }
    }

    #[test]
    fn no_fields_panic(
        fields in prop::collection::vec(
            (any::<u16>(), any::<u32>(), 0..3_u32, 0..3_u8, 0..4_u16, 0..5_000_u64),
            0..60,
        )
    ) {
        let (mut receiver, mut now) = (Receiver::new(&agreed()), Instant::now());
        for (sequence, timestamp, ssrc, kind, port, after_ms) in fields {
            now += Duration::from_millis(after_ms);
            let payload_type = [8, 0, DTMF][usize::from(kind)];
            let mut datagram = Vec::new();
            let payload = &[1, 0x80, 0, 50];
            Packet { marker: false, payload_type, sequence, timestamp, ssrc, payload }.write(&mut datagram);
            receiver.handle(now, source(port), &datagram);
            receiver.overdue(now);
            let stats = receiver.stats();
            prop_assert!(stats.received >= receiver.report().map_or(0, |_| 1));
        }
    }

    /// Our reading of a header is that of the crate the design names, wherever that crate reads one.
    #[test]
    fn headers_are_read_as_rtc_rtp_reads_them(
        flags in prop::sample::select(vec![0x80_u8, 0x81, 0x8F, 0x90, 0xA0, 0x92]),
        rest in prop::collection::vec(any::<u8>(), 11..120),
    ) {
        use rtc_shared::marshal::Unmarshal as _;
        let mut datagram = vec![flags];
        datagram.extend(&rest);
        let theirs = rtc_rtp::Packet::unmarshal(&mut datagram.as_slice());
        match (Packet::parse(&datagram), theirs) {
            (Ok(ours), Ok(theirs)) => {
                prop_assert_eq!(ours.marker, theirs.header.marker);
                prop_assert_eq!(ours.payload_type, theirs.header.payload_type);
                prop_assert_eq!(ours.sequence, theirs.header.sequence_number);
                prop_assert_eq!(ours.timestamp, theirs.header.timestamp);
                prop_assert_eq!(ours.ssrc, theirs.header.ssrc);
                // Of extensions in RFC 8285's forms that crate may leave bytes in the payload.
                let odd = matches!(theirs.header.extension_profile, 0xBEDE | 0x1000);
                let padded_by_nothing = flags & 0x20 != 0 && datagram.last() == Some(&0);
                if !odd && !padded_by_nothing {
                    prop_assert_eq!(ours.payload, theirs.payload.as_ref());
                }
            }
            (Err(_), Err(_)) => {}
            (ours, theirs) => {
                let odd = flags & 0x10 != 0 || (flags & 0x20 != 0 && datagram.last() == Some(&0));
                prop_assert!(odd, "ours {:?}, theirs {:?}", ours, theirs.is_ok());
            }
        }
    }

    /// Lost, doubled and reordered packets: each that arrives stands where it would have without all that, once.
    #[test]
    fn every_packet_that_arrives_is_placed_by_its_timestamp(
        fates in fates(), first_sequence: u16, first_timestamp: u32,
    ) {
        let mut sender = Sender::new(7, first_sequence, first_timestamp, 8);
        let sent: Vec<(u64, Bytes)> = (0..fates.len())
            .map(|index| (index as u64 * 20, sender.packet(&[index as u8], FRAME, false)))
            .collect();
        let (mut receiver, epoch) = (Receiver::new(&agreed()), Instant::now());
        let mut heard = Vec::new();
        for (at_ms, datagram) in arrivals(&sent, &fates) {
            let now = epoch + Duration::from_millis(at_ms);
            if let Some(received) = receiver.handle(now, source(4000), &datagram) {
                let Media::Audio { payload, .. } = received.payload else { panic!("no key was pressed") };
                heard.push((received.timestamp, received.sequence, payload[0]));
            }
        }
        let arrived: Vec<u8> = (0_u8..).zip(&fates).filter(|(_, fate)| !fate.lost).map(|(index, _)| index).collect();
        let doubled = fates.iter().filter(|fate| !fate.lost && fate.doubled).count();
        heard.sort_unstable();
        prop_assert_eq!(heard.iter().map(|(_, _, index)| *index).collect::<Vec<_>>(), arrived);
        for pair in heard.windows(2) {
            let frames = u64::from(pair[1].2 - pair[0].2);
            prop_assert_eq!(pair[1].0 - pair[0].0, frames * u64::from(FRAME));
            prop_assert_eq!(pair[1].1 - pair[0].1, frames);
        }
        prop_assert_eq!(receiver.stats().duplicates, doubled as u64);
        // Losses before the first and after the last that arrived are not known of.
        let span = heard.last().map_or(0, |last| last.1 - heard[0].1 + 1);
        prop_assert_eq!(receiver.stats().lost, span - heard.len() as u64);
    }

    /// However the packets of presses are lost, doubled and reordered: a press of which one packet arrives is
    /// one press, and ends.
    #[test]
    fn a_key_is_pressed_once_and_comes_up_once(fates in fates(), first_timestamp: u32) {
        let mut sender = Sender::new(7, 1, first_timestamp, 8);
        let (mut sent, mut presses) = (Vec::new(), Vec::new());
        let mut at_ms = 0;
        while sent.len() < fates.len() {
            let digit = Digit::from_event((presses.len() % 16) as u8).unwrap();
            let mut press = sender.press(digit, 800, DTMF);
            let from = sent.len();
            loop {
                let datagrams = sender.press_packets(&mut press, 160);
                if datagrams.is_empty() {
                    break;
                }
                sent.extend(datagrams.into_iter().map(|datagram| (at_ms, datagram)));
                at_ms += 20;
            }
            presses.push((digit, from..sent.len()));
            at_ms += 400;
            sender.skip(3_200);
        }
        let (mut receiver, epoch) = (Receiver::new(&agreed()), Instant::now());
        let (mut pressed, mut released) = (Vec::new(), Vec::new());
        let mut note = |event| match event {
            DtmfEvent::Pressed { digit } => pressed.push(digit.event()),
            DtmfEvent::Released { digit, .. } => released.push(digit.event()),
        };
        for (at_ms, datagram) in arrivals(&sent, &fates) {
            let now = epoch + Duration::from_millis(at_ms);
            match receiver.handle(now, source(4000), &datagram).map(|received| received.payload) {
                Some(Media::Dtmf(event)) => note(event),
                Some(Media::Audio { .. }) => panic!("no sound was sent"),
                None => {}
            }
        }
        while let Some(event) = receiver.overdue(epoch + Duration::from_secs(3_600)) {
            note(event);
        }
        let expected: Vec<u8> = presses
            .iter()
            .filter(|(_, packets)| packets.clone().any(|packet| fates.get(packet).is_some_and(|fate| !fate.lost)))
            .map(|(digit, _)| digit.event())
            .collect();
        pressed.sort_unstable();
        released.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        prop_assert_eq!(&pressed, &expected);
        prop_assert_eq!(&released, &expected);
    }
}
