//! A request that came in, read far enough to be answered.

use std::net::SocketAddr;

use super::ServerKey;
use crate::{
    message::{Defect, Essentials, HeaderName, Message, Method, Via, WireText},
    peer::{Peer, Protocol},
};

/// The port of a sent-by that names none (RFC 3261 §18.2.2).
const DEFAULT_PORT: u16 = 5060;

/// The request, and the way of its responses.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) message: Message,
    pub(crate) read: Essentials,
    pub(crate) method: Method,
    /// Request-URI as it came.
    pub(crate) uri: WireText,
    /// Where it came from.
    pub(crate) from: Peer,
    /// Where its responses go (RFC 3261 §18.2.2, RFC 3581 §4).
    pub(crate) reply_to: Peer,
    /// All Vias for the responses, the topmost with the source noted.
    pub(crate) vias: Vec<WireText>,
}

impl Request {
    /// Reads the headers that every request has.
    pub(crate) fn read(
        message: &Message,
        method: &Method,
        uri: &WireText,
        from: Peer,
    ) -> Result<Self, Defect> {
        let read = Essentials::read(&message.headers)?;
        if let Some(defect) = message.defect {
            return Err(defect);
        }
        if read.cseq.method != *method {
            return Err(Defect::CSeqMethod);
        }
        let vias = noted_vias(message, &read.via, from.addr);
        let reply_to = reply_to(&read.via, from);
        let (message, method, uri) = (message.clone(), method.clone(), uri.clone());
        Ok(Self { message, read, method, uri, from, reply_to, vias })
    }

    pub(crate) fn key(&self) -> ServerKey {
        ServerKey::of(&self.read)
    }
}

/// The Vias of a response.
pub(crate) fn noted_vias(message: &Message, top: &Via, source: SocketAddr) -> Vec<WireText> {
    let mut noted = top.clone();
    noted.note_source(source);
    let below = message.headers.members(&HeaderName::Via).skip(1);
    std::iter::once(noted.to_text()).chain(below).collect()
}

/// Where the responses to a request with this Via go.
pub(crate) fn reply_to(via: &Via, from: Peer) -> Peer {
    match from.protocol {
        Protocol::Tcp => from,
        Protocol::Udp if via.params.get("rport").is_some() => from,
        Protocol::Udp => {
            Peer { addr: SocketAddr::new(from.addr.ip(), via.port.unwrap_or(DEFAULT_PORT)), ..from }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn reply_port(via: &str) -> u16 {
        let from = Peer { protocol: Protocol::Udp, addr: "192.0.2.7:1024".parse().unwrap() };
        reply_to(&Via::parse(&via.into()).unwrap(), from).addr.port()
    }

    #[test]
    fn a_response_goes_to_the_port_that_the_via_asks_for() {
        assert_eq!(reply_port("SIP/2.0/UDP h:5070"), 5070);
        assert_eq!(reply_port("SIP/2.0/UDP h"), 5060);
        assert_eq!(reply_port("SIP/2.0/UDP h:5070;rport"), 1024);
    }
}
