//! Registration (RFC 3261 §10), without clocks. [`Registrar`] is the server's side: which phones a user has, and
//! where they are reached. [`Registration`] is the client's: our own place with a provider or PBX.

mod bindings;
pub(crate) mod client;
mod contact;
mod request;
mod server;

pub use bindings::{Binding, RegistrarLimits, UnbindCause};
pub(crate) use bindings::{Change, UpdateError};
pub use client::{Register, RegistrationId, RegistrationState};
pub(crate) use contact::is_same;
pub(crate) use request::Wishes;
pub(crate) use server::Registrar;
pub use server::{RegistrarConfig, Users};
