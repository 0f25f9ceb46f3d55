//! Authorization and Proxy-Authorization (RFC 3261 §20.7, RFC 7616 §3.4).

use super::{
    Algorithm,
    digest::{Covered, Ha1, equal_in_constant_time},
    fields::{FieldWriter, Fields},
};
use crate::message::WireText;

/// The answer to a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who asks.
    pub username: Vec<u8>,
    /// Realm of the challenge.
    pub realm: Vec<u8>,
    /// Nonce of the challenge.
    pub nonce: Vec<u8>,
    /// The Request-URI that the digest covers.
    pub uri: Vec<u8>,
    /// The digest in hexadecimal digits.
    pub response: Vec<u8>,
    /// Hash algorithm; MD5 where none is named.
    pub algorithm: Algorithm,
    /// Nonce count and client nonce, with `qop=auth`; `None`: without `qop`.
    pub count: Option<(u32, Vec<u8>)>,
    /// As it stood in the challenge.
    pub opaque: Option<Vec<u8>>,
}

impl Credentials {
    /// Reads credentials. `None`: not Digest, a field that is missing, an algorithm or `qop` that is not known, or a
    /// hashed user name.
    pub fn parse(value: &WireText) -> Option<Self> {
        let fields = Fields::parse(value)?;
        let algorithm = fields.get(b"algorithm").map_or(Some(Algorithm::Md5), Algorithm::parse)?;
        let count = match fields.get(b"qop") {
            None => None,
            Some(qop) if qop.eq_ignore_ascii_case(b"auth") => {
                Some((nonce_count(fields.get(b"nc")?)?, fields.owned(b"cnonce")?))
            }
            Some(_) => return None,
        };
        if fields.get(b"userhash").is_some_and(|hashed| hashed.eq_ignore_ascii_case(b"true")) {
            return None;
        }
        Some(Self {
            username: fields.owned(b"username")?,
            realm: fields.owned(b"realm")?,
            nonce: fields.owned(b"nonce")?,
            uri: fields.owned(b"uri")?,
            response: fields.owned(b"response")?,
            algorithm,
            count,
            opaque: fields.owned(b"opaque"),
        })
    }

    /// The header's value.
    pub fn to_text(&self) -> WireText {
        let mut text = FieldWriter::new()
            .quoted("username", &self.username)
            .quoted("realm", &self.realm)
            .quoted("nonce", &self.nonce)
            .quoted("uri", &self.uri)
            .quoted("response", &self.response)
            .token("algorithm", self.algorithm.name());
        if let Some(opaque) = &self.opaque {
            text = text.quoted("opaque", opaque);
        }
        if let Some((count, cnonce)) = &self.count {
            text = text.quoted("cnonce", cnonce).token("qop", "auth").token("nc", &format!("{count:08x}"));
        }
        text.finish()
    }

    /// Computes the digest for a request with this method.
    #[must_use]
    pub fn signed(mut self, ha1: &Ha1, method: &[u8]) -> Self {
        self.response = self.covered(method).response(self.algorithm, ha1).into_bytes();
        self
    }

    /// Whether the digest is the one of this password and method.
    pub(super) fn is_signed_by(&self, ha1: &Ha1, method: &[u8]) -> bool {
        let expected = self.covered(method).response(self.algorithm, ha1);
        equal_in_constant_time(expected.as_bytes(), &self.response.to_ascii_lowercase())
    }

    fn covered<'a>(&'a self, method: &'a [u8]) -> Covered<'a> {
        let count = self.count.as_ref().map(|(count, cnonce)| (*count, cnonce.as_slice()));
        Covered { nonce: &self.nonce, count, method, uri: &self.uri }
    }
}

/// Eight hexadecimal digits.
fn nonce_count(digits: &[u8]) -> Option<u32> {
    let fits = digits.len() == 8 && digits.iter().all(u8::is_ascii_hexdigit);
    fits.then(|| std::str::from_utf8(digits).ok())
        .flatten()
        .and_then(|digits| u32::from_str_radix(digits, 16).ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const EXAMPLE: &str = "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", \
        nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", \
        response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\", algorithm=SHA-256, \
        opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", \
        cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, nc=00000001";

    fn parse(text: &str) -> Option<Credentials> {
        Credentials::parse(&text.into())
    }

    #[test]
    fn the_example_of_rfc_7616_is_read_checked_and_written() {
        let credentials = parse(EXAMPLE).unwrap();
        let ha1 = Ha1::new(Algorithm::Sha256, b"Mufasa", b"http-auth@example.org", b"Circle of Life");
        assert!(credentials.is_signed_by(&ha1, b"GET"));
        assert!(!credentials.is_signed_by(&ha1, b"PUT"));
        assert_eq!(credentials.to_text().to_string(), EXAMPLE);
        assert_eq!(credentials.clone().signed(&ha1, b"GET"), credentials);
    }

    #[test]
    fn another_password_does_not_fit() {
        let ha1 = Ha1::new(Algorithm::Sha256, b"Mufasa", b"http-auth@example.org", b"Circle of Life ");
        assert!(!parse(EXAMPLE).unwrap().is_signed_by(&ha1, b"GET"));
    }

    #[test]
    fn what_is_no_answer_to_a_challenge_is_refused() {
        for (good, bad) in [
            ("Digest ", "Basic "),
            ("nc=00000001", "nc=1"),
            ("nc=00000001", "nc=+0000001"),
            (", nc=00000001", ""),
            ("qop=auth,", "qop=auth-int,"),
            ("SHA-256", "SHA-1"),
            ("cnonce=", "other="),
            ("username=", "username*="),
            ("nc=00000001", "nc=00000001, userhash=true"),
            ("nc=00000001", "nc=00000001, nc=00000002"),
            ("uri=\"/dir/index.html\"", "uri=\"/dir/index.html"),
        ] {
            assert!(EXAMPLE.contains(good), "{good}");
            assert_eq!(parse(&EXAMPLE.replacen(good, bad, 1)), None, "{bad}");
        }
    }
}
