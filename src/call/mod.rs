//! One session task per call.

mod clock;
pub mod tones;
