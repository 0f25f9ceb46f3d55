//! Sound in packets: datagrams and `now` enter, payloads on one continuous timeline leave, and back.
//! RTP and RTCP of RFC 3550, telephone events of RFC 4733. One [`Receiver`] and one [`Sender`] per leg.
//!
//! What happens to a datagram, in order: [`Packet::parse`], the source latch, the timeline (wrap, restarts,
//! duplicates), statistics, then audio or telephone event.

mod dtmf;
mod latch;
mod packet;
mod receiver;
pub mod rtcp;
mod sender;
mod stats;
#[cfg(test)]
mod tests;
mod timeline;

pub use dtmf::{Digit, DtmfEvent, Press};
pub use packet::{Packet, PacketError, is_rtcp};
pub use receiver::{Media, Received, Receiver};
pub use sender::Sender;
pub use stats::{Dropped, ReceiverStats};
