//! Learning from examples: what is trained, on what, and whether it is better than what is in use.

pub mod site;
