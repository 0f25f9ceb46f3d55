//! Our own registrations with providers (RFC 3261 §10.2): sent when they are due, told how they went.

use std::time::Instant;

use super::{Endpoint, EndpointError, Event, Owner, Peer, responses::Response};
use crate::{
    message::{Message, Method},
    registrar::{Register, RegistrationId, RegistrationState, client::Registration},
};

impl Endpoint {
    /// Registers, and keeps the registration up until `unregister`. [`Event::Registration`] follows each answer. A
    /// `login` also answers the challenges to calls with this peer, as by [`Endpoint::set_login`].
    ///
    /// # Errors
    /// [`EndpointError::Full`].
    pub fn register(&mut self, now: Instant, register: Register) -> Result<RegistrationId, EndpointError> {
        if self.registrations.len() >= self.composer.config.max_registrations {
            return Err(EndpointError::Full);
        }
        let contact = self.composer.own_address(register.to.protocol, &register.aor);
        let (call_id, tag) = (self.composer.tokens.call_id(), self.composer.tokens.tag());
        let registration = Registration::new(now, &register, call_id, tag, contact);
        if let Some(login) = register.login {
            self.set_login(register.to, Some(login));
        }
        self.last_registration += 1;
        let id = RegistrationId(self.last_registration);
        self.registrations.insert(id, registration);
        self.settle_registration(now, id);
        Ok(id)
    }

    /// Takes a registration back. [`RegistrationState::Ended`] follows.
    pub fn unregister(&mut self, now: Instant, id: RegistrationId) {
        let Some(registration) = self.registrations.get_mut(&id) else { return };
        let state = registration.stop(now);
        self.report_registration(id, state);
        self.settle_registration(now, id);
    }

    pub(super) fn on_register_response(&mut self, now: Instant, id: RegistrationId, response: &Response<'_>) {
        if response.status >= 200 {
            self.on_registration_answer(now, id, response.status, Some(response.message));
        }
    }

    /// A final response, or 408 and 503 in place of one.
    pub(super) fn on_registration_answer(
        &mut self,
        now: Instant,
        id: RegistrationId,
        status: u16,
        response: Option<&Message>,
    ) {
        let chance = self.composer.tokens.next();
        let Some(registration) = self.registrations.get_mut(&id) else { return };
        let state = registration.on_answer(now, status, response, chance);
        self.report_registration(id, state);
        self.settle_registration(now, id);
    }

    pub(super) fn lose_registrations(&mut self, now: Instant, flow: Peer) {
        let there = self.registrations.iter().filter(|(_, registration)| registration.to == flow);
        let ids: Vec<_> = there.map(|(id, _)| *id).collect();
        for id in ids {
            let chance = self.composer.tokens.next();
            let Some(registration) = self.registrations.get_mut(&id) else { continue };
            let state = registration.on_transport_failure(now, chance);
            self.report_registration(id, state);
            self.settle_registration(now, id);
        }
    }

    /// After a change: what is due is sent, what is over is struck out.
    pub(super) fn settle_registration(&mut self, now: Instant, id: RegistrationId) {
        let Some(registration) = self.registrations.get_mut(&id) else { return };
        if registration.is_due(now) {
            let (request, to) = (registration.next_request(), registration.to);
            self.send(now, Method::Register, request, to, Owner::Register(id));
        }
        let Some(registration) = self.registrations.get(&id) else { return };
        self.registration_deadlines.set(&id, registration.deadline());
        if registration.is_ended() {
            self.registrations.remove(&id);
        }
    }

    fn report_registration(&mut self, id: RegistrationId, state: Option<RegistrationState>) {
        self.events.extend(state.map(|state| Event::Registration { id, state }));
    }
}
