//! The service's telephone half on a random port, tones, and a desk that remembers.

use std::f64::consts::TAU;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiesu::audio::wav::Wav;
use jiesu::call::{
    FollowUps, Hotline, MediaLeg, Numbering, Outside, Patience, RatingPrompts, Reception, Seat, Seats, Sound,
    Talks, recording, take_up_calls,
};
use jiesu::caller::{AgentPlan, CallPlan, SideReport};
use jiesu::domain::{Call, CallState, EndCause, FollowUp, SeatState, UserId};
use jiesu::gateway::{
    Gateway, GatewayConfig, IncomingLeg, Leg, LegEvent, MediaPorts, OutgoingCall, Target, Telephone, Trunk,
};
use jiesu::seat::BrowserSeats;
use jiesu_sip::auth::Secret;
use jiesu_sip::codec::Codec;
use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::rtp::Digit;
use jiesu_sip::sdp::{Direction, LocalMedia};
use jiff::SignedDuration;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

pub(crate) use super::memory_desk::MemoryDesk;

pub(crate) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// What the greeting of these tests sounds like.
pub(crate) const GREETING_HZ: f64 = 1_100.0;
/// What the music of the queue sounds like.
pub(crate) const MUSIC_HZ: f64 = 900.0;
/// What the apology sounds like.
pub(crate) const APOLOGY_HZ: f64 = 1_500.0;
pub(crate) const CALLER_NUMBER: &str = "13800006921";

/// A pure tone.
pub(crate) fn tone(hz: f64, ms: u64) -> Sound {
    (0..ms * 8).map(|n| (9_000.0 * (TAU * hz * n as f64 / 8_000.0).sin()) as i16).collect()
}

/// How much of a sound's power is at one frequency, 0 to 1 (Goertzel).
pub(crate) fn share_of(sound: &[i16], hz: f64) -> f64 {
    let coefficient = 2.0 * (TAU * hz / 8_000.0).cos();
    let (mut before, mut last, mut power) = (0.0, 0.0, 0.0);
    for &sample in sound {
        let next = f64::from(sample) + coefficient * last - before;
        (before, last) = (last, next);
        power += f64::from(sample).powi(2);
    }
    let at_hz = before * before + last * last - coefficient * before * last;
    if power == 0.0 { 0.0 } else { 2.0 * at_hz / (power * sound.len() as f64) }
}

/// How long a side heard a tone, ms.
pub(crate) fn heard_ms(side: &SideReport, hz: f64) -> u64 {
    side.tones.iter().filter(|tone| (f64::from(tone.hz) - hz).abs() < 10.0).map(|tone| tone.ms).sum()
}

/// A loopback address whose UDP port was free just now.
pub(crate) fn free_addr() -> SocketAddr {
    std::net::UdpSocket::bind((LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// What differs from test to test.
pub(crate) struct Options {
    pub(crate) seats: Vec<(&'static str, SocketAddr)>,
    /// Seats whose phones register, and their secrets.
    pub(crate) registered: Vec<(&'static str, Secret)>,
    pub(crate) greeting_ms: u64,
    pub(crate) max_calls: usize,
    pub(crate) ring_limit: Duration,
    pub(crate) wait_limit: Duration,
    pub(crate) first_numbers: Vec<&'static str>,
    pub(crate) media_timeout: Duration,
    /// What is spoken, where it is not found out.
    pub(crate) language: Option<&'static str>,
    /// Keys that choose a language.
    pub(crate) language_keys: Vec<(char, &'static str)>,
    /// What is said to a citizen who is asked to rate the talk.
    pub(crate) rating: Option<RatingPrompts>,
    /// Who sits at every seat.
    pub(crate) agent: Option<UserId>,
    /// The ways to and from the telephone network.
    pub(crate) trunks: Vec<Trunk>,
    /// The way to outside numbers.
    pub(crate) outside: Outside,
    /// Where recordings go, instead of a fresh folder.
    pub(crate) recordings: Option<PathBuf>,
    /// Where it is given, each seat has an agent of its own, with so long for writing after a talk.
    pub(crate) wrap_up: Option<Duration>,
    /// The skills of seats.
    pub(crate) skills: Vec<(&'static str, &'static str)>,
    /// Seats for the overflow.
    pub(crate) overflow: Vec<&'static str>,
    /// How long callers wait for the seats that suit them best.
    pub(crate) patience: Patience,
    /// How callers are received.
    pub(crate) reception: Reception,
    /// What an earlier run left to do.
    pub(crate) left: Vec<FollowUp>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seats: Vec::new(),
            registered: Vec::new(),
            greeting_ms: 400,
            max_calls: 20,
            ring_limit: Duration::from_secs(10),
            wait_limit: Duration::from_secs(60),
            first_numbers: Vec::new(),
            media_timeout: Duration::from_secs(60),
            language: None,
            language_keys: Vec::new(),
            rating: None,
            agent: None,
            trunks: Vec::new(),
            outside: Outside::default(),
            recordings: None,
            wrap_up: None,
            skills: Vec::new(),
            overflow: Vec::new(),
            patience: Patience { skill: SignedDuration::MAX, overflow: SignedDuration::MAX },
            reception: Reception::default(),
            left: Vec::new(),
        }
    }
}

/// The service's telephone half, running.
pub(crate) struct Service {
    pub(crate) addr: SocketAddr,
    pub(crate) tcp_addr: SocketAddr,
    pub(crate) desk: Arc<MemoryDesk>,
    pub(crate) hotline: Arc<Hotline>,
    stop: watch::Sender<bool>,
    calls: JoinHandle<()>,
    _directory: TempDir,
}

impl Service {
    pub(crate) async fn start(options: Options) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let desk = Arc::new(MemoryDesk::default());
        let config = GatewayConfig {
            listen_tcp: Some(SocketAddr::new(LOCALHOST, 0)),
            phones: (options.registered.iter())
                .map(|(extension, secret)| ((*extension).to_owned(), secret.clone()))
                .collect(),
            trunks: options.trunks,
            ..GatewayConfig::new(SocketAddr::new(LOCALHOST, 0))
        };
        let (gateway, telephone, incoming) = Gateway::bind(config).await.unwrap();
        tokio::spawn(gateway.run());
        let seat = |(extension, phone): (&str, SocketAddr)| Seat {
            extension: extension.to_owned(),
            phone: Some(Target::Address(Uri::sip(Some(extension), phone))),
            agent: options.agent.or_else(|| options.wrap_up.map(|_| UserId::new())),
            agent_name: None,
            in_queue: true,
            skills: options
                .skills
                .iter()
                .filter(|(at, _)| *at == extension)
                .map(|(_, skill)| (*skill).to_owned())
                .collect(),
            overflow: options.overflow.contains(&extension),
        };
        let registered = |(extension, _): &(&str, Secret)| Seat {
            extension: (*extension).to_owned(),
            phone: Some(Target::Registered((*extension).to_owned())),
            agent: options.wrap_up.map(|_| UserId::new()),
            agent_name: None,
            in_queue: true,
            skills: Vec::new(),
            overflow: false,
        };
        let (talks, wishes) = Talks::new();
        let (follow_ups, call_backs) = FollowUps::new(options.left, desk.clone());
        let hotline = Arc::new(Hotline {
            telephone: telephone.clone(),
            media_ports: MediaPorts::new(LOCALHOST, 20_000..=29_999).unwrap(),
            media_ip: LOCALHOST,
            seats: Seats::new(
                options
                    .seats
                    .into_iter()
                    .map(seat)
                    .chain(options.registered.iter().map(registered))
                    .collect(),
                options.wrap_up.unwrap_or_default(),
                options.patience,
                desk.clone(),
            ),
            browsers: BrowserSeats::none(),
            return_limit: Duration::from_secs(20),
            greeting: tone(GREETING_HZ, options.greeting_ms),
            apology: tone(APOLOGY_HZ, 500),
            language: options.language.map(str::to_owned),
            language_keys: (options.language_keys.into_iter())
                .map(|(key, language)| (Digit::from_key(key).unwrap(), language.to_owned()))
                .collect(),
            recordings: options.recordings.unwrap_or_else(|| directory.path().to_owned()),
            max_calls: options.max_calls,
            music: tone(MUSIC_HZ, 1_000),
            first_numbers: options.first_numbers.into_iter().map(str::to_owned).collect(),
            numbering: Numbering::default(),
            reception: options.reception,
            follow_ups,
            outside: options.outside,
            talks,
            rating: options.rating,
            ring_limit: options.ring_limit,
            wait_limit: options.wait_limit,
            media_timeout: options.media_timeout,
            desk: desk.clone(),
            recorder_failing: false.into(),
        });
        let (stop, stopped) = watch::channel(false);
        let calls = tokio::spawn(take_up_calls(hotline.clone(), incoming, wishes, call_backs, stopped));
        Self {
            addr: telephone.udp_addr(),
            tcp_addr: telephone.tcp_addr().unwrap(),
            desk,
            hotline,
            stop,
            calls,
            _directory: directory,
        }
    }

    /// Whom to call: the hotline, or a seat by its extension.
    pub(crate) fn uri(&self, user: &str) -> Uri {
        Uri::sip(Some(user), self.addr)
    }

    /// A call of this sound, without an agent of its own.
    pub(crate) fn plan(&self, called: &str, sound: Sound) -> CallPlan {
        CallPlan {
            target: self.uri(called),
            from: CALLER_NUMBER.to_owned(),
            sound,
            agent: None,
            codecs: vec![Codec::Pcma],
            keys: Vec::new(),
            pace: 1.0,
            answer_limit: Duration::from_secs(5),
            linger: Duration::ZERO,
        }
    }

    /// How many seats can be given to a caller.
    pub(crate) fn free_seats(&self) -> usize {
        let seats = self.hotline.seats.statuses();
        seats.iter().filter(|seat| seat.state == SeatState::Ready).count()
    }

    /// A call's recording: caller, agent.
    pub(crate) fn recording(&self, call: &Call) -> (Vec<i16>, Vec<i16>) {
        let path = recording::closed_path(&self.hotline.recordings, call.id);
        let [caller, agent] = Wav::read(&path).unwrap().channels.try_into().unwrap();
        (caller, agent)
    }

    /// Stops it, as the service does, and waits for its calls' end.
    pub(crate) async fn stop(self) {
        self.stop.send(true).unwrap();
        self.calls.await.unwrap();
        self.hotline.telephone.stop().await;
    }
}

/// An agent who says `sound` on the phone at `listen`.
pub(crate) fn agent(listen: SocketAddr, sound: Sound) -> AgentPlan {
    AgentPlan { listen, sound, codecs: vec![Codec::Pcma], rings: Duration::from_millis(200) }
}

/// A phone on a random port, in the test's own hands.
pub(crate) struct Phone {
    pub(crate) telephone: Telephone,
    pub(crate) calls: mpsc::Receiver<IncomingLeg>,
}

impl Phone {
    pub(crate) async fn new() -> Self {
        Self::at(LOCALHOST).await
    }

    /// The same at another of the machine's addresses.
    pub(crate) async fn at(ip: IpAddr) -> Self {
        let (gateway, telephone, calls) =
            Gateway::bind(GatewayConfig::new(SocketAddr::new(ip, 0))).await.unwrap();
        tokio::spawn(gateway.run());
        Self { telephone, calls }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.telephone.udp_addr()
    }

    /// Calls somebody, and says nothing yet.
    pub(crate) async fn dial(&self, target: Uri) -> (Leg, MediaLeg) {
        let mut media = open_media().await;
        let offer = media.offer();
        (self.dial_with(target, offer).await, media)
    }

    /// Calls somebody with this session description.
    pub(crate) async fn dial_with(&self, target: Uri, offer: Vec<u8>) -> Leg {
        let from = NameAddr::new(Uri::sip(Some(CALLER_NUMBER), self.addr()));
        self.telephone.dial(OutgoingCall { target: Target::Address(target), from, offer }).await.unwrap()
    }

    /// The next call that comes in, ringing.
    pub(crate) async fn ring(&mut self) -> IncomingLeg {
        let call = tokio::time::timeout(Duration::from_secs(5), self.calls.recv()).await.unwrap().unwrap();
        call.leg.progress(180, None).await;
        call
    }
}

/// A side's sound, on ports of its own.
pub(crate) async fn open_media() -> MediaLeg {
    let ports = MediaPorts::new(LOCALHOST, 30_000..=32_767).unwrap().bind().await.unwrap();
    let local = LocalMedia {
        address: LOCALHOST,
        rtp_port: ports.rtp_port,
        codecs: vec![Codec::Pcma],
        dtmf: true,
        ptime_ms: 20,
        direction: Direction::SendRecv,
    };
    MediaLeg::new(ports, local)
}

/// The next event of a leg that `wanted` makes something of; the others are passed over.
pub(crate) async fn event<T>(leg: &mut Leg, wanted: impl Fn(LegEvent) -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(found) = wanted(leg.next().await) {
                return found;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the event does not come")
}

/// The end of a leg.
pub(crate) async fn end(leg: &mut Leg) -> LegEnd {
    event(leg, |event| if let LegEvent::Ended(end) = event { Some(end) } else { None }).await
}

/// The answer to an outgoing leg.
pub(crate) async fn answer(leg: &mut Leg) -> Vec<u8> {
    event(leg, |event| if let LegEvent::Answered { body } = event { body } else { None }).await
}

/// Checks how a call ended.
pub(crate) fn assert_ended(call: &Call, cause: EndCause) {
    assert_eq!((call.state, call.end_cause), (CallState::Ended, Some(cause)), "{call:#?}");
    assert!(call.ended_at.is_some());
}
