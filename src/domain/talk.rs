//! What goes on in a talk beside caller and agent hearing each other: holds, third persons, pauses of the recording;
//! and what an agent may ask for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::audio::SamplePosition;
use super::ids::{CallId, UserId};

/// What goes on in a talk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Talk {
    /// The caller is on hold, and hears music.
    pub held: bool,
    /// Somebody else that the agent called.
    pub third: Option<Third>,
    /// Why nothing is recorded at the moment; nothing while it is.
    pub unrecorded: Option<PauseReason>,
}

/// Somebody whom the agent called during a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Third {
    /// A seat's extension, or an outside number.
    pub number: String,
    /// How far that has come.
    pub state: ThirdState,
}

/// How far a third person has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThirdState {
    /// Being called.
    Ringing,
    /// Talks with the agent, the caller on hold.
    Consulted,
    /// All three hear each other.
    Joined,
    /// Did not answer, or could not be called.
    Unreached,
}

/// Why an agent keeps a part of a talk out of recording and transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The number of a bank card or account is said.
    Payment,
    /// The caller asked for it.
    CallersWish,
    /// It is no part of the citizen's matter.
    Internal,
}

/// A part of a call that is neither recorded nor written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingPause {
    /// The call.
    pub call_id: CallId,
    /// Where in the recording it begins.
    pub start_sample: SamplePosition,
    /// Where it ends.
    pub end_sample: SamplePosition,
    /// Why.
    pub reason: PauseReason,
    /// Who asked for it.
    pub by: UserId,
}

/// What an agent may ask for during a talk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum TalkCommand {
    /// The caller waits and hears music.
    Hold,
    /// Caller and agent hear each other, and nobody else.
    Resume,
    /// The caller waits, and the agent calls somebody to ask.
    Consult {
        /// A seat's extension, or an outside number.
        number: String,
    },
    /// Caller, agent and whom the agent called hear each other.
    Join,
    /// Caller and whom the agent called go on without the agent.
    HandOver,
    /// The caller is put through, and the agent leaves at once.
    Transfer {
        /// A seat's extension, or an outside number.
        number: String,
    },
    /// Presses keys: for whom the agent called, or for the caller where there is nobody else.
    Keys {
        /// 0 to 9, A to D, `*` and `#`.
        #[schema(max_length = 32)]
        keys: String,
    },
    /// From now on nothing is recorded or written down.
    PauseRecording {
        /// Why.
        reason: PauseReason,
    },
    /// From now on everything is recorded again.
    ResumeRecording,
    /// The agent hangs up.
    HangUp,
}
