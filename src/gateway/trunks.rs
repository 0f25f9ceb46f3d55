//! The trunks, and the door: whose calls are taken, and whose word on the caller's number counts.

use std::collections::HashSet;
use std::net::IpAddr;

use ipnet::IpNet;
use jiesu_sip::endpoint::Peer;
use jiesu_sip::message::{NameAddr, Uri};
use jiesu_sip::registrar::Register;

/// A way to and from the telephone network.
#[derive(Debug, Clone)]
pub struct Trunk {
    /// Its name, for the log.
    pub name: String,
    /// Where calls go out to.
    pub address: Uri,
    /// The same, resolved.
    pub peer: Peer,
    /// Networks that its calls come from, besides its own address.
    pub accept: Vec<IpNet>,
    /// As whom we register with it.
    pub register: Option<Register>,
}

impl Trunk {
    fn sends_from(&self, source: IpAddr) -> bool {
        self.peer.addr.ip() == source || self.accept.iter().any(|network| network.contains(&source))
    }
}

/// Who may call.
#[derive(Debug)]
pub(super) struct Door {
    trunks: Vec<Trunk>,
    /// The addresses of phones that do not register.
    phones: HashSet<IpAddr>,
}

/// What the door says of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A trunk: what it asserts of the caller counts.
    Trunk,
    /// A known phone, or anybody where no trunk has a list.
    Caller,
    /// Its calls are not taken.
    Stranger,
}

impl Door {
    pub(super) fn new(trunks: Vec<Trunk>, phones: HashSet<IpAddr>) -> Self {
        Self { trunks, phones }
    }

    /// Who we are to this peer: where we are registered with him, his customer at his domain, and not an address of our own
    /// (RFC 3261 §8.1.1.3, SIPconnect 2.0 §10).
    pub(super) fn identity(&self, peer: Peer, from: NameAddr) -> NameAddr {
        let register =
            self.trunks.iter().find(|trunk| trunk.peer == peer).and_then(|trunk| trunk.register.as_ref());
        match register {
            Some(Register { aor, .. }) => {
                let uri = Uri { host: aor.host.clone(), port: aor.port, ..from.uri };
                NameAddr { uri, ..from }
            }
            None => from,
        }
    }

    /// `registered`: a phone registered from there.
    pub(super) fn judge(&self, source: IpAddr, registered: bool) -> Source {
        // A socket for both families names IPv4 addresses in the IPv6 way.
        let source = source.to_canonical();
        let is_open = self.trunks.iter().all(|trunk| trunk.accept.is_empty());
        if self.trunks.iter().any(|trunk| trunk.sends_from(source)) {
            Source::Trunk
        } else if is_open || registered || self.phones.contains(&source) {
            Source::Caller
        } else {
            Source::Stranger
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use jiesu_sip::endpoint::Protocol;

    use super::*;

    fn door(accept: &[&str]) -> Door {
        let trunk = Trunk {
            name: "telecom".to_owned(),
            address: "sip:192.0.2.20".parse().unwrap(),
            peer: Peer { protocol: Protocol::Udp, addr: "192.0.2.20:5060".parse().unwrap() },
            accept: accept.iter().map(|network| network.parse().unwrap()).collect(),
            register: None,
        };
        Door::new(vec![trunk], HashSet::from(["10.0.0.7".parse().unwrap()]))
    }

    fn judged(door: &Door, source: &str) -> Source {
        door.judge(source.parse().unwrap(), false)
    }

    #[test]
    fn with_a_list_only_trunks_and_known_phones_call() {
        let door = door(&["198.51.100.16/28"]);
        for trunk in ["192.0.2.20", "198.51.100.16", "198.51.100.31", "::ffff:198.51.100.20"] {
            assert_eq!(judged(&door, trunk), Source::Trunk, "{trunk}");
        }
        assert_eq!(judged(&door, "10.0.0.7"), Source::Caller);
        for stranger in ["192.0.2.21", "198.51.100.15", "198.51.100.32", "::1"] {
            assert_eq!(judged(&door, stranger), Source::Stranger, "{stranger}");
            assert_eq!(door.judge(stranger.parse().unwrap(), true), Source::Caller, "{stranger}");
        }
    }

    #[test]
    fn without_a_list_anybody_calls_and_only_trunks_are_believed() {
        let door = door(&[]);
        assert_eq!(judged(&door, "192.0.2.20"), Source::Trunk);
        assert_eq!(judged(&door, "203.0.113.9"), Source::Caller);
    }
}
