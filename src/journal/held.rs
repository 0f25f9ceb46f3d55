//! The events in memory: those not written yet, and the latest of those written, for pages that come back.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::{Call, CallId, CallState, Degradation, Event, EventKind, Turn};

/// Written events kept for pages that come back after a moment: some minutes of a busy desk.
const RECENT_EVENTS: usize = 4_096;
/// Events kept at most while the database fails: hours of a busy desk, some hundred megabytes.
const MAX_EVENTS: usize = 100_000;
/// Numbers left out at a start: the last run may have shown events that it could not write any more, and a page
/// that saw those must not take new ones for them.
const RESTART_GAP: u64 = MAX_EVENTS as u64;

/// How often what happened, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventCounts {
    /// A call began or moved on.
    pub calls: u64,
    /// Words of a turn still being spoken.
    pub partials: u64,
    /// Finished turns.
    pub turns: u64,
    /// Drafts that changed.
    pub drafts: u64,
    /// Tickets confirmed or moved.
    pub tickets: u64,
    /// Matters that came up again within days.
    pub recurring: u64,
    /// Seats that came into another state.
    pub seats: u64,
    /// Parts of calls that were not recorded on purpose.
    pub unrecorded: u64,
    /// Supervisors who entered calls or left them.
    pub supervisions: u64,
    /// What calls left to do, and what became of it.
    pub follow_ups: u64,
    /// Parts that failed, or work again.
    pub degraded: u64,
}

impl EventCounts {
    fn count(&mut self, kind: &EventKind) {
        *match kind {
            EventKind::Call { .. } => &mut self.calls,
            EventKind::Partial { .. } => &mut self.partials,
            EventKind::Turn { .. } => &mut self.turns,
            EventKind::Draft { .. } => &mut self.drafts,
            EventKind::Ticket { .. } => &mut self.tickets,
            EventKind::Recurring { .. } => &mut self.recurring,
            EventKind::Seat { .. } => &mut self.seats,
            EventKind::Unrecorded { .. } => &mut self.unrecorded,
            EventKind::Supervision { .. } => &mut self.supervisions,
            EventKind::FollowUp { .. } => &mut self.follow_ups,
            EventKind::Degraded { .. } => &mut self.degraded,
        } += 1;
    }
}

/// The events in memory, in the order of their numbers without a gap.
pub(super) struct Held {
    events: VecDeque<Arc<Event>>,
    last_seq: u64,
    written_seq: u64,
    lost: u64,
    degraded: HashSet<Degradation>,
    live_calls: HashSet<CallId>,
    counts: EventCounts,
}

impl Held {
    pub(super) fn new(last_stored_seq: u64, open_calls: impl Iterator<Item = CallId>) -> Self {
        let last_seq = if last_stored_seq == 0 { 0 } else { last_stored_seq + RESTART_GAP };
        Self {
            events: VecDeque::new(),
            last_seq,
            written_seq: last_seq,
            lost: 0,
            degraded: HashSet::new(),
            live_calls: open_calls.collect(),
            counts: EventCounts::default(),
        }
    }

    /// Numbers an event and keeps it; a partial gets no number. Nothing where it says nothing new.
    pub(super) fn keep(
        &mut self,
        at: Timestamp,
        call_id: Option<CallId>,
        kind: EventKind,
    ) -> Option<Arc<Event>> {
        match &kind {
            EventKind::Partial { .. } => {
                self.counts.count(&kind);
                return Some(Arc::new(Event { seq: None, at, call_id, kind }));
            }
            EventKind::Call { call } if call.state == CallState::Ended => {
                self.live_calls.remove(&call.id);
            }
            EventKind::Call { call } => {
                self.live_calls.insert(call.id);
            }
            EventKind::Degraded { part, failing } => {
                let changed = if *failing { self.degraded.insert(*part) } else { self.degraded.remove(part) };
                if !changed {
                    return None;
                }
            }
            EventKind::Turn { .. }
            | EventKind::Draft { .. }
            | EventKind::Ticket { .. }
            | EventKind::Recurring { .. }
            | EventKind::Seat { .. }
            | EventKind::Unrecorded { .. }
            | EventKind::Supervision { .. }
            | EventKind::FollowUp { .. } => {}
        }
        self.counts.count(&kind);
        self.last_seq += 1;
        let event = Arc::new(Event { seq: Some(self.last_seq), at, call_id, kind });
        self.events.push_back(Arc::clone(&event));
        self.make_room();
        Some(event)
    }

    fn make_room(&mut self) {
        while self.events.len() > RECENT_EVENTS {
            let written = self.first_seq() <= self.written_seq;
            if !written && self.events.len() <= MAX_EVENTS {
                return;
            }
            if !written {
                self.lost += 1;
                if self.lost.is_power_of_two() {
                    tracing::error!(events.lost = self.lost, "the database failed for too long");
                }
            }
            self.events.pop_front();
        }
    }

    /// The number of the oldest event held; one past the last where none is.
    pub(super) fn first_seq(&self) -> u64 {
        self.last_seq + 1 - self.events.len() as u64
    }

    pub(super) const fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// At most `limit` events after a number; nothing where some of those are not held any more.
    pub(super) fn after(&self, seq: u64, limit: usize) -> Option<Vec<Arc<Event>>> {
        let skip = usize::try_from((seq + 1).checked_sub(self.first_seq())?).unwrap_or(usize::MAX);
        Some(self.events.iter().skip(skip).take(limit).cloned().collect())
    }

    /// At most `limit` events that are not written yet, in order.
    pub(super) fn unwritten(&self, limit: usize) -> Vec<Arc<Event>> {
        let from = self.written_seq.max(self.first_seq() - 1);
        self.after(from, limit).unwrap_or_default()
    }

    /// What is held of a call and not written yet: the call as it now is, and turns.
    pub(super) fn unwritten_of(&self, call_id: CallId) -> (Option<Call>, Vec<Turn>) {
        let (mut call, mut turns) = (None, Vec::new());
        for event in self.unwritten(usize::MAX) {
            if event.call_id != Some(call_id) {
                continue;
            }
            match &event.kind {
                EventKind::Call { call: now } => call = Some((**now).clone()),
                EventKind::Turn { turn } => turns.push(turn.clone()),
                EventKind::Partial { .. }
                | EventKind::Draft { .. }
                | EventKind::Ticket { .. }
                | EventKind::Recurring { .. }
                | EventKind::Seat { .. }
                | EventKind::Unrecorded { .. }
                | EventKind::Supervision { .. }
                | EventKind::FollowUp { .. }
                | EventKind::Degraded { .. } => {}
            }
        }
        (call, turns)
    }

    pub(super) fn mark_written(&mut self, seq: u64) {
        self.written_seq = seq;
        self.make_room();
    }

    pub(super) fn degraded(&self) -> Vec<Degradation> {
        let mut parts: Vec<_> = self.degraded.iter().copied().collect();
        parts.sort_by_key(|part| *part as u8);
        parts
    }

    pub(super) const fn counts(&self) -> EventCounts {
        self.counts
    }

    pub(super) fn live_calls(&self) -> usize {
        self.live_calls.len()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::TicketId;

    fn keep(held: &mut Held) -> Option<u64> {
        let kind = EventKind::Ticket { ticket_id: TicketId::new() };
        held.keep(Timestamp::UNIX_EPOCH, None, kind).and_then(|event| event.seq)
    }

    #[test]
    fn numbers_rise_by_one() {
        let mut held = Held::new(0, std::iter::empty());
        assert_eq!((keep(&mut held), keep(&mut held)), (Some(1), Some(2)));
    }

    #[test]
    fn a_restart_uses_no_number_twice() {
        let mut held = Held::new(7, std::iter::empty());
        assert!(keep(&mut held).unwrap() > 7 + MAX_EVENTS as u64);
    }

    #[test]
    fn what_is_not_written_stays() {
        let mut held = Held::new(0, std::iter::empty());
        for _ in 0..RECENT_EVENTS + 10 {
            keep(&mut held);
        }
        assert_eq!(held.unwritten(1)[0].seq, Some(1));
        held.mark_written(5);
        assert_eq!(held.unwritten(1)[0].seq, Some(6));
        assert_eq!(held.first_seq(), 6);
        assert!(held.after(4, 10).is_none());
        assert_eq!(held.after(5, 2).unwrap().len(), 2);
        assert!(held.after(held.last_seq(), 2).unwrap().is_empty());
    }

    #[test]
    fn memory_is_bounded_and_the_newest_stay() {
        let mut held = Held::new(0, std::iter::empty());
        for _ in 0..MAX_EVENTS + 3 {
            keep(&mut held);
        }
        assert_eq!(held.events.len(), MAX_EVENTS);
        assert_eq!(held.unwritten(1)[0].seq, Some(4));
    }

    #[test]
    fn the_same_state_of_a_part_is_said_once() {
        let mut held = Held::new(0, std::iter::empty());
        let kind = EventKind::Degraded { part: Degradation::Recorder, failing: true };
        assert!(held.keep(Timestamp::UNIX_EPOCH, None, kind.clone()).is_some());
        assert!(held.keep(Timestamp::UNIX_EPOCH, None, kind).is_none());
        assert_eq!(held.degraded(), [Degradation::Recorder]);
    }
}
