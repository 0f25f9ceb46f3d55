//! Who calls, and whom, as far as the INVITE says.

use std::net::SocketAddr;

use jiesu_sip::endpoint::IncomingCall;
use jiesu_sip::message::{NameAddr, Uri};

use super::numbering::Numbering;

/// The longest number that is kept: twice what E.164 allows, with room for a prefix.
const MAX_NUMBER_CHARS: usize = 32;

/// The caller's number as the city writes it: P-Asserted-Identity, where the trunk vouches for it (RFC 3325; the gateway
/// leaves no other), else From; empty when withheld.
pub(super) fn caller_number(call: &IncomingCall, numbering: &Numbering) -> String {
    if call.withheld {
        return String::new();
    }
    let identity = call.asserted_identity.as_ref().unwrap_or(&call.from);
    let number = number_of(&identity.uri);
    if number.eq_ignore_ascii_case("anonymous") { String::new() } else { numbering.written(&number) }
}

/// The number that was dialled: the Request-URI's, as the network's routing left it.
pub(super) fn called_number(call: &IncomingCall) -> String {
    number_of(&call.request_uri)
}

/// The caller as the agent's phone shows it; `addr` is ours, so that a call back comes to us.
pub(super) fn shown(caller_number: &str, addr: SocketAddr) -> NameAddr {
    let user = if caller_number.is_empty() { "anonymous" } else { caller_number };
    NameAddr::new(Uri::sip(Some(user), addr))
}

/// A URI's user part, cut down to what may stand in a number or a name of a phone, so that it is fit for a page,
/// a file and another INVITE.
fn number_of(uri: &Uri) -> String {
    let user = uri.user_name().unwrap_or_default();
    let fit = |char: &char| char.is_ascii_alphanumeric() || "+*-._".contains(*char);
    user.chars().filter(fit).take(MAX_NUMBER_CHARS).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use jiesu_sip::endpoint::{Peer, Protocol};

    use super::*;

    const ADDR: ([u8; 4], u16) = ([127, 0, 0, 1], 5060);

    fn call(from: &str, asserted: Option<&str>) -> IncomingCall {
        IncomingCall {
            from: from.parse().unwrap(),
            to: "sip:12345@127.0.0.1".parse().unwrap(),
            request_uri: "sip:8001@127.0.0.1".parse().unwrap(),
            asserted_identity: asserted.map(|identity| identity.parse().unwrap()),
            withheld: false,
            sip_call_id: "x".to_owned(),
            source: Peer { protocol: Protocol::Udp, addr: ADDR.into() },
            offer: None,
        }
    }

    #[test]
    fn the_trunks_word_counts_before_the_callers() {
        let call = call("sip:1@h", Some("\"x\" <sip:+8613800006921@h;user=phone>"));
        assert_eq!(caller_number(&call, &Numbering::default()), "+8613800006921");
        assert_eq!(called_number(&call), "8001");
    }

    #[test]
    fn a_tel_uri_is_a_number_too() {
        assert_eq!(caller_number(&call("<tel:022-12345>", None), &Numbering::default()), "022-12345");
    }

    #[test]
    fn a_withheld_number_is_empty_and_shown_as_anonymous() {
        let call = call("\"Anonymous\" <sip:anonymous@anonymous.invalid>", None);
        assert_eq!(caller_number(&call, &Numbering::default()), "");
        let withheld = IncomingCall { withheld: true, ..self::call("sip:1@h", Some("sip:13800006921@h")) };
        assert_eq!(caller_number(&withheld, &Numbering::default()), "");
        assert_eq!(shown("", ADDR.into()).uri.user_name().unwrap(), "anonymous");
    }

    #[test]
    fn what_is_no_number_does_not_get_through() {
        let long = "7".repeat(500);
        assert_eq!(
            caller_number(&call(&format!("sip:{long}@h"), None), &Numbering::default()).len(),
            MAX_NUMBER_CHARS
        );
        assert_eq!(caller_number(&call("sip:13%3Cb%3E8%0D%0A@h", None), &Numbering::default()), "13b8");
    }
}
