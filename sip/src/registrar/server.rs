//! The registrar (RFC 3261 §10.3): a REGISTER in; its answer, and what became of bindings, out.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{Binding, Change, RegistrarLimits, UpdateError, Wishes, bindings::Bindings};
use crate::{
    auth::{Claim, Guard, LockoutLimits, Secret, Verdict},
    message::{HeaderName, NameAddr, WireText},
    transaction::Request,
};

/// How long a nonce may be used.
const NONCE_LIFETIME: Duration = Duration::from_secs(300);

/// Who may register: user names and their secrets. The name is also the user part of the address of record.
pub type Users = HashMap<String, Secret>;

/// Settings of a registrar.
#[derive(Clone)]
pub struct RegistrarConfig {
    /// What phones show when they ask for a password; hashes of passwords are made with it.
    pub realm: String,
    /// Must be random: whoever knows it can make nonces.
    pub nonce_secret: [u8; 32],
    /// How long a nonce may be used; after it a phone is asked once more, and answers without its user.
    pub nonce_lifetime: Duration,
    /// When wrong passwords lock out.
    pub lockout: LockoutLimits,
    /// Bounds of bindings.
    pub limits: RegistrarLimits,
}

impl RegistrarConfig {
    /// Usual settings.
    pub fn new(realm: impl Into<String>, nonce_secret: [u8; 32]) -> Self {
        Self {
            realm: realm.into(),
            nonce_secret,
            nonce_lifetime: NONCE_LIFETIME,
            lockout: LockoutLimits::default(),
            limits: RegistrarLimits::default(),
        }
    }
}

impl std::fmt::Debug for RegistrarConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RegistrarConfig").field("realm", &self.realm).finish_non_exhaustive()
    }
}

/// The answer to a REGISTER.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) headers: Vec<(HeaderName, WireText)>,
    /// The request was let in, so that its repetition must get the very same answer.
    pub(crate) counted: bool,
    pub(crate) changes: Vec<Change>,
    /// This request locked out its user or its address.
    pub(crate) locks_out: Option<(String, Instant)>,
}

impl Reply {
    fn new(status: u16) -> Self {
        Self {
            status,
            reason: String::new(),
            headers: Vec::new(),
            counted: false,
            changes: Vec::new(),
            locks_out: None,
        }
    }

    fn with(mut self, name: HeaderName, value: impl Into<WireText>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The users, their proofs and their bindings.
#[derive(Debug)]
pub(crate) struct Registrar {
    guard: Guard,
    users: Users,
    pub(crate) bindings: Bindings,
}

impl Registrar {
    pub(crate) fn new(now: Instant, config: RegistrarConfig, users: Users) -> Self {
        let RegistrarConfig { realm, nonce_secret, nonce_lifetime, lockout, limits } = config;
        Self {
            guard: Guard::new(now, realm, nonce_secret, nonce_lifetime, lockout),
            users,
            bindings: Bindings::new(limits),
        }
    }

    /// These are the users from now on.
    pub(crate) fn set_users(&mut self, users: Users) -> Vec<Change> {
        self.users = users;
        self.bindings.retain_users(|user| self.users.contains_key(user))
    }

    /// The stages of a REGISTER.
    pub(crate) fn handle(&mut self, now: Instant, request: &Request) -> Reply {
        match self.judge(now, request) {
            Ok(user) => Reply { counted: true, ..self.serve(now, &user, request) },
            Err(reply) => reply,
        }
    }

    /// Who asks, or how he is refused.
    fn judge(&mut self, now: Instant, request: &Request) -> Result<String, Reply> {
        let from = request.from.addr.ip();
        let claim = Claim {
            from,
            method: request.method.as_bytes(),
            uri: &request.uri,
            headers: &request.message.headers,
        };
        let bindings = &self.bindings;
        let is_at_home = |user: &str| bindings.of(user).iter().any(|known| known.flow.addr.ip() == from);
        match self.guard.judge(now, claim, &self.users, is_at_home) {
            Verdict::Accepted(user) => Ok(user),
            Verdict::Challenge { stale } => Err(self.challenge(now, request, stale)),
            Verdict::LocksOut { username, until } => {
                let locks_out = Some((username, until));
                Err(Reply { locks_out, ..self.challenge(now, request, false) })
            }
            Verdict::LockedOut { until } => {
                let seconds = until.saturating_duration_since(now).as_secs() + 1;
                Err(Reply::new(503).with(HeaderName::RetryAfter, seconds.to_string()))
            }
        }
    }

    fn challenge(&mut self, now: Instant, request: &Request, stale: bool) -> Reply {
        let secret = request.read.to.uri.user_name().and_then(|user| self.users.get(&user));
        let challenges = self.guard.challenges(now, request.from.addr.ip(), stale, secret);
        challenges
            .into_iter()
            .fold(Reply::new(401), |reply, one| reply.with(HeaderName::WwwAuthenticate, one))
    }

    fn serve(&mut self, now: Instant, user: &str, request: &Request) -> Reply {
        if request.read.to.uri.user_name().as_deref() != Some(user) {
            return Reply::new(403);
        }
        let wishes = match Wishes::read(&request.message.headers, &request.read) {
            Ok(wishes) => wishes,
            Err(error) => return Reply { reason: error.to_string(), ..Reply::new(400) },
        };
        match self.bindings.update(now, user, request.from, &wishes) {
            Ok(changes) => {
                let contacts = self.bindings.of(user).iter().map(|binding| contact_of(now, binding));
                let reply = contacts.fold(Reply::new(200), |reply, one| reply.with(HeaderName::Contact, one));
                Reply { changes, ..reply }
            }
            Err(UpdateError::TooBrief { min_expires_s }) => {
                Reply::new(423).with(HeaderName::MinExpires, min_expires_s.to_string())
            }
            Err(UpdateError::OutOfOrder) => Reply { reason: "CSeq Out Of Order".into(), ..Reply::new(500) },
            Err(UpdateError::TooMany) => Reply { reason: "Too Many Contacts".into(), ..Reply::new(403) },
        }
    }
}

/// A binding as a 200 lists it.
fn contact_of(now: Instant, binding: &Binding) -> WireText {
    let mut contact = NameAddr::new(binding.contact.clone());
    let seconds = binding.expires_at.saturating_duration_since(now).as_secs();
    contact.params.set("expires", Some(seconds.to_string().into()));
    contact.to_text()
}
