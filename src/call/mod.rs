//! Calls: one session task each.

pub mod prompts;
pub mod recording;
