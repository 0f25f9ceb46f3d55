//! What happened, in one numbered stream. A page that reloads asks for what came after the last it saw.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::call::Call;
use super::draft::Draft;
use super::follow_up::FollowUp;
use super::ids::{CallId, TicketId};
use super::repeat::Recurring;
use super::seat::SeatStatus;
use super::supervision::Supervision;
use super::talk::RecordingPause;
use super::turn::{Partial, Turn};

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Its number in the stream, rising by one; nothing for a partial, which is not kept.
    pub seq: Option<u64>,
    /// When.
    pub at: Timestamp,
    /// The call it concerns.
    pub call_id: Option<CallId>,
    /// What.
    pub kind: EventKind,
}

/// What changed, with its new value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum EventKind {
    /// A call began or moved to another state.
    Call {
        /// The call as it now is.
        call: Box<Call>,
    },
    /// Words of a turn still being spoken.
    Partial {
        /// The words so far.
        partial: Partial,
    },
    /// A finished turn.
    Turn {
        /// The turn.
        turn: Turn,
    },
    /// The machine or a person changed the draft.
    Draft {
        /// The draft as it now is, edits on top.
        draft: Draft,
    },
    /// A ticket was confirmed or moved.
    Ticket {
        /// Which.
        ticket_id: TicketId,
    },
    /// Several tickets on one matter within days.
    Recurring {
        /// Which.
        recurring: Recurring,
    },
    /// A seat is in another state.
    Seat {
        /// The seat as it now is.
        seat: SeatStatus,
    },
    /// A part of a call was kept out of recording and transcript.
    Unrecorded {
        /// Which part, and why.
        pause: RecordingPause,
    },
    /// A supervisor entered a call, left it, or is in it in another way.
    Supervision {
        /// Who, and how.
        supervision: Supervision,
    },
    /// A call left something to do, or that is taken care of.
    FollowUp {
        /// As it now is.
        follow_up: FollowUp,
    },
    /// A part of the service fails or works again; calls go on without it.
    Degraded {
        /// Which part.
        part: Degradation,
        /// True while it fails.
        failing: bool,
    },
}

/// A part of the service that can fail without ending a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Degradation {
    /// No words appear.
    Recogniser,
    /// Words appear late.
    RecogniserLag,
    /// The call is not recorded.
    Recorder,
    /// What happens is not stored yet.
    Database,
    /// One of the trunks does not answer.
    Trunk,
}
