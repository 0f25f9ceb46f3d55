//! What a digest is made of (RFC 7616 §3.4.1–3.4.3).

use std::fmt;

use super::Algorithm;

/// The hash of user name, realm and password (RFC 7616 §3.4.2 `H(A1)`): all that a server needs to keep of a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Ha1(String);

impl Ha1 {
    /// Hashes a password.
    pub fn new(algorithm: Algorithm, username: &[u8], realm: &[u8], password: &[u8]) -> Self {
        Self(algorithm.hash(&[username, realm, password]))
    }

    /// A hash that was kept as hexadecimal digits; `None` where it is none of this algorithm.
    pub fn from_hex(algorithm: Algorithm, digits: &str) -> Option<Self> {
        let fits =
            digits.len() == algorithm.hex_length() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        fits.then(|| Self(digits.to_ascii_lowercase()))
    }
}

impl fmt::Debug for Ha1 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ha1(…)")
    }
}

/// What the digest of one request covers, besides the password.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Covered<'a> {
    pub(crate) nonce: &'a [u8],
    /// Nonce count and client nonce with `qop=auth`; `None`: without `qop`, as before RFC 2617.
    pub(crate) count: Option<(u32, &'a [u8])>,
    pub(crate) method: &'a [u8],
    pub(crate) uri: &'a [u8],
}

impl Covered<'_> {
    /// The `response` in hexadecimal digits.
    pub(crate) fn response(&self, algorithm: Algorithm, ha1: &Ha1) -> String {
        let ha2 = algorithm.hash(&[self.method, self.uri]);
        let (ha1, ha2) = (ha1.0.as_bytes(), ha2.as_bytes());
        match self.count {
            Some((count, cnonce)) => {
                let count = format!("{count:08x}");
                algorithm.hash(&[ha1, self.nonce, count.as_bytes(), cnonce, b"auth", ha2])
            }
            None => algorithm.hash(&[ha1, self.nonce, ha2]),
        }
    }
}

/// Equal, found out in a time that does not tell where they differ.
pub(crate) fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    let differing = left.iter().zip(right).fold(0, |sum, (left, right)| sum | (left ^ right));
    left.len() == right.len() && std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn response(
        algorithm: Algorithm,
        user: &str,
        realm: &str,
        password: &str,
        covered: Covered<'_>,
    ) -> String {
        let ha1 = Ha1::new(algorithm, user.as_bytes(), realm.as_bytes(), password.as_bytes());
        covered.response(algorithm, &ha1)
    }

    #[test]
    fn the_examples_of_rfc_7616_give_their_values() {
        let covered = Covered {
            nonce: b"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            count: Some((1, b"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")),
            method: b"GET",
            uri: b"/dir/index.html",
        };
        let of =
            |algorithm| response(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life", covered);
        assert_eq!(of(Algorithm::Md5), "8ca523f5e9506fed4657c9700eebdbec");
        assert_eq!(of(Algorithm::Sha256), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    }

    #[test]
    fn the_sha_512_256_example_gives_the_value_of_its_erratum() {
        let covered = Covered {
            nonce: b"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
            count: Some((1, b"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v")),
            method: b"GET",
            uri: b"/doe.json",
        };
        let response = response(
            Algorithm::Sha512_256,
            "J\u{e4}s\u{f8}n Doe",
            "api@example.org",
            "Secret, or not?",
            covered,
        );
        assert_eq!(response, "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5");
    }

    #[test]
    fn the_example_of_rfc_2617_gives_its_value() {
        let covered = Covered {
            nonce: b"dcd98b7102dd2f0e8b11d0f600bfb0c093",
            count: Some((1, b"0a4f113b")),
            method: b"GET",
            uri: b"/dir/index.html",
        };
        let response = response(Algorithm::Md5, "Mufasa", "testrealm@host.com", "Circle Of Life", covered);
        assert_eq!(response, "6629fae49393a05397450978507c4ef1");
    }

    #[test]
    fn without_qop_the_example_of_rfc_2069_gives_the_value_of_its_erratum() {
        let covered = Covered {
            nonce: b"dcd98b7102dd2f0e8b11d0f600bfb0c093",
            count: None,
            method: b"GET",
            uri: b"/dir/index.html",
        };
        let response = response(Algorithm::Md5, "Mufasa", "testrealm@host.com", "CircleOfLife", covered);
        assert_eq!(response, "1949323746fe6a43ef61f9606e7febea");
    }

    #[test]
    fn a_kept_hash_must_have_the_length_of_its_algorithm() {
        let digits = "AB".repeat(16);
        assert_eq!(Ha1::from_hex(Algorithm::Md5, &digits).unwrap().0, "ab".repeat(16));
        assert_eq!(Ha1::from_hex(Algorithm::Sha256, &digits), None);
        assert_eq!(Ha1::from_hex(Algorithm::Md5, &"xy".repeat(16)), None);
    }

    #[test]
    fn a_hash_is_not_shown() {
        let ha1 = Ha1::new(Algorithm::Md5, b"a", b"b", b"c");
        assert!(!format!("{ha1:?}").contains(&ha1.0));
    }

    #[test]
    fn only_the_same_bytes_are_equal() {
        assert!(equal_in_constant_time(b"abc", b"abc"));
        assert!(!equal_in_constant_time(b"abc", b"abd"));
        assert!(!equal_in_constant_time(b"abc", b"abcd"));
        assert!(!equal_in_constant_time(b"", b"a"));
    }
}
