//! A seat as the desk knows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{CallId, UserId};

/// Where one agent answers calls, and how things are there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SeatStatus {
    /// Its number, such as `8001`.
    pub extension: String,
    /// Who sits there.
    pub agent: Option<UserId>,
    /// The name shown of who sits there.
    pub agent_name: Option<String>,
    /// What one talks by there.
    pub kind: SeatKind,
    /// How things are.
    pub state: SeatState,
    /// Why: a reason of the settings, `no_answer`, `declined` or `unreachable`. While a call rings or is talked, of the
    /// break that comes after it.
    pub reason: Option<String>,
    /// Since when.
    pub since: Timestamp,
    /// When that ends by itself.
    pub until: Option<Timestamp>,
    /// The call that rings or is talked there.
    pub call_id: Option<CallId>,
}

/// What one talks by at a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatKind {
    /// A desk phone.
    Phone,
    /// The page.
    Browser,
}

/// How things are at a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeatState {
    /// Nobody is there, or the phone cannot be reached.
    Offline,
    /// The next call may come.
    Ready,
    /// A call rings.
    Ringing,
    /// A call is talked.
    Talking,
    /// The ticket of the last call is finished.
    WrapUp,
    /// Away for a while.
    Break,
}
