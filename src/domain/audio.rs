//! The one clock from audio to word to playback: samples of the call's recording.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Samples in a second of a recording: telephony's 8 kHz.
pub const SAMPLE_RATE_HZ: u32 = 8_000;

/// A moment of a call: samples of 1/8000 s since the service answered it, the recording's sample 0.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(transparent)]
pub struct SamplePosition(pub u64);

impl SamplePosition {
    /// The position `ms` milliseconds into the recording.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms * SAMPLE_RATE_HZ as u64 / 1_000)
    }

    /// Milliseconds since the recording's start, rounded down.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0 * 1_000 / SAMPLE_RATE_HZ as u64
    }
}

/// Who is heard on a channel of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The citizen: the recording's left channel.
    Caller,
    /// The hotline's agent: the recording's right channel.
    Agent,
}

impl Channel {
    /// Both channels, in the order they stand in a recording's frame.
    pub const BOTH: [Self; 2] = [Self::Caller, Self::Agent];

    /// The channel's place in a recording's frame: 0 caller, 1 agent.
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Caller => 0,
            Self::Agent => 1,
        }
    }
}
