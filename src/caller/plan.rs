//! A call to be placed: whom to call, what to say on either side.

use std::net::SocketAddr;
use std::time::Duration;

use jiesu_sip::codec::Codec;
use jiesu_sip::message::Uri;
use jiesu_sip::rtp::Digit;

use crate::call::Sound;

/// The whole of a test call.
#[derive(Debug, Clone)]
pub struct CallPlan {
    /// Whom to call.
    pub target: Uri,
    /// The number that calls.
    pub from: String,
    /// What the caller says, from the moment of the answer on.
    pub sound: Sound,
    /// The agent's phone, where this call brings its own.
    pub agent: Option<AgentPlan>,
    /// What is offered.
    pub codecs: Vec<Codec>,
    /// Keys the caller presses after the last word.
    pub keys: Vec<Digit>,
    /// How much faster than real time the sound is sent.
    pub pace: f64,
    /// How long the caller waits for an answer.
    pub answer_limit: Duration,
    /// How long the caller stays on the line after the last word and key, for the other side to hang up.
    pub linger: Duration,
}

impl CallPlan {
    /// Samples of whatever is said longest.
    pub(super) fn longest_sound(&self) -> usize {
        let agent = self.agent.as_ref().map_or(0, |agent| agent.sound.len());
        self.sound.len().max(agent)
    }
}

/// A phone that plays the agent.
#[derive(Debug, Clone)]
pub struct AgentPlan {
    /// Where it waits for the service's call.
    pub listen: SocketAddr,
    /// What the agent says, on the caller's clock.
    pub sound: Sound,
    /// What the phone takes.
    pub codecs: Vec<Codec>,
    /// How long the phone rings before it is picked up.
    pub rings: Duration,
}
