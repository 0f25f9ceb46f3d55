//! The limit: a relay of datagrams that reads nothing of them. A socket for each leg, as many as the service's that
//! carry sound; one thread, one epoll.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::{Child, Command, Stdio};

use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};

use crate::streams::End;
use crate::usage::{pin, raise_file_limit};

/// Given first, it makes this program the relay: then how many calls, the callers' address and the phones'.
pub(crate) const RELAY: &str = "--relay";
const DATAGRAM_BYTES: usize = 2_048;

/// A relay, while it runs.
pub(crate) struct Relay {
    process: Child,
    pub(crate) to_callers: Vec<SocketAddr>,
    pub(crate) to_phones: Vec<SocketAddr>,
}

impl Relay {
    pub(crate) fn start(
        calls: usize,
        callers: &End,
        phones: &End,
        core: usize,
    ) -> Result<Self, Box<dyn Error>> {
        let mut process = Command::new(std::env::current_exe()?)
            .args([
                RELAY,
                &calls.to_string(),
                &callers.address()?.to_string(),
                &phones.address()?.to_string(),
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        pin(Some(process.id()), core)?;
        let said = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        let said: Vec<String> = said.take(2 * calls).collect::<Result<_, _>>()?;
        let sockets: Vec<SocketAddr> = said.iter().map(|line| line.parse()).collect::<Result<_, _>>()?;
        let every_second = |first: usize| sockets.iter().skip(first).step_by(2).copied().collect();
        Ok(Self { process, to_callers: every_second(0), to_phones: every_second(1) })
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The relay itself: says its addresses, a line each, and relays until it is killed.
pub(crate) fn run(calls: usize, callers: SocketAddr, phones: SocketAddr) -> Result<(), Box<dyn Error>> {
    raise_file_limit()?;
    let bind = |_| {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    };
    let sockets: Vec<UdpSocket> = (0..2 * calls).map(bind).collect::<Result<_, std::io::Error>>()?;
    let epoll = epoll::create(CreateFlags::CLOEXEC)?;
    let mut said = String::new();
    for (n, socket) in (0_u64..).zip(&sockets) {
        epoll::add(&epoll, socket, EventData::new_u64(n), EventFlags::IN)?;
        said += &format!("{}\n", socket.local_addr()?);
    }
    std::io::stdout().write_all(said.as_bytes())?;
    let mut datagram = [0; DATAGRAM_BYTES];
    let mut ready: Vec<Event> = Vec::with_capacity(1_024);
    loop {
        ready.clear();
        epoll::wait(&epoll, rustix::buffer::spare_capacity(&mut ready), None)?;
        for event in &ready {
            let n = event.data.u64() as usize;
            // Even: a caller's, whose packets leave by its neighbour towards the phones.
            let (other, to) = if n.is_multiple_of(2) { (n + 1, phones) } else { (n - 1, callers) };
            while let Ok((length, _)) = sockets[n].recv_from(&mut datagram) {
                let _ = sockets[other].send_to(&datagram[..length], to);
            }
        }
    }
}
