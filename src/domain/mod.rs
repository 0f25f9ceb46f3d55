//! The hotline's plain values: a call, the turns spoken in it, the draft they fill, the ticket it becomes,
//! who looks at them, and the event that says one of them changed. No I/O, no clock, no locks.

mod audio;
mod call;
mod draft;
mod event;
mod figures;
mod follow_up;
mod ids;
mod repeat;
mod seat;
mod supervision;
mod talk;
mod ticket;
mod turn;
mod viewer;

pub use audio::{Channel, SAMPLE_RATE_HZ, SamplePosition};
pub use call::{Call, CallDirection, CallState, EndCause, RecordingState};
pub use draft::{CategoryGuess, Draft, Edit, Evidence, Field, FieldKey, FilledBy, MissingPart, Question};
pub use event::{Degradation, Event, EventKind};
pub use figures::{AgentFigures, CallFigures, CallTimes, Figures, IntervalFigures, SeatSpan};
pub use follow_up::{FollowUp, FollowUpAction, FollowUpKind, FollowUpState};
pub use ids::{CallId, CategoryCode, DepartmentCode, EditId, TicketId, TurnId, UserId};
pub use repeat::{Matter, Recurring, Repeat, RepeatReason};
pub use seat::{SeatKind, SeatState, SeatStatus};
pub use supervision::{Supervision, SupervisionCommand, SupervisionMode, SupervisionState};
pub use talk::{PauseReason, RecordingPause, Talk, TalkCommand, Third, ThirdState};
pub use ticket::{RequestKind, Ticket, TicketState, Urgency};
pub use turn::{Partial, Turn, TurnEvent, TurnStatus, Word};
pub use viewer::{Role, User, Viewer};
