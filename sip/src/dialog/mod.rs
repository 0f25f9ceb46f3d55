//! Dialogs (RFC 3261 §12) and the legs that own them. A request or response in; who the peer is, how to reach him and
//! in which order requests count, out.

mod answer;
mod leg;
mod reliable;
mod reoffer;
mod route;
mod session_timer;

pub(crate) use answer::{Due, UnacknowledgedAnswer};
pub use leg::LegId;
pub(crate) use leg::{Fork, InviteKey, Leg, PendingReoffer, Phase};
pub(crate) use reliable::{Order, OurReliable, PeersReliable, RAck, RELIABLE, requires_reliable, rseq};
pub(crate) use reoffer::OurReoffer;
pub(crate) use session_timer::{
    MIN_SE_S, Refresher, SessionDue, SessionExpires, SessionTimer, TIMER, ask_for, min_se, supports_timer,
};

use crate::{
    message::{Essentials, HeaderName, Message, Method, NameAddr, Params, Uri, WireText},
    peer::{Peer, Protocol},
    transaction::Request,
};

/// The longest route set that is kept; a longer one is a fault or an attack.
const MAX_ROUTES: usize = 32;

/// What both ends of a dialog know (RFC 3261 §12). It is early until its tag is confirmed by a 2xx.
#[derive(Debug, Clone)]
pub(crate) struct Dialog {
    pub(crate) call_id: WireText,
    /// Our address, with our tag: From of our requests.
    pub(crate) local: NameAddr,
    /// The peer's address, with his tag once he told it: To of our requests.
    pub(crate) remote: NameAddr,
    /// The peer's Contact: Request-URI of our requests.
    pub(crate) remote_target: Uri,
    /// Route set, in the order of our requests.
    routes: Vec<WireText>,
    /// CSeq of our last request.
    local_cseq: u32,
    /// CSeq of the peer's last request that counted.
    remote_cseq: Option<u32>,
    /// Where the peer was last heard from: the way to him when his Contact is no way (a name, or behind NAT).
    heard_from: Peer,
    /// The peer writes an address into Via and Contact that is not the one he sends from.
    behind_nat: bool,
    /// He was heard on a TCP connection that is not known to be gone.
    connected: bool,
}

impl Dialog {
    /// The dialog of an INVITE that came in (RFC 3261 §12.1.1).
    pub(crate) fn incoming(invite: &Request, contact: Uri, local_tag: WireText) -> Self {
        let Request { message, read, from, .. } = invite;
        let mut local = read.to.clone();
        local.params.set("tag", Some(local_tag));
        let behind_nat = contact.host == read.via.host && contact.ip().is_some_and(|ip| ip != from.addr.ip());
        Self {
            call_id: read.call_id.clone(),
            local,
            remote: read.from.clone(),
            remote_target: contact,
            routes: message.headers.members(&HeaderName::RecordRoute).take(MAX_ROUTES).collect(),
            local_cseq: 0,
            remote_cseq: Some(read.cseq.number),
            heard_from: *from,
            behind_nat,
            connected: from.protocol == Protocol::Tcp,
        }
    }

    /// The beginning of a dialog that our INVITE asks for.
    pub(crate) fn outgoing(call_id: WireText, local: NameAddr, remote: NameAddr, to: Peer) -> Self {
        Self {
            call_id,
            local,
            remote_target: remote.uri.clone(),
            remote,
            routes: Vec::new(),
            local_cseq: 0,
            remote_cseq: None,
            heard_from: to,
            behind_nat: false,
            connected: to.protocol == Protocol::Tcp,
        }
    }

    /// A response made this dialog (RFC 3261 §12.1.2); of a fork, each tag makes its own.
    pub(crate) fn confirmed_by(&self, response: &Message, read: &Essentials, from: Peer) -> Self {
        let mut routes: Vec<_> =
            response.headers.members(&HeaderName::RecordRoute).take(MAX_ROUTES).collect();
        routes.reverse();
        let connected = from.protocol == Protocol::Tcp;
        let mut dialog = Self { routes, heard_from: from, connected, ..self.clone() };
        dialog.remote.params = Params::default();
        if let Some(tag) = read.to.tag() {
            dialog.remote.params.set("tag", Some(tag.clone()));
        }
        dialog.refresh_target(response);
        dialog
    }

    /// A request or response that refreshes the target came (RFC 3261 §12.2).
    pub(crate) fn refresh_target(&mut self, message: &Message) {
        if let Some(contact) = contact_of(message) {
            self.remote_target = contact;
        }
    }

    /// Whether this message is of this dialog and not of another that our INVITE made.
    pub(crate) fn is_with(&self, tag: Option<&WireText>) -> bool {
        // Peers of RFC 2543 have no tag (RFC 3261 §12.1.1).
        self.remote.tag() == tag
    }

    /// Whether a request with this number comes in its order (RFC 3261 §12.2.2); if so, it counts from now on.
    pub(crate) fn takes_cseq(&mut self, number: u32) -> bool {
        let in_order = self.remote_cseq.is_none_or(|last| number > last);
        if in_order {
            self.remote_cseq = Some(number);
        }
        in_order
    }

    /// The number of the last request of ours.
    pub(crate) fn local_cseq(&self) -> u32 {
        self.local_cseq
    }

    /// The head of our next request (RFC 3261 §12.2.1.1), with the routes and without Via.
    pub(crate) fn next_request(&mut self, method: Method) -> Message {
        let cseq = self.next_cseq();
        self.request(method, cseq)
    }

    /// The number for a request of ours that is sent once more.
    pub(crate) fn next_cseq(&mut self) -> u32 {
        self.local_cseq += 1;
        self.local_cseq
    }

    /// The peer is reached where we send to, whatever address he calls himself by.
    pub(crate) fn note_nat(&mut self) {
        self.behind_nat = true;
    }

    /// The ACK of a 2xx to our INVITE with this number (RFC 3261 §13.2.2.4).
    pub(crate) fn ack(&self, invite_cseq: u32) -> Message {
        self.request(Method::Ack, invite_cseq)
    }

    /// A request of ours with a number that [`Dialog::next_cseq`] gave.
    pub(crate) fn numbered_request(&self, method: Method, cseq: u32) -> Message {
        self.request(method, cseq)
    }

    fn request(&self, method: Method, cseq: u32) -> Message {
        let (uri, routes) = route::request_uri_and_routes(&self.remote_target, &self.routes);
        let cseq = format!("{cseq} {}", String::from_utf8_lossy(method.as_bytes()));
        let mut request = Message::request(method, &uri);
        for route in routes {
            request.headers.push(HeaderName::Route, route);
        }
        request.headers.push(HeaderName::MaxForwards, "70");
        request.headers.push(HeaderName::From, self.local.to_text());
        request.headers.push(HeaderName::To, self.remote.to_text());
        request.headers.push(HeaderName::CallId, self.call_id.clone());
        request.headers.push(HeaderName::CSeq, cseq);
        request
    }

    /// Where the peer was last heard from, or was sent to first.
    pub(crate) fn heard_from(&self) -> Peer {
        self.heard_from
    }

    /// Where our next request goes.
    pub(crate) fn next_hop(&self) -> Peer {
        route::next_hop(&self.remote_target, &self.routes, self.heard_from, self.behind_nat || self.connected)
    }

    /// The connection that the peer was heard on is gone: from now on his Contact is the way.
    pub(crate) fn on_transport_failure(&mut self, to: Peer) {
        self.connected &= self.heard_from != to;
    }
}

/// The Contact that a dialog can be built on.
pub(crate) fn contact_of(message: &Message) -> Option<Uri> {
    let contact = message.headers.members(&HeaderName::Contact).next()?;
    NameAddr::parse(&contact).ok().map(|contact| contact.uri).filter(Uri::is_sip)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn dialog() -> Dialog {
        let from = Peer { protocol: crate::peer::Protocol::Udp, addr: "192.0.2.1:5060".parse().unwrap() };
        let local: NameAddr = "<sip:a@h>;tag=1".parse().unwrap();
        Dialog::outgoing("c".into(), local, "<sip:b@192.0.2.1>".parse().unwrap(), from)
    }

    #[test]
    fn requests_count_only_in_rising_order() {
        let mut dialog = dialog();
        assert!(dialog.takes_cseq(7));
        assert!(!dialog.takes_cseq(7));
        assert!(!dialog.takes_cseq(6));
        assert!(dialog.takes_cseq(9));
    }

    #[test]
    fn the_ack_has_the_number_of_its_invite_and_later_requests_rise() {
        let mut dialog = dialog();
        let cseq = |message: Message| message.headers.get(&HeaderName::CSeq).unwrap().to_string();
        assert_eq!(cseq(dialog.next_request(Method::Invite)), "1 INVITE");
        assert_eq!(cseq(dialog.next_request(Method::Bye)), "2 BYE");
        assert_eq!(cseq(dialog.ack(1)), "1 ACK");
    }
}
