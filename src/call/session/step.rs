//! A session's step: waits for whatever happens next, on either side, and does with it what every stage does.

use std::time::{Duration, Instant};

use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::rtp::Digit;
use jiff::Timestamp;

use super::{Session, Step};
use crate::call::desk::Desk;
use crate::call::exchange::told_to_stop;
use crate::call::leg::Heard;
use crate::call::party::{Did, Party};
use crate::call::seats::{Missed, QueuePlace};
use crate::domain::{Call, CallState, Channel, EndCause, EventKind};
use crate::gateway::LegEvent;

/// How often a session looks around while nothing happens: for silence on the line, and for what recorder and ears say.
const LOOK_AROUND_EVERY: Duration = Duration::from_millis(250);
/// The media timeout of a call on hold, where no packets are expected.
const HELD_LIMIT: Duration = Duration::from_secs(30 * 60);

impl Session {
    /// Waits for whatever comes next, and does what every stage does with it.
    pub(super) async fn step(&mut self) -> Result<Step, EndCause> {
        let wake_at = self.wake_at();
        let agent = self.agent.as_mut().map(|agent| &mut agent.party);
        let (who, did) = tokio::select! {
            did = self.caller.next() => (Channel::Caller, did),
            did = next_of(agent) => (Channel::Agent, did),
            () = news_of(self.queue.as_mut()) => return Ok(Step::SeatsChanged),
            () = tokio::time::sleep_until(wake_at.into()) => return self.look_around(),
            () = told_to_stop(&mut self.stop) => return Err(EndCause::ServiceStopped),
        };
        match did {
            Did::Heard(heard) => {
                self.spread(who, heard);
                Ok(Step::Nothing)
            }
            Did::Signalled(event) => self.signalled(who, event).await,
        }
    }

    /// When there is something to send, or to look after.
    fn wake_at(&self) -> Instant {
        let agent_due = self.agent.as_ref().and_then(|agent| agent.party.media.due());
        let due = [self.caller.media.due(), agent_due].into_iter().flatten();
        due.fold(Instant::now() + LOOK_AROUND_EVERY, Instant::min)
    }

    /// Sends what is due, and ends a call on which nothing is heard any more.
    fn look_around(&mut self) -> Result<Step, EndCause> {
        let now = Instant::now();
        let mut alive_at = self.clock.zero();
        let mut held = true;
        for media in self.parties().map(|party| &mut party.media) {
            media.advance(now);
            alive_at = alive_at.max(media.alive_at().unwrap_or(alive_at));
            held &= media.negotiated().is_some_and(|agreed| !agreed.we_receive);
        }
        if self.fan_out.look_after_recording(&self.hotline) {
            let recording = self.fan_out.recording().clone();
            self.change(|call| call.recording = recording);
        }
        if let Some(language) = self.fan_out.language_found() {
            self.change(|call| call.language = call.language.take().or(Some(language)));
        }
        let limit = if held { HELD_LIMIT } else { self.hotline.media_timeout };
        if now.saturating_duration_since(alive_at) > limit {
            tracing::warn!(limit_s = limit.as_secs(), "nothing comes from either side: the call is ended");
            return Err(EndCause::MediaTimeout);
        }
        Ok(Step::Nothing)
    }

    /// The one fan-out of what a side said: to the other side, the recorder and the ears.
    fn spread(&mut self, from: Channel, heard: Heard) {
        let talking = self.call.borrow().state == CallState::Talking;
        let other = match from {
            Channel::Caller => self.agent.as_mut().map(|agent| &mut agent.party),
            Channel::Agent => Some(&mut self.caller),
        };
        let other = other.filter(|_| talking).map(|party| &mut party.media);
        match (heard, other) {
            (Heard::Audio { position, sequence, codec, payload }, other) => {
                if let Some(other) = other {
                    other.relay(position, sequence, codec, &payload);
                }
                // What an agent says before the caller can hear it is nobody's business.
                if talking || from == Channel::Caller {
                    self.fan_out.spread(from, position, codec, &payload);
                }
            }
            (Heard::Pressed(digit), Some(other)) => other.press(digit),
            (Heard::Pressed(digit), None) if from == Channel::Caller => self.choose_language(digit),
            (Heard::Pressed(_), None) => {}
        }
    }

    /// The caller pressed a key before an agent answered: some stand for a language.
    fn choose_language(&mut self, key: Digit) {
        let Some(language) = self.hotline.language_keys.get(&key).cloned() else { return };
        tracing::info!(key = %key.key(), language, "the caller chose a language");
        self.fan_out.speak(&language);
        self.change(|call| call.language = Some(language));
    }

    async fn signalled(&mut self, who: Channel, event: LegEvent) -> Result<Step, EndCause> {
        let clock = self.clock;
        let party = match (who, &mut self.agent) {
            (Channel::Caller, _) => &mut self.caller,
            (Channel::Agent, Some(agent)) => &mut agent.party,
            (Channel::Agent, None) => return Ok(Step::Nothing),
        };
        match event {
            LegEvent::Reoffered { offer } => party.answer_change(clock, offer.as_deref()).await,
            LegEvent::ReofferAcknowledged { body: Some(answer) } => {
                party.take_answer(clock, Some(&answer));
            }
            LegEvent::Established { body: Some(answer) } => {
                if !party.take_answer(clock, Some(&answer)) {
                    return Err(EndCause::Failed);
                }
                return Ok(Step::CallerAgreed);
            }
            // The answer to our offer was to come with the ACK, and did not (RFC 3261 §13.2.1).
            LegEvent::Established { body: None } if party.media.negotiated().is_none() => {
                tracing::info!("the caller did not answer our offer: the call is ended");
                return Err(EndCause::Failed);
            }
            LegEvent::Answered { body } => {
                if !party.take_answer(clock, body.as_deref()) {
                    party.hang_up().await;
                    if let Some(agent) = &mut self.agent {
                        agent.seat.missed(Missed::Unreachable);
                    }
                    return Ok(Step::AgentGone);
                }
                if let Some(agent) = &mut self.agent {
                    agent.answered = true;
                    agent.seat.answered();
                }
                return Ok(Step::AgentAnswered);
            }
            LegEvent::Ended(end) => return self.ended(who, &end),
            LegEvent::Progress { .. }
            | LegEvent::Established { body: None }
            | LegEvent::ReofferAcknowledged { body: None }
            | LegEvent::ReofferCancelled
            | LegEvent::ReinviteAnswered { .. } => {}
        }
        Ok(Step::Nothing)
    }

    /// A side is over: the caller's ends the call, the agent's is the stage's to deal with.
    fn ended(&mut self, who: Channel, end: &LegEnd) -> Result<Step, EndCause> {
        tracing::info!(?who, ?end, "a side ended");
        if who == Channel::Agent {
            if let Some(agent) = &mut self.agent {
                agent.seat.missed(missed_by(end));
            }
            return Ok(Step::AgentGone);
        }
        Err(match (end, self.call.borrow().state) {
            (LegEnd::Bye | LegEnd::Cancelled, CallState::Talking) => EndCause::CallerHungUp,
            (LegEnd::Bye | LegEnd::Cancelled, _) => EndCause::Abandoned,
            // Hung up by the gateway, not by us: it stops.
            (LegEnd::LocalHangup, _) if *self.stop.borrow() => EndCause::ServiceStopped,
            (
                LegEnd::LocalHangup | LegEnd::Rejected { .. } | LegEnd::Timeout | LegEnd::TransportFailure,
                _,
            ) => EndCause::Failed,
        })
    }

    /// Ends the agent's side.
    pub(super) async fn part_from_agent(&mut self) {
        if let Some(mut agent) = self.agent.take() {
            agent.party.hang_up().await;
        }
    }

    /// Ends what is left of the call: first for the people in it, then the recording, then the last words.
    pub(super) async fn close(mut self, cause: EndCause) {
        let end = self.clock.position(Instant::now());
        self.caller.hang_up().await;
        self.queue = None;
        self.part_from_agent().await;
        self.change(|call| {
            call.state = CallState::Ended;
            call.ended_at = Some(Timestamp::now());
            call.end_cause = Some(cause);
        });
        tracing::info!(?cause, "the call is over");
        let Self { hotline, call, caller, fan_out, place, .. } = self;
        drop((place, caller));
        let (recording, listening) = fan_out.close(&hotline, end).await;
        if call.borrow().recording != recording {
            call.send_modify(|call| call.recording = recording);
            announce(&*hotline.desk, &call.borrow());
        }
        // Words of the last turns may still come; they take no part in the call any more, but may be the first to
        // tell what was spoken.
        let Some(listening) = listening else { return };
        let found = listening.await.unwrap_or_default();
        if let Some(language) = found.filter(|_| call.borrow().language.is_none()) {
            call.send_modify(|call| call.language = Some(language));
            announce(&*hotline.desk, &call.borrow());
        }
    }

    /// Changes the call, and tells the desk.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Call)) {
        self.call.send_modify(change);
        self.announce();
    }

    pub(super) fn announce(&self) {
        announce(&*self.hotline.desk, &self.call.borrow());
    }

    fn parties(&mut self) -> impl Iterator<Item = &mut Party> {
        std::iter::once(&mut self.caller).chain(self.agent.as_mut().map(|agent| &mut agent.party))
    }
}

fn announce(desk: &dyn Desk, call: &Call) {
    desk.record(Some(call.id), EventKind::Call { call: call.clone() });
}

/// What the agent's side does next, if there is one.
async fn next_of(agent: Option<&mut Party>) -> Did {
    match agent {
        Some(party) => party.next().await,
        None => std::future::pending().await,
    }
}

/// A change of a seat or of the queue, while the caller is in it.
async fn news_of(queue: Option<&mut QueuePlace>) {
    match queue {
        Some(place) => place.news().await,
        None => std::future::pending().await,
    }
}

/// Why a seat's phone, which ended before it was answered, did not take the call.
fn missed_by(end: &LegEnd) -> Missed {
    match end {
        // Temporarily unavailable is what phones say that are set not to be disturbed.
        LegEnd::Rejected { status: 480 | 486 | 600 | 603, .. } => Missed::Declined,
        LegEnd::Bye
        | LegEnd::Cancelled
        | LegEnd::Rejected { .. }
        | LegEnd::Timeout
        | LegEnd::TransportFailure
        | LegEnd::LocalHangup => Missed::Unreachable,
    }
}
