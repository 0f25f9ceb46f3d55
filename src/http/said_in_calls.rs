//! What was said in the calls that go on, kept for a moment: every open page asks for the same turns at the same time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::Desk;
use crate::domain::{CallId, Turn, TurnId, Viewer};

/// Calls whose turns are kept: more than go on at once in one service.
const CALLS: usize = 1_024;

/// The turns of the calls that were asked for last, the latest call last.
#[derive(Default)]
pub(super) struct SaidInCalls(Mutex<VecDeque<(CallId, Arc<[Turn]>)>>);

impl SaidInCalls {
    fn get(&self, call_id: CallId, with: Option<TurnId>) -> Option<Arc<[Turn]>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, turns) = kept.iter().rev().find(|(known, _)| *known == call_id)?;
        let has_it = with.is_none_or(|id| turns.iter().any(|turn| turn.id == id));
        has_it.then(|| Arc::clone(turns))
    }

    fn put(&self, call_id: CallId, turns: Arc<[Turn]>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != call_id);
        kept.push_back((call_id, turns));
        if kept.len() > CALLS {
            kept.pop_front();
        }
    }
}

impl Desk {
    /// What was said in a call so far, in the order of the recording. Where the store does not answer, what it does
    /// not have yet.
    pub(super) async fn said_in(&self, viewer: &Viewer, call_id: CallId) -> Arc<[Turn]> {
        let (_, unwritten) = self.journal.unwritten_of(call_id);
        let Ok(stored) = self.store.turns(viewer, call_id).await else { return unwritten.into() };
        let turns: Arc<[Turn]> = with_unwritten(stored, unwritten).into();
        self.said.put(call_id, Arc::clone(&turns));
        turns
    }

    /// What was said in a call, at least up to and with the turn `with`. For a page that gets its events in their
    /// order: without `with` it has every turn that this page was shown and that may have a part of an identity number.
    pub(super) async fn said_in_until(
        &self,
        viewer: &Viewer,
        call_id: CallId,
        with: Option<TurnId>,
    ) -> Arc<[Turn]> {
        match self.said.get(call_id, with) {
            Some(turns) => turns,
            None => self.said_in(viewer, call_id).await,
        }
    }
}

/// The turns with those that are not stored yet, in the order of the recording.
pub(super) fn with_unwritten(mut turns: Vec<Turn>, unwritten: Vec<Turn>) -> Vec<Turn> {
    turns.retain(|turn| unwritten.iter().all(|newer| newer.id != turn.id));
    turns.extend(unwritten);
    turns.sort_by_key(|turn| (turn.start_sample, turn.id));
    turns
}
