//! The driver on loopback, with pages that are `str0m` on the other side: what browsers do with it is tried by
//! `tests/browser_seat.rs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use jiesu_sip::rtp::Packet;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;
use crate::domain::UserId;

const PATIENCE: Duration = Duration::from_secs(20);
const PTIME: Duration = Duration::from_millis(20);

/// The seats of one user, and what is told of its presence.
struct Seats {
    seats: BrowserSeats,
    presence: mpsc::UnboundedReceiver<bool>,
    running: JoinHandle<()>,
}

impl Seats {
    async fn start() -> Self {
        let config = SeatConfig { listen_udp: (Ipv4Addr::LOCALHOST, 0).into(), advertised_ip: None };
        let (told, presence) = mpsc::unbounded_channel();
        let extensions = HashMap::from([(UserId::new(), "8003".to_owned())]);
        let on_presence = move |extension: &str, present| {
            assert_eq!(extension, "8003");
            let _ = told.send(present);
        };
        let (driver, seats) = SeatDriver::bind(config, extensions, on_presence).await.unwrap();
        Self { seats, presence, running: tokio::spawn(driver.run()) }
    }

    async fn presence(&mut self) -> bool {
        timeout(PATIENCE, self.presence.recv()).await.unwrap().unwrap()
    }
}

/// A page: says packets of one byte over and over, and hands out what it hears.
struct Page {
    heard: mpsc::UnboundedReceiver<Vec<u8>>,
    running: JoinHandle<()>,
}

fn config() -> RtcConfig {
    RtcConfig::new().set_rtp_mode(true).clear_codecs()
}

impl Page {
    async fn open(seats: &BrowserSeats, says: u8) -> Self {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (mut rtc, mid, pending, offer) =
            offer(udp.local_addr().unwrap(), config().enable_pcma(true, false));
        let answer = seats.connect("8003", offer).await.unwrap();
        assert!(answer.contains("a=ice-lite") && answer.contains(" 8\r\n"), "{answer}");
        let answer = SdpAnswer::from_sdp_string(&answer).unwrap();
        rtc.sdp_api().accept_answer(pending, answer).unwrap();
        let (tell, heard) = mpsc::unbounded_channel();
        Self { heard, running: tokio::spawn(run(rtc, udp, mid, says, tell)) }
    }

    async fn hears(&mut self, payload: u8) {
        timeout(PATIENCE, async { while self.heard.recv().await.unwrap() != [payload; 160] {} })
            .await
            .unwrap();
    }

    /// The machine loses its power.
    fn vanish(&self) {
        self.running.abort();
    }
}

fn offer(local: SocketAddr, config: RtcConfig) -> (Rtc, Mid, SdpPendingOffer, String) {
    let mut rtc = config.build(Instant::now());
    rtc.add_local_candidate(Candidate::host(local, "udp").unwrap());
    let mut api = rtc.sdp_api();
    let mid = api.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
    let (offer, pending) = api.apply().unwrap();
    (rtc, mid, pending, offer.to_sdp_string())
}

async fn run(mut rtc: Rtc, udp: UdpSocket, mid: Mid, says: u8, heard: mpsc::UnboundedSender<Vec<u8>>) {
    let local = udp.local_addr().unwrap();
    let mut datagram = vec![0; 2_048];
    let mut ticks = tokio::time::interval(PTIME);
    let (mut number, mut connected) = (60_000_u64, false);
    loop {
        let at = loop {
            match rtc.poll_output().unwrap() {
                Output::Timeout(at) => break at,
                Output::Transmit(out) => drop(udp.try_send_to(&out.contents, out.destination)),
                Output::Event(Event::Connected) => connected = true,
                Output::Event(Event::RtpPacket(packet)) => drop(heard.send(packet.payload.to_vec())),
                Output::Event(_) => {}
            }
        };
        if !rtc.is_alive() {
            return;
        }
        tokio::select! {
            received = udp.recv_from(&mut datagram) => {
                let (length, from) = received.unwrap();
                let receive = Receive::new(Protocol::Udp, from, local, &datagram[..length]).unwrap();
                rtc.handle_input(Input::Receive(Instant::now(), receive)).unwrap();
            }
            _ = ticks.tick(), if connected => {
                number += 1;
                let timestamp = (number * 160) as u32;
                let write = RtpWrite::new(8.into(), number.into(), timestamp, Instant::now(), [says; 160]);
                rtc.direct_api().stream_tx_by_mid(mid, None).unwrap().write_rtp(write);
            }
            () = tokio::time::sleep_until(at.into()) => rtc.handle_input(Input::Timeout(Instant::now())).unwrap(),
        }
    }
}

async fn signal(line: &mut SeatLine) -> SeatSignal {
    timeout(PATIENCE, line.next()).await.unwrap()
}

/// A packet of the page's, and that it says this.
async fn hears(sound: &mut SeatSound, payload: u8) {
    let says_so = async { while Packet::parse(&sound.next().await).unwrap().payload != [payload; 160] {} };
    timeout(PATIENCE, says_so).await.unwrap();
}

fn packet(sequence: u16, payload: u8) -> Bytes {
    let mut datagram = BytesMut::new();
    let timestamp = u32::from(sequence) * 160;
    Packet { marker: false, payload_type: 8, sequence, timestamp, ssrc: 7, payload: &[payload; 160] }
        .write(&mut datagram);
    datagram.freeze()
}

#[tokio::test]
async fn a_call_rings_is_answered_and_both_sides_hear_the_very_payload() {
    let mut seats = Seats::start().await;
    assert!(!seats.seats.answer("8003").await, "no call is there");
    let mut page = Page::open(&seats.seats, 0x2A).await;
    assert!(seats.presence().await);
    let (mut line, mut sound) = seats.seats.hold("8003").await;
    assert!(seats.seats.answer("8003").await);
    assert_eq!(signal(&mut line).await, SeatSignal::Answered);
    hears(&mut sound, 0x2A).await;
    for sequence in 65_000..65_020 {
        sound.send(packet(sequence, 0x55));
    }
    page.hears(0x55).await;
    assert!(seats.seats.hang_up("8003").await);
    assert_eq!(signal(&mut line).await, SeatSignal::HungUp);
    drop((line, sound));
    let (mut line, mut sound) = seats.seats.hold("8003").await;
    hears(&mut sound, 0x2A).await;
    // The next call's numbers begin elsewhere; for the page they go on.
    for sequence in 3..30 {
        sound.send(packet(sequence, 0x66));
    }
    page.hears(0x66).await;
    seats.seats.stop().await;
    assert_eq!(signal(&mut line).await, SeatSignal::Away);
    seats.running.await.unwrap();
}

#[tokio::test]
async fn a_page_that_is_opened_anew_takes_the_call_over() {
    let mut seats = Seats::start().await;
    let mut old = Page::open(&seats.seats, 1).await;
    assert!(seats.presence().await);
    let (mut line, mut sound) = seats.seats.hold("8003").await;
    hears(&mut sound, 1).await;
    let mut new = Page::open(&seats.seats, 2).await;
    assert_eq!(signal(&mut line).await, SeatSignal::Back);
    hears(&mut sound, 2).await;
    sound.send(packet(1, 9));
    new.hears(9).await;
    assert!(old.heard.recv().await.is_none(), "the page before was told goodbye");
}

#[tokio::test]
async fn a_page_that_vanishes_is_away_until_another_is_there() {
    let mut seats = Seats::start().await;
    let page = Page::open(&seats.seats, 1).await;
    assert!(seats.presence().await);
    let (mut line, mut sound) = seats.seats.hold("8003").await;
    page.vanish();
    assert_eq!(signal(&mut line).await, SeatSignal::Away);
    assert!(!seats.presence().await);
    let _page = Page::open(&seats.seats, 3).await;
    assert_eq!(signal(&mut line).await, SeatSignal::Back);
    assert!(seats.presence().await);
    hears(&mut sound, 3).await;
}

#[tokio::test]
async fn an_offer_that_cannot_be_is_refused_and_disturbs_nobody() {
    let mut seats = Seats::start().await;
    let _page = Page::open(&seats.seats, 1).await;
    assert!(seats.presence().await);
    let (_, _, _, opus) = offer(([127, 0, 0, 1], 9).into(), config().enable_opus(true, false));
    let pcma = |_: ()| offer(([127, 0, 0, 1], 9).into(), config().enable_pcma(true, false)).3;
    let refused = async |offer: String| seats.seats.connect("8003", offer).await.unwrap_err();
    assert!(matches!(refused(opus).await, ConnectError::NoPcma));
    assert!(matches!(refused(pcma(()).replace("sendrecv", "recvonly")).await, ConnectError::NoPcma));
    for wrong in
        ["", "v=0", "not a description at all\r\n", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"]
    {
        assert!(matches!(refused(wrong.to_owned()).await, ConnectError::Offer(_)), "{wrong}");
    }
    let (_line, mut sound) = seats.seats.hold("8003").await;
    hears(&mut sound, 1).await;
}

#[tokio::test]
async fn a_seat_without_its_page_says_so_at_once() {
    let seats = Seats::start().await;
    let (mut line, _sound) = seats.seats.hold("8003").await;
    assert_eq!(signal(&mut line).await, SeatSignal::Away);
    let (mut nowhere, _sound) = BrowserSeats::none().hold("8003").await;
    assert_eq!(signal(&mut nowhere).await, SeatSignal::Away);
}
