//! Where a request inside a dialog goes (RFC 3261 §12.2.1.1, §8.1.2), with loose and strict routers. Host names
//! cannot be resolved without sockets: then the way is back to where the peer was heard from.

use std::net::SocketAddr;

use crate::{
    message::{NameAddr, Scheme, Uri, WireText},
    peer::{Peer, Protocol},
};

/// The port of a SIP URI that names none (RFC 3261 §19.1.2).
const DEFAULT_PORT: u16 = 5060;

/// Request-URI and Route headers.
pub(super) fn request_uri_and_routes(target: &Uri, routes: &[WireText]) -> (Uri, Vec<WireText>) {
    let Some((first, rest)) = routes.split_first() else { return (target.clone(), Vec::new()) };
    match NameAddr::parse(first) {
        Ok(strict) if strict.uri.params.get("lr").is_none() => {
            let mut routes = rest.to_vec();
            routes.push(NameAddr::new(target.clone()).to_text());
            (strict.uri, routes)
        }
        Ok(_) | Err(_) => (target.clone(), routes.to_vec()),
    }
}

/// The next hop: the first route or else the target, where that is an address; or else where the peer was heard from.
/// `answer_back`: the target is known to be no way, or a TCP connection is open that can be used again.
pub(super) fn next_hop(target: &Uri, routes: &[WireText], heard_from: Peer, answer_back: bool) -> Peer {
    let route = routes.first().and_then(|route| NameAddr::parse(route).ok()).map(|route| route.uri);
    if answer_back && (route.is_none() || heard_from.protocol == Protocol::Tcp) {
        return heard_from;
    }
    peer_of(route.as_ref().unwrap_or(target)).unwrap_or(heard_from)
}

/// The address that a URI names.
pub(super) fn peer_of(uri: &Uri) -> Option<Peer> {
    let protocol = match uri.params.value("transport") {
        None => Protocol::Udp,
        Some(name) if name.eq_ignore_case("udp") => Protocol::Udp,
        Some(name) if name.eq_ignore_case("tcp") => Protocol::Tcp,
        Some(_) => return None,
    };
    let ip = uri.ip().filter(|_| uri.scheme == Scheme::Sip)?;
    Some(Peer { protocol, addr: SocketAddr::new(ip, uri.port.unwrap_or(DEFAULT_PORT)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const SEEN: &str = "192.0.2.9:1024";

    fn hop(target: &str, routes: &[&str], behind_nat: bool) -> String {
        let routes: Vec<WireText> = routes.iter().map(|route| (*route).into()).collect();
        let seen = Peer { protocol: Protocol::Udp, addr: SEEN.parse().unwrap() };
        next_hop(&target.parse().unwrap(), &routes, seen, behind_nat).addr.to_string()
    }

    #[test]
    fn the_first_route_comes_before_the_target() {
        assert_eq!(hop("sip:a@10.0.0.1:5070", &[], false), "10.0.0.1:5070");
        assert_eq!(
            hop("sip:a@10.0.0.1", &["<sip:10.0.0.2;lr>", "<sip:10.0.0.3;lr>"], false),
            "10.0.0.2:5060"
        );
    }

    #[test]
    fn a_peer_with_a_name_or_behind_nat_is_reached_where_he_was_heard_from() {
        assert_eq!(hop("sip:a@phone.example", &[], false), SEEN);
        assert_eq!(hop("sip:a@10.0.0.1", &[], true), SEEN);
    }

    #[test]
    fn a_strict_router_takes_the_place_of_the_target() {
        let (uri, routes) = request_uri_and_routes(
            &"sip:a@h".parse().unwrap(),
            &["<sip:strict>".into(), "<sip:p;lr>".into()],
        );
        assert_eq!(uri.to_string(), "sip:strict");
        assert_eq!(routes, ["<sip:p;lr>".into(), "<sip:a@h>".into()]);
    }
}
