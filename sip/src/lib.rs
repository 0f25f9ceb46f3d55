//! The telephone's protocols without sockets, clocks, threads or tokio.

pub mod codec;
pub mod rtp;
pub mod sdp;
