//! What the endpoint tells, and to whom it is handed: new calls, the events of legs, registrations.

use std::time::Instant;

use jiesu_sip::endpoint::{EndpointError, Event, IncomingCall, LegId};
use tokio::sync::mpsc;

use super::super::leg::{IncomingLeg, Leg, LegEvent};
use super::super::telephone::OptionsAnswer;
use super::super::trunks::Source;
use super::{Gateway, LEG_QUEUE, phones};

impl Gateway {
    pub(super) fn report(&mut self, event: Event) {
        let (leg, event) = match event {
            Event::Incoming { leg, call } => return self.offer(leg, call),
            Event::OptionsAnswer { id, status, server } => {
                if let Some(reply) = self.options.remove(&id) {
                    let _ = reply.send(OptionsAnswer { status, server });
                }
                return;
            }
            Event::Registration { id, state } => return self.on_registration(id, state),
            Event::Registered { .. } | Event::Unregistered { .. } | Event::LockedOut { .. } => {
                return phones::log(&event);
            }
            Event::Ended { leg, cause } => {
                if let Some(events) = self.legs.remove(&leg) {
                    let _ = events.try_send(LegEvent::Ended(cause));
                }
                return;
            }
            Event::Progress { leg, status, body } => (leg, LegEvent::Progress { status, body }),
            Event::Answered { leg, body } => (leg, LegEvent::Answered { body }),
            Event::Established { leg, body } => (leg, LegEvent::Established { body }),
            Event::Reoffered { leg, offer } => (leg, LegEvent::Reoffered { offer }),
            Event::ReofferAcknowledged { leg, body } => (leg, LegEvent::ReofferAcknowledged { body }),
            Event::ReofferCancelled { leg } => (leg, LegEvent::ReofferCancelled),
            Event::ReinviteAnswered { leg, status, body } => {
                (leg, LegEvent::ReinviteAnswered { status, body })
            }
        };
        let unread = self.legs.get(&leg).is_some_and(|events| events.try_send(event).is_err());
        if unread {
            tracing::warn!(%leg, "nobody reads this leg's events: it is hung up");
            self.abandon(Instant::now(), leg);
        }
    }

    /// Hands a new call to whoever takes calls up, if its source may call.
    fn offer(&mut self, id: LegId, mut call: IncomingCall) {
        let registered = self.endpoint.is_registered_from(call.source);
        match self.door.judge(call.source.addr.ip(), registered) {
            Source::Trunk => {}
            // Who is no trunk may say anything of himself (RFC 3325 §5).
            Source::Caller => call.asserted_identity = None,
            Source::Stranger => {
                tracing::warn!(source = %call.source.addr, "a call is refused: its source is no trunk and no phone");
                let _ = self.endpoint.reject(Instant::now(), id, 403, "Forbidden");
                return;
            }
        }
        let refused = match self.adopt(id) {
            Ok(leg) => self.incoming.try_send(IncomingLeg { leg, call }).is_err(),
            Err(_) => true,
        };
        if refused {
            self.legs.remove(&id);
            let _ = self.endpoint.reject(Instant::now(), id, 503, "Service Unavailable");
        }
    }

    /// Makes the handle of a new leg.
    pub(super) fn adopt(&mut self, id: LegId) -> Result<Leg, EndpointError> {
        let command = self.command.upgrade().ok_or(EndpointError::UnknownLeg(id))?;
        let (events, to_read) = mpsc::channel(LEG_QUEUE);
        self.legs.insert(id, events);
        Ok(Leg::new(id, command, to_read))
    }
}
