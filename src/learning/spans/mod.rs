//! The model of spans, made and measured. Enters: texts with their spans marked ([`examples`]). Leaves: a
//! [`crate::understanding::tagger::Tagger`], and a [`measure::Report`].

pub mod examples;
mod fit;
pub mod measure;
mod train;

pub use train::{TrainError, train};
