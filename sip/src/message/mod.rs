//! SIP messages (RFC 3261 §7, §20, §25): what is on the wire, read without trusting any length, kept where it is
//! not understood, and written. Bytes in, [`Message`] out, and back.

mod defect;
mod header;
mod lexer;
mod method;
mod name_addr;
mod params;
mod parse;
mod read;
mod status;
mod stream;
mod text;
mod uri;
mod via;
mod write;

use bytes::Bytes;

pub use defect::Defect;
pub use header::{Header, HeaderName, Headers};
pub use method::Method;
pub use name_addr::NameAddr;
pub use params::Params;
pub use read::{CSeq, Essentials};
pub use status::reason_phrase;
pub use stream::{MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, StreamError, StreamFramer};
pub use text::WireText;
pub(crate) use uri::unescape;
pub use uri::{Scheme, Uri};
pub use via::Via;

pub(crate) use lexer::{is_token, list, number, quote, split_once, trim, unquote};

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartLine {
    /// A request; the URI as it came, because a bad one must still be answered.
    Request {
        /// Method.
        method: Method,
        /// Request-URI.
        uri: WireText,
    },
    /// A response.
    Response {
        /// 100–699.
        status: u16,
        /// Reason phrase.
        reason: WireText,
    },
}

/// A whole message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// First line.
    pub start: StartLine,
    /// Headers, unfolded, in their order.
    pub headers: Headers,
    /// Body, as long as Content-Length says, or all that there is.
    pub body: Bytes,
    /// The first fault that was found; what could be read in spite of it is here.
    pub defect: Option<Defect>,
}

impl Message {
    /// Reads one datagram, or one message from [`StreamFramer`].
    ///
    /// # Errors
    /// The first line says nothing: this is not SIP. Every other fault is left in `defect`.
    pub fn parse(bytes: &Bytes) -> Result<Self, Defect> {
        parse::parse(bytes)
    }

    /// The message as it goes over the wire, headers in their long form, with Content-Length.
    pub fn to_bytes(&self) -> Bytes {
        write::write(self)
    }

    pub(crate) fn request(method: Method, uri: &Uri) -> Self {
        let mut text = Vec::new();
        uri.write(&mut text);
        Self::empty(StartLine::Request { method, uri: text.into() })
    }

    pub(crate) fn response(status: u16, reason: &str) -> Self {
        Self::empty(StartLine::Response { status, reason: reason.into() })
    }

    fn empty(start: StartLine) -> Self {
        Self { start, headers: Headers::default(), body: Bytes::new(), defect: None }
    }
}
