//! The handle by which the rest of the service reaches the browser seats. Cheap to clone.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{mpsc, oneshot};

use super::connection::ConnectError;
use super::driver::{Command, Said};
use super::line::{LineEnd, LineId, SeatLine, SeatSound};
use crate::domain::UserId;

/// What a session may leave unread of an agent's doings: a whole call makes a handful.
const SIGNAL_QUEUE: usize = 32;
/// Datagrams that a slow session may leave unread: half a second. Later ones are lost.
const HEARD_QUEUE: usize = 25;

/// The browser seats.
#[derive(Debug, Clone)]
pub struct BrowserSeats {
    commands: mpsc::Sender<Command>,
    said: mpsc::Sender<Said>,
    /// Who sits where.
    extensions: Arc<HashMap<UserId, String>>,
    lines: Arc<AtomicU64>,
}

impl BrowserSeats {
    pub(super) fn new(
        commands: mpsc::Sender<Command>,
        said: mpsc::Sender<Said>,
        extensions: HashMap<UserId, String>,
    ) -> Self {
        Self { commands, said, extensions: Arc::new(extensions), lines: Arc::default() }
    }

    /// Of a hotline whose seats are all telephones.
    #[must_use]
    pub fn none() -> Self {
        Self::new(mpsc::channel(1).0, mpsc::channel(1).0, HashMap::new())
    }

    /// The browser seat of a user.
    #[must_use]
    pub fn of(&self, user: UserId) -> Option<&str> {
        self.extensions.get(&user).map(String::as_str)
    }

    /// Takes a page's offer: our answer. Once its sound arrives, it takes the place of the seat's page before, and the
    /// call that is held there goes on with it.
    ///
    /// # Errors
    /// Where the offer is not understood, has no PCMA both ways, or the seats are stopping.
    pub async fn connect(&self, extension: &str, offer: String) -> Result<String, ConnectError> {
        let (reply, answer) = oneshot::channel();
        let connect = Command::Connect { extension: extension.to_owned(), offer, reply };
        self.commands.send(connect).await.map_err(|_| ConnectError::Stopped)?;
        answer.await.map_err(|_| ConnectError::Stopped)?
    }

    /// The agent takes the call that rings. False where none is there.
    pub async fn answer(&self, extension: &str) -> bool {
        self.ask(|reply| Command::Answer { extension: extension.to_owned(), reply }).await
    }

    /// The agent hangs up, or does not take the call that rings. False where none is there.
    pub async fn hang_up(&self, extension: &str) -> bool {
        self.ask(|reply| Command::HangUp { extension: extension.to_owned(), reply }).await
    }

    /// Holds a seat for a call.
    pub async fn hold(&self, extension: &str) -> (SeatLine, SeatSound) {
        let id = LineId(self.lines.fetch_add(1, Ordering::Relaxed));
        let (signals, to_read) = mpsc::channel(SIGNAL_QUEUE);
        let (heard, to_hear) = mpsc::channel(HEARD_QUEUE);
        let line = LineEnd { id, signals, heard };
        // Where the driver is gone, the line says at once that nobody is there.
        let _ = self.commands.send(Command::Hold { extension: extension.to_owned(), line }).await;
        let line = SeatLine { id, signals: to_read, commands: self.commands.clone(), over: false };
        (line, SeatSound { id, heard: to_hear, said: self.said.clone() })
    }

    /// Says goodbye to all pages; the driver's run then ends.
    pub async fn stop(&self) {
        let _ = self.commands.send(Command::Stop).await;
    }

    async fn ask(&self, command: impl FnOnce(oneshot::Sender<bool>) -> Command) -> bool {
        let (reply, done) = oneshot::channel();
        self.commands.send(command(reply)).await.is_ok() && done.await.unwrap_or(false)
    }
}
