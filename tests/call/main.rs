//! Calls, from the outside: the gateway and the sessions as the service runs them, on loopback, with generated
//! tones for voices and a desk that only remembers. One file per behaviour.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/baresip.rs"]
mod baresip;
mod bridge;
mod command;
mod early;
mod endings;
mod faults;
mod follow_ups;
mod hold;
mod language;
mod logs;
mod many;
mod memory_desk;
mod no_agent;
mod no_offer;
mod outgoing;
mod person;
mod provider;
mod queue;
mod rating;
mod reception;
mod refusals;
mod registered;
mod states;
mod supervision;
mod support;
mod talk;
mod trunks;
