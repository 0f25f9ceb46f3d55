//! The model of categories, made and measured. Enters: examples, a text and a label each ([`examples`]). Leaves: a
//! [`crate::understanding::classifier::Classifier`], and a [`report::Report`].
//!
//! `examples` → `folds` (what is alike is learnt or asked about together) → `fit` (`svm`, one line for each label) →
//! `calibrate` (on texts not seen) → `train`; and `measure` → `figures` → `report`, with `spoil` for texts misheard.

mod calibrate;
pub mod examples;
mod figures;
mod fit;
mod folds;
mod measure;
pub mod report;
mod spoil;
mod svm;
mod train;

pub use measure::{across_folds, of_model};
pub use train::{TrainError, train};
