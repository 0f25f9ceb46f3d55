//! Phones that register here (RFC 3261 §10.3): REGISTER in; its answer, and what became of their bindings, out.

use std::time::Instant;

use super::{Endpoint, Event, Peer};
use crate::{
    peer::Protocol,
    registrar::{Binding, Change, Registrar, RegistrarConfig, Users},
    transaction::Request,
};

impl Endpoint {
    /// From now on these users may register; before, REGISTER is not allowed to anybody.
    pub fn serve_registrations(&mut self, now: Instant, config: RegistrarConfig, users: Users) {
        self.registrar = Some(Registrar::new(now, config, users));
        self.composer.serves_register = true;
    }

    /// These are the users from now on. Bindings of others end; those of the rest stay, a changed password included:
    /// it is asked for when they are renewed.
    pub fn set_users(&mut self, users: Users) {
        let changes = self.registrar.as_mut().map(|registrar| registrar.set_users(users));
        self.report_changes(changes.unwrap_or_default());
    }

    /// Where a user is reached, the newest binding last: `invite` with `target` its contact and `to` its flow.
    pub fn bindings(&self, user: &str) -> &[Binding] {
        self.registrar.as_ref().map(|registrar| registrar.bindings.of(user)).unwrap_or_default()
    }

    /// Whether a phone that registered here is reached by this way.
    pub fn is_registered_from(&self, flow: Peer) -> bool {
        self.registrar.as_ref().is_some_and(|registrar| registrar.bindings.by_flow(flow).next().is_some())
    }

    pub(super) fn on_register(&mut self, now: Instant, request: &Request) {
        let Some(registrar) = &mut self.registrar else { return };
        let reply = registrar.handle(now, request);
        let mut response = self.composer.stateless_response(request, reply.status, &reply.reason);
        for (name, value) in reply.headers {
            response.headers.push(name, value);
        }
        let bytes = response.to_bytes();
        if reply.counted {
            self.answer_at_once(now, request, bytes);
        } else {
            // As any refusal outside a dialog: who is not known shall not cost memory.
            self.transmits.push_back((request.reply_to, bytes));
        }
        self.report_changes(reply.changes);
        if let Some((user, until)) = reply.locks_out {
            self.events.push_back(Event::LockedOut { user, source: request.from, until });
        }
    }

    pub(super) fn expire_bindings(&mut self, now: Instant) {
        let changes = self.registrar.as_mut().map(|registrar| registrar.bindings.on_time(now));
        self.report_changes(changes.unwrap_or_default());
    }

    /// A connection broke: neither do phones hear us over it, nor does a provider reach us.
    pub(super) fn lose_flow(&mut self, now: Instant, flow: Peer) {
        let changes = self.registrar.as_mut().map(|registrar| registrar.bindings.on_transport_failure(flow));
        self.report_changes(changes.unwrap_or_default());
        if flow.protocol == Protocol::Tcp {
            self.lose_registrations(now, flow);
        }
    }

    /// Whether this is the way to a phone that calls itself by another address.
    pub(super) fn is_behind_nat(&self, to: Peer) -> bool {
        let elsewhere = |binding: &Binding| binding.contact.ip() != Some(to.addr.ip());
        self.registrar.as_ref().is_some_and(|registrar| registrar.bindings.by_flow(to).any(elsewhere))
    }

    fn report_changes(&mut self, changes: Vec<Change>) {
        self.events.extend(changes.into_iter().map(|change| match change {
            Change::Bound { user, binding } => Event::Registered { user, binding },
            Change::Unbound { user, contact, cause } => Event::Unregistered { user, contact, cause },
        }));
    }
}
