//! Transactions (RFC 3261 §17): the store of both sides, their matching and their timers. Requests and answers of the
//! user in; messages to transmit, and the end of client transactions, out. One file per state machine.

mod client;
mod invite_client;
mod invite_server;
mod key;
mod non_invite_client;
mod non_invite_server;
mod request;
mod server;
mod timing;

pub(crate) use client::{Challenged, ClientId, Clients, Delivered, Outcome, repeat};
pub(crate) use key::{BRANCH_COOKIE, ClientKey, ServerKey};
pub(crate) use request::{Request, noted_vias, reply_to};
pub(crate) use server::{ServerId, Servers};
pub(crate) use timing::{Deadlines, GIVE_UP, Repetition, T2};

use std::collections::VecDeque;

use bytes::Bytes;

use crate::peer::Peer;

/// Messages on their way out.
pub(crate) type Transmits = VecDeque<(Peer, Bytes)>;
