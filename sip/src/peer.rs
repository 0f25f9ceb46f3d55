//! Who is at the other end of a message.

use std::net::SocketAddr;

/// Transport of a message (RFC 3261 §18).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// Datagrams: the transactions repeat what may be lost.
    Udp,
    /// A stream: nothing is lost, except the whole connection.
    Tcp,
}

/// Where a message came from or goes to. For TCP the address names the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Peer {
    /// Transport of the message.
    pub protocol: Protocol,
    /// The other side's address.
    pub addr: SocketAddr,
}
