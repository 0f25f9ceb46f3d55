//! What is left to do after a call that no agent has talked in: call the citizen back, or hear a message.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{CallId, UserId};

/// What one call left to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FollowUp {
    /// The call.
    pub call_id: CallId,
    /// What is to be done.
    pub kind: FollowUpKind,
    /// The citizen's number, as in the call; empty when withheld.
    pub caller_number: String,
    /// The number that the citizen dialled.
    pub called_number: String,
    /// What the citizen speaks, in two letters, where that is known.
    pub language: Option<String>,
    /// Since when it waits.
    pub since: Timestamp,
    /// How far it has come.
    pub state: FollowUpState,
    /// Who takes care of it, or did it.
    pub by: Option<UserId>,
    /// That person's name.
    pub by_name: Option<String>,
    /// How often the citizen was called back in vain.
    pub attempts: u32,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpKind {
    /// The caller pressed a key to be called back.
    CallBack,
    /// The caller spoke a message.
    Message,
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpState {
    /// Nobody has it.
    Open,
    /// Somebody takes care of it.
    Taken,
    /// Nothing is left to do.
    Done,
}

/// What a person does with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FollowUpAction {
    /// Takes care of it.
    Take,
    /// Leaves it to others.
    GiveBack,
    /// Has done it.
    Finish,
}
