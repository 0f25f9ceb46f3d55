//! Our own registrations with the trunks that want one: begun at the start, kept up by the endpoint, taken back at a stop.

use std::collections::HashMap;
use std::time::Instant;

use jiesu_sip::endpoint::Endpoint;
use jiesu_sip::registrar::{RegistrationId, RegistrationState};

use super::super::trunks::Trunk;
use super::Gateway;

/// Registers with the trunks that want it.
pub(super) fn begin(endpoint: &mut Endpoint, trunks: &[Trunk]) -> HashMap<RegistrationId, String> {
    let mut begun = HashMap::new();
    for Trunk { name, register, .. } in trunks {
        let Some(register) = register.clone() else { continue };
        match endpoint.register(Instant::now(), register) {
            Ok(id) => drop(begun.insert(id, name.clone())),
            Err(error) => tracing::error!(trunk = name, %error, "the hotline cannot register"),
        }
    }
    begun
}

impl Gateway {
    /// Says what became of a registration.
    pub(super) fn on_registration(&mut self, id: RegistrationId, state: RegistrationState) {
        let trunk = self.registrations.get(&id).map(String::as_str).unwrap_or_default();
        match state {
            RegistrationState::Registered { .. } => tracing::info!(trunk, "the hotline is registered"),
            RegistrationState::Failed { status, .. } => {
                tracing::warn!(trunk, status, "the hotline could not register; it tries again");
            }
            RegistrationState::Ended => {
                tracing::info!(trunk, "the hotline is registered no more");
                self.registrations.remove(&id);
            }
        }
    }
}
