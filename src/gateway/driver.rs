//! The task under the telephone: it alone touches the endpoint. It waits for a datagram, a message from a
//! stream, a command, or the endpoint's timer; hands it in with `now`; and drains what comes out.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use jiesu_sip::endpoint::{Config, Endpoint, Invite, LegId, OptionsId, Output, Peer, Protocol};
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::registrar::RegistrationId;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::{mpsc, oneshot};

use super::connections::{Connections, FromStream};
use super::leg::{IncomingLeg, Leg, LegEvent};
use super::telephone::{OptionsAnswer, Telephone, TelephoneError};
use super::trunks::Door;
use super::{GatewayConfig, GatewayError, USER_AGENT};

/// Commands waiting for the endpoint, of all sessions together; one more makes its session wait.
const COMMAND_QUEUE: usize = 1_024;
/// New calls waiting to be taken up; one more is answered 503.
const INCOMING_QUEUE: usize = 64;
/// Events a leg may leave unread: its session looks every few milliseconds, and a whole call makes about ten.
const LEG_QUEUE: usize = 32;
/// The largest datagram there is.
const DATAGRAM_BYTES: usize = 65_535;
/// Datagrams read in a row before commands and timers are looked at again.
const DATAGRAM_BATCH: usize = 64;
/// How often legs whose session is gone are looked for, and whether the gateway may stop.
const SWEEP_EVERY: Duration = Duration::from_millis(200);
/// How long the last legs have, at a stop, to end properly.
const STOP_LIMIT: Duration = Duration::from_secs(3);
/// At a stop, nothing sent for this long means that nothing waits to be sent again (T1 of RFC 3261 is 500 ms).
const QUIET: Duration = Duration::from_millis(600);

/// Takes the leg of a call that was placed.
pub(super) type Dialled = oneshot::Sender<Result<Leg, TelephoneError>>;

/// What a session wants from the endpoint.
#[derive(Debug)]
pub(super) enum Command {
    Dial { invite: Box<Invite>, reply: Dialled },
    DialRegistered { user: String, from: Box<NameAddr>, offer: Vec<u8>, reply: Dialled },
    Options { to: Peer, target: Box<Uri>, reply: oneshot::Sender<OptionsAnswer> },
    Progress { leg: LegId, status: u16, body: Option<Vec<u8>> },
    Accept { leg: LegId, body: Vec<u8> },
    Reject { leg: LegId, status: u16, reason: String },
    Reinvite { leg: LegId, offer: Vec<u8> },
    HangUp { leg: LegId },
    Stop,
}

/// The driver, bound to its sockets and not running yet.
pub struct Gateway {
    endpoint: Endpoint,
    udp: UdpSocket,
    connections: Connections,
    legs: HashMap<LegId, mpsc::Sender<LegEvent>>,
    options: HashMap<OptionsId, oneshot::Sender<OptionsAnswer>>,
    door: Door,
    /// Our own registrations that are not taken back, with the names of their trunks.
    registrations: HashMap<RegistrationId, String>,
    incoming: mpsc::Sender<IncomingLeg>,
    command: mpsc::WeakSender<Command>,
    commands: mpsc::Receiver<Command>,
    /// Nobody can send a command any more.
    handles_gone: bool,
    /// When the endpoint wants to be woken.
    wake_at: Option<Instant>,
    /// When the last message left.
    last_sent_at: Instant,
    /// Set once told to stop: when to stop at the latest.
    stop_at: Option<Instant>,
}

/// What the driver waited for.
enum Input {
    Datagrams,
    Stream(FromStream),
    Command(Option<Command>),
    Timer,
    Sweep,
}

impl Gateway {
    /// Takes the addresses. Run the gateway with [`Gateway::run`]; telephone by the handle; take up the calls
    /// that come in from the queue, where dropping one hangs it up.
    ///
    /// # Errors
    /// When an address is taken or wrong.
    pub async fn bind(
        config: GatewayConfig,
    ) -> Result<(Self, Telephone, mpsc::Receiver<IncomingLeg>), GatewayError> {
        let udp_names = ("SIP over UDP", config.listen_setting);
        let tcp_names = ("SIP over TCP", "sip.listen_tcp");
        let bound = |(transport, setting), addr: SocketAddr| {
            move |source: io::Error| match source.kind() {
                io::ErrorKind::AddrInUse => GatewayError::AddressTaken { transport, addr, setting },
                _ => GatewayError::Listen { transport, addr, setting, source },
            }
        };
        let advertise = |local: io::Result<SocketAddr>, wanted: SocketAddr| {
            let port = local.map_or(wanted.port(), |addr| addr.port());
            match config.advertised_ip {
                Some(ip) => Ok(SocketAddr::new(ip, port)),
                None if wanted.ip().is_unspecified() => {
                    Err(GatewayError::NothingToAdvertise { addr: wanted })
                }
                None => Ok(SocketAddr::new(wanted.ip(), port)),
            }
        };
        let udp = UdpSocket::bind(config.listen_udp).await.map_err(bound(udp_names, config.listen_udp))?;
        let advertised = advertise(udp.local_addr(), config.listen_udp)?;
        // The runtime must have seen the new socket before it lets anything out by it at once: without this
        // the first INVITE of a process counts as lost, and leaves half a second later.
        udp.writable().await.map_err(bound(udp_names, config.listen_udp))?;
        let (mut listener, mut advertised_tcp) = (None, None);
        if let Some(addr) = config.listen_tcp {
            let listening = TcpListener::bind(addr).await.map_err(bound(tcp_names, addr))?;
            advertised_tcp = Some(advertise(listening.local_addr(), addr)?);
            listener = Some(listening);
        }
        let (command, commands) = mpsc::channel(COMMAND_QUEUE);
        let (incoming, calls) = mpsc::channel(INCOMING_QUEUE);
        let endpoint =
            Config { advertised_tcp, max_legs: config.max_legs, ..Config::new(advertised, USER_AGENT) };
        let mut endpoint = Endpoint::new(endpoint, rand::random());
        phones::serve(&mut endpoint, config.phones);
        let registrations = registrations::begin(&mut endpoint, &config.trunks);
        let gateway = Self {
            endpoint,
            udp,
            connections: Connections::new(listener),
            legs: HashMap::new(),
            options: HashMap::new(),
            door: Door::new(config.trunks, config.phone_addresses),
            registrations,
            incoming,
            command: command.downgrade(),
            commands,
            handles_gone: false,
            wake_at: None,
            last_sent_at: Instant::now(),
            stop_at: None,
        };
        Ok((gateway, Telephone::new(command, advertised, advertised_tcp), calls))
    }

    /// Drives the endpoint until [`Telephone::stop`], or until nobody holds a handle or a leg any more.
    pub async fn run(mut self) {
        let mut datagram = vec![0; DATAGRAM_BYTES];
        let mut sweep = tokio::time::interval(SWEEP_EVERY);
        loop {
            self.drain();
            if self.stop_at.is_some() && self.may_stop(Instant::now()) {
                return;
            }
            let input = tokio::select! {
                _ = self.udp.readable() => Input::Datagrams,
                input = self.connections.next() => Input::Stream(input),
                command = self.commands.recv(), if !self.handles_gone => Input::Command(command),
                () = sleep_until(self.wake_at) => Input::Timer,
                _ = sweep.tick() => Input::Sweep,
            };
            let now = Instant::now();
            match input {
                Input::Datagrams => self.receive(now, &mut datagram),
                Input::Stream(FromStream::Message { from, bytes }) => {
                    self.endpoint.handle_message(now, Peer { protocol: Protocol::Tcp, addr: from }, &bytes);
                }
                Input::Stream(FromStream::Undelivered(addr)) => {
                    self.endpoint.handle_transport_failure(now, Peer { protocol: Protocol::Tcp, addr });
                }
                Input::Command(Some(command)) => self.obey(now, command),
                Input::Command(None) => {
                    self.handles_gone = true;
                    self.stop(now);
                }
                Input::Timer => self.endpoint.handle_timeout(now),
                Input::Sweep => self.sweep(now),
            }
        }
    }

    /// Hands in the datagrams that are there.
    fn receive(&mut self, now: Instant, datagram: &mut [u8]) {
        for _ in 0..DATAGRAM_BATCH {
            match self.udp.try_recv_from(datagram) {
                Ok((length, addr)) => {
                    let from = Peer { protocol: Protocol::Udp, addr };
                    self.endpoint.handle_message(now, from, &datagram[..length]);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => return tracing::warn!(%error, "a SIP datagram could not be read"),
            }
            self.drain();
        }
    }

    fn obey(&mut self, now: Instant, command: Command) {
        let (leg, done) = match command {
            Command::Dial { invite, reply } => {
                let dialled = self.dial(now, *invite);
                // Nobody waits for the answer any more: the leg is dropped, and so hung up.
                return drop(reply.send(dialled));
            }
            Command::DialRegistered { user, from, offer, reply } => {
                let dialled = self.dial_registered(now, user, *from, offer);
                return drop(reply.send(dialled));
            }
            Command::Options { to, target, reply } => {
                let id = self.endpoint.options(now, to, *target);
                self.options.insert(id, reply);
                return;
            }
            Command::Progress { leg, status, body } => (leg, self.endpoint.progress(now, leg, status, body)),
            Command::Accept { leg, body } => (leg, self.endpoint.accept(now, leg, body)),
            Command::Reject { leg, status, reason } => (leg, self.endpoint.reject(now, leg, status, &reason)),
            Command::Reinvite { leg, offer } => (leg, self.endpoint.reinvite(now, leg, offer)),
            Command::HangUp { leg } => {
                self.endpoint.hang_up(now, leg);
                return;
            }
            Command::Stop => return self.stop(now),
        };
        if let Err(error) = done {
            // A race with the other side, mostly: it hung up, and the event that says so is on its way.
            tracing::debug!(%leg, %error, "a leg could not do what its session asked");
        }
    }

    fn dial(&mut self, now: Instant, mut invite: Invite) -> Result<Leg, TelephoneError> {
        invite.from = self.door.identity(invite.to, invite.from);
        let leg = self.endpoint.invite(now, invite)?;
        Ok(self.adopt(leg)?)
    }

    /// Does what the endpoint wants done, until it wants nothing more.
    fn drain(&mut self) {
        loop {
            match self.endpoint.poll_output() {
                Output::Transmit { to, bytes } => self.transmit(to, bytes),
                Output::Event(event) => self.report(event),
                Output::Timeout(at) => return self.wake_at = Some(at),
                Output::Idle => return self.wake_at = None,
            }
        }
    }

    fn transmit(&mut self, to: Peer, bytes: bytes::Bytes) {
        self.last_sent_at = Instant::now();
        let sent = match to.protocol {
            Protocol::Tcp => self.connections.send(to.addr, bytes),
            Protocol::Udp => match self.udp.try_send_to(&bytes, to.addr) {
                Ok(_) => true,
                // As good as lost on the way: the transaction repeats it.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => true,
                Err(error) => {
                    tracing::warn!(to = %to.addr, %error, "a SIP message could not be sent");
                    false
                }
            },
        };
        if !sent {
            self.endpoint.handle_transport_failure(Instant::now(), to);
        }
    }

    fn abandon(&mut self, now: Instant, leg: LegId) {
        self.legs.remove(&leg);
        self.endpoint.hang_up(now, leg);
    }

    /// Hangs up the legs whose session is gone.
    fn sweep(&mut self, now: Instant) {
        let orphans: Vec<_> =
            self.legs.iter().filter(|(_, events)| events.is_closed()).map(|(&leg, _)| leg).collect();
        // What a session said last comes before its going: a refusal keeps its status.
        for _ in 0..COMMAND_QUEUE {
            let Ok(command) = self.commands.try_recv() else { break };
            self.obey(now, command);
        }
        for leg in orphans {
            self.abandon(now, leg);
        }
    }

    /// Hangs up what is left, and ends the run once that is done.
    fn stop(&mut self, now: Instant) {
        self.stop_at.get_or_insert(now + STOP_LIMIT);
        for &leg in self.legs.keys() {
            self.endpoint.hang_up(now, leg);
        }
        for &registration in self.registrations.keys() {
            self.endpoint.unregister(now, registration);
        }
    }

    /// Whether every leg is over, and has its BYE answered or given up.
    fn may_stop(&self, now: Instant) -> bool {
        let quiet = self.legs.is_empty()
            && self.registrations.is_empty()
            && now.duration_since(self.last_sent_at) >= QUIET;
        quiet || self.stop_at.is_some_and(|at| now >= at)
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}

mod events;
mod phones;
mod registrations;
#[cfg(test)]
mod tests;
