//! A call as the desk knows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{CallId, UserId};
use super::talk::Talk;

/// One call. The session that owns it is the only writer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Call {
    /// Its identity.
    pub id: CallId,
    /// Who called whom.
    #[serde(default)]
    pub direction: CallDirection,
    /// Where it stands.
    pub state: CallState,
    /// The citizen's number: as the trunk gave it (P-Asserted-Identity, else From), empty when withheld; or as it was
    /// dialled.
    pub caller_number: String,
    /// The number the caller dialled (the user part of the Request-URI); the seat's, where the hotline calls.
    pub called_number: String,
    /// The seat that the call was put through to, such as `8001`.
    pub seat: Option<String>,
    /// Who sits there.
    pub agent: Option<UserId>,
    /// What is spoken, in two letters such as `zh`; nothing until that is known.
    #[serde(default)]
    pub language: Option<String>,
    /// When the first INVITE arrived.
    pub started_at: Timestamp,
    /// When the service answered: the recording's sample 0.
    pub answered_at: Option<Timestamp>,
    /// When it came to be answered by an agent, before the greeting; nothing for calls that the hotline placed, or that
    /// came when it was closed.
    #[serde(default)]
    pub queued_at: Option<Timestamp>,
    /// When the agent's leg was joined to the caller's.
    pub bridged_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended.
    pub end_cause: Option<EndCause>,
    /// What became of its sound.
    pub recording: RecordingState,
    /// The earlier call that this one calls back about.
    #[serde(default)]
    pub about: Option<CallId>,
    /// How the citizen rated the talk: 1 (very satisfied) to 5 (very dissatisfied).
    #[serde(default)]
    pub rating: Option<u8>,
    /// What goes on in the talk beside caller and agent hearing each other.
    #[serde(default)]
    pub talk: Talk,
    /// Rises with each change, so that of two states of a call the later is known.
    #[serde(default)]
    pub revision: u64,
}

/// Who called whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    /// A citizen called the hotline.
    #[default]
    Incoming,
    /// The hotline called a citizen.
    Outgoing,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Arrived, not answered yet.
    Ringing,
    /// Answered; the greeting plays, an agent's phone may ring already.
    Greeting,
    /// Greeted, and waiting for an agent: in the queue, or while a seat's phone rings.
    Waiting,
    /// Caller and agent hear each other.
    Talking,
    /// Nobody is there, and the caller speaks a message.
    Message,
    /// The agent has hung up, and the citizen is asked to rate the talk.
    Rating,
    /// Over.
    Ended,
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCause {
    /// The caller hung up.
    CallerHungUp,
    /// The agent hung up.
    AgentHungUp,
    /// The caller gave up before an agent was reached.
    Abandoned,
    /// No seat was free, or none answered.
    NoAgent,
    /// The hotline was closed, and no message was left.
    Closed,
    /// The caller left a message.
    MessageLeft,
    /// The caller pressed a key to be called back.
    CallBackWished,
    /// Whom the hotline called did not answer, or could not be reached.
    Unreached,
    /// Neither side sent sound for longer than the limit, or the caller's phone vanished.
    MediaTimeout,
    /// The service was stopped or restarted under it.
    ServiceStopped,
    /// The call could not be set up: no common codec, or a fault.
    Failed,
}

/// What became of a call's sound.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum RecordingState {
    /// Nothing was recorded.
    #[default]
    None,
    /// Being written.
    Open,
    /// Complete.
    Closed {
        /// Frames of the file: samples of each channel.
        samples: u64,
        /// SHA-256 of the whole file, in hexadecimal.
        sha256: String,
        /// True where the service stopped during the call, and the end may be missing.
        recovered: bool,
    },
    /// Writing failed; what was written is kept.
    Failed,
}
