//! Where each user is reached (RFC 3261 §10.3 steps 6–8). A REGISTER is carried out whole or not at all.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{
    contact::is_same,
    request::{Wish, Wishes},
};
use crate::{
    message::{Uri, WireText},
    peer::{Peer, Protocol},
    transaction::Deadlines,
};

/// How long bindings hold and how many there may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrarLimits {
    /// Shorter wishes are refused with 423.
    pub min_expires: Duration,
    /// Longer wishes are cut to this.
    pub max_expires: Duration,
    /// What a phone gets that names no time.
    pub default_expires: Duration,
    /// Bindings of one user. One more takes the place of the one that would expire first: a phone that was started
    /// again behind NAT comes with a new Contact, and its old one is of no use.
    pub bindings_per_user: usize,
}

impl Default for RegistrarLimits {
    fn default() -> Self {
        Self {
            min_expires: Duration::from_secs(60),
            max_expires: Duration::from_secs(3_600),
            default_expires: Duration::from_secs(600),
            bindings_per_user: 5,
        }
    }
}

/// One phone of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// What the phone calls itself: Request-URI of what is sent to it.
    pub contact: Uri,
    /// Where its REGISTER came from, NAT included, and with it the way to the phone.
    pub flow: Peer,
    /// Until when it holds.
    pub expires_at: Instant,
    /// User-Agent of the phone.
    pub user_agent: Option<String>,
    call_id: WireText,
    cseq: u32,
}

/// Why a binding is no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnbindCause {
    /// The phone took it back.
    Removed,
    /// It was not renewed in time.
    Expired,
    /// The connection that it was made on broke.
    FlowLost,
    /// A newer binding of the same user took its place.
    Replaced,
    /// The user is no more.
    UserGone,
}

/// Something that became of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It holds, or holds longer.
    Bound {
        user: String,
        binding: Binding,
    },
    Unbound {
        user: String,
        contact: Uri,
        cause: UnbindCause,
    },
}

/// Why a REGISTER changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UpdateError {
    /// 423 with this many seconds in Min-Expires.
    TooBrief { min_expires_s: u64 },
    /// Older than what is known (RFC 3261 §10.3 step 7): 500.
    OutOfOrder,
    /// More Contacts at once than a user may have: 403.
    TooMany,
}

/// All users' bindings.
#[derive(Debug)]
pub(crate) struct Bindings {
    limits: RegistrarLimits,
    by_user: HashMap<String, Vec<Binding>>,
    /// The first of each user's bindings to expire.
    deadlines: Deadlines<String>,
}

impl Bindings {
    pub(crate) fn new(limits: RegistrarLimits) -> Self {
        Self { limits, by_user: HashMap::new(), deadlines: Deadlines::default() }
    }

    /// The user's bindings, the newest last.
    pub(crate) fn of(&self, user: &str) -> &[Binding] {
        self.by_user.get(user).map(Vec::as_slice).unwrap_or_default()
    }

    /// Carries out what a REGISTER that came this way wants.
    pub(crate) fn update(
        &mut self,
        now: Instant,
        user: &str,
        flow: Peer,
        wishes: &Wishes,
    ) -> Result<Vec<Change>, UpdateError> {
        let mut update =
            Update { now, user, flow, wishes, kept: self.of(user).to_vec(), changes: Vec::new() };
        match &wishes.kind {
            Wish::Query => {}
            Wish::RemoveAll => update.remove_all()?,
            Wish::Bind(contacts) if contacts.len() > self.limits.bindings_per_user => {
                return Err(UpdateError::TooMany);
            }
            Wish::Bind(contacts) => {
                for (contact, seconds) in contacts {
                    update.bind(contact, granted(&self.limits, *seconds)?)?;
                }
                update.make_room(self.limits.bindings_per_user);
            }
        }
        let Update { kept, changes, .. } = update;
        self.keep(user, kept);
        Ok(changes)
    }

    /// When the next binding expires.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next()
    }

    /// Strikes out what has expired.
    pub(crate) fn on_time(&mut self, now: Instant) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some(user) = self.deadlines.pop_due(now) {
            self.retain(&user, UnbindCause::Expired, &mut changes, |binding| binding.expires_at > now);
        }
        changes
    }

    /// A connection broke: nobody is reached over it any more. Where datagrams go is not forgotten.
    pub(crate) fn on_transport_failure(&mut self, flow: Peer) -> Vec<Change> {
        if flow.protocol == Protocol::Udp {
            return Vec::new();
        }
        self.retain_all(UnbindCause::FlowLost, |_, binding| binding.flow != flow)
    }

    /// Users for which `known` is false are no more.
    pub(crate) fn retain_users(&mut self, known: impl Fn(&str) -> bool) -> Vec<Change> {
        self.retain_all(UnbindCause::UserGone, |user, _| known(user))
    }

    /// The binding that is reached this way.
    pub(crate) fn by_flow(&self, flow: Peer) -> impl Iterator<Item = &Binding> {
        self.by_user.values().flatten().filter(move |binding| binding.flow == flow)
    }

    fn retain_all(&mut self, cause: UnbindCause, holds: impl Fn(&str, &Binding) -> bool) -> Vec<Change> {
        let mut users: Vec<_> = self.by_user.keys().cloned().collect();
        users.sort_unstable();
        let mut changes = Vec::new();
        for user in users {
            self.retain(&user, cause, &mut changes, |binding| holds(&user, binding));
        }
        changes
    }

    fn retain(
        &mut self,
        user: &str,
        cause: UnbindCause,
        changes: &mut Vec<Change>,
        holds: impl Fn(&Binding) -> bool,
    ) {
        let (kept, gone): (Vec<_>, Vec<_>) =
            self.by_user.remove(user).unwrap_or_default().into_iter().partition(holds);
        let unbound =
            |binding: Binding| Change::Unbound { user: user.into(), contact: binding.contact, cause };
        changes.extend(gone.into_iter().map(unbound));
        self.keep(user, kept);
    }

    fn keep(&mut self, user: &str, bindings: Vec<Binding>) {
        self.deadlines.set(&user.to_owned(), bindings.iter().map(|binding| binding.expires_at).min());
        if bindings.is_empty() {
            self.by_user.remove(user);
        } else {
            self.by_user.insert(user.to_owned(), bindings);
        }
    }
}

/// How long a binding with this wish holds; zero: it goes.
fn granted(limits: &RegistrarLimits, seconds: Option<u32>) -> Result<Duration, UpdateError> {
    let wish = seconds.map_or(limits.default_expires, |seconds| Duration::from_secs(seconds.into()));
    if !wish.is_zero() && wish < limits.min_expires {
        return Err(UpdateError::TooBrief { min_expires_s: limits.min_expires.as_secs() });
    }
    Ok(wish.min(limits.max_expires))
}

/// One REGISTER being carried out on a copy.
struct Update<'a> {
    now: Instant,
    user: &'a str,
    flow: Peer,
    wishes: &'a Wishes,
    kept: Vec<Binding>,
    changes: Vec<Change>,
}

impl Update<'_> {
    fn remove_all(&mut self) -> Result<(), UpdateError> {
        for binding in std::mem::take(&mut self.kept) {
            self.check_order(&binding)?;
            self.unbound(binding, UnbindCause::Removed);
        }
        Ok(())
    }

    fn bind(&mut self, contact: &Uri, expires: Duration) -> Result<(), UpdateError> {
        let known = self.kept.iter().position(|binding| is_same(&binding.contact, contact));
        let known = known.map(|at| self.kept.remove(at));
        if let Some(known) = &known {
            self.check_order(known)?;
        }
        if expires.is_zero() {
            if let Some(known) = known {
                self.unbound(known, UnbindCause::Removed);
            }
            return Ok(());
        }
        let binding = Binding {
            contact: contact.clone(),
            flow: self.flow,
            expires_at: self.now + expires,
            user_agent: self.wishes.user_agent.clone(),
            call_id: self.wishes.call_id.clone(),
            cseq: self.wishes.cseq,
        };
        self.changes.push(Change::Bound { user: self.user.into(), binding: binding.clone() });
        self.kept.push(binding);
        Ok(())
    }

    /// A phone's later requests count, its earlier ones do not; the same Contact with another Call-ID is a phone that
    /// was started again.
    fn check_order(&self, known: &Binding) -> Result<(), UpdateError> {
        let older = known.call_id == self.wishes.call_id && self.wishes.cseq <= known.cseq;
        if older { Err(UpdateError::OutOfOrder) } else { Ok(()) }
    }

    fn make_room(&mut self, room: usize) {
        while self.kept.len() > room {
            let fresh = |binding: &Binding| {
                binding.call_id == self.wishes.call_id && binding.cseq == self.wishes.cseq
            };
            let first =
                (0..self.kept.len()).min_by_key(|&at| (fresh(&self.kept[at]), self.kept[at].expires_at));
            let Some(first) = first else { return };
            let binding = self.kept.remove(first);
            self.unbound(binding, UnbindCause::Replaced);
        }
    }

    fn unbound(&mut self, binding: Binding, cause: UnbindCause) {
        self.changes.push(Change::Unbound { user: self.user.into(), contact: binding.contact, cause });
    }
}
