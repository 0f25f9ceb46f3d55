//! Phones that register: who may, how they are called, and what is said of them in the log.

use std::collections::HashMap;
use std::time::Instant;

use jiesu_sip::auth::Secret;
use jiesu_sip::endpoint::{Endpoint, Event};
use jiesu_sip::message::NameAddr;
use jiesu_sip::registrar::{RegistrarConfig, UnbindCause};

use super::super::REALM;
use super::super::leg::Leg;
use super::super::telephone::{TelephoneError, invite_to};
use super::Gateway;

/// Lets these phones register.
pub(super) fn serve(endpoint: &mut Endpoint, phones: HashMap<String, Secret>) {
    if !phones.is_empty() {
        let config = RegistrarConfig::new(REALM, rand::random());
        endpoint.serve_registrations(Instant::now(), config, phones);
    }
}

impl Gateway {
    /// Calls the phone that registered last under this name, on the way that its REGISTER came.
    pub(super) fn dial_registered(
        &mut self,
        now: Instant,
        user: String,
        from: NameAddr,
        offer: Vec<u8>,
    ) -> Result<Leg, TelephoneError> {
        let Some(binding) = self.endpoint.bindings(&user).last() else {
            return Err(TelephoneError::NotRegistered(user));
        };
        let invite = invite_to(binding.contact.clone(), binding.flow, from, offer);
        self.dial(now, invite)
    }
}

/// Says what became of a phone. Renewals are only for the curious.
pub(super) fn log(event: &Event) {
    match event {
        Event::Registered { user, binding } => {
            let phone = binding.user_agent.as_deref().unwrap_or_default();
            tracing::debug!(user, flow = %binding.flow.addr, phone, "a phone is registered");
        }
        Event::Unregistered { user, cause, .. } => match cause {
            UnbindCause::Removed | UnbindCause::Replaced | UnbindCause::UserGone => {
                tracing::info!(user, ?cause, "a phone is registered no more");
            }
            UnbindCause::Expired | UnbindCause::FlowLost => {
                tracing::warn!(user, ?cause, "a phone is not reached any more");
            }
        },
        Event::LockedOut { user, source, .. } => {
            tracing::warn!(user, source = %source.addr, "wrong passwords: not listened to for a while");
        }
        _ => {}
    }
}
