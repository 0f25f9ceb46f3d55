//! From a draft to a ticket in a department's list. `writing` lays a person's edits over what the machine
//! reads from the words, `values` and `confirm` are the pure rules of what a field and a ticket need,
//! `drafting` is the task that owns the drafts being written, `delivery` the one that hands tickets over, `repeat`
//! what finds earlier tickets on the same matter.

mod confirm;
mod delivery;
mod drafting;
mod outcomes;
pub mod repeat;
mod rules;
mod values;
mod writing;

pub use confirm::{REQUIRED, missing, prepare};
pub use delivery::start as start_delivery;
pub use drafting::{Drafting, DraftingError};
pub use rules::Rules;
pub use values::{accepts, kept};
pub use writing::{Writing, lay_over};
