//! Models made from examples, measured, and compared with what is in use. Enters: files of examples, a site's confirmed
//! tickets. Leaves: the model files that [`crate::understanding`] reads, and figures.

pub mod categories;
pub mod site;
pub mod spans;
