//! What makes a message belong to a transaction (RFC 3261 §17.1.3, §17.2.3).

use crate::message::{Essentials, Method, WireText};

/// The start of a branch of RFC 3261; peers of RFC 2543 do not write it.
pub(crate) const BRANCH_COOKIE: &str = "z9hG4bK";

/// A response belongs to the request whose branch and method it repeats.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ClientKey {
    pub(crate) branch: WireText,
    pub(crate) method: Method,
}

impl ClientKey {
    /// `None` where the Via has no branch, which cannot be ours.
    pub(crate) fn of(response: &Essentials) -> Option<Self> {
        Some(Self { branch: response.via.branch()?.clone(), method: response.cseq.method.clone() })
    }
}

/// A request belongs to the transaction whose branch, sent-by and method it repeats.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct ServerKey {
    branch: Vec<u8>,
    sent_by: (Vec<u8>, Option<u16>),
    method: Method,
}

impl ServerKey {
    pub(crate) fn of(request: &Essentials) -> Self {
        let method = match &request.cseq.method {
            Method::Ack => Method::Invite,
            other => other.clone(),
        };
        let branch = match request.via.branch() {
            Some(branch) if branch.as_bytes().starts_with(BRANCH_COOKIE.as_bytes()) => {
                branch.as_bytes().to_vec()
            }
            _ => Self::old_style(request),
        };
        Self { branch, sent_by: (request.via.host.as_bytes().to_ascii_lowercase(), request.via.port), method }
    }

    /// The INVITE that a CANCEL means (RFC 3261 §9.2).
    pub(crate) fn of_cancelled(cancel: &Essentials) -> Self {
        Self { method: Method::Invite, ..Self::of(cancel) }
    }

    /// RFC 2543 has no branch that tells: the dialog's own marks do. The tag of To is left out, because an ACK has
    /// it and its INVITE has not.
    fn old_style(request: &Essentials) -> Vec<u8> {
        let tag = request.from.tag().cloned().unwrap_or_default();
        let number = request.cseq.number.to_string();
        [request.via.to_text().as_bytes(), request.call_id.as_bytes(), tag.as_bytes(), number.as_bytes()]
            .join(&b'\n')
    }
}
