//! Calls: one session task each.

pub mod recording;
