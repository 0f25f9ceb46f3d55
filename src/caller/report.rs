//! How a test call went: for people as text, for tests as JSON, for the shell as an exit code.

use std::fmt;

use serde::Serialize;

use super::heard::SideReport;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
pub enum Outcome {
    /// Everything was said, and heard to the end.
    AsPlanned,
    /// The call was refused.
    Refused {
        /// The SIP status.
        status: u16,
        /// Its reason phrase.
        reason: String,
    },
    /// Nobody answered in time.
    NoAnswer,
    /// The other side hung up before everything was said.
    EndedEarly,
    /// The call went through, but the agent's phone was never called, or not answered.
    AgentNotReached,
    /// The call broke: the service stopped answering, or nothing of it could be understood.
    Broken,
}

impl Outcome {
    /// What the shell is told.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::AsPlanned => 0,
            Self::Refused { .. } => 2,
            Self::NoAnswer => 3,
            Self::EndedEarly => 5,
            Self::AgentNotReached => 6,
            Self::Broken => 7,
        }
    }
}

/// How a call went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallReport {
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// From the INVITE to its answer.
    pub setup_ms: Option<u64>,
    /// From the answer to the end.
    pub duration_ms: Option<u64>,
    /// What the caller heard.
    pub caller: Option<SideReport>,
    /// What the agent heard.
    pub agent: Option<SideReport>,
    /// When the agent's phone was picked up, after the answer.
    pub agent_answered_ms: Option<u64>,
}

impl CallReport {
    /// Of a call that was never answered.
    pub(super) fn unanswered(outcome: Outcome) -> Self {
        Self {
            outcome,
            setup_ms: None,
            duration_ms: None,
            caller: None,
            agent: None,
            agent_answered_ms: None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsPlanned => f.write_str("the call went as planned"),
            Self::Refused { status, reason } => write!(f, "the call was refused: {status} {reason}"),
            Self::NoAnswer => f.write_str("nobody answered"),
            Self::EndedEarly => f.write_str("the other side hung up before everything was said"),
            Self::AgentNotReached => f.write_str("the agent's phone was not called, or gave up ringing"),
            Self::Broken => {
                f.write_str("the call broke: the other side stopped answering, or is not understood")
            }
        }
    }
}

impl fmt::Display for CallReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.outcome)?;
        if let (Some(setup_ms), Some(duration_ms)) = (self.setup_ms, self.duration_ms) {
            write!(f, "; answered after {setup_ms} ms, {:.1} s long", duration_ms as f64 / 1_000.0)?;
        }
        for (name, side) in [("caller", &self.caller), ("agent", &self.agent)] {
            if let Some(side) = side {
                write!(f, "\n{name} heard {side}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for SideReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} packets ({} lost, jitter {:.1} ms), {:.1} s of sound, {:.1} s of it voiced",
            self.packets,
            self.lost,
            self.jitter_ms,
            self.heard_ms as f64 / 1_000.0,
            self.voiced_ms as f64 / 1_000.0
        )?;
        if let Some(dbfs) = self.voiced_dbfs {
            write!(f, " at {dbfs:.0} dBFS")?;
        }
        for tone in &self.tones {
            write!(f, "; {} Hz for {:.1} s", tone.hz, tone.ms as f64 / 1_000.0)?;
        }
        if !self.keys.is_empty() {
            write!(f, "; keys {}", self.keys)?;
        }
        Ok(())
    }
}
