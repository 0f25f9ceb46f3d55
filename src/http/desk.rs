//! What the routes work with. Made once at start; each request gets a cheap clone.

use std::collections::HashMap;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::open_streams::OpenStreams;
use super::passwords::Passwords;
use super::said_in_calls::SaidInCalls;
use super::sign_in_attempts::SignInAttempts;
use super::{PasswordError, RecogniserStatus, session_cookie};
use crate::call::{FollowUps, Seats, Talks};
use crate::domain::Degradation;
use crate::journal::Journal;
use crate::knowledge::Knowledge;
use crate::seat::BrowserSeats;
use crate::speech::SpeechMetrics;
use crate::store::{Store, TokenHash};
use crate::ticket::Drafting;
use crate::understanding::InForce;

/// How long a read waits for what was just recorded, so that a page that asks about an event finds its row.
const SETTLE: Duration = Duration::from_millis(300);

/// What the routes work with. Cheap to clone.
#[derive(Clone)]
pub struct Desk(Arc<Inner>);

/// The parts of a [`Desk`].
pub struct DeskParts {
    /// Where people, calls and tickets are kept.
    pub store: Store,
    /// What happens.
    pub journal: Journal,
    /// The drafts being written.
    pub drafting: Drafting,
    /// The seats of agents who talk in the page.
    pub browsers: BrowserSeats,
    /// The categories and departments in force.
    pub city: InForce,
    /// What agents look up.
    pub knowledge: Arc<Knowledge>,
    /// The seats, and the queue for them.
    pub seats: Seats,
    /// Why agents take breaks.
    pub break_reasons: Vec<String>,
    /// The calls that go on.
    pub talks: Talks,
    /// What calls left to do.
    pub follow_ups: FollowUps,
    /// The folder with a `CALL-ID.wav` for each call.
    pub recordings: PathBuf,
    /// Which recogniser writes the words; asked at each `GET /api/status`.
    pub recogniser: Box<dyn Fn() -> RecogniserStatus + Send + Sync>,
    /// What recognition counted; asked at each `GET /metrics`.
    pub metrics: Box<dyn Fn() -> SpeechMetrics + Send + Sync>,
    /// Whether each trunk answers, by its name; for `GET /metrics`.
    pub trunks_up: HashMap<String, watch::Receiver<bool>>,
    /// Who has this may read `/metrics` without signing in.
    pub metrics_token: Option<String>,
    /// Whether HTTPS stands in front: the cookie is then `Secure`.
    pub secure_cookies: bool,
}

/// What a [`Desk`] shares.
pub struct Inner {
    pub(super) store: Store,
    pub(super) journal: Journal,
    pub(super) drafting: Drafting,
    pub(super) browsers: BrowserSeats,
    pub(super) city: InForce,
    pub(super) knowledge: Arc<Knowledge>,
    pub(super) seats: Seats,
    pub(super) break_reasons: Vec<String>,
    pub(super) talks: Talks,
    pub(super) follow_ups: FollowUps,
    pub(super) recordings: PathBuf,
    pub(super) recogniser: Box<dyn Fn() -> RecogniserStatus + Send + Sync>,
    pub(super) metrics: Box<dyn Fn() -> SpeechMetrics + Send + Sync>,
    pub(super) trunks_up: HashMap<String, watch::Receiver<bool>>,
    pub(super) metrics_token: Option<TokenHash>,
    pub(super) secure_cookies: bool,
    pub(super) passwords: Passwords,
    pub(super) attempts: SignInAttempts,
    pub(super) streams: OpenStreams,
    pub(super) said: SaidInCalls,
    pub(super) stopping: watch::Sender<bool>,
}

impl Deref for Desk {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Desk {
    /// Puts the parts together.
    ///
    /// # Errors
    ///
    /// Where passwords cannot be hashed: no memory, no randomness.
    pub fn new(parts: DeskParts) -> Result<Self, PasswordError> {
        let DeskParts { store, journal, drafting, city, recordings, recogniser, .. } = parts;
        Ok(Self(Arc::new(Inner {
            store,
            journal,
            drafting,
            browsers: parts.browsers,
            city,
            knowledge: parts.knowledge,
            seats: parts.seats,
            break_reasons: parts.break_reasons,
            talks: parts.talks,
            follow_ups: parts.follow_ups,
            recordings,
            recogniser,
            metrics: parts.metrics,
            trunks_up: parts.trunks_up,
            metrics_token: parts.metrics_token.as_deref().map(session_cookie::hash),
            secure_cookies: parts.secure_cookies,
            passwords: Passwords::new()?,
            attempts: SignInAttempts::default(),
            streams: OpenStreams::default(),
            said: SaidInCalls::default(),
            stopping: watch::Sender::new(false),
        })))
    }

    /// Ends all open event streams, so that the server can stop in good order. Pages come back by themselves.
    pub fn stop_streams(&self) {
        self.stopping.send_replace(true);
    }

    /// Waits a moment for what was just recorded to be readable; not at all while the database fails.
    pub(super) async fn settle(&self) {
        if !self.journal.degraded().contains(&Degradation::Database) {
            self.journal.flush_within(SETTLE).await;
        }
    }
}
