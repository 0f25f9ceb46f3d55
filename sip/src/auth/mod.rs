//! Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760), both sides, without clocks. [`Guard`] challenges what
//! comes in and checks its answer; [`Account`] answers the challenges of a provider or PBX.

mod algorithm;
mod challenge;
mod client;
mod credentials;
mod digest;
mod fields;
mod guard;
mod lockout;
mod nonces;
mod secret;

pub use algorithm::Algorithm;
pub use challenge::Challenge;
pub(crate) use client::{Account, Asker};
pub use credentials::Credentials;
pub use digest::Ha1;
pub(crate) use guard::{Claim, Guard, Verdict};
pub use lockout::LockoutLimits;
pub use secret::{Login, Secret};
