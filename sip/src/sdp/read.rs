//! A description from the wire, cleared of everything that no decision hangs on, and its streams.
//! Real phones send bare LFs, trailing blanks, GBK session names and attributes of their own; a call must
//! not fail on a line that nobody reads, so only `v=`, `c=`, `m=` and `a=` reach the parser.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use sdp_types::{Connection, Media, Session};

use super::{Direction, SdpError};
use crate::codec::Codec;

/// Parses a session description (RFC 8866).
pub(super) fn session(body: &[u8]) -> Result<Session, SdpError> {
    Ok(Session::parse(cleared(body).as_bytes())?)
}

/// The lines that decisions hang on, blanks normalised.
fn cleared(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let (mut kept, mut in_media, mut connected) = (String::with_capacity(body.len()), false, false);
    for line in text.split(['\r', '\n']).map(|line| line.trim_matches([' ', '\t', '\0'])) {
        let Some((key, value)) = line.split_once('=') else { continue };
        in_media |= key == "m";
        // The first session-level address stands.
        let repeated = key == "c" && !in_media && std::mem::replace(&mut connected, true);
        if !matches!(key, "v" | "c" | "m" | "a") || repeated || value.contains('\0') {
            continue;
        }
        let words: Vec<&str> = value.split_ascii_whitespace().collect();
        if !words.is_empty() {
            kept.push_str(&format!("{key}={}\r\n", words.join(" ")));
        }
    }
    kept
}

/// A stream that may be taken: audio over plain RTP, not refused.
pub(super) fn is_usable_audio(media: &Media) -> bool {
    media.media.eq_ignore_ascii_case("audio")
        && media.port != 0
        && (media.proto.eq_ignore_ascii_case("RTP/AVP") || media.proto.eq_ignore_ascii_case("RTP/AVPF"))
}

/// A stream's attributes, and the session's behind them: the nearer one counts.
#[derive(Clone, Copy)]
pub(super) struct Stream<'a> {
    session: &'a Session,
    media: &'a Media,
}

/// A format of a stream that is ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Audio(Codec),
    TelephoneEvent,
}

impl<'a> Stream<'a> {
    pub(super) fn new(session: &'a Session, media: &'a Media) -> Self {
        Self { session, media }
    }

    /// The formats of the `m=` line that we know, in its order: `a=rtpmap` says, else the static number.
    pub(super) fn formats(self) -> Vec<(u8, Format)> {
        let numbers = self.media.fmt.split_ascii_whitespace().filter_map(|number| number.parse().ok());
        numbers
            .filter(|number| *number < 128)
            .filter_map(|number| {
                let format = match self.mapping(number) {
                    Some(mapping) => format(mapping)?,
                    None => Format::Audio(Codec::from_payload_type(number)?),
                };
                Some((number, format))
            })
            .collect()
    }

    fn mapping(self, number: u8) -> Option<&'a str> {
        self.media.get_attribute_values("rtpmap").flatten().find_map(|value| {
            let (payload_type, mapping) = value.split_once(' ')?;
            (payload_type.parse() == Ok(number)).then_some(mapping)
        })
    }

    /// `a=ptime` and `a=maxptime` of the stream, in milliseconds.
    pub(super) fn packet_times_ms(self) -> (Option<u16>, Option<u16>) {
        let read = |name| {
            let value = self.media.get_first_attribute_value(name).flatten()?;
            let whole = value.split('.').next()?;
            whole.parse::<u16>().ok().filter(|ms| *ms > 0)
        };
        (read("ptime"), read("maxptime"))
    }

    /// The direction as the other end says it, and `inactive` for what it cannot receive (RFC 3264, 8.4).
    pub(super) fn direction(self) -> Direction {
        let named = |attribute: &&sdp_types::Attribute| {
            [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive]
                .into_iter()
                .find(|direction| attribute.attribute.eq_ignore_ascii_case(direction.name()))
        };
        let near = self.media.attributes.iter().find_map(|attribute| named(&attribute));
        let far = || self.session.attributes.iter().find_map(|attribute| named(&attribute));
        near.or_else(far).unwrap_or_default()
    }

    /// Where RTP goes: the stream's own `c=`, else the session's.
    pub(super) fn rtp(self) -> Result<SocketAddr, SdpError> {
        let connection = self.media.connections.first().or(self.session.connection.as_ref());
        Ok(SocketAddr::new(ip(connection.ok_or(SdpError::NoConnection)?)?, self.media.port))
    }

    /// Where RTCP goes: `a=rtcp` (RFC 3605), else one port above RTP.
    pub(super) fn rtcp(self, rtp: SocketAddr) -> SocketAddr {
        let default = SocketAddr::new(rtp.ip(), rtp.port().saturating_add(1));
        let Some(value) = self.media.get_first_attribute_value("rtcp").flatten() else { return default };
        let mut words = value.split_ascii_whitespace();
        let Some(port) = words.next().and_then(|port| port.parse().ok()) else { return default };
        let address = words.nth(2).and_then(|address| address.parse().ok());
        SocketAddr::new(address.unwrap_or(rtp.ip()), port)
    }

    pub(super) fn rtcp_mux(self) -> bool {
        self.media.has_attribute("rtcp-mux")
    }
}

/// An `a=rtpmap` value: encoding name / clock rate [/ channels].
fn format(mapping: &str) -> Option<Format> {
    let mut parts = mapping.split('/');
    let (name, clock, channels) = (parts.next()?.trim(), parts.next()?.trim(), parts.next().unwrap_or("1"));
    if clock.parse() != Ok(8_000_u32) || channels.trim() != "1" {
        return None;
    }
    if name.eq_ignore_ascii_case("telephone-event") {
        return Some(Format::TelephoneEvent);
    }
    Codec::from_name(name).map(Format::Audio)
}

fn ip(connection: &Connection) -> Result<IpAddr, SdpError> {
    let address = &connection.connection_address;
    let ip = connection.try_address().map_err(|_| SdpError::Address { address: address.clone() })?.ip;
    // The mapped form reaches the same host over IPv4.
    Ok(match ip {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(ip, IpAddr::V4),
        IpAddr::V4(_) => ip,
    })
}

/// Whether an address says "nowhere": hold as RFC 2543 did it.
pub(super) fn is_nowhere(address: SocketAddr) -> bool {
    address.ip().is_unspecified() || address.ip() == IpAddr::V4(Ipv4Addr::BROADCAST)
}
