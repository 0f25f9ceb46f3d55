//! Two endpoints, a network between them that delays, doubles, reorders and loses, and a clock that jumps to the next
//! thing that happens. Nothing sleeps; the same seed gives the same run.

use std::{
    collections::{BTreeMap, HashMap},
    net::SocketAddr,
    time::{Duration, Instant},
};

use bytes::Bytes;
use jiesu_sip::endpoint::{Config, Endpoint, Event, Invite, LegEnd, LegId, Output, Peer, Protocol};

pub(crate) const CALLER: usize = 0;
pub(crate) const CALLEE: usize = 1;
pub(crate) const OFFER: &[u8] = b"v=0 offer";
pub(crate) const ANSWER: &[u8] = b"v=0 answer";

pub(crate) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// How bad the network is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    pub(crate) protocol: Protocol,
    pub(crate) latency_min_ms: u64,
    pub(crate) latency_max_ms: u64,
    /// Of a hundred.
    pub(crate) loss_percent: u64,
    /// Of a hundred.
    pub(crate) double_percent: u64,
    /// How often the same bytes may be lost. A network that loses everything proves nothing but timeouts.
    pub(crate) losses_of_one_message: u32,
}

impl Weather {
    pub(crate) fn fair(protocol: Protocol) -> Self {
        Self {
            protocol,
            latency_min_ms: 10,
            latency_max_ms: 10,
            loss_percent: 0,
            double_percent: 0,
            losses_of_one_message: 0,
        }
    }
}

/// One endpoint, and all that it said.
pub(crate) struct Side {
    pub(crate) endpoint: Endpoint,
    pub(crate) events: Vec<(Instant, Event)>,
    /// The leg of the call.
    pub(crate) leg: Option<LegId>,
}

/// Decides whether a message is lost: side that sends, and its bytes.
type Censor = Box<dyn FnMut(usize, &[u8]) -> bool>;
/// What a side does upon an event, besides having it recorded.
type Reaction = Box<dyn FnMut(&mut Endpoint, Instant, &Event)>;
type Action = Box<dyn FnOnce(&mut World)>;

enum Happening {
    Arrival { to: usize, bytes: Bytes },
    Action(Action),
}

pub(crate) struct World {
    pub(crate) now: Instant,
    pub(crate) start: Instant,
    pub(crate) sides: [Side; 2],
    /// All messages that were sent, lost ones included.
    pub(crate) sent: Vec<(usize, Bytes)>,
    pub(crate) weather: Weather,
    censor: Censor,
    reactions: [Reaction; 2],
    agenda: BTreeMap<(Instant, u64), Happening>,
    sequence: u64,
    random: u64,
    losses: HashMap<Bytes, u32>,
    last_arrival: [Instant; 2],
}

pub(crate) fn addr(side: usize) -> SocketAddr {
    ["10.0.0.1:5060", "10.0.0.2:5060"][side].parse().unwrap()
}

impl World {
    pub(crate) fn new(weather: Weather, seed: u64) -> Self {
        let start = Instant::now();
        let side = |side: usize| Side {
            endpoint: Endpoint::new(Config::new(addr(side), "test"), seed ^ (side as u64 + 1)),
            events: Vec::new(),
            leg: None,
        };
        Self {
            now: start,
            start,
            sides: [side(CALLER), side(CALLEE)],
            sent: Vec::new(),
            weather,
            censor: Box::new(|_, _| false),
            reactions: [Box::new(|_, _, _| {}), Box::new(|_, _, _| {})],
            agenda: BTreeMap::new(),
            sequence: 0,
            random: seed | 1,
            losses: HashMap::new(),
            last_arrival: [start; 2],
        }
    }

    /// From now on these messages are lost.
    pub(crate) fn lose(&mut self, censor: impl FnMut(usize, &[u8]) -> bool + 'static) {
        self.censor = Box::new(censor);
    }

    pub(crate) fn react(
        &mut self,
        side: usize,
        reaction: impl FnMut(&mut Endpoint, Instant, &Event) + 'static,
    ) {
        self.reactions[side] = Box::new(reaction);
    }

    /// The callee answers as soon as the call comes in.
    pub(crate) fn callee_answers(&mut self) {
        self.react(CALLEE, |endpoint, now, event| {
            if let Event::Incoming { leg, .. } = event {
                endpoint.accept(now, *leg, ANSWER.to_vec()).unwrap();
            }
        });
    }

    pub(crate) fn at(&mut self, after_ms: u64, action: impl FnOnce(&mut World) + 'static) {
        let at = self.start + ms(after_ms);
        self.schedule(at, Happening::Action(Box::new(action)));
    }

    pub(crate) fn call(&mut self, offer: Option<&[u8]>) {
        let peer = Peer { protocol: self.weather.protocol, addr: addr(CALLEE) };
        let leg = self.sides[CALLER].endpoint.invite(self.now, invite(peer, offer)).unwrap();
        self.sides[CALLER].leg = Some(leg);
    }

    pub(crate) fn hang_up(&mut self, side: usize) {
        if let Some(leg) = self.sides[side].leg {
            self.sides[side].endpoint.hang_up(self.now, leg);
        }
    }

    /// A re-INVITE, where the state allows one.
    pub(crate) fn reinvite(&mut self, side: usize) {
        if let Some(leg) = self.sides[side].leg {
            let _ = self.sides[side].endpoint.reinvite(self.now, leg, OFFER.to_vec());
        }
    }

    /// Lets everything happen until this long after the start.
    pub(crate) fn run_until(&mut self, after_ms: u64) {
        let end = self.start + ms(after_ms);
        loop {
            let timeouts = [self.drain(CALLER), self.drain(CALLEE)];
            let happening = self.agenda.keys().next().map(|(at, _)| *at);
            let next = timeouts.into_iter().chain([happening]).flatten().min();
            let Some(next) = next.filter(|next| *next <= end) else { break };
            self.now = self.now.max(next);
            for (side, timeout) in timeouts.into_iter().enumerate() {
                if timeout.is_some_and(|at| at <= self.now) {
                    self.sides[side].endpoint.handle_timeout(self.now);
                }
            }
            while let Some(entry) = self.agenda.first_entry().filter(|entry| entry.key().0 <= self.now) {
                match entry.remove() {
                    Happening::Arrival { to, bytes } => self.arrive(to, &bytes),
                    Happening::Action(action) => action(self),
                }
            }
        }
        self.now = self.now.max(end);
    }

    /// Why the side's call is over.
    pub(crate) fn end_of(&self, side: usize) -> Option<LegEnd> {
        self.sides[side].events.iter().find_map(|(_, event)| match event {
            Event::Ended { cause, .. } => Some(cause.clone()),
            _ => None,
        })
    }

    pub(crate) fn saw(&self, side: usize, wanted: impl Fn(&Event) -> bool) -> bool {
        self.sides[side].events.iter().any(|(_, event)| wanted(event))
    }

    pub(crate) fn ended_after(&self, side: usize) -> Duration {
        let ended = self.sides[side].events.iter().find(|(_, event)| matches!(event, Event::Ended { .. }));
        ended.expect("the leg must have ended").0 - self.start
    }

    /// How many messages that begin with this the side sent.
    pub(crate) fn sent_by(&self, side: usize, beginning: &str) -> usize {
        self.sent
            .iter()
            .filter(|(from, bytes)| *from == side && bytes.starts_with(beginning.as_bytes()))
            .count()
    }

    /// Everything is over, and nothing is kept: no leg, no transaction, no timer.
    pub(crate) fn assert_nothing_is_left(&mut self) {
        for side in [CALLER, CALLEE] {
            let endpoint = &mut self.sides[side].endpoint;
            assert_eq!((endpoint.live_legs(), endpoint.held()), (0, 0), "side {side} keeps something");
            assert_eq!(endpoint.poll_output(), Output::Idle, "side {side} waits for something");
        }
    }

    /// Sends everything, records events, and returns the next timeout.
    fn drain(&mut self, side: usize) -> Option<Instant> {
        for _ in 0..10_000 {
            match self.sides[side].endpoint.poll_output() {
                Output::Transmit { to, bytes } => self.transmit(side, to, bytes),
                Output::Event(event) => {
                    if let Event::Incoming { leg, .. } = &event {
                        self.sides[side].leg.get_or_insert(*leg);
                    }
                    (self.reactions[side])(&mut self.sides[side].endpoint, self.now, &event);
                    self.sides[side].events.push((self.now, event));
                }
                Output::Timeout(at) => return Some(at),
                Output::Idle => return None,
            }
        }
        panic!("side {side} never stops talking");
    }

    fn transmit(&mut self, from: usize, to: Peer, bytes: Bytes) {
        assert_eq!(to.addr, addr(1 - from), "side {from} sends to a stranger");
        self.sent.push((from, bytes.clone()));
        if (self.censor)(from, &bytes) || self.is_lost(&bytes) {
            return;
        }
        let doubled = self.percent() < self.weather.double_percent;
        for _ in 0..=u64::from(doubled) {
            let mut at = self.now + self.latency();
            if self.weather.protocol == Protocol::Tcp {
                at = at.max(self.last_arrival[1 - from]);
                self.last_arrival[1 - from] = at;
            }
            self.schedule(at, Happening::Arrival { to: 1 - from, bytes: bytes.clone() });
        }
    }

    fn arrive(&mut self, to: usize, bytes: &Bytes) {
        let from = Peer { protocol: self.weather.protocol, addr: addr(1 - to) };
        self.sides[to].endpoint.handle_message(self.now, from, bytes);
    }

    fn is_lost(&mut self, bytes: &Bytes) -> bool {
        let lost = self.percent() < self.weather.loss_percent;
        let losses = self.losses.entry(bytes.clone()).or_default();
        let lost = lost && *losses < self.weather.losses_of_one_message;
        *losses += u32::from(lost);
        lost
    }

    fn latency(&mut self) -> Duration {
        let range = self.weather.latency_max_ms - self.weather.latency_min_ms + 1;
        ms(self.weather.latency_min_ms + self.random() % range)
    }

    fn schedule(&mut self, at: Instant, happening: Happening) {
        self.sequence += 1;
        self.agenda.insert((at, self.sequence), happening);
    }

    fn percent(&mut self) -> u64 {
        self.random() % 100
    }

    /// xorshift64*.
    fn random(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }
}

pub(crate) fn invite(to: Peer, offer: Option<&[u8]>) -> Invite {
    Invite {
        target: "sip:8001@10.0.0.2".parse().unwrap(),
        to,
        from: "<sip:13800000000@10.0.0.1>".parse().unwrap(),
        to_display: None,
        headers: Vec::new(),
        offer: offer.map(<[u8]>::to_vec),
    }
}
