//! The tokio driver of `jiesu-sip`: one task owns the endpoint, its UDP socket, its TCP connections and its
//! timer. Bytes enter from the network, commands from [`Telephone`] and [`Leg`] handles; calls leave as
//! [`IncomingLeg`]s, what happens to them as [`LegEvent`]s. Every queue is bounded, and no leg that is slow to
//! read its events holds up another: it is hung up.

mod connections;
mod driver;
mod keep_alive;
mod leg;
mod media_ports;
mod telephone;
mod trunks;

use std::collections::{HashMap, HashSet};
use std::io;
use std::net::{IpAddr, SocketAddr};

use jiesu_sip::auth::Secret;

pub use driver::Gateway;
pub use keep_alive::keep_alive;
pub use leg::{IncomingLeg, Leg, LegEvent};
pub use media_ports::{MediaPorts, MediaPortsError, PortPair};
pub use telephone::{OptionsAnswer, OutgoingCall, Target, Telephone, TelephoneError};
pub(crate) use telephone::{peer_of, resolve};
pub use trunks::Trunk;

/// What we call ourselves in User-Agent and Server.
pub const USER_AGENT: &str = concat!("Jiesu/", env!("CARGO_PKG_VERSION"));

/// What phones that register show when they ask for a password.
pub const REALM: &str = "jiesu";

/// Where the gateway listens, and its limits.
#[derive(Debug, Clone)]
pub struct GatewayConfig {
    /// Where SIP over UDP is listened for; port 0 takes any free one.
    pub listen_udp: SocketAddr,
    /// Where SIP over TCP is listened for; nothing: TCP only towards phones that ask for it.
    pub listen_tcp: Option<SocketAddr>,
    /// The address that others reach this machine by; needed when listening on 0.0.0.0 or ::.
    pub advertised_ip: Option<IpAddr>,
    /// The setting or option that names `listen_udp`, for whoever has to change it.
    pub listen_setting: &'static str,
    /// Legs at once; one more INVITE is answered 503.
    pub max_legs: usize,
    /// Phones that may register, by the name of their account; with none, REGISTER is refused with 405.
    pub phones: HashMap<String, Secret>,
    /// The ways to and from the telephone network. Where one has a list of networks, strangers are refused with 403.
    pub trunks: Vec<Trunk>,
    /// The addresses of phones that may call without registering.
    pub phone_addresses: HashSet<IpAddr>,
}

impl GatewayConfig {
    /// Listening at `listen_udp` only, with room for a hundred calls.
    #[must_use]
    pub fn new(listen_udp: SocketAddr) -> Self {
        Self {
            listen_udp,
            listen_tcp: None,
            advertised_ip: None,
            listen_setting: "sip.listen_udp",
            max_legs: 200,
            phones: HashMap::new(),
            trunks: Vec::new(),
            phone_addresses: HashSet::new(),
        }
    }
}

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Another program has the address.
    #[error(
        "{addr} ({transport}) is taken by another program: stop that program (`ss -lnp | grep :{port}` names \
         it), or set {setting} to another port",
        port = addr.port()
    )]
    AddressTaken {
        /// UDP or TCP.
        transport: &'static str,
        /// The address.
        addr: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
    },
    /// The address cannot be listened on for another reason.
    #[error(
        "{addr} ({transport}) cannot be listened on ({source}): set {setting} to an address of this machine"
    )]
    Listen {
        /// UDP or TCP.
        transport: &'static str,
        /// The address.
        addr: SocketAddr,
        /// The setting that names it.
        setting: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// Listening everywhere, but no address to tell others.
    #[error(
        "{addr} is every address of this machine: set sip.advertised_ip to the one that phones reach it by"
    )]
    NothingToAdvertise {
        /// The address that is listened on.
        addr: SocketAddr,
    },
}
