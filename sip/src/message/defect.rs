//! What can be wrong with a message; the words go out as the reason phrase of a 400.

/// Why a message, or one part of it, could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Defect {
    /// The first line is neither a request line nor a status line.
    #[error("Bad Start Line")]
    StartLine,
    /// A version other than SIP/2.0.
    #[error("Bad Version")]
    Version,
    /// A line without a colon, or with a name that is no token.
    #[error("Bad Header Line")]
    HeaderLine,
    /// The headers do not end with an empty line.
    #[error("Headers Not Ended")]
    Truncated,
    /// More header lines than any honest message has.
    #[error("Too Many Headers")]
    TooManyHeaders,
    /// Not a URI.
    #[error("Bad URI")]
    Uri,
    /// Not an address.
    #[error("Bad Address")]
    Address,
    /// A header that every message must have is not there.
    #[error("Missing {0}")]
    Missing(&'static str),
    /// A header is there and cannot be read.
    #[error("Bad {0}")]
    Header(&'static str),
    /// A header that may stand once stands twice, and they differ.
    #[error("Several {0}")]
    Several(&'static str),
    /// CSeq names another method than the request line.
    #[error("CSeq Names Another Method")]
    CSeqMethod,
    /// Content-Length is longer than the datagram.
    #[error("Content-Length Beyond Message")]
    ContentLength,
}
