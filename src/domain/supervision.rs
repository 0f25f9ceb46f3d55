//! A supervisor in an agent's call: listening, whispering to the agent, joining, taking over.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{CallId, UserId};

/// Who hears a supervisor in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionMode {
    /// Nobody.
    Listen,
    /// The agent alone.
    Whisper,
    /// Everybody.
    Join,
}

/// What a supervisor may ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum SupervisionCommand {
    /// To be in the call in this way. Who is not in it yet is rung first.
    Enter {
        /// In which way.
        mode: SupervisionMode,
    },
    /// To have the caller, in the agent's place.
    TakeOver,
    /// To be in it no longer.
    Leave,
}

/// How a supervisor is in a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionState {
    /// The supervisor's seat rings.
    Ringing,
    /// Hears all, and is heard by nobody.
    Listening,
    /// Hears all, and is heard by the agent.
    Whispering,
    /// One of those who talk.
    Joined,
    /// Has the call in the agent's place.
    TookOver,
    /// Not in it any more, or not reached.
    Left,
}

impl From<SupervisionMode> for SupervisionState {
    fn from(mode: SupervisionMode) -> Self {
        match mode {
            SupervisionMode::Listen => Self::Listening,
            SupervisionMode::Whisper => Self::Whispering,
            SupervisionMode::Join => Self::Joined,
        }
    }
}

/// A supervisor entered a call, left it, or is in it in another way. Kept, and shown to supervisors only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Supervision {
    /// The call.
    pub call_id: CallId,
    /// The supervisor.
    pub by: UserId,
    /// The name shown of the supervisor.
    pub by_name: Option<String>,
    /// From when on.
    pub at: Timestamp,
    /// How.
    pub state: SupervisionState,
}
