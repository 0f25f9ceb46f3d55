//! Words: what was said, by whom, and where in the recording.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::audio::{Channel, SamplePosition};
use super::ids::{CallId, TurnId};

/// What one side said between two silences, as finally recognised.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Turn {
    /// Its identity.
    pub id: TurnId,
    /// The call it belongs to.
    pub call_id: CallId,
    /// Who spoke.
    pub channel: Channel,
    /// Where it begins in the recording.
    pub start_sample: SamplePosition,
    /// Where it ends.
    pub end_sample: SamplePosition,
    /// The text, simplified Chinese or English; empty where it was not recognised.
    pub text: String,
    /// Its words with their times, in order; their texts joined are `text`, punctuation included.
    pub words: Vec<Word>,
    /// Mean probability of the tokens, 0 to 1.
    pub confidence: f32,
    /// Whether it was recognised.
    pub status: TurnStatus,
}

/// Whether a turn's sound was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnStatus {
    /// `text` is what was said.
    Recognised,
    /// The recogniser failed on it; the sound is in the recording.
    Unrecognised,
    /// `text` was most likely never said: the recogniser made it up from a noise. It is kept for people to look at,
    /// and nothing is read from it.
    Suppressed,
}

/// A word, or a character of Chinese, with its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Word {
    /// The word as it stands in the turn's text, with its spaces and punctuation.
    pub text: String,
    /// Where it begins in the recording.
    pub start_sample: SamplePosition,
    /// Where it ends.
    pub end_sample: SamplePosition,
    /// True where the recogniser would have written another word, had it not been given this name of the city.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub biased: bool,
}

/// What has been heard so far of a turn that is not over; the next one, or the final, replaces it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Partial {
    /// The identity that the final turn will have.
    pub turn_id: TurnId,
    /// Who speaks.
    pub channel: Channel,
    /// Where the turn begins in the recording.
    pub start_sample: SamplePosition,
    /// The text so far.
    pub text: String,
    /// So many characters at its beginning will not change any more in this turn's partials.
    #[serde(default)]
    pub committed: usize,
}

/// What the recogniser says of a channel.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// Words of a turn still being spoken.
    Partial(Partial),
    /// A finished turn.
    Final(Turn),
    /// What is spoken, in two letters, was found out; comes before the turn that told it.
    Language(String),
}
