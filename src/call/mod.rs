//! One session task per call.

mod clock;
pub mod desk;
pub mod leg;
mod outgoing;
pub mod seats;
pub mod tones;
