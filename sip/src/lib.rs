//! The telephone's protocols without sockets, clocks, threads or tokio: bytes and `now` in; bytes, events and
//! the next timeout out. Reading order: [`message`] (what is on the wire), `transaction` (RFC 3261 §17),
//! `dialog` (RFC 3261 §12–15), [`auth`] (§22), [`registrar`] (§10), [`endpoint`] (the whole, and the only thing that a driver talks to).

pub mod auth;
pub mod codec;
mod dialog;
pub mod endpoint;
pub mod message;
pub mod peer;
pub mod registrar;
pub mod rtp;
pub mod sdp;
mod transaction;
