//! One endpoint against messages written by hand: what it must answer, and what it must let pass. The torture messages
//! are in the spirit of RFC 4475, in our own words.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod challenges;
mod forks;
mod peer;
mod refusals;
mod register;
mod registration;
mod reliable;
mod routes;
mod session_timer;
mod torture;
