//! The path of a request that came in (RFC 3261 §8.2): read, matched with its transaction, inspected, and handed to
//! the one function that its method has.

use std::time::Instant;

use bytes::Bytes;

use super::{
    Endpoint, Peer,
    compose::{EXTENSIONS, SDP},
};
use crate::{
    message::{Defect, HeaderName, Message, Method, Scheme, StartLine, Uri, Via, WireText},
    transaction::{Request, noted_vias, reply_to},
};

impl Endpoint {
    /// The stages of every request, in their order.
    pub(super) fn handle_request(
        &mut self,
        now: Instant,
        from: Peer,
        message: &Message,
        method: &Method,
        uri: &WireText,
    ) {
        let request = match Request::read(message, method, uri, from) {
            Ok(request) => request,
            Err(defect) => return self.refuse_unreadable(message, method, from, defect),
        };
        if self.is_repeated(now, &request) {
            return;
        }
        match request.method {
            Method::Ack => self.on_ack(now, &request),
            Method::Cancel => self.on_cancel(now, &request),
            Method::Invite
            | Method::Bye
            | Method::Options
            | Method::Register
            | Method::Prack
            | Method::Update
            | Method::Other(_) => {
                if let Some(uri) = self.inspected(now, &request) {
                    self.dispatch(now, request, uri);
                }
            }
        }
    }

    fn dispatch(&mut self, now: Instant, request: Request, uri: Uri) {
        let in_dialog = request.read.to.tag().is_some();
        match request.method {
            Method::Invite if in_dialog => self.on_reinvite(now, request),
            Method::Invite => self.on_invite(now, request, uri),
            Method::Bye => self.on_bye(now, &request),
            Method::Prack => self.on_prack(now, &request),
            Method::Update => self.on_update(now, request),
            Method::Options => self.on_options(&request),
            Method::Register => self.on_register(now, &request),
            Method::Ack | Method::Cancel | Method::Other(_) => {}
        }
    }

    /// A request of a transaction that lives (RFC 3261 §17.2.3): answered from there.
    fn is_repeated(&mut self, now: Instant, request: &Request) -> bool {
        let Some(id) = self.servers.find(&request.key()) else { return false };
        if request.method == Method::Ack {
            return !self.servers.on_ack(now, id);
        }
        self.servers.on_repeated_request(id, &mut self.transmits);
        true
    }

    /// Method, Request-URI and Require (RFC 3261 §8.2.1, §8.2.2); what does not pass is answered here.
    fn inspected(&mut self, now: Instant, request: &Request) -> Option<Uri> {
        let served = match request.method {
            Method::Register => self.registrar.is_some(),
            Method::Other(_) => false,
            Method::Invite
            | Method::Ack
            | Method::Bye
            | Method::Cancel
            | Method::Options
            | Method::Prack
            | Method::Update => true,
        };
        if !served {
            self.refuse(now, request, 405, "", &[(HeaderName::Allow, self.composer.allow().into())]);
            return None;
        }
        if self.is_full_for(request) {
            let retry_after = self.composer.config.retry_after_s.to_string();
            self.refuse(now, request, 503, "", &[(HeaderName::RetryAfter, retry_after.into())]);
            return None;
        }
        let uri = match Uri::parse(&request.uri) {
            Ok(Uri { scheme: Scheme::Other(_), .. }) => {
                self.refuse(now, request, 416, "", &[]);
                return None;
            }
            Ok(uri) => uri,
            Err(_) => {
                self.refuse(now, request, 400, "Bad Request-URI", &[]);
                return None;
            }
        };
        let required = request.message.headers.members(&HeaderName::Require);
        let unsupported = required.filter(|tag| !EXTENSIONS.iter().any(|known| tag.eq_ignore_case(known)));
        let unsupported: Vec<_> = unsupported.collect();
        if !unsupported.is_empty() {
            let named = unsupported.iter().map(WireText::as_bytes).collect::<Vec<_>>().join(b", ".as_slice());
            self.refuse(now, request, 420, "", &[(HeaderName::Unsupported, named.into())]);
            return None;
        }
        Some(uri)
    }

    /// Whether there is room for what this request needs. Requests inside a dialog have twice the room, so that calls
    /// can end; OPTIONS, the trunk's question whether we are alive, keeps nothing and is always answered.
    fn is_full_for(&self, request: &Request) -> bool {
        let config = &self.composer.config;
        let transactions = self.clients.len() + self.servers.len();
        match (&request.method, request.read.to.tag()) {
            (Method::Options, _) => false,
            (Method::Invite, None) => {
                self.live_legs >= config.max_legs || transactions >= config.max_transactions
            }
            (_, None) => transactions >= config.max_transactions,
            (_, Some(_)) => transactions >= config.max_transactions.saturating_mul(2),
        }
    }

    /// Whether the body is one that we understand: none, or an uncoded session description. Otherwise 415.
    pub(super) fn body_is_understood(&mut self, now: Instant, request: &Request) -> bool {
        let headers = &request.message.headers;
        let media_type = headers.get(&HeaderName::ContentType).map(WireText::to_lossy).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        let plain =
            headers.get(&HeaderName::ContentEncoding).is_none_or(|coding| coding.eq_ignore_case("identity"));
        let understood = request.message.body.is_empty() || (media_type.eq_ignore_ascii_case(SDP) && plain);
        if !understood {
            self.refuse(now, request, 415, "", &[(HeaderName::Accept, SDP.into())]);
        }
        understood
    }

    fn on_options(&mut self, request: &Request) {
        let mut response = self.composer.stateless_response(request, 200, "");
        self.composer.add_abilities(&mut response);
        self.transmits.push_back((request.reply_to, response.to_bytes()));
    }

    /// Refuses a request. Outside a dialog nothing is kept: a repetition gets the same answer again, and an ACK of it
    /// finds nothing. Inside one its transaction is kept, because the dialog has moved on meanwhile.
    pub(super) fn refuse(
        &mut self,
        now: Instant,
        request: &Request,
        status: u16,
        reason: &str,
        headers: &[(HeaderName, WireText)],
    ) {
        let mut response = self.composer.stateless_response(request, status, reason);
        for (name, value) in headers {
            response.headers.push(name.clone(), value.clone());
        }
        let known = self.leg_of(request).is_some() && status != 503;
        let bytes = response.to_bytes();
        match (known, &request.method) {
            (false, _) => self.transmits.push_back((request.reply_to, bytes)),
            (true, Method::Invite) => {
                let id = self.servers.begin_invite(request.key(), request.reply_to);
                self.servers.answer(now, id, status, bytes, &mut self.transmits);
            }
            (true, _) => self.answer_at_once(now, request, bytes),
        }
    }

    pub(super) fn answer_at_once(&mut self, now: Instant, request: &Request, response: Bytes) {
        self.servers.answer_at_once(now, request.key(), request.reply_to, response, &mut self.transmits);
    }

    /// 400 with the reason, made of what could be read. An ACK is never answered.
    fn refuse_unreadable(&mut self, message: &Message, method: &Method, from: Peer, defect: Defect) {
        if *method == Method::Ack {
            return;
        }
        let mut response = match defect {
            Defect::Version => Message::response(505, "Version Not Supported"),
            _ => Message::response(400, &defect.to_string()),
        };
        let top = message.headers.members(&HeaderName::Via).next().and_then(|top| Via::parse(&top).ok());
        let to = match &top {
            Some(top) => reply_to(top, from),
            None => from,
        };
        for via in top.iter().flat_map(|top| noted_vias(message, top, from.addr)) {
            response.headers.push(HeaderName::Via, via);
        }
        for name in [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq] {
            for value in message.headers.all(&name).take(1) {
                response.headers.push(name.clone(), value.clone());
            }
        }
        response.headers.push(HeaderName::Server, self.composer.config.user_agent.as_str());
        self.transmits.push_back((to, response.to_bytes()));
    }

    /// Reads a message of either kind, and hands it on.
    pub(super) fn receive(&mut self, now: Instant, from: Peer, bytes: &[u8]) {
        // What cannot be answered, because it is not SIP, is dropped; so are keep-alives (RFC 5626 §3.5.1).
        let Ok(message) = Message::parse(&Bytes::copy_from_slice(bytes)) else { return };
        match &message.start {
            StartLine::Request { method, uri } => self.handle_request(now, from, &message, method, uri),
            StartLine::Response { status, .. } => self.handle_response(now, from, &message, *status),
        }
    }
}
