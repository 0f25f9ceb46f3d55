//! The task that owns the drafts being written. In: turns from the sessions, edits and confirmations from
//! the desk. Out: `Draft` and `Ticket` events by the journal. After a restart it goes on from the store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use super::repeat::recurring;
use super::{Rules, Writing, accepts, kept, prepare};
use crate::domain::{
    Call, CallId, Degradation, Draft, Edit, EventKind, FieldKey, Matter, Role, Ticket, Turn, Viewer,
};
use crate::journal::Journal;
use crate::store::{NewTicket, Store, StoreError};

/// Drafts in memory; older ones are read again when they are wanted.
const MAX_WRITINGS: usize = 512;
/// How long an edit waits for its call's row to be written by the journal.
const SETTLE: Duration = Duration::from_millis(500);

/// The drafts being written. Cheap to clone.
#[derive(Clone)]
pub struct Drafting {
    // Unbounded, since a session must never wait and a turn must never be lost; people speak slower than this
    // task folds.
    messages: mpsc::UnboundedSender<Message>,
}

/// Why an edit or a confirmation is refused.
#[derive(Debug, Error)]
pub enum DraftingError {
    /// The store refuses it, or fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The value does not fit the field.
    #[error("the value does not fit the field {0:?}")]
    BadValue(FieldKey),
    /// The draft is another one than the person saw.
    #[error("the draft is at revision {0}")]
    Changed(u64),
    /// The ticket needs more fields.
    #[error("the ticket needs {0:?}")]
    Incomplete(Vec<FieldKey>),
    /// The database fails for the moment.
    #[error("the database fails for the moment")]
    Unavailable,
    /// The service is going down.
    #[error("the service is going down")]
    Stopped,
}

enum Message {
    Turn(Box<(Call, Turn)>),
    Read(CallId, oneshot::Sender<Result<Draft, DraftingError>>),
    Edit(Viewer, Edit, oneshot::Sender<Result<Draft, DraftingError>>),
    Confirm {
        viewer: Viewer,
        call_id: CallId,
        on_revision: u64,
        reply: oneshot::Sender<Result<Ticket, DraftingError>>,
    },
}

impl Drafting {
    /// Starts the task; it ends when the last handle is dropped.
    #[must_use]
    pub fn new(journal: Journal, store: Store, rules: Arc<dyn Rules>) -> Self {
        let (messages, inbox) = mpsc::unbounded_channel();
        let owner = Owner { journal, store, rules, writings: HashMap::new() };
        tokio::spawn(owner.run(inbox));
        Self { messages }
    }

    /// Folds a final turn in. Never waits; the draft comes as an event where it changed.
    pub fn add_turn(&self, call: &Call, turn: &Turn) {
        // Refused only while the service goes down.
        let _ = self.messages.send(Message::Turn(Box::new((call.clone(), turn.clone()))));
    }

    /// The draft as it is at this moment.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for departments and administrators, [`StoreError::NotFound`], or where the
    /// database fails.
    pub async fn draft(&self, viewer: &Viewer, call_id: CallId) -> Result<Draft, DraftingError> {
        match viewer.role {
            Role::Agent | Role::Supervisor => {}
            Role::Department | Role::Admin => return Err(StoreError::Forbidden.into()),
        }
        let (reply, answer) = oneshot::channel();
        self.ask(Message::Read(call_id, reply), answer).await
    }

    /// Changes a field. The same edit again gives the draft as it is.
    ///
    /// # Errors
    ///
    /// As [`DraftingError`] says; the edit is stored when it succeeds.
    pub async fn edit(&self, viewer: &Viewer, edit: Edit) -> Result<Draft, DraftingError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Message::Edit(viewer.clone(), edit, reply), answer).await
    }

    /// Confirms a draft as the person saw it: the ticket and its place in the outbox are stored together.
    ///
    /// # Errors
    ///
    /// As [`DraftingError`] says.
    pub async fn confirm(
        &self,
        viewer: &Viewer,
        call_id: CallId,
        on_revision: u64,
    ) -> Result<Ticket, DraftingError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Message::Confirm { viewer: viewer.clone(), call_id, on_revision, reply }, answer).await
    }

    async fn ask<T>(
        &self,
        message: Message,
        answer: oneshot::Receiver<Result<T, DraftingError>>,
    ) -> Result<T, DraftingError> {
        self.messages.send(message).map_err(|_| DraftingError::Stopped)?;
        answer.await.map_err(|_| DraftingError::Stopped)?
    }
}

struct Owner {
    journal: Journal,
    store: Store,
    rules: Arc<dyn Rules>,
    writings: HashMap<CallId, Entry>,
}

struct Entry {
    writing: Writing,
    /// False while the store did not answer what was said before this process.
    complete: bool,
}

impl Owner {
    async fn run(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) {
        while let Some(message) = inbox.recv().await {
            // Whoever asked may have left: then the answer is dropped.
            match message {
                Message::Turn(turn) => self.add_turn(&turn.0, &turn.1).await,
                Message::Read(call_id, reply) => drop(reply.send(self.read(call_id).await)),
                Message::Edit(viewer, edit, reply) => drop(reply.send(self.edit(&viewer, edit).await)),
                Message::Confirm { viewer, call_id, on_revision, reply } => {
                    drop(reply.send(self.confirm(&viewer, call_id, on_revision).await));
                }
            }
        }
    }

    async fn add_turn(&mut self, call: &Call, turn: &Turn) {
        let rules = Arc::clone(&self.rules);
        if let Err(error) = self.load(call.id).await {
            if !matches!(error, StoreError::NotFound) {
                tracing::warn!(call.id = %call.id, error = &error as &dyn std::error::Error,
                    "the draft is written from what is in memory");
            }
            let complete = matches!(error, StoreError::NotFound);
            let writing = Writing::new(call.clone());
            self.writings.entry(call.id).or_insert(Entry { writing, complete });
        }
        let Some(entry) = self.writings.get_mut(&call.id) else { return };
        if let Some(draft) = entry.writing.add_turn(call, turn, rules.as_ref()) {
            self.journal.record(Some(call.id), EventKind::Draft { draft: draft.clone() });
        }
    }

    async fn read(&mut self, call_id: CallId) -> Result<Draft, DraftingError> {
        match self.load(call_id).await {
            Ok(writing) => Ok(writing.shown().clone()),
            // What is in memory is better than nothing while the store does not answer.
            Err(error) => match self.writings.get(&call_id) {
                Some(entry) => Ok(entry.writing.shown().clone()),
                None => Err(error.into()),
            },
        }
    }

    async fn edit(&mut self, viewer: &Viewer, edit: Edit) -> Result<Draft, DraftingError> {
        let rules = Arc::clone(&self.rules);
        if !accepts(rules.as_ref(), edit.field, &edit.value) {
            return Err(DraftingError::BadValue(edit.field));
        }
        let edit = Edit { value: kept(edit.field, edit.value), ..edit };
        self.settle().await?;
        let writing = self.load(edit.call_id).await?;
        let result = match writing.edit(edit.id) {
            // The store says whether it is the same change.
            Some(_) => writing.shown().clone(),
            None if writing.is_confirmed() => {
                return Err(StoreError::AlreadyConfirmed(edit.call_id).into());
            }
            None => writing.with_edit(&edit, rules.as_ref()),
        };
        let store = self.store.clone();
        store.put_edit(viewer, &edit, &result).await?;
        let writing = self.load(edit.call_id).await?;
        if writing.edit(edit.id).is_none() {
            let call_id = edit.call_id;
            writing.take_edit(edit, result.clone());
            self.journal.record(Some(call_id), EventKind::Draft { draft: result.clone() });
        }
        Ok(result)
    }

    async fn confirm(
        &mut self,
        viewer: &Viewer,
        call_id: CallId,
        on_revision: u64,
    ) -> Result<Ticket, DraftingError> {
        self.settle().await?;
        let writing = self.load(call_id).await?;
        if writing.is_confirmed() {
            return Err(StoreError::AlreadyConfirmed(call_id).into());
        }
        let draft = writing.shown().clone();
        if draft.revision != on_revision {
            return Err(DraftingError::Changed(draft.revision));
        }
        let now = Timestamp::now();
        let day = now.to_zoned(TimeZone::system()).date();
        let outcomes = writing.outcomes();
        let new = prepare(draft, writing.caller_number(), writing.identities(), now, day)
            .map_err(DraftingError::Incomplete)?;
        let new = NewTicket { outcomes, ..new };
        let matter = new.matter.clone();
        let ticket = self.store.confirm(viewer, new).await?;
        self.load(call_id).await?.close();
        self.journal.record(Some(call_id), EventKind::Ticket { ticket_id: ticket.id });
        tokio::spawn(tell_recurring(self.store.clone(), self.journal.clone(), ticket.clone(), matter));
        Ok(ticket)
    }

    /// Waits until the journal has written the rows that an edit hangs on. While the database fails, people are
    /// told at once, and turns do not queue behind them.
    async fn settle(&self) -> Result<(), DraftingError> {
        if self.journal.degraded().contains(&Degradation::Database) {
            return Err(DraftingError::Unavailable);
        }
        self.journal.flush_within(SETTLE).await;
        Ok(())
    }

    /// The draft of a call, read from the store where it is not in memory, or not all of it.
    async fn load(&mut self, call_id: CallId) -> Result<&mut Writing, StoreError> {
        let complete = self.writings.get(&call_id).is_some_and(|entry| entry.complete);
        if !complete {
            let stored = self.store.for_service().stored_draft(call_id).await?;
            match (self.writings.get_mut(&call_id), stored) {
                (Some(entry), stored) => {
                    if let Some(stored) = stored {
                        entry.writing.merge(stored, self.rules.as_ref());
                    }
                    entry.complete = true;
                }
                (None, None) => return Err(StoreError::NotFound),
                (None, Some(stored)) => {
                    self.make_room();
                    let writing = Writing::resume(stored, self.rules.as_ref());
                    self.writings.insert(call_id, Entry { writing, complete: true });
                }
            }
        }
        self.writings.get_mut(&call_id).map(|entry| &mut entry.writing).ok_or(StoreError::NotFound)
    }

    /// Forgets the oldest draft where there are many and all is stored.
    fn make_room(&mut self) {
        if self.writings.len() >= MAX_WRITINGS
            && self.journal.written_seq() == self.journal.last_seq()
            && let Some(oldest) = self.writings.keys().min().copied()
        {
            self.writings.remove(&oldest);
        }
    }
}

/// Tells the desk where a ticket is not the first on its matter. Beside the drafts, which wait for nobody.
async fn tell_recurring(store: Store, journal: Journal, ticket: Ticket, matter: Matter) {
    match recurring(&store, &ticket, &matter).await {
        Ok(Some(recurring)) => journal.record(Some(ticket.call_id), EventKind::Recurring { recurring }),
        Ok(None) => {}
        Err(error) => tracing::warn!(
            ticket.number,
            error = &error as &dyn std::error::Error,
            "whether others called about the same matter is not known"
        ),
    }
}
