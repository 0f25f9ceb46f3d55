//! SIP messages (RFC 3261 §7, §20, §25): what is on the wire, read without trusting any length, kept where it is
//! not understood, and written. Bytes in, [`Message`] out, and back.

mod defect;
mod lexer;
mod name_addr;
mod params;
mod stream;
mod text;
mod uri;

pub use defect::Defect;
pub use name_addr::NameAddr;
pub use params::Params;
pub use stream::{MAX_HEADER_BYTES, MAX_MESSAGE_BYTES, StreamError, StreamFramer};
pub use text::WireText;
pub use uri::{Scheme, Uri};
