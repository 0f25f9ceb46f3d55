//! The handle by which the rest of the service telephones. Cheap to clone.

use std::io;
use std::net::SocketAddr;

use jiesu_sip::endpoint::{EndpointError, Invite, Peer, Protocol};
use jiesu_sip::message::{NameAddr, Uri};
use tokio::sync::{mpsc, oneshot};

use super::driver::Command;
use super::leg::Leg;

/// The port of a SIP URI that names none (RFC 3261 §19.1.2).
const DEFAULT_PORT: u16 = 5060;

/// Places calls through the gateway.
#[derive(Debug, Clone)]
pub struct Telephone {
    commands: mpsc::Sender<Command>,
    udp_addr: SocketAddr,
    tcp_addr: Option<SocketAddr>,
}

/// Whom to call.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A URI with an address, or a name that the system's resolver knows; `;transport=tcp` is heeded.
    Address(Uri),
    /// The phone that registered last under this name.
    Registered(String),
}

/// A call to place.
#[derive(Debug, Clone)]
pub struct OutgoingCall {
    /// Whom.
    pub target: Target,
    /// Who calls, as shown on the phone.
    pub from: NameAddr,
    /// Our session description.
    pub offer: Vec<u8>,
}

/// What a service said to OPTIONS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionsAnswer {
    /// Its status; 408: it said nothing.
    pub status: u16,
    /// What it calls itself.
    pub server: Option<String>,
}

/// Why a call could not be placed.
#[derive(Debug, thiserror::Error)]
pub enum TelephoneError {
    /// The URI's host has no address.
    #[error("the host of {target} has no address ({source})")]
    NoAddress {
        /// The URI.
        target: Box<Uri>,
        /// What the resolver said.
        source: io::Error,
    },
    /// No phone is registered under this name.
    #[error("no phone is registered as {0}: its account must be this name, with the secret of the settings")]
    NotRegistered(String),
    /// The endpoint refused.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The gateway has stopped.
    #[error("the telephone gateway has stopped")]
    Stopped,
}

impl Telephone {
    pub(super) fn new(
        commands: mpsc::Sender<Command>,
        udp_addr: SocketAddr,
        tcp_addr: Option<SocketAddr>,
    ) -> Self {
        Self { commands, udp_addr, tcp_addr }
    }

    /// Where others reach us over UDP.
    #[must_use]
    pub fn udp_addr(&self) -> SocketAddr {
        self.udp_addr
    }

    /// Where others reach us over TCP.
    #[must_use]
    pub fn tcp_addr(&self) -> Option<SocketAddr> {
        self.tcp_addr
    }

    /// Places a call. Returns as soon as the INVITE is on its way.
    ///
    /// # Errors
    /// When the target has no address, the limits are reached, or the gateway has stopped.
    pub async fn dial(&self, call: OutgoingCall) -> Result<Leg, TelephoneError> {
        let (reply, answer) = oneshot::channel();
        let command = match call.target {
            Target::Address(target) => {
                let to = peer_of(&target).await?;
                let invite = invite_to(target, to, call.from, call.offer);
                Command::Dial { invite: Box::new(invite), reply }
            }
            Target::Registered(user) => {
                Command::DialRegistered { user, from: Box::new(call.from), offer: call.offer, reply }
            }
        };
        self.commands.send(command).await.map_err(|_| TelephoneError::Stopped)?;
        answer.await.map_err(|_| TelephoneError::Stopped)?
    }

    /// Asks a service what it is.
    ///
    /// # Errors
    /// When the target has no address, or the gateway has stopped.
    pub async fn options(&self, target: &Uri) -> Result<OptionsAnswer, TelephoneError> {
        let to = peer_of(target).await?;
        let (reply, answer) = oneshot::channel();
        let command = Command::Options { to, target: Box::new(target.clone()), reply };
        self.commands.send(command).await.map_err(|_| TelephoneError::Stopped)?;
        answer.await.map_err(|_| TelephoneError::Stopped)
    }

    /// Stops the gateway once no leg is left, at the latest after `STOP_LIMIT`.
    pub async fn stop(&self) {
        let _ = self.commands.send(Command::Stop).await;
    }
}

pub(super) fn invite_to(target: Uri, to: Peer, from: NameAddr, offer: Vec<u8>) -> Invite {
    Invite { target, to, from, to_display: None, headers: Vec::new(), offer: Some(offer) }
}

/// The address a URI's messages go to (of RFC 3263 the part that needs no SRV records).
pub(crate) async fn resolve(target: &Uri) -> Result<SocketAddr, TelephoneError> {
    let port = target.port.unwrap_or(DEFAULT_PORT);
    if let Some(ip) = target.ip() {
        return Ok(SocketAddr::new(ip, port));
    }
    let no_address = |source| TelephoneError::NoAddress { target: Box::new(target.clone()), source };
    let host = target.host.as_str().ok_or_else(|| no_address(io::ErrorKind::InvalidInput.into()))?;
    let mut found = tokio::net::lookup_host((host, port)).await.map_err(no_address)?;
    found.next().ok_or_else(|| no_address(io::ErrorKind::NotFound.into()))
}

/// Where a URI's messages go, and over what.
pub(crate) async fn peer_of(target: &Uri) -> Result<Peer, TelephoneError> {
    let tcp = target.params.value("transport").is_some_and(|value| value.eq_ignore_case("tcp"));
    let protocol = if tcp { Protocol::Tcp } else { Protocol::Udp };
    Ok(Peer { protocol, addr: resolve(target).await? })
}
