//! What two ends agree on before sound flows: SDP bodies in, an answer and a [`Negotiated`] stream out.
//! Offer/answer of RFC 3264 over the session descriptions of RFC 8866, for one audio stream of G.711
//! (RFC 3551) with telephone events (RFC 4733); any other stream offered is refused in its place.

mod describe;
mod negotiate;
mod read;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, SocketAddr};

use crate::codec::Codec;

pub use describe::offer;
pub use negotiate::{accept_answer, answer};

/// Our end of the stream, as it is offered or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalMedia {
    /// Where we receive.
    pub address: IpAddr,
    /// The port we receive RTP on; RTCP comes one above.
    pub rtp_port: u16,
    /// What we send and receive, the preferred first.
    pub codecs: Vec<Codec>,
    /// Whether telephone events are offered and taken.
    pub dtmf: bool,
    /// The packet time we ask for.
    pub ptime_ms: u16,
    /// Which way sound may flow, seen from us.
    pub direction: Direction,
}

/// The numbers of our `o=` line. One session keeps its id; each new description raises the version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionIds {
    /// Random, once per leg.
    pub session_id: u64,
    /// One above the last whenever the description differs from the last one sent.
    pub version: u64,
}

/// Which way sound may flow, seen from the end that says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// Both ways.
    #[default]
    SendRecv,
    /// It sends only: the other end is on hold with music.
    SendOnly,
    /// It listens only.
    RecvOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    /// From what is sent and what is received.
    #[must_use]
    pub const fn new(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether the end that says it sends.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the end that says it receives.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// Its SDP attribute.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }
}

/// The stream both ends agreed on, seen from us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negotiated {
    /// Where to send RTP. The unspecified address where the other end is on hold the old way (`c=0.0.0.0`).
    pub remote_rtp: SocketAddr,
    /// Where to send RTCP.
    pub remote_rtcp: SocketAddr,
    /// What we send.
    pub codec: Codec,
    /// Its payload type.
    pub payload_type: u8,
    /// Everything that may arrive, by payload type; holds `codec`, and the others both ends named.
    pub receives: Vec<(u8, Codec)>,
    /// The payload type of telephone events at 8 kHz, both ways; nothing where the other end takes none.
    pub dtmf_payload_type: Option<u8>,
    /// How much sound we put in a packet.
    pub ptime_ms: u16,
    /// Whether we may send.
    pub we_send: bool,
    /// Whether we may expect sound.
    pub we_receive: bool,
    /// Whether RTCP shares the RTP port (RFC 5761).
    pub rtcp_mux: bool,
}

/// Why no stream came of a description.
#[derive(Debug, thiserror::Error)]
pub enum SdpError {
    /// No audio stream over plain RTP that is not refused or disabled.
    #[error("no audio stream over RTP/AVP")]
    NoAudio,
    /// An audio stream, but none of its formats is ours.
    #[error("no common codec; offered: {offered}")]
    NoCommonCodec {
        /// The formats of the stream's `m=` line.
        offered: String,
    },
    /// The stream's address is a host name or of another IP version than ours.
    #[error("no media address that this end reaches: {address}")]
    Address {
        /// The address as it was written.
        address: String,
    },
    /// Not a session description.
    #[error("malformed session description")]
    Malformed(#[from] sdp_types::ParserError),
    /// A stream without any `c=` line.
    #[error("no connection address")]
    NoConnection,
}

impl SdpError {
    /// The SIP response that an offer with this fault earns: code and reason phrase.
    #[must_use]
    pub const fn status(&self) -> (u16, &'static str) {
        match self {
            Self::NoAudio | Self::NoCommonCodec { .. } | Self::Address { .. } => (488, "Not Acceptable Here"),
            Self::Malformed(_) | Self::NoConnection => (400, "Malformed Session Description"),
        }
    }
}
