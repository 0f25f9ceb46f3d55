//! What Jiesu does, tried on the real program: each file one behaviour. Calls are real SIP and RTP placed by
//! `jiesu call`; the recogniser is the bundled one only where the test is about it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub, missing_docs)]

mod bad_input;
mod call_to_ticket;
mod demo_calls;
mod english_call;
mod full_disk;
mod killed_in_mid_call;
mod no_agent;
mod recogniser_dies;
mod recogniser_killed;
mod silent_logs;
mod stopped_in_mid_call;
mod taxonomy_reloaded;

#[path = "../support/mod.rs"]
mod support;
