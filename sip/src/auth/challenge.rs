//! WWW-Authenticate and Proxy-Authenticate (RFC 3261 §20.44, RFC 7616 §3.3).

use super::{
    Algorithm,
    fields::{FieldWriter, Fields},
};
use crate::message::WireText;

/// A challenge that can be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Whose passwords are wanted.
    pub realm: Vec<u8>,
    /// The server's nonce.
    pub nonce: Vec<u8>,
    /// To be sent back as it came.
    pub opaque: Option<Vec<u8>>,
    /// Hash algorithm; MD5 where none is named.
    pub algorithm: Algorithm,
    /// `qop=auth` is offered; otherwise the form before RFC 2617 is wanted.
    pub qop_auth: bool,
    /// The credentials were right but their nonce is used up.
    pub stale: bool,
}

impl Challenge {
    /// Reads a challenge. `None`: not Digest, no realm or nonce, an algorithm that is not known, or `qop` without
    /// `auth`.
    pub fn parse(value: &WireText) -> Option<Self> {
        let fields = Fields::parse(value)?;
        let algorithm = fields.get(b"algorithm").map_or(Some(Algorithm::Md5), Algorithm::parse)?;
        let qop = fields.get(b"qop").map(offers_auth);
        if qop == Some(false) {
            return None;
        }
        Some(Self {
            realm: fields.owned(b"realm")?,
            nonce: fields.owned(b"nonce")?,
            opaque: fields.owned(b"opaque"),
            algorithm,
            qop_auth: qop.is_some(),
            stale: fields.get(b"stale").is_some_and(|stale| stale.eq_ignore_ascii_case(b"true")),
        })
    }

    /// The header's value.
    pub fn to_text(&self) -> WireText {
        let mut text = FieldWriter::new().quoted("realm", &self.realm).quoted("nonce", &self.nonce);
        if let Some(opaque) = &self.opaque {
            text = text.quoted("opaque", opaque);
        }
        text = text.token("algorithm", self.algorithm.name());
        if self.stale {
            text = text.token("stale", "true");
        }
        if self.qop_auth {
            text = text.quoted("qop", b"auth");
        }
        text.finish()
    }
}

fn offers_auth(qop: &[u8]) -> bool {
    qop.split(|&byte| byte == b',').any(|one| one.trim_ascii().eq_ignore_ascii_case(b"auth"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(text: &str) -> Option<Challenge> {
        Challenge::parse(&text.into())
    }

    #[test]
    fn a_challenge_is_written_as_it_was_read() {
        let text = "Digest realm=\"a \\\"b\\\"\", nonce=\"n=,1\", opaque=\"o\", algorithm=SHA-256, stale=true, qop=\"auth\"";
        let challenge = parse(text).unwrap();
        assert_eq!(challenge.realm, b"a \"b\"");
        assert_eq!(challenge.nonce, b"n=,1");
        assert_eq!(challenge.to_text().to_string(), text);
    }

    #[test]
    fn without_algorithm_it_is_md5_and_without_qop_the_old_form() {
        let challenge = parse("digest nonce=\"n\",realm=\"r\"").unwrap();
        assert_eq!(
            (challenge.algorithm, challenge.qop_auth, challenge.stale),
            (Algorithm::Md5, false, false)
        );
    }

    #[test]
    fn auth_is_found_among_several_qops() {
        assert!(parse("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int, auth\"").unwrap().qop_auth);
    }

    #[test]
    fn what_cannot_be_answered_is_refused() {
        for text in [
            "Basic realm=\"r\"",
            "Digest",
            "Digest realm=\"r\"",
            "Digest nonce=\"n\"",
            "Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess",
            "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"",
            "Digest realm=\"r\", nonce=\"n\", nonce=\"m\"",
            "Digest realm=\"r, nonce=\"n\"",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
