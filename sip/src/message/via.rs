//! Via: the way that a response takes back (RFC 3261 §18.2, §20.42; RFC 3581).

use std::net::SocketAddr;

use super::{Defect, Params, WireText, lexer, uri::host_port_of};

const DEFECT: Defect = Defect::Header("Via");

/// One hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Via {
    /// `UDP`, `TCP`, …
    pub transport: WireText,
    /// sent-by: host.
    pub host: WireText,
    /// sent-by: port.
    pub port: Option<u16>,
    /// `branch`, `rport`, `received`, …
    pub params: Params,
}

impl Via {
    /// Reads one member of a Via header. White space around the slashes is let pass (RFC 3261 §25.1 `SLASH`).
    ///
    /// # Errors
    /// Not SIP/2.0, no transport, or no host.
    pub fn parse(text: &WireText) -> Result<Self, Defect> {
        let bytes = text.as_bytes();
        let (name, rest) = lexer::split_once(bytes, b'/').ok_or(DEFECT)?;
        let (version, rest) = lexer::split_once(rest, b'/').ok_or(DEFECT)?;
        if !lexer::trim(name).eq_ignore_ascii_case(b"SIP") || lexer::trim(version) != b"2.0" {
            return Err(DEFECT);
        }
        let rest = rest.trim_ascii_start();
        let transport_end = rest.iter().position(u8::is_ascii_whitespace).ok_or(DEFECT)?;
        let (transport, rest) = rest.split_at(transport_end);
        let (sent_by, params) = lexer::split_once(rest, b';').unwrap_or((rest, b""));
        let (host, port) = host_port_of(sent_by).ok_or(DEFECT)?;
        if !lexer::is_token(transport) {
            return Err(DEFECT);
        }
        let (transport, host) = (text.share(transport), text.share(host));
        Ok(Self { transport, host, port, params: Params::parse(text, params) })
    }

    /// A Via of our own for a request (RFC 3261 §8.1.1.7), asking for symmetric responses (RFC 3581).
    pub(crate) fn own(transport: &str, addr: SocketAddr, branch: WireText) -> Self {
        let mut params = Params::default();
        params.set("rport", None);
        params.set("branch", Some(branch));
        let host = match addr {
            SocketAddr::V4(addr) => addr.ip().to_string(),
            SocketAddr::V6(addr) => format!("[{}]", addr.ip()),
        };
        Self { transport: transport.into(), host: host.into(), port: Some(addr.port()), params }
    }

    /// The `branch` parameter.
    pub fn branch(&self) -> Option<&WireText> {
        self.params.value("branch").filter(|branch| !branch.is_empty())
    }

    /// Notes where the request really came from (RFC 3261 §18.2.1, RFC 3581 §4).
    pub(crate) fn note_source(&mut self, source: SocketAddr) {
        let asked_for_port = self.params.get("rport").is_some();
        let ip = source.ip().to_string();
        if asked_for_port {
            self.params.set("rport", Some(source.port().to_string().into()));
        }
        if asked_for_port || self.host.as_str() != Some(&ip) {
            self.params.set("received", Some(ip.into()));
        } else {
            self.params.remove("received");
        }
    }

    pub(crate) fn to_text(&self) -> WireText {
        let mut out = b"SIP/2.0/".to_vec();
        out.extend(self.transport.as_bytes());
        out.push(b' ');
        out.extend(self.host.as_bytes());
        if let Some(port) = self.port {
            out.extend(format!(":{port}").as_bytes());
        }
        self.params.write(&mut out);
        out.into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn white_space_around_the_slashes_is_let_pass() {
        let via = Via::parse(&"SIP / 2.0 / UDP   host : 5070 ; branch=z9hG4bK1;rport".into()).unwrap();
        assert_eq!((via.host, via.port), ("host".into(), Some(5070)));
        assert_eq!(via.params.value("branch"), Some(&"z9hG4bK1".into()));
        assert_eq!(via.params.get("rport"), Some(None));
    }

    #[test]
    fn the_source_is_noted_as_rfc_3581_says() {
        let mut via = Via::parse(&"SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bK1".into()).unwrap();
        via.note_source("192.0.2.7:1024".parse().unwrap());
        assert_eq!(
            via.to_text(),
            "SIP/2.0/UDP 10.0.0.1:5060;rport=1024;branch=z9hG4bK1;received=192.0.2.7".into()
        );
    }

    #[test]
    fn a_sender_cannot_claim_another_source() {
        let mut via = Via::parse(&"SIP/2.0/UDP 192.0.2.7;received=203.0.113.9".into()).unwrap();
        via.note_source("192.0.2.7:5060".parse().unwrap());
        assert_eq!(via.to_text(), "SIP/2.0/UDP 192.0.2.7".into());
    }

    #[test]
    fn what_is_no_via_is_refused() {
        for text in [
            "",
            "SIP/2.0/UDP",
            "SIP/2.0/UDP ",
            "SIP/3.0/UDP h",
            "SIP/2.0 UDP h",
            "SIP/2.0/UDP h:x",
            "SIP/2.0/ h",
        ] {
            assert!(Via::parse(&text.into()).is_err(), "{text}");
        }
    }
}
