//! The task under the browser seats: it alone touches their connections. It waits for a datagram, a command, a call's
//! sound, or the next of the connections' timers; hands it in with `now`; and drains what comes out. A session that is
//! slow to take its sound loses it, and holds up nobody.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use bytes::Bytes;
use str0m::config::DtlsCert;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::connection::{self, ConnectError, Connection, Output};
use super::demux::Demux;
use super::handle::BrowserSeats;
use super::line::{LineEnd, LineId, SeatSignal};
use super::timers::Timers;
use super::{SeatConfig, SeatDriverError};
use crate::domain::UserId;

/// Commands waiting, of all sessions and pages together; one more makes its sender wait.
const COMMAND_QUEUE: usize = 256;
/// Packets towards pages that wait, of all calls together; one more is lost.
const SAID_QUEUE: usize = 2_048;
/// The largest datagram that a page sends us.
const DATAGRAM_BYTES: usize = 2_048;
/// Datagrams read in a row before commands and timers are looked at again.
const BATCH: usize = 64;

/// A call's sound on its way to its page.
pub(super) type Said = (LineId, Bytes);
/// Told of a seat's extension whether its page is there, when that changes.
pub(super) type OnPresence = Box<dyn Fn(&str, bool) + Send>;

/// What is wanted of the driver.
#[derive(Debug)]
pub(super) enum Command {
    Connect { extension: String, offer: String, reply: oneshot::Sender<Result<String, ConnectError>> },
    Answer { extension: String, reply: oneshot::Sender<bool> },
    HangUp { extension: String, reply: oneshot::Sender<bool> },
    Hold { extension: String, line: LineEnd },
    Release { line: LineId },
    Stop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct ConnectionId(u64);

/// One seat.
#[derive(Default)]
struct Place {
    /// The page whose sound it is.
    current: Option<ConnectionId>,
    /// A page that was answered, and whose sound has not come yet.
    coming: Option<ConnectionId>,
    /// Whether sound passes.
    present: bool,
    /// The call that holds it.
    line: Option<LineEnd>,
}

/// The driver, bound to its port and not running yet.
pub struct SeatDriver {
    udp: UdpSocket,
    advertised: SocketAddr,
    certificate: DtlsCert,
    places: HashMap<String, Place>,
    connections: HashMap<ConnectionId, Connection>,
    connected: u64,
    demux: Demux<ConnectionId>,
    timers: Timers<ConnectionId>,
    /// Which seat a call holds.
    lines: HashMap<LineId, String>,
    on_presence: OnPresence,
    commands: mpsc::Receiver<Command>,
    said: mpsc::Receiver<Said>,
}

impl fmt::Debug for SeatDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeatDriver").field("advertised", &self.advertised).finish_non_exhaustive()
    }
}

impl SeatDriver {
    /// Takes the port for the seats of these users. `on_presence` is told of a seat's extension whether its page is
    /// there, each time that changes; at first none is.
    ///
    /// # Errors
    /// When the address is taken or wrong.
    pub async fn bind(
        config: SeatConfig,
        extensions: HashMap<UserId, String>,
        on_presence: impl Fn(&str, bool) + Send + 'static,
    ) -> Result<(Self, BrowserSeats), SeatDriverError> {
        let addr = config.listen_udp;
        let listen = |source| SeatDriverError::Listen { addr, source };
        let udp = UdpSocket::bind(addr).await.map_err(listen)?;
        let ip = match config.advertised_ip {
            Some(ip) => ip,
            None if addr.ip().is_unspecified() => return Err(SeatDriverError::NothingToAdvertise { addr }),
            None => addr.ip(),
        };
        let advertised = SocketAddr::new(ip, udp.local_addr().map_err(listen)?.port());
        let (command, commands) = mpsc::channel(COMMAND_QUEUE);
        let (say, said) = mpsc::channel(SAID_QUEUE);
        let driver = Self {
            udp,
            advertised,
            certificate: connection::certificate().ok_or(SeatDriverError::NoCertificate)?,
            places: extensions.values().map(|extension| (extension.clone(), Place::default())).collect(),
            connections: HashMap::new(),
            connected: 0,
            demux: Demux::default(),
            timers: Timers::default(),
            lines: HashMap::new(),
            on_presence: Box::new(on_presence),
            commands,
            said,
        };
        Ok((driver, BrowserSeats::new(command, say, extensions)))
    }

    /// Where browsers send their sound.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.advertised
    }

    /// Drives the connections until [`BrowserSeats::stop`], or until nobody holds a handle any more.
    pub async fn run(mut self) {
        let mut datagram = vec![0; DATAGRAM_BYTES];
        let mut packets = Vec::with_capacity(BATCH);
        loop {
            let wake_at = self.timers.next();
            tokio::select! {
                _ = self.udp.readable() => self.receive(&mut datagram),
                command = self.commands.recv() => match command {
                    None | Some(Command::Stop) => return self.stop(),
                    Some(command) => self.obey(Instant::now(), command),
                },
                _ = self.said.recv_many(&mut packets, BATCH) => {
                    let now = Instant::now();
                    for (line, packet) in packets.drain(..) {
                        self.say(now, line, &packet);
                    }
                }
                () = sleep_until(wake_at) => self.wake(Instant::now()),
            }
        }
    }

    fn receive(&mut self, datagram: &mut [u8]) {
        let now = Instant::now();
        for _ in 0..BATCH {
            match self.udp.try_recv_from(datagram) {
                Ok((length, from)) => {
                    let Some(id) = self.demux.owner(from, &datagram[..length]) else { continue };
                    if let Some(connection) = self.connections.get_mut(&id) {
                        connection.receive(now, from, &datagram[..length]);
                        self.drain(id);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // A page that is gone: its machine says that nobody listens there any more.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(error) => return tracing::warn!(%error, "a browser's datagram could not be read"),
            }
        }
    }

    fn wake(&mut self, now: Instant) {
        while let Some(id) = self.timers.due(now) {
            if let Some(connection) = self.connections.get_mut(&id) {
                connection.wake(now);
                self.drain(id);
            }
        }
    }

    fn say(&mut self, now: Instant, line: LineId, packet: &[u8]) {
        let current = self.lines.get(&line).and_then(|extension| self.places.get(extension)?.current);
        if let Some(id) = current
            && let Some(connection) = self.connections.get_mut(&id)
        {
            connection.say(now, packet);
            self.drain(id);
        }
    }

    fn obey(&mut self, now: Instant, command: Command) {
        match command {
            Command::Connect { extension, offer, reply } => {
                let answer = self.connect(now, extension, &offer);
                let _ = reply.send(answer);
            }
            Command::Answer { extension, reply } => {
                let _ = reply.send(self.signal(&extension, SeatSignal::Answered));
            }
            Command::HangUp { extension, reply } => {
                let _ = reply.send(self.signal(&extension, SeatSignal::HungUp));
            }
            Command::Hold { extension, line } => {
                // A seat that is not here: the line is dropped, and its session told so by that.
                let Some(place) = self.places.get_mut(&extension) else { return };
                let present = place.present;
                self.lines.insert(line.id, extension.clone());
                if let Some(before) = place.line.replace(line) {
                    self.lines.remove(&before.id);
                }
                if !present {
                    self.signal(&extension, SeatSignal::Away);
                }
            }
            Command::Release { line } => self.release(line),
            Command::Stop => {}
        }
    }

    fn connect(&mut self, now: Instant, extension: String, offer: &str) -> Result<String, ConnectError> {
        if !self.places.contains_key(&extension) {
            return Err(ConnectError::Stopped);
        }
        let (connection, answer, fragment) =
            Connection::accept(now, extension.clone(), offer, self.advertised, self.certificate.clone())?;
        self.connected += 1;
        let id = ConnectionId(self.connected);
        self.demux.add(fragment, id);
        self.connections.insert(id, connection);
        self.drain(id);
        let before = self.places.get_mut(&extension).and_then(|place| place.coming.replace(id));
        if let Some(before) = before {
            self.close(now, before);
        }
        Ok(answer)
    }

    /// Does what a connection wants done, until it wants nothing more.
    fn drain(&mut self, id: ConnectionId) {
        while let Some(connection) = self.connections.get_mut(&id) {
            match connection.poll() {
                Output::Transmit { to, datagram } => {
                    self.demux.learn(to, id);
                    // As good as lost on the way.
                    let _ = self.udp.try_send_to(&datagram, to);
                }
                Output::Heard(packet) => self.heard(id, packet),
                Output::Present => self.present(id),
                Output::Away => self.away(id),
                Output::Timeout(at) => return self.timers.set(id, at),
                Output::Over => return self.over(id),
            }
        }
    }

    fn heard(&mut self, id: ConnectionId, packet: Bytes) {
        let Some(place) = self.place_of(id).filter(|place| place.current == Some(id)) else { return };
        let Some(line) = &place.line else { return };
        let line_id = line.id;
        if let Err(TrySendError::Closed(_)) = line.heard.try_send(packet) {
            self.release(line_id);
        }
    }

    /// A page's sound arrives: it is the seat's from now on.
    fn present(&mut self, id: ConnectionId) {
        let Some(extension) = self.connections.get(&id).map(|connection| connection.extension.clone()) else {
            return;
        };
        let Some(place) = self.places.get_mut(&extension) else { return };
        let before = match place.coming == Some(id) {
            true => {
                place.coming = None;
                place.current.replace(id)
            }
            false if place.current == Some(id) => None,
            false => return,
        };
        let changed = !std::mem::replace(&mut place.present, true);
        if changed {
            tracing::info!(seat = %extension, "a browser seat is there");
            (self.on_presence)(&extension, true);
        }
        if changed || before.is_some() {
            self.signal(&extension, SeatSignal::Back);
        }
        if let Some(before) = before {
            self.close(Instant::now(), before);
        }
    }

    fn away(&mut self, id: ConnectionId) {
        let Some(place) = self.place_of(id).filter(|place| place.current == Some(id)) else { return };
        if !std::mem::replace(&mut place.present, false) {
            return;
        }
        let Some(extension) = self.connections.get(&id).map(|connection| connection.extension.clone()) else {
            return;
        };
        tracing::info!(seat = %extension, "a browser seat is away");
        (self.on_presence)(&extension, false);
        self.signal(&extension, SeatSignal::Away);
    }

    fn over(&mut self, id: ConnectionId) {
        self.away(id);
        if let Some(place) = self.place_of(id) {
            place.current.take_if(|current| *current == id);
            place.coming.take_if(|coming| *coming == id);
        }
        self.connections.remove(&id);
        self.demux.remove(id);
        self.timers.remove(id);
    }

    /// Says goodbye to a page that has no place any more.
    fn close(&mut self, now: Instant, id: ConnectionId) {
        if let Some(connection) = self.connections.get_mut(&id) {
            connection.close(now);
            self.drain(id);
        }
    }

    fn release(&mut self, line: LineId) {
        let Some(extension) = self.lines.remove(&line) else { return };
        if let Some(place) = self.places.get_mut(&extension) {
            place.line.take_if(|held| held.id == line);
        }
    }

    /// Tells the call that holds a seat. False where none does.
    fn signal(&mut self, extension: &str, signal: SeatSignal) -> bool {
        let Some(line) = self.places.get(extension).and_then(|place| place.line.as_ref()) else {
            return false;
        };
        let line_id = line.id;
        let told = line.signals.try_send(signal).is_ok();
        if !told {
            tracing::warn!(seat = extension, "nobody reads what this seat does: its call is let go");
            self.release(line_id);
        }
        told
    }

    fn place_of(&mut self, id: ConnectionId) -> Option<&mut Place> {
        self.places.get_mut(&self.connections.get(&id)?.extension)
    }

    fn stop(mut self) {
        let now = Instant::now();
        let all: Vec<_> = self.connections.keys().copied().collect();
        for id in all {
            self.close(now, id);
        }
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at.into()).await,
        None => std::future::pending().await,
    }
}
