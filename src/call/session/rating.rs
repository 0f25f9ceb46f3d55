//! The end of a talk from which the agent has hung up: the citizen may rate it by a key.

use std::time::{Duration, Instant};

use jiesu_sip::rtp::Digit;

use super::{Session, Step};
use crate::call::outgoing::Sound;
use crate::domain::{CallState, EndCause};

/// How long a citizen may think after the question.
const THINK_LIMIT: Duration = Duration::from_secs(10);

/// What is said to the citizen.
#[derive(Debug, Clone)]
pub struct RatingPrompts {
    /// The question: 1 to 5.
    pub ask: Sound,
    /// What is said to an answer.
    pub thanks: Sound,
}

impl Session {
    /// Asks for a key, and waits for it a while.
    pub(super) async fn ask_for_rating(&mut self) -> Result<(), EndCause> {
        let Some(RatingPrompts { ask, thanks }) = self.hotline.rating.clone() else { return Ok(()) };
        self.part_from_agent().await;
        self.caller.media.play(Instant::now(), ask, false);
        self.change(|call| call.state = CallState::Rating);
        let mut asked_at = None;
        while self.call.borrow().rating.is_none() {
            if asked_at.is_none() && !self.caller.media.is_playing() {
                asked_at = Some(Instant::now());
            }
            if asked_at.is_some_and(|at| at.elapsed() >= THINK_LIMIT) {
                return Ok(());
            }
            self.idle_step().await?;
        }
        self.caller.media.play(Instant::now(), thanks, false);
        while self.caller.media.is_playing() {
            self.idle_step().await?;
        }
        Ok(())
    }

    /// The caller pressed a key after the talk: the first from 1 to 5 is kept.
    pub(super) fn rate(&mut self, key: Digit) {
        let rating = key.key().to_digit(10).and_then(|rating| u8::try_from(rating).ok());
        if let Some(rating) = rating.filter(|rating| (1..=5).contains(rating)) {
            self.change(|call| call.rating = call.rating.or(Some(rating)));
        }
    }

    /// A step of a stage in which nobody can be asked for anything.
    pub(super) async fn idle_step(&mut self) -> Result<Step, EndCause> {
        match self.step().await? {
            Step::Ordered(order) => {
                order.refuse();
                Ok(Step::Nothing)
            }
            step => Ok(step),
        }
    }
}
