//! Whole calls between two endpoints over a simulated network, in virtual time. One file per subject.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ordinary;
mod properties;
mod races;
mod registrations;
mod session_timers;
mod world;
