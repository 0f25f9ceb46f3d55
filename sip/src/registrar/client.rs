//! Our own registration with a provider or PBX (RFC 3261 §10.2): when to ask, for how long, and when to ask again.
//! Where several ways lead to one provider, which to take is the owner's to choose.

use std::{
    fmt,
    time::{Duration, Instant},
};

use super::is_same;
use crate::{
    auth::Login,
    dialog::Dialog,
    message::{HeaderName, Message, Method, NameAddr, Uri, WireText, number},
    peer::Peer,
};

/// A REGISTER is sent this long before the last one runs out, or after half of its time where that is later: one that
/// is not answered (32 s) can be repeated in time.
const REFRESH_BEFORE: Duration = Duration::from_secs(64);
/// After the first failure; each further one doubles it.
const FIRST_RETRY: Duration = Duration::from_secs(30);
/// The longest time without an attempt, whatever the provider asks for.
const LONGEST_RETRY: Duration = Duration::from_secs(1_800);
/// No provider is asked more often, however short a time he grants.
const SHORTEST_REFRESH: Duration = Duration::from_secs(5);
/// A provider that wants longer registrations gets none.
const LONGEST_EXPIRES_S: u32 = 24 * 3_600;

/// A registration of this endpoint; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegistrationId(pub(crate) u64);

impl fmt::Display for RegistrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "registration-{}", self.0)
    }
}

/// Where and as whom to register.
#[derive(Debug, Clone)]
pub struct Register {
    /// Request-URI: the provider's domain.
    pub registrar: Uri,
    /// Address of record: From and To, and the user part of our Contact.
    pub aor: Uri,
    /// The address that the REGISTER is sent to.
    pub to: Peer,
    /// What challenges are answered with, those of later calls to this peer included.
    pub login: Option<Login>,
    /// How long a registration shall hold; the provider may grant another time.
    pub expires: Duration,
}

/// How a registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationState {
    /// Calls to the address of record reach us.
    Registered {
        /// Until when, if it could not be renewed.
        until: Instant,
    },
    /// The last attempt failed.
    Failed {
        /// 300–699; 408: no answer came; 503: the transport failed.
        status: u16,
        /// When the next attempt is made.
        retry_at: Instant,
        /// The registration of an earlier attempt holds until then.
        registered_until: Option<Instant>,
    },
    /// It was taken back, or needs not be. Nothing more follows.
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// A REGISTER is to be sent then.
    Waiting {
        at: Instant,
    },
    /// A REGISTER is under way; another may not be sent before its answer (RFC 3261 §10.2).
    UnderWay {
        removing: bool,
    },
    Ended,
}

/// The state of one registration. The endpoint sends for it.
#[derive(Debug)]
pub(crate) struct Registration {
    /// Call-ID, tags and CSeq, which stay the same over all attempts.
    pub(crate) dialog: Dialog,
    pub(crate) to: Peer,
    contact: NameAddr,
    expires_s: u32,
    phase: Phase,
    wanted: bool,
    failures: u32,
    registered_until: Option<Instant>,
}

impl Registration {
    pub(crate) fn new(
        now: Instant,
        register: &Register,
        call_id: WireText,
        tag: WireText,
        contact: NameAddr,
    ) -> Self {
        let mut local = NameAddr::new(register.aor.clone());
        local.params.set("tag", Some(tag));
        let mut dialog = Dialog::outgoing(call_id, local, NameAddr::new(register.aor.clone()), register.to);
        dialog.remote_target = register.registrar.clone();
        let expires_s = u32::try_from(register.expires.as_secs()).unwrap_or(u32::MAX);
        Self {
            dialog,
            to: register.to,
            contact,
            expires_s: expires_s.clamp(1, LONGEST_EXPIRES_S),
            phase: Phase::Waiting { at: now },
            wanted: true,
            failures: 0,
            registered_until: None,
        }
    }

    pub(crate) fn is_due(&self, now: Instant) -> bool {
        self.deadline().is_some_and(|at| at <= now)
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// When the next REGISTER is to be sent.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::Waiting { at } => Some(at),
            Phase::UnderWay { .. } | Phase::Ended => None,
        }
    }

    /// The REGISTER to be sent now.
    pub(crate) fn next_request(&mut self) -> Message {
        self.phase = Phase::UnderWay { removing: !self.wanted };
        let mut request = self.dialog.next_request(Method::Register);
        request.headers.push(HeaderName::Contact, self.contact.to_text());
        let expires_s = if self.wanted { self.expires_s } else { 0 };
        request.headers.push(HeaderName::Expires, expires_s.to_string());
        request
    }

    /// The registration is not wanted any more. What to tell, where nothing needs to be taken back.
    pub(crate) fn stop(&mut self, now: Instant) -> Option<RegistrationState> {
        if !std::mem::replace(&mut self.wanted, false) {
            return None;
        }
        match self.phase {
            Phase::Waiting { .. } => self.take_back(now),
            Phase::UnderWay { .. } | Phase::Ended => None,
        }
    }

    /// The final response to a REGISTER, or 408 and 503 in place of one. `chance` is random. What to tell; nothing, where
    /// another attempt follows at once.
    pub(crate) fn on_answer(
        &mut self,
        now: Instant,
        status: u16,
        response: Option<&Message>,
        chance: u64,
    ) -> Option<RegistrationState> {
        let Phase::UnderWay { removing } = self.phase else { return None };
        if removing {
            return self.end();
        }
        if (200..=299).contains(&status) {
            self.on_granted(now, response);
        }
        if !self.wanted {
            return self.take_back(now);
        }
        match (self.registered_until, status) {
            (Some(until), 200..=299) => Some(RegistrationState::Registered { until }),
            (_, 423) if self.asks_for_longer(response) => {
                self.phase = Phase::Waiting { at: now };
                None
            }
            _ => Some(self.on_failure(now, status, response, chance)),
        }
    }

    /// The connection to the provider broke: calls do not reach us over it any more.
    pub(crate) fn on_transport_failure(&mut self, now: Instant, chance: u64) -> Option<RegistrationState> {
        self.registered_until.take()?;
        match self.phase {
            Phase::Waiting { .. } => Some(self.on_failure(now, 503, None, chance)),
            Phase::UnderWay { .. } | Phase::Ended => None,
        }
    }

    fn on_granted(&mut self, now: Instant, response: Option<&Message>) {
        let granted = response.and_then(|response| self.granted_s(response)).unwrap_or(self.expires_s);
        let granted = Duration::from_secs(granted.min(LONGEST_EXPIRES_S).into());
        let refresh = granted.saturating_sub(REFRESH_BEFORE).max(granted / 2).max(SHORTEST_REFRESH);
        self.failures = 0;
        self.registered_until = Some(now + granted);
        self.phase = Phase::Waiting { at: now + refresh };
    }

    /// The time that a 200 names for our Contact among all that it lists, or for all.
    fn granted_s(&self, response: &Message) -> Option<u32> {
        let seconds = |text: &WireText| number(text.as_bytes());
        let listed = response.headers.members(&HeaderName::Contact);
        let ours = listed
            .filter_map(|contact| NameAddr::parse(&contact).ok())
            .find(|contact| is_same(&contact.uri, &self.contact.uri));
        let own = ours.and_then(|contact| contact.params.value("expires").and_then(seconds));
        own.or_else(|| response.headers.get(&HeaderName::Expires).and_then(seconds))
    }

    /// 423: from now on we ask for as long as the provider wants, where that is more and not absurd.
    fn asks_for_longer(&mut self, response: Option<&Message>) -> bool {
        let least = response.and_then(|response| response.headers.get(&HeaderName::MinExpires));
        let least = least.and_then(|text| number(text.as_bytes())).unwrap_or(0);
        let longer = least > self.expires_s && least <= LONGEST_EXPIRES_S;
        if longer {
            self.expires_s = least;
        }
        longer
    }

    fn on_failure(
        &mut self,
        now: Instant,
        status: u16,
        response: Option<&Message>,
        chance: u64,
    ) -> RegistrationState {
        let doubled = 2u32.checked_pow(self.failures).and_then(|factor| FIRST_RETRY.checked_mul(factor));
        self.failures = self.failures.saturating_add(1);
        let longest = doubled.unwrap_or(LONGEST_RETRY).min(LONGEST_RETRY);
        // Between half and all of it, so that many do not come back at one moment.
        let half_ms = u64::try_from(longest.as_millis() / 2).unwrap_or(u64::MAX);
        let delay = longest / 2 + Duration::from_millis(chance % (half_ms + 1));
        let asked =
            response.and_then(|response| response.headers.get(&HeaderName::RetryAfter)).and_then(retry_after);
        let retry_at = now + delay.max(asked.unwrap_or_default()).min(LONGEST_RETRY);
        self.phase = Phase::Waiting { at: retry_at };
        self.registered_until = self.registered_until.filter(|until| *until > now);
        RegistrationState::Failed { status, retry_at, registered_until: self.registered_until }
    }

    fn take_back(&mut self, now: Instant) -> Option<RegistrationState> {
        if self.registered_until.is_none_or(|until| until <= now) {
            return self.end();
        }
        self.phase = Phase::Waiting { at: now };
        None
    }

    fn end(&mut self) -> Option<RegistrationState> {
        self.phase = Phase::Ended;
        Some(RegistrationState::Ended)
    }
}

/// The seconds of Retry-After; a comment or a parameter may follow them (RFC 3261 §20.33).
fn retry_after(text: &WireText) -> Option<Duration> {
    let digits = text.as_bytes().split(|byte| !byte.is_ascii_digit()).next()?;
    number(digits).map(|seconds| Duration::from_secs(seconds.into()))
}
