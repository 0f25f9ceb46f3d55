//! How what an agent asks for on the page reaches the session of the call, and what the session says to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, oneshot};

use crate::domain::{CallId, SupervisionCommand, TalkCommand, UserId};

/// Commands waiting for a session; it takes them up within milliseconds.
const QUEUE: usize = 8;

/// Why a session does not do what it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such call, or it is over.
    #[error("there is no such call, or it is over")]
    NoSuchCall,
    /// Another agent talks.
    #[error("another agent has this call")]
    NotYours,
    /// The talk is not in a state for it.
    #[error("that cannot be done at this point of the talk")]
    NotNow,
    /// Neither an extension nor a telephone number.
    #[error("there is no such extension, and it is no telephone number")]
    NoSuchNumber,
    /// The settings do not allow calls to this number.
    #[error("calls to this number are not allowed by `[outside] allowed`")]
    NotAllowed,
    /// The seat talks, or is away.
    #[error("this seat is not free")]
    Busy,
    /// The user sits at no seat.
    #[error("this user has no seat")]
    NoSeat,
    /// One supervisor at a time.
    #[error("another supervisor is in this call")]
    Supervised,
}

/// What is asked of a session.
#[derive(Debug)]
pub(super) enum Command {
    /// By the agent who talks.
    Talk(TalkCommand),
    /// By a supervisor.
    Supervision(SupervisionCommand),
}

/// A command on its way.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) command: Command,
    pub(super) by: UserId,
    pub(super) reply: oneshot::Sender<Result<(), Refusal>>,
}

impl Order {
    /// It cannot be done at this point.
    pub(super) fn refuse(self) {
        let _ = self.reply.send(Err(Refusal::NotNow));
    }
}

/// A call that an agent wants the hotline to place.
#[derive(Debug)]
pub struct Wish {
    pub(super) by: UserId,
    pub(super) number: String,
    pub(super) about: Option<CallId>,
    pub(super) reply: oneshot::Sender<Result<CallId, Refusal>>,
}

/// The calls that go on, reached by their identity, and the way to those that are wished for. Clones share them.
#[derive(Debug, Clone)]
pub struct Talks {
    wishes: mpsc::Sender<Wish>,
    /// A lock, because a session that ends in any way must leave it in `Drop`. Never held across an `await`.
    lines: Arc<Mutex<HashMap<CallId, mpsc::Sender<Order>>>>,
}

/// A session's end of the line; it is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Orders {
    talks: Talks,
    id: CallId,
    orders: mpsc::Receiver<Order>,
}

impl Talks {
    /// No calls yet; what agents wish for is read from the queue.
    #[must_use]
    pub fn new() -> (Self, mpsc::Receiver<Wish>) {
        let (wishes, queue) = mpsc::channel(QUEUE);
        (Self { wishes, lines: Arc::default() }, queue)
    }

    /// Calls a citizen for an agent, whose own phone rings first; `about` an earlier call.
    ///
    /// # Errors
    /// Why that call is not placed.
    pub async fn place(&self, by: UserId, number: String, about: Option<CallId>) -> Result<CallId, Refusal> {
        let (reply, answer) = oneshot::channel();
        let wish = Wish { by, number, about, reply };
        self.wishes.send(wish).await.map_err(|_| Refusal::NotNow)?;
        answer.await.unwrap_or(Err(Refusal::NotNow))
    }

    /// Asks the session of a call for something, in the name of the agent who has it.
    ///
    /// # Errors
    /// Why it does not do it.
    pub async fn order(&self, id: CallId, by: UserId, command: TalkCommand) -> Result<(), Refusal> {
        self.send(id, by, Command::Talk(command)).await
    }

    /// Brings a supervisor into a call, or out of it.
    ///
    /// # Errors
    /// Why it does not do it.
    pub async fn supervise(
        &self,
        id: CallId,
        by: UserId,
        command: SupervisionCommand,
    ) -> Result<(), Refusal> {
        self.send(id, by, Command::Supervision(command)).await
    }

    async fn send(&self, id: CallId, by: UserId, command: Command) -> Result<(), Refusal> {
        let line = self.lock().get(&id).cloned().ok_or(Refusal::NoSuchCall)?;
        let (reply, answer) = oneshot::channel();
        line.send(Order { command, by, reply }).await.map_err(|_| Refusal::NoSuchCall)?;
        answer.await.unwrap_or(Err(Refusal::NoSuchCall))
    }

    /// The session's end.
    pub(super) fn line(&self, id: CallId) -> Orders {
        let (line, orders) = mpsc::channel(QUEUE);
        self.lock().insert(id, line);
        Orders { talks: self.clone(), id, orders }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, mpsc::Sender<Order>>> {
        // Nothing under the lock can panic half way.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Orders {
    /// The next. Cancel-safe.
    pub(super) async fn next(&mut self) -> Order {
        match self.orders.recv().await {
            Some(order) => order,
            None => std::future::pending().await,
        }
    }
}

impl Drop for Orders {
    fn drop(&mut self) {
        self.talks.lock().remove(&self.id);
    }
}
