//! How well and at what cost speech is recognised. Enters: a folder of recordings with what is said in each
//! ([`set`]). Leaves: a [`report::Report`]. The path, one file per stage:
//!
//! `set` → [`listen`] (the real pipeline hears a recording as a call) and `offline` (each turn in one piece, by the
//! same recogniser) → `normal` (what is left of a text when spelling does not count) → `align` (which characters
//! are wrong) → `spans` (numbers and names of places among them) → `shown` (what a reader saw, and when) → `report`.

pub mod align;
pub mod cpu;
pub mod listen;
pub mod normal;
mod offline;
pub mod report;
mod run;
pub mod set;
mod shown;
pub mod spans;

pub use run::{EvalError, Evaluation};
