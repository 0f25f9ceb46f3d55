//! Free ports of the loopback interface.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};

/// An address whose port is free for UDP and for TCP.
pub fn free() -> SocketAddr {
    (0..100)
        .find_map(|_| {
            let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?;
            let address = udp.local_addr().ok()?;
            TcpListener::bind(address).ok().map(|_| address)
        })
        .expect("a free port on the loopback interface")
}
