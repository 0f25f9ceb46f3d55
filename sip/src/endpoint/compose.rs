//! Puts our own headers on what we send (RFC 3261 §8.1.1, §8.2.6): pure, but for the tokens it uses up.

use std::net::SocketAddr;

use bytes::Bytes;

use super::{Config, Peer, Protocol, tokens::Tokens};
use crate::{
    dialog::{RELIABLE, TIMER},
    message::{HeaderName, Message, NameAddr, Uri, Via, WireText, reason_phrase},
    transaction::Request,
};

/// The methods that are understood, for Allow.
const ALLOW: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE";
/// The same where phones may register.
const ALLOW_WITH_REGISTER: &str = "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, REGISTER";
/// The extensions that a peer may require of us.
pub(super) const EXTENSIONS: [&str; 2] = [RELIABLE, TIMER];
/// The one kind of body that is understood.
pub(super) const SDP: &str = "application/sdp";

/// Our name, address and tokens.
#[derive(Debug)]
pub(super) struct Composer {
    pub(super) config: Config,
    pub(super) tokens: Tokens,
    /// Phones may register here.
    pub(super) serves_register: bool,
}

impl Composer {
    /// A response with Via, From, To, Call-ID and CSeq of the request, and with this tag in To where it has none.
    pub(super) fn response(
        &self,
        to: &Request,
        status: u16,
        reason: &str,
        tag: Option<&WireText>,
    ) -> Message {
        let reason = if reason.is_empty() { reason_phrase(status) } else { reason };
        let mut response = Message::response(status, reason);
        let headers = &mut response.headers;
        for via in &to.vias {
            headers.push(HeaderName::Via, via.clone());
        }
        for name in [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq] {
            let value = to.message.headers.get(&name).cloned().unwrap_or_default();
            headers.push(name, value);
        }
        if let (None, Some(tag)) = (to.read.to.tag(), tag) {
            let to = headers.get(&HeaderName::To).map(WireText::as_bytes).unwrap_or_default();
            headers.set(HeaderName::To, [to, b";tag=", tag.as_bytes()].concat());
        }
        headers.push(HeaderName::Server, self.config.user_agent.as_str());
        response
    }

    /// A response that leaves nothing behind.
    pub(super) fn stateless_response(&self, to: &Request, status: u16, reason: &str) -> Message {
        let branch = to.read.via.branch().map(WireText::as_bytes).unwrap_or_default();
        let tag = self.tokens.stateless_tag(&[to.read.call_id.as_bytes(), branch]);
        self.response(to, status, reason, Some(&tag))
    }

    /// A response that makes or keeps a dialog: with its routes and our Contact (RFC 3261 §12.1.1).
    pub(super) fn dialog_response(
        &self,
        to: &Request,
        status: u16,
        local: &NameAddr,
        body: Option<Vec<u8>>,
    ) -> Message {
        let mut response = self.response(to, status, "", local.tag());
        for route in to.message.headers.all(&HeaderName::RecordRoute) {
            response.headers.push(HeaderName::RecordRoute, route.clone());
        }
        response.headers.push(HeaderName::Contact, self.contact(to.from.protocol, &local.uri));
        self.add_body(&mut response, body);
        response
    }

    /// The methods that are understood.
    pub(super) fn allow(&self) -> &'static str {
        if self.serves_register { ALLOW_WITH_REGISTER } else { ALLOW }
    }

    /// What every INVITE and every 200 to one says about us.
    pub(super) fn add_abilities(&self, message: &mut Message) {
        message.headers.push(HeaderName::Allow, self.allow());
        message.headers.push(HeaderName::Accept, SDP);
        message.headers.push(HeaderName::Supported, EXTENSIONS.join(", "));
    }

    pub(super) fn add_body(&self, message: &mut Message, body: Option<Vec<u8>>) {
        if let Some(body) = body {
            message.headers.push(HeaderName::ContentType, SDP);
            message.body = Bytes::from(body);
        }
    }

    /// Via and User-Agent for a request; returns its branch.
    pub(super) fn sign(&mut self, request: &mut Message, to: Peer) -> WireText {
        let branch = self.tokens.branch();
        let transport = match to.protocol {
            Protocol::Udp => "UDP",
            Protocol::Tcp => "TCP",
        };
        let via = Via::own(transport, self.address(to.protocol), branch.clone());
        request.headers.push_first(HeaderName::Via, via.to_text());
        request.headers.push(HeaderName::UserAgent, self.config.user_agent.as_str());
        branch
    }

    /// Our Contact, with the user part that the peer knows us by.
    pub(super) fn contact(&self, protocol: Protocol, known_as: &Uri) -> WireText {
        self.own_address(protocol, known_as).to_text()
    }

    /// The same, not yet written.
    pub(super) fn own_address(&self, protocol: Protocol, known_as: &Uri) -> NameAddr {
        let mut uri = Uri::sip(None, self.address(protocol));
        uri.user = known_as.user.clone();
        if protocol == Protocol::Tcp {
            uri.params.set("transport", Some("tcp".into()));
        }
        NameAddr::new(uri)
    }

    fn address(&self, protocol: Protocol) -> SocketAddr {
        match protocol {
            Protocol::Udp => self.config.advertised,
            Protocol::Tcp => self.config.advertised_tcp.unwrap_or(self.config.advertised),
        }
    }
}
