//! The ports that sound travels by: each leg gets a pair at random, an even one for RTP and the next, odd one
//! for RTCP (RFC 3550 §11). At random, so that nobody can guess where the next call's sound goes. A pair that was given
//! back rests for a while, so that what is late for the last call does not reach the next.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rand::RngExt;
use tokio::net::UdpSocket;

/// Pairs tried at random before every pair is tried in turn: enough while less than nine tenths are taken.
const RANDOM_TRIES: usize = 32;
/// How long a pair rests: longer than packets stay on their way, and than a phone takes to hear a BYE sent three times.
const REST: Duration = Duration::from_secs(10);

/// Where the pairs come from.
#[derive(Debug, Clone)]
pub struct MediaPorts {
    ip: IpAddr,
    first_rtp_port: u16,
    pairs: u16,
    resting: Resting,
}

/// The even ports of pairs that rest, and since when. Shared, because a leg gives its pair back by being dropped,
/// wherever that is.
#[derive(Debug, Clone, Default)]
struct Resting(Arc<Mutex<HashMap<u16, Instant>>>);

/// A leg's two sockets.
#[derive(Debug)]
pub struct PortPair {
    /// Sound and keys.
    pub rtp: UdpSocket,
    /// Reports on how the sound travels.
    pub rtcp: UdpSocket,
    /// The even port of `rtp`; `rtcp` has the next.
    pub rtp_port: u16,
    resting: Resting,
}

impl Drop for PortPair {
    fn drop(&mut self) {
        self.resting.lock().insert(self.rtp_port, Instant::now());
    }
}

impl Resting {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u16, Instant>> {
        // Each change is whole, so a panic elsewhere breaks nothing here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pairs that still rest, the one that rests longest first.
    fn at(&self, now: Instant) -> Vec<u16> {
        let mut resting = self.lock();
        resting.retain(|_, since| now.saturating_duration_since(*since) < REST);
        let mut ports: Vec<(Instant, u16)> = resting.iter().map(|(&port, &since)| (since, port)).collect();
        ports.sort_unstable();
        ports.into_iter().map(|(_, port)| port).collect()
    }
}

/// Why a leg has no ports.
#[derive(Debug, thiserror::Error)]
pub enum MediaPortsError {
    /// The range holds no pair at all.
    #[error("the port range {first}-{last} holds no even port followed by an odd one; widen sip.rtp_ports")]
    EmptyRange {
        /// Its first port.
        first: u16,
        /// Its last port.
        last: u16,
    },
    /// Every pair is taken.
    #[error(
        "all {pairs} port pairs from {first_rtp_port} on are taken; widen sip.rtp_ports or lower sip.max_calls ({source})"
    )]
    AllTaken {
        /// How many pairs there are.
        pairs: u16,
        /// The first pair's even port.
        first_rtp_port: u16,
        /// What the operating system said of the last one tried.
        source: io::Error,
    },
    /// No socket can be had, whatever its port.
    #[error(
        "no more files can be opened ({source}): a call takes five; raise the limit (`ulimit -n`, LimitNOFILE= of systemd) or lower sip.max_calls"
    )]
    OutOfFiles {
        /// What the operating system said.
        source: io::Error,
    },
    /// A pair is there, and the runtime does not serve it.
    #[error("the ports {rtp_port} and the next cannot be used ({source})")]
    Unusable {
        /// The even one.
        rtp_port: u16,
        /// Why.
        source: io::Error,
    },
}

impl MediaPorts {
    /// Pairs on `ip` within `range`, both ends included.
    ///
    /// # Errors
    /// When the range holds no pair.
    pub fn new(ip: IpAddr, range: RangeInclusive<u16>) -> Result<Self, MediaPortsError> {
        let (first, last) = (*range.start(), *range.end());
        let first_rtp_port = u32::from(first).next_multiple_of(2);
        let pairs = (u32::from(last) + 1).saturating_sub(first_rtp_port) / 2;
        match (u16::try_from(first_rtp_port), u16::try_from(pairs)) {
            (Ok(first_rtp_port), Ok(pairs)) if pairs > 0 => {
                Ok(Self { ip, first_rtp_port, pairs, resting: Resting::default() })
            }
            _ => Err(MediaPortsError::EmptyRange { first, last }),
        }
    }

    /// Binds a pair nobody uses; one that rests only where there is no other.
    ///
    /// # Errors
    /// When every pair is taken, or the process may open no more files.
    pub async fn bind(&self) -> Result<PortPair, MediaPortsError> {
        let pair = self.bind_any(Instant::now())?;
        // The runtime must have seen the new sockets before it lets anything out by them at once: without this
        // the first packet of a prompt counts as one that there is no room for, and is lost.
        for socket in [&pair.rtp, &pair.rtcp] {
            let unusable = |source| MediaPortsError::Unusable { rtp_port: pair.rtp_port, source };
            socket.writable().await.map_err(unusable)?;
        }
        Ok(pair)
    }

    fn bind_any(&self, now: Instant) -> Result<PortPair, MediaPortsError> {
        let resting = self.resting.at(now);
        let mut random = rand::rng();
        let random_ports: Vec<u16> = (0..RANDOM_TRIES.min(usize::from(self.pairs)))
            .map(|_| self.nth(random.random_range(0..self.pairs)))
            .collect();
        let start = random.random_range(0..self.pairs);
        let in_turn = (start..self.pairs).chain(0..start).map(|n| self.nth(n));
        let rested = random_ports.into_iter().chain(in_turn).filter(|port| !resting.contains(port));
        let mut last_error = io::Error::from(io::ErrorKind::AddrInUse);
        for rtp_port in rested.chain(resting.iter().copied()) {
            match self.bind_pair(rtp_port) {
                Ok(pair) => return Ok(pair),
                Err(source) if is_out_of_files(&source) => {
                    return Err(MediaPortsError::OutOfFiles { source });
                }
                Err(error) => last_error = error,
            }
        }
        Err(MediaPortsError::AllTaken {
            pairs: self.pairs,
            first_rtp_port: self.first_rtp_port,
            source: last_error,
        })
    }

    /// The even port of a pair.
    fn nth(&self, n: u16) -> u16 {
        self.first_rtp_port + 2 * n
    }

    fn bind_pair(&self, rtp_port: u16) -> io::Result<PortPair> {
        let rtp = bind(SocketAddr::new(self.ip, rtp_port))?;
        let rtcp = bind(SocketAddr::new(self.ip, rtp_port + 1))?;
        Ok(PortPair { rtp, rtcp, rtp_port, resting: self.resting.clone() })
    }
}

/// Whether the process, or the machine, may open no more files: no other port helps.
fn is_out_of_files(error: &io::Error) -> bool {
    use rustix::io::Errno;
    Errno::from_io_error(error).is_some_and(|errno| matches!(errno, Errno::MFILE | Errno::NFILE))
}

fn bind(addr: SocketAddr) -> io::Result<UdpSocket> {
    let socket = std::net::UdpSocket::bind(addr)?;
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::net::Ipv4Addr;

    use super::*;

    const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[tokio::test]
    async fn a_pair_is_an_even_port_and_the_next() {
        let ports = MediaPorts::new(LOCALHOST, 41_001..=41_999).unwrap();
        let pair = ports.bind().await.unwrap();
        assert_eq!(pair.rtp_port % 2, 0);
        assert_eq!(pair.rtp.local_addr().unwrap().port(), pair.rtp_port);
        assert_eq!(pair.rtcp.local_addr().unwrap().port(), pair.rtp_port + 1);
        assert!((41_002..=41_998).contains(&pair.rtp_port));
    }

    #[tokio::test]
    async fn every_pair_of_the_range_is_found_and_then_no_more() {
        let ports = MediaPorts::new(LOCALHOST, 42_000..=42_007).unwrap();
        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(ports.bind().await.unwrap());
        }
        let mut numbers: Vec<_> = taken.iter().map(|pair| pair.rtp_port).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [42_000, 42_002, 42_004, 42_006]);
        assert!(matches!(ports.bind().await, Err(MediaPortsError::AllTaken { pairs: 4, .. })));
        let freed = taken.remove(1).rtp_port;
        assert_eq!(ports.bind().await.unwrap().rtp_port, freed, "it has not rested, but there is no other");
    }

    #[tokio::test]
    async fn a_pair_that_was_given_back_rests_while_there_are_others() {
        let ports = MediaPorts::new(LOCALHOST, 44_000..=44_007).unwrap();
        let freed = ports.bind().await.unwrap().rtp_port;
        let others = [(); 3].map(|()| ports.bind_any(Instant::now()).unwrap());
        assert!(others.iter().all(|pair| pair.rtp_port != freed), "{freed} was given out again: {others:?}");
        let [first, second, third] = others.map(|pair| pair.rtp_port);
        // All rest now: the one that was given back first is given out first.
        assert_eq!(ports.resting.at(Instant::now()), [freed, first, second, third]);
        assert_eq!(ports.bind_any(Instant::now()).unwrap().rtp_port, freed);
        assert!(ports.resting.at(Instant::now() + REST).is_empty());
    }

    #[tokio::test]
    async fn a_new_pair_sends_at_once() {
        let pair = MediaPorts::new(LOCALHOST, 43_000..=43_999).unwrap().bind().await.unwrap();
        for socket in [&pair.rtp, &pair.rtcp] {
            assert_eq!(socket.try_send_to(b"sound", pair.rtp.local_addr().unwrap()).unwrap(), 5);
        }
    }

    #[test]
    fn a_range_without_a_pair_is_refused() {
        for range in [41_001..=41_001, 41_001..=41_002, 65_535..=65_535, RangeInclusive::new(9, 8)] {
            assert!(MediaPorts::new(LOCALHOST, range.clone()).is_err(), "{range:?}");
        }
        assert!(MediaPorts::new(LOCALHOST, 65_534..=65_535).is_ok());
    }
}
