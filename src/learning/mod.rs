//! Models made from examples, and measured. Enters: files of examples. Leaves: the model files that
//! [`crate::understanding`] reads, and figures.

pub mod spans;
