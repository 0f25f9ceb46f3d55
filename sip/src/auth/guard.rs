//! The server's side (RFC 3261 §22.2–22.3, RFC 7616 §3.3–3.4): challenges, and whether their answers are right.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use super::{
    Algorithm, Challenge, Credentials, LockoutLimits, Secret,
    lockout::{Lockout, Suspect},
    nonces::Nonces,
};
use crate::message::{HeaderName, Headers, Uri, WireText};

/// The algorithms that we offer, in the order of our choice (RFC 8760 §2.3).
const OFFERED: [Algorithm; 2] = [Algorithm::Sha256, Algorithm::Md5];
/// A longer user name is none of ours.
const MAX_USERNAME_BYTES: usize = 128;
/// The port of a SIP URI that names none (RFC 3261 §19.1.2).
const DEFAULT_PORT: u16 = 5060;

/// A request that wants to be let in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) from: IpAddr,
    pub(crate) method: &'a [u8],
    /// Request-URI.
    pub(crate) uri: &'a WireText,
    pub(crate) headers: &'a Headers,
}

/// What is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It comes from this user.
    Accepted(String),
    /// 401 with `challenges`: no answer, a stale one, or a wrong one.
    Challenge {
        /// Only the nonce is too old.
        stale: bool,
    },
    /// As `Challenge`, and from now on its address or user is not listened to.
    LocksOut {
        /// The user that it claims to be.
        username: String,
        until: Instant,
    },
    /// Not listened to.
    LockedOut { until: Instant },
}

/// Challenges and checks requests for one realm.
#[derive(Debug)]
pub(crate) struct Guard {
    realm: String,
    nonces: Nonces,
    lockout: Lockout,
}

impl Guard {
    /// `secret` must be random.
    pub(crate) fn new(
        now: Instant,
        realm: String,
        secret: [u8; 32],
        nonce_lifetime: Duration,
        limits: LockoutLimits,
    ) -> Self {
        Self { realm, nonces: Nonces::new(now, secret, nonce_lifetime), lockout: Lockout::new(limits) }
    }

    /// The values of WWW-Authenticate, the strongest first, with one nonce. `secret` is that of the user who is meant,
    /// where he is known: what he cannot answer is not asked for, because phones give up at what they do not know.
    pub(crate) fn challenges(
        &mut self,
        now: Instant,
        from: IpAddr,
        stale: bool,
        secret: Option<&Secret>,
    ) -> Vec<WireText> {
        let nonce = self.nonces.issue(now, from).into_bytes();
        let challenge = |algorithm| Challenge {
            realm: self.realm.as_bytes().to_vec(),
            nonce: nonce.clone(),
            opaque: None,
            algorithm,
            qop_auth: true,
            stale,
        };
        let can_answer = |algorithm: &Algorithm| secret.is_none_or(|secret| secret.allows(*algorithm));
        OFFERED.into_iter().filter(can_answer).map(|algorithm| challenge(algorithm).to_text()).collect()
    }

    /// Judges a request. `is_at_home` says whether a user is known to be at the address that the request came from:
    /// strangers who guess at his password cannot lock him out there.
    pub(crate) fn judge(
        &mut self,
        now: Instant,
        claim: Claim<'_>,
        users: &HashMap<String, Secret>,
        is_at_home: impl Fn(&str) -> bool,
    ) -> Verdict {
        let address = Suspect::Address(claim.from);
        if let Some(until) = self.lockout.locked_until(now, &address) {
            return Verdict::LockedOut { until };
        }
        let Some(credentials) = self.credentials(claim) else { return Verdict::Challenge { stale: false } };
        let Some((count, _)) = credentials.count else { return Verdict::Challenge { stale: false } };
        // Without looking at the digest: a nonce of anybody's own making must not tell whether a password is right.
        let Some(nonce) = self.nonces.known(now, claim.from, &credentials.nonce) else {
            return Verdict::Challenge { stale: true };
        };
        let user = Suspect::User(credentials.username.clone());
        let username = String::from_utf8_lossy(&credentials.username).into_owned();
        if let Some(until) = self.lockout.locked_until(now, &user).filter(|_| !is_at_home(&username)) {
            return Verdict::LockedOut { until };
        }
        if !self.is_right(&credentials, claim.method, users.get(&username)) {
            let until = self.lockout.on_failure(now, user).max(self.lockout.on_failure(now, address));
            return match until {
                Some(until) => Verdict::LocksOut { username, until },
                None => Verdict::Challenge { stale: false },
            };
        }
        if !self.nonces.use_once(now, nonce, count) {
            return Verdict::Challenge { stale: true };
        }
        self.lockout.on_success(&user);
        self.lockout.on_success(&address);
        Verdict::Accepted(username)
    }

    /// The first credentials for our realm that mean this request.
    fn credentials(&self, claim: Claim<'_>) -> Option<Credentials> {
        let known = claim.headers.all(&HeaderName::Authorization).filter_map(Credentials::parse);
        known.into_iter().find(|credentials| {
            credentials.realm == self.realm.as_bytes()
                && credentials.username.len() <= MAX_USERNAME_BYTES
                && OFFERED.contains(&credentials.algorithm)
                && is_for(&credentials.uri, claim.uri)
        })
    }

    /// Whether the digest is right. A user that is not known takes as long as one that is.
    fn is_right(&self, credentials: &Credentials, method: &[u8], secret: Option<&Secret>) -> bool {
        let nobody = Secret::Password(String::new());
        let ha1 = secret.unwrap_or(&nobody).ha1(
            credentials.algorithm,
            &credentials.username,
            self.realm.as_bytes(),
        );
        ha1.is_some_and(|ha1| credentials.is_signed_by(&ha1, method)) && secret.is_some()
    }
}

/// Whether the URI of a digest is that of the request. A port that is left out and one that is written are the same
/// here, because phones are not strict about it.
fn is_for(digest_uri: &[u8], request_uri: &WireText) -> bool {
    if digest_uri == request_uri.as_bytes() {
        return true;
    }
    let parsed = (Uri::parse(&digest_uri.to_vec().into()), Uri::parse(request_uri));
    let (Ok(covered), Ok(asked)) = parsed else { return false };
    covered.scheme == asked.scheme
        && covered.user == asked.user
        && covered.host.as_bytes().eq_ignore_ascii_case(asked.host.as_bytes())
        && covered.port.unwrap_or(DEFAULT_PORT) == asked.port.unwrap_or(DEFAULT_PORT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::auth::Ha1;

    const LIFETIME: Duration = Duration::from_secs(300);
    const URI: &str = "sip:192.0.2.200";

    struct Desk {
        guard: Guard,
        users: HashMap<String, Secret>,
        now: Instant,
        at_home: bool,
    }

    impl Desk {
        fn new() -> Self {
            let now = Instant::now();
            let guard = Guard::new(now, "jiesu".into(), [1; 32], LIFETIME, LockoutLimits::default());
            let users = HashMap::from([("8001".into(), Secret::Password("correct".into()))]);
            Self { guard, users, now, at_home: false }
        }

        fn ask(&mut self, authorization: Option<WireText>) -> Verdict {
            let mut headers = Headers::default();
            if let Some(authorization) = authorization {
                headers.push(HeaderName::Authorization, authorization);
            }
            let uri = URI.into();
            let from = [192, 0, 2, 1].into();
            let claim = Claim { from, method: b"REGISTER", uri: &uri, headers: &headers };
            self.guard.judge(self.now, claim, &self.users, |_| self.at_home)
        }

        fn nonce(&mut self) -> Vec<u8> {
            let challenges = self.guard.challenges(self.now, [192, 0, 2, 1].into(), false, None);
            Challenge::parse(&challenges[0]).unwrap().nonce
        }

        fn try_password(&mut self, user: &str, password: &str) -> Verdict {
            let nonce = self.nonce();
            self.ask(Some(answer(user, password, &nonce, 1, Algorithm::Sha256, URI)))
        }
    }

    fn answer(
        user: &str,
        password: &str,
        nonce: &[u8],
        count: u32,
        algorithm: Algorithm,
        uri: &str,
    ) -> WireText {
        let ha1 = Ha1::new(algorithm, user.as_bytes(), b"jiesu", password.as_bytes());
        let credentials = Credentials {
            username: user.into(),
            realm: b"jiesu".to_vec(),
            nonce: nonce.to_vec(),
            uri: uri.into(),
            response: Vec::new(),
            algorithm,
            count: Some((count, b"c".to_vec())),
            opaque: None,
        };
        credentials.signed(&ha1, b"REGISTER").to_text()
    }

    const CHALLENGE: Verdict = Verdict::Challenge { stale: false };
    const STALE: Verdict = Verdict::Challenge { stale: true };

    fn accepted() -> Verdict {
        Verdict::Accepted("8001".into())
    }

    #[test]
    fn sha_256_is_offered_first_and_md5_second_with_the_same_nonce() {
        let mut desk = Desk::new();
        let challenges = desk.guard.challenges(desk.now, [192, 0, 2, 1].into(), true, None);
        let challenges: Vec<_> = challenges.iter().map(|text| Challenge::parse(text).unwrap()).collect();
        let algorithms: Vec<_> = challenges.iter().map(|challenge| challenge.algorithm).collect();
        assert_eq!(algorithms, [Algorithm::Sha256, Algorithm::Md5]);
        assert_eq!(challenges[0].nonce, challenges[1].nonce);
        assert!(challenges.iter().all(|challenge| challenge.qop_auth && challenge.stale));
    }

    #[test]
    fn the_right_password_is_accepted_with_either_algorithm() {
        for algorithm in OFFERED {
            let mut desk = Desk::new();
            assert_eq!(desk.ask(None), CHALLENGE);
            let nonce = desk.nonce();
            assert_eq!(desk.ask(Some(answer("8001", "correct", &nonce, 1, algorithm, URI))), accepted());
        }
    }

    #[test]
    fn hashes_do_as_well_as_the_password_and_only_for_their_algorithm() {
        let mut desk = Desk::new();
        let md5 = Ha1::new(Algorithm::Md5, b"8001", b"jiesu", b"correct");
        let secret = Secret::Hashes { sha256: None, md5: Some(md5) };
        let challenges = desk.guard.challenges(desk.now, [192, 0, 2, 1].into(), false, Some(&secret));
        assert_eq!(challenges.len(), 1);
        assert_eq!(Challenge::parse(&challenges[0]).unwrap().algorithm, Algorithm::Md5);
        desk.users.insert("8001".into(), secret);
        let nonce = desk.nonce();
        let sha = answer("8001", "correct", &nonce, 1, Algorithm::Sha256, URI);
        assert_eq!(desk.ask(Some(sha)), CHALLENGE);
        let md5 = answer("8001", "correct", &nonce, 2, Algorithm::Md5, URI);
        assert_eq!(desk.ask(Some(md5)), accepted());
    }

    #[test]
    fn a_request_that_is_heard_again_is_stale_and_so_is_an_old_nonce() {
        let mut desk = Desk::new();
        let nonce = desk.nonce();
        let first = answer("8001", "correct", &nonce, 1, Algorithm::Sha256, URI);
        assert_eq!(desk.ask(Some(first.clone())), accepted());
        assert_eq!(desk.ask(Some(first)), STALE);
        let second = answer("8001", "correct", &nonce, 2, Algorithm::Sha256, URI);
        assert_eq!(desk.ask(Some(second)), accepted());
        desk.now += LIFETIME + Duration::from_secs(1);
        let third = answer("8001", "correct", &nonce, 3, Algorithm::Sha256, URI);
        assert_eq!(desk.ask(Some(third)), STALE);
    }

    #[test]
    fn a_nonce_of_his_own_making_tells_nobody_whether_his_password_is_right() {
        let mut desk = Desk::new();
        for password in ["correct", "wrong"] {
            let own = answer("8001", password, b"own", 1, Algorithm::Sha256, URI);
            assert_eq!(desk.ask(Some(own)), STALE);
        }
    }

    #[test]
    fn an_answer_for_another_uri_or_without_a_count_is_none() {
        let mut desk = Desk::new();
        let nonce = desk.nonce();
        let other = answer("8001", "correct", &nonce, 1, Algorithm::Sha256, "sip:192.0.2.201");
        assert_eq!(desk.ask(Some(other)), CHALLENGE);
        let with_port = answer("8001", "correct", &nonce, 1, Algorithm::Sha256, "sip:192.0.2.200:5060");
        assert_eq!(desk.ask(Some(with_port)), accepted());
        let counted = answer("8001", "correct", &nonce, 2, Algorithm::Sha256, URI);
        let uncounted = counted.to_string().replace("qop=auth, nc=00000002", "x=y");
        assert_eq!(desk.ask(Some(uncounted.as_str().into())), CHALLENGE);
    }

    #[test]
    fn five_wrong_passwords_lock_the_user_out_even_with_the_right_one() {
        let mut desk = Desk::new();
        for _ in 0..4 {
            assert_eq!(desk.try_password("8001", "wrong"), CHALLENGE);
        }
        let until = desk.now + Duration::from_secs(30);
        assert_eq!(desk.try_password("8001", "wrong"), Verdict::LocksOut { username: "8001".into(), until });
        assert_eq!(desk.try_password("8001", "correct"), Verdict::LockedOut { until });
        desk.now = until;
        assert_eq!(desk.try_password("8001", "correct"), accepted());
        assert_eq!(desk.try_password("8001", "wrong"), CHALLENGE);
    }

    #[test]
    fn a_phone_at_its_known_address_is_not_locked_out_by_strangers() {
        let mut desk = Desk::new();
        for _ in 0..5 {
            desk.try_password("8001", "wrong");
        }
        desk.at_home = true;
        assert_eq!(desk.try_password("8001", "correct"), accepted());
    }

    #[test]
    fn who_tries_many_names_is_locked_out_by_his_address() {
        let mut desk = Desk::new();
        for at in 0..19 {
            assert_eq!(desk.try_password(&at.to_string(), ""), CHALLENGE);
        }
        assert!(matches!(desk.try_password("x", ""), Verdict::LocksOut { .. }));
        assert!(matches!(desk.ask(None), Verdict::LockedOut { .. }));
    }

    #[test]
    fn a_user_that_is_not_known_is_refused_with_any_password() {
        let mut desk = Desk::new();
        assert_eq!(desk.try_password("nobody", ""), CHALLENGE);
    }
}
