//! When two Contacts are the same (RFC 3261 §19.1.4).

use crate::message::{Uri, WireText};

/// Parameters that must agree even where only one of the URIs has them.
const TELLING: [&str; 5] = ["user", "ttl", "method", "maddr", "transport"];

/// Whether both URIs name the same place.
pub(crate) fn is_same(left: &Uri, right: &Uri) -> bool {
    let host = |uri: &Uri| uri.host.as_bytes().to_ascii_lowercase();
    left.scheme == right.scheme
        && unescaped(left) == unescaped(right)
        && host(left) == host(right)
        && left.port == right.port
        && have_same_params(left, right)
        && left.headers == right.headers
}

fn unescaped(uri: &Uri) -> Option<Vec<u8>> {
    uri.user.as_ref().map(|user| crate::message::unescape(user.as_bytes()))
}

fn have_same_params(left: &Uri, right: &Uri) -> bool {
    let same = |left: Option<&WireText>, right: Option<&WireText>| match (left, right) {
        (Some(left), Some(right)) => left.as_bytes().eq_ignore_ascii_case(right.as_bytes()),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let telling = TELLING.iter().all(|name| match (left.params.get(name), right.params.get(name)) {
        (Some(left), Some(right)) => same(left, right),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    });
    let shared = left.params.iter().all(|(name, value)| {
        let other = name.as_str().and_then(|name| right.params.get(name));
        other.is_none_or(|other| same(value, other))
    });
    telling && shared
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn same(left: &str, right: &str) -> bool {
        is_same(&left.parse().unwrap(), &right.parse().unwrap())
    }

    #[test]
    fn the_equal_uris_of_rfc_3261_are_equal() {
        for (left, right) in [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
        ] {
            assert!(same(left, right) && same(right, left), "{left} {right}");
        }
    }

    #[test]
    fn the_unequal_uris_of_rfc_3261_are_not() {
        for (left, right) in [
            ("sip:ALICE@AtlanTa.CoM;Transport=udp", "sip:alice@AtlanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:a@h;x=1", "sip:a@h;x=2"),
            ("sip:a@h", "sips:a@h"),
            ("sip:a@h", "sip:h"),
        ] {
            assert!(!same(left, right) && !same(right, left), "{left} {right}");
        }
    }
}
