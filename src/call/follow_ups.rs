//! What calls left to do, while it is not done: messages to be heard, citizens to be called back. The one place that
//! changes it; each change is told to the desk.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{mpsc, watch};

use super::desk::Desk;
use super::seats::QueuePlace;
use crate::domain::{CallId, EventKind, FollowUp, FollowUpKind, FollowUpState, UserId};

/// A citizen to be called back when its turn comes; the `place` is the one it had while it waited.
#[derive(Debug)]
pub struct DueCallBack {
    pub(super) follow_up: FollowUp,
    pub(super) place: Option<QueuePlace>,
}

/// Why a follow-up is not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FollowUpRefused {
    /// There is none, or it is done.
    #[error("nothing is left to do for this call")]
    NoSuch,
    /// Somebody else takes care of it.
    #[error("somebody else takes care of it")]
    Taken,
}

/// What is left to do. Clones share it.
#[derive(Clone)]
pub struct FollowUps {
    /// A lock, because both sessions and the page change it; held for a look into a map, never across an `await`.
    open: Arc<Mutex<BTreeMap<CallId, FollowUp>>>,
    /// Marked at each change.
    news: watch::Sender<()>,
    due: mpsc::UnboundedSender<DueCallBack>,
    desk: Arc<dyn Desk>,
}

impl FollowUps {
    /// Those that an earlier run of the service left, and the queue of citizens to be called back.
    #[must_use]
    pub fn new(left: Vec<FollowUp>, desk: Arc<dyn Desk>) -> (Self, mpsc::UnboundedReceiver<DueCallBack>) {
        let (due, queue) = mpsc::unbounded_channel();
        let follow_ups = Self { open: Arc::default(), news: watch::Sender::new(()), due, desk };
        for mut follow_up in left {
            // Whoever called the citizen back was cut off.
            if follow_up.kind == FollowUpKind::CallBack {
                follow_up.state = FollowUpState::Open;
            }
            follow_ups.add(follow_up, None);
        }
        (follow_ups, queue)
    }

    /// All that is not done, the oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<FollowUp> {
        let mut all: Vec<_> = self.lock().values().cloned().collect();
        all.sort_by_key(|follow_up| follow_up.since);
        all
    }

    /// One more; a citizen who is to be called back keeps its `place` in the queue.
    pub fn add(&self, follow_up: FollowUp, place: Option<QueuePlace>) {
        let due = (follow_up.kind == FollowUpKind::CallBack)
            .then(|| DueCallBack { follow_up: follow_up.clone(), place });
        {
            let mut open = self.lock();
            open.insert(follow_up.call_id, follow_up.clone());
            self.tell(follow_up);
        }
        if let Some(due) = due {
            // Nobody takes it up where the service stops; it is stored.
            let _ = self.due.send(due);
        }
    }

    /// Somebody takes care of it, who may have done so before.
    ///
    /// # Errors
    /// Where another does, or it is done.
    pub fn take(
        &self,
        call_id: CallId,
        by: Option<UserId>,
        by_name: Option<String>,
    ) -> Result<FollowUp, FollowUpRefused> {
        self.change(call_id, |follow_up| {
            if follow_up.state == FollowUpState::Taken && follow_up.by != by {
                return Err(FollowUpRefused::Taken);
            }
            follow_up.state = FollowUpState::Taken;
            (follow_up.by, follow_up.by_name) = (by, by_name);
            Ok(())
        })
    }

    /// It is left to others, by its `owner` where one is given.
    ///
    /// # Errors
    /// Where another takes care of it, or it is done.
    pub fn give_back(&self, call_id: CallId, owner: Option<UserId>) -> Result<FollowUp, FollowUpRefused> {
        self.change(call_id, |follow_up| {
            owned(follow_up, owner)?;
            follow_up.state = FollowUpState::Open;
            (follow_up.by, follow_up.by_name) = (None, None);
            Ok(())
        })
    }

    /// The citizen was called back in vain.
    pub(super) fn tried(&self, call_id: CallId) {
        let _ = self.change(call_id, |follow_up| {
            follow_up.attempts += 1;
            Ok(())
        });
    }

    /// The citizen was reached: nothing is left to do where that was all.
    pub(super) fn called_back(&self, call_id: CallId) {
        let _ = self.change(call_id, |follow_up| {
            if follow_up.kind == FollowUpKind::CallBack {
                follow_up.state = FollowUpState::Done;
            }
            Ok(())
        });
    }

    /// Nothing is left to do, as its `owner` says where one is given.
    ///
    /// # Errors
    /// Where another takes care of it, or that was so before.
    pub fn finish(&self, call_id: CallId, owner: Option<UserId>) -> Result<FollowUp, FollowUpRefused> {
        self.change(call_id, |follow_up| {
            owned(follow_up, owner)?;
            follow_up.state = FollowUpState::Done;
            Ok(())
        })
    }

    /// Waits until nobody has it; false once it is done. Cancel-safe.
    pub(super) async fn until_open(&self, call_id: CallId) -> bool {
        let mut news = self.news.subscribe();
        loop {
            match self.lock().get(&call_id).map(|follow_up| follow_up.state) {
                None | Some(FollowUpState::Done) => return false,
                Some(FollowUpState::Open) => return true,
                Some(FollowUpState::Taken) => {}
            }
            // The sender lives as long as `self`.
            let _ = news.changed().await;
        }
    }

    /// Waits until somebody has it, or it is done. Cancel-safe.
    pub(super) async fn until_taken(&self, call_id: CallId) {
        let mut news = self.news.subscribe();
        while self.lock().get(&call_id).is_some_and(|follow_up| follow_up.state == FollowUpState::Open) {
            let _ = news.changed().await;
        }
    }

    fn change(
        &self,
        call_id: CallId,
        change: impl FnOnce(&mut FollowUp) -> Result<(), FollowUpRefused>,
    ) -> Result<FollowUp, FollowUpRefused> {
        let mut open = self.lock();
        let follow_up = open.get_mut(&call_id).ok_or(FollowUpRefused::NoSuch)?;
        change(follow_up)?;
        let changed = follow_up.clone();
        if changed.state == FollowUpState::Done {
            open.remove(&call_id);
        }
        self.tell(changed.clone());
        Ok(changed)
    }

    /// Told under the lock, so that the desk hears of changes in their order. It never blocks.
    fn tell(&self, follow_up: FollowUp) {
        self.desk.record(Some(follow_up.call_id), EventKind::FollowUp { follow_up });
        self.news.send_replace(());
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<CallId, FollowUp>> {
        // Nothing under the lock can panic half way.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn owned(follow_up: &FollowUp, owner: Option<UserId>) -> Result<(), FollowUpRefused> {
    match owner {
        Some(_) if follow_up.by != owner => Err(FollowUpRefused::Taken),
        Some(_) | None => Ok(()),
    }
}

impl fmt::Debug for FollowUps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowUps").field("open", &self.lock().len()).finish_non_exhaustive()
    }
}
