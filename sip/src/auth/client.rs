//! The client's side (RFC 3261 §22.2–22.3, RFC 7616 §3.4, §3.6): answers challenges, and puts the answer on later
//! requests unasked.

use super::{Challenge, Credentials, Ha1, Login};
use crate::message::{HeaderName, Message, StartLine, WireText};

/// Who challenged us: each has headers of his own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// The server itself, with 401.
    Server,
    /// A proxy on the way, with 407.
    Proxy,
}

impl Asker {
    /// Who asks with this status.
    pub(crate) fn of(status: u16) -> Option<Self> {
        match status {
            401 => Some(Self::Server),
            407 => Some(Self::Proxy),
            _ => None,
        }
    }

    /// The header of his challenge.
    fn challenge(self) -> HeaderName {
        match self {
            Self::Server => HeaderName::WwwAuthenticate,
            Self::Proxy => HeaderName::ProxyAuthenticate,
        }
    }

    /// The header of our answer.
    pub(crate) fn answer(self) -> HeaderName {
        match self {
            Self::Server => HeaderName::Authorization,
            Self::Proxy => HeaderName::ProxyAuthorization,
        }
    }
}

/// A challenge that is being answered.
#[derive(Debug)]
struct Session {
    asker: Asker,
    challenge: Challenge,
    ha1: Ha1,
    cnonce: Vec<u8>,
    /// Requests that were answered with this nonce.
    count: u32,
}

/// Our login with one provider or PBX, and the challenges of his that are known.
#[derive(Debug)]
pub(crate) struct Account {
    login: Login,
    /// At most one per asker.
    sessions: Vec<Session>,
}

impl Account {
    pub(crate) fn new(login: Login) -> Self {
        Self { login, sessions: Vec::new() }
    }

    /// Takes the strongest challenge of a 401 or 407 in place of his last one. Whether it is stale; `None`: there is
    /// none that can be answered.
    pub(crate) fn on_challenge(
        &mut self,
        asker: Asker,
        refusal: &Message,
        cnonce: &WireText,
    ) -> Option<bool> {
        self.forget(asker);
        let name = asker.challenge();
        let offered = refusal.headers.all(&name).filter_map(Challenge::parse);
        // The first of equals, as the server prefers it.
        let challenge =
            offered.reduce(|best, next| if next.algorithm > best.algorithm { next } else { best })?;
        let stale = challenge.stale;
        let ha1 = Ha1::new(
            challenge.algorithm,
            self.login.username.as_bytes(),
            &challenge.realm,
            self.login.password.as_bytes(),
        );
        self.sessions.push(Session { asker, challenge, ha1, cnonce: cnonce.as_bytes().to_vec(), count: 0 });
        Some(stale)
    }

    /// Puts the answers to all known challenges on a request, in place of those that it has.
    pub(crate) fn authorise(&mut self, request: &mut Message) {
        let StartLine::Request { method, uri } = &request.start else { return };
        for session in &mut self.sessions {
            session.count += 1;
            let challenge = &session.challenge;
            let credentials = Credentials {
                username: self.login.username.clone().into_bytes(),
                realm: challenge.realm.clone(),
                nonce: challenge.nonce.clone(),
                uri: uri.as_bytes().to_vec(),
                response: Vec::new(),
                algorithm: challenge.algorithm,
                count: challenge.qop_auth.then(|| (session.count, session.cnonce.clone())),
                opaque: challenge.opaque.clone(),
            };
            let credentials = credentials.signed(&session.ha1, method.as_bytes()).to_text();
            request.headers.set(session.asker.answer(), credentials);
        }
    }

    /// His challenge is answered no more: the answer was wrong.
    pub(crate) fn forget(&mut self, asker: Asker) {
        self.sessions.retain(|session| session.asker != asker);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::{
        auth::Algorithm,
        message::{Method, Uri},
    };

    const SHA: &str = "Digest realm=\"r\", nonce=\"sha\", algorithm=SHA-256, qop=\"auth\", opaque=\"o\"";
    const MD5: &str = "Digest realm=\"r\", nonce=\"md5\", qop=\"auth\"";

    fn account() -> Account {
        Account::new(Login { username: "8001".into(), password: "secret".into() })
    }

    fn refusal(asker: Asker, challenges: &[&str]) -> Message {
        let mut refusal = Message::response(401, "");
        for challenge in challenges {
            refusal.headers.push(asker.challenge(), *challenge);
        }
        refusal
    }

    fn authorised(account: &mut Account, asker: Asker) -> Option<Credentials> {
        let uri: Uri = "sip:registrar.example".parse().unwrap();
        let mut request = Message::request(Method::Register, &uri);
        account.authorise(&mut request);
        request.headers.get(&asker.answer()).and_then(Credentials::parse)
    }

    #[test]
    fn the_strongest_algorithm_is_answered_wherever_it_stands() {
        for order in [[SHA, MD5], [MD5, SHA]] {
            let mut account = account();
            let refusal = refusal(Asker::Server, &order);
            assert_eq!(account.on_challenge(Asker::Server, &refusal, &"c".into()), Some(false));
            let credentials = authorised(&mut account, Asker::Server).unwrap();
            assert_eq!(credentials.algorithm, Algorithm::Sha256);
            assert_eq!(credentials.nonce, b"sha");
            assert_eq!(credentials.opaque.as_deref(), Some(b"o".as_slice()));
            let ha1 = Ha1::new(Algorithm::Sha256, b"8001", b"r", b"secret");
            assert!(credentials.is_signed_by(&ha1, b"REGISTER"));
        }
    }

    #[test]
    fn the_count_rises_with_each_request_and_begins_anew_with_each_challenge() {
        let mut account = account();
        account.on_challenge(Asker::Server, &refusal(Asker::Server, &[MD5]), &"c".into());
        let count = |account: &mut Account| authorised(account, Asker::Server).unwrap().count.unwrap();
        assert_eq!(count(&mut account), (1, b"c".to_vec()));
        assert_eq!(count(&mut account), (2, b"c".to_vec()));
        account.on_challenge(Asker::Server, &refusal(Asker::Server, &[SHA]), &"d".into());
        assert_eq!(count(&mut account), (1, b"d".to_vec()));
    }

    #[test]
    fn a_challenge_without_qop_is_answered_in_the_old_form() {
        let mut account = account();
        let refusal = refusal(Asker::Proxy, &["Digest realm=\"r\", nonce=\"n\""]);
        account.on_challenge(Asker::Proxy, &refusal, &"c".into());
        assert_eq!(authorised(&mut account, Asker::Proxy).unwrap().count, None);
        assert_eq!(authorised(&mut account, Asker::Server), None);
    }

    #[test]
    fn a_proxy_and_a_server_are_both_answered() {
        let mut account = account();
        account.on_challenge(Asker::Proxy, &refusal(Asker::Proxy, &[MD5]), &"c".into());
        account.on_challenge(Asker::Server, &refusal(Asker::Server, &[SHA]), &"d".into());
        assert_eq!(authorised(&mut account, Asker::Proxy).unwrap().nonce, b"md5");
        assert_eq!(authorised(&mut account, Asker::Server).unwrap().nonce, b"sha");
    }

    #[test]
    fn what_cannot_be_answered_is_not_and_the_last_answer_is_dropped() {
        let mut account = account();
        account.on_challenge(Asker::Server, &refusal(Asker::Server, &[MD5]), &"c".into());
        let basic = refusal(Asker::Server, &["Basic realm=\"r\""]);
        assert_eq!(account.on_challenge(Asker::Server, &basic, &"c".into()), None);
        assert_eq!(authorised(&mut account, Asker::Server), None);
    }
}
