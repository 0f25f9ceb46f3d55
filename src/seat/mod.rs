//! Browser seats: the sound of agents who talk in the page. One UDP port for all of them, ICE-lite, DTLS-SRTP with
//! PCMA only, so that a bridged call is passed through as it came. A page's SDP offer enters, our answer leaves; plain
//! RTP datagrams pass between a call's session and the page, both ways undecoded.
//!
//! `driver` is the one task that owns the socket and all connections, `connection` one page's (`str0m`), `demux` whose
//! datagram it is, `timers` when which connection wants to be woken, `numbering` one line of numbers over many calls;
//! `handle` and `line` are what the rest of the house holds.

mod connection;
mod demux;
mod driver;
mod handle;
mod line;
mod numbering;
#[cfg(test)]
mod tests;
mod timers;

use std::io;
use std::net::{IpAddr, SocketAddr};

pub use connection::ConnectError;
pub use driver::SeatDriver;
pub use handle::BrowserSeats;
pub use line::{SeatLine, SeatSignal, SeatSound};

/// Where browsers send their sound.
#[derive(Debug, Clone, Copy)]
pub struct SeatConfig {
    /// Where it is listened for; port 0 takes any free one.
    pub listen_udp: SocketAddr,
    /// The address that browsers reach this machine by; needed when listening on 0.0.0.0 or ::.
    pub advertised_ip: Option<IpAddr>,
}

/// Why browser seats cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum SeatDriverError {
    /// The address cannot be had.
    #[error(
        "{addr} (browsers' sound over UDP) cannot be listened on ({source}): set browser.listen_udp to a free port of \
         an address of this machine"
    )]
    Listen {
        /// Which.
        addr: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// Listening everywhere, but no address to tell browsers.
    #[error(
        "{addr} is every address of this machine: set browser.advertised_ip to the one that browsers reach it by"
    )]
    NothingToAdvertise {
        /// The address that is listened on.
        addr: SocketAddr,
    },
    /// No certificate for DTLS could be made.
    #[error("no certificate for browsers' sound could be made: this machine has no randomness")]
    NoCertificate,
}
