//! A session's step: waits for whatever happens next, on either side, and does with it what every stage does.

use std::time::{Duration, Instant};

use jiesu_sip::endpoint::LegEnd;
use jiff::Timestamp;

use super::waiting::{missed_by, news_of};
use super::{Agent, Session, Step};
use crate::call::desk::Desk;
use crate::call::exchange::told_to_stop;
use crate::call::hearing::Person;
use crate::call::mixer::Mixer;
use crate::call::party::{Did, Party};
use crate::call::seats::Missed;
use crate::domain::{Call, CallDirection, CallState, EndCause, EventKind, Talk};
use crate::gateway::LegEvent;

/// How often a session looks around while nothing happens: for silence on the line, and for what recorder and ears say.
const LOOK_AROUND_EVERY: Duration = Duration::from_millis(250);
/// The media timeout of a call on hold, where no packets are expected.
const HELD_LIMIT: Duration = Duration::from_secs(30 * 60);

impl Session {
    /// Waits for whatever comes next, and does what every stage does with it.
    pub(super) async fn step(&mut self) -> Result<Step, EndCause> {
        let wake_at = self.wake_at();
        let (who, did) = tokio::select! {
            did = self.caller.next() => (Person::Caller, did),
            did = next_of(self.agent.as_mut()) => (Person::Agent, did),
            did = next_of(self.third.as_mut()) => (Person::Third, did),
            did = next_of(self.supervisor.as_mut().map(|supervisor| &mut supervisor.side)) => (Person::Supervisor, did),
            order = self.orders.next() => return Ok(Step::Ordered(order)),
            () = news_of(self.queue.as_mut()) => return Ok(Step::SeatsChanged),
            () = tokio::time::sleep_until(wake_at.into()) => return self.look_around(),
            () = told_to_stop(&mut self.stop) => return Err(EndCause::ServiceStopped),
        };
        match did {
            Did::Heard(heard) => {
                self.spread(who, heard);
                Ok(Step::Nothing)
            }
            Did::Seat(signal) => Ok(self.seat_did(who, signal)),
            Did::Signalled(event) => self.signalled(who, event).await,
        }
    }

    /// When there is something to send, or to look after.
    fn wake_at(&self) -> Instant {
        let called = self.called().map(|side| side.party.media.due());
        let mixed = self.mixer.as_ref().map(Mixer::due);
        let due = called.chain([self.caller.media.due(), mixed]).flatten();
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
        self.mix(now);
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
        if let Some(lost) = self.lost(now) {
            return Ok(lost);
        }
        Ok(Step::Nothing)
    }

    async fn signalled(&mut self, who: Person, event: LegEvent) -> Result<Step, EndCause> {
        let clock = self.clock;
        let Some(party) = self.party(who) else { return Ok(Step::Nothing) };
        match event {
            LegEvent::Reoffered { offer } => {
                let listened = listens(party);
                party.answer_change(clock, offer.as_deref()).await;
                let listens = listens(party);
                if who == Person::Agent && listens != listened {
                    self.heed_the_phones_hold(listens).await;
                }
            }
            LegEvent::ReofferAcknowledged { body: Some(answer) }
            | LegEvent::ReinviteAnswered { status: 200..=299, body: Some(answer) } => {
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
                if !party.take_final_answer(clock, body) {
                    party.hang_up().await;
                    self.missed(who, Missed::Unreachable);
                    return Ok(gone(who));
                }
                return Ok(self.picked_up(who));
            }
            LegEvent::Ended(end) => return self.ended(who, &end),
            LegEvent::Progress { body, .. } => {
                let early = body.map(|body| party.note_description(body)).is_some();
                self.rings(who, early);
            }
            LegEvent::Established { body: None }
            | LegEvent::ReofferAcknowledged { body: None }
            | LegEvent::ReofferCancelled
            | LegEvent::ReinviteAnswered { .. } => {}
        }
        Ok(Step::Nothing)
    }

    /// Somebody that we called is there.
    pub(super) fn picked_up(&mut self, who: Person) -> Step {
        if let Some(side) = self.side(who) {
            if side.answered {
                return Step::Nothing;
            }
            side.answered = true;
            if let Some(seat) = &side.seat {
                seat.answered();
            }
        }
        match who {
            Person::Caller => Step::CallerAgreed,
            Person::Agent => Step::AgentAnswered,
            Person::Third => Step::ThirdAnswered,
            Person::Supervisor => Step::SupervisorAnswered,
        }
    }

    /// An agent may also hold the caller by a key of the desk phone.
    async fn heed_the_phones_hold(&mut self, listens: bool) {
        if self.call.borrow().state != CallState::Talking || self.third.is_some() {
            return;
        }
        if listens {
            self.resume().await;
        } else {
            self.hold();
        }
    }

    /// A side is over: the caller's ends the call, another's is the stage's to deal with.
    fn ended(&mut self, who: Person, end: &LegEnd) -> Result<Step, EndCause> {
        tracing::info!(?who, ?end, "a side ended");
        // Whom a busy phone or a person refuses is not reached by another way.
        let refused = matches!(end, LegEnd::Rejected { status, .. } if !(500..600).contains(status));
        let (direction, state) = {
            let call = self.call.borrow();
            (call.direction, call.state)
        };
        if who == Person::Caller && direction == CallDirection::Outgoing && state == CallState::Ringing {
            return Ok(Step::CallerGone { refused });
        }
        if who != Person::Caller {
            if let Some(third) = self.third.as_mut().filter(|_| who == Person::Third && refused) {
                third.further.clear();
            }
            self.missed(who, missed_by(end));
            return Ok(gone(who));
        }
        Err(match (end, state) {
            (LegEnd::Bye | LegEnd::Cancelled, CallState::Talking) => EndCause::CallerHungUp,
            (LegEnd::Bye, CallState::Rating) => EndCause::AgentHungUp,
            (LegEnd::Bye | LegEnd::Cancelled, _) => EndCause::Abandoned,
            // Hung up by the gateway, not by us: it stops.
            (LegEnd::LocalHangup, _) if *self.stop.borrow() => EndCause::ServiceStopped,
            // The other end vanished: it refreshed the session no more.
            (LegEnd::SessionExpired, _) => EndCause::MediaTimeout,
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
        self.part_from_supervisor().await;
        self.part_from_third().await;
        self.part_from_agent().await;
        let _ = self.resume_recording();
        self.change(|call| {
            call.talk = Talk::default();
            call.state = CallState::Ended;
            call.ended_at = Some(Timestamp::now());
            call.end_cause = Some(cause);
        });
        tracing::info!(?cause, "the call is over");
        self.tell_follow_ups();
        let Self { hotline, call, caller, fan_out, place, .. } = self;
        drop((place, caller));
        let (recording, listening) = fan_out.close(&hotline, end).await;
        if call.borrow().recording != recording {
            call.send_modify(|call| {
                call.recording = recording;
                call.revision += 1;
            });
            announce(&*hotline.desk, &call.borrow());
        }
        // Words of the last turns may still come; they take no part in the call any more, but may be the first to
        // tell what was spoken.
        let Some(listening) = listening else { return };
        let found = listening.await.unwrap_or_default();
        if let Some(language) = found.filter(|_| call.borrow().language.is_none()) {
            call.send_modify(|call| {
                call.language = Some(language);
                call.revision += 1;
            });
            announce(&*hotline.desk, &call.borrow());
        }
    }

    /// A call that was placed about another may have done what that one left to do.
    fn tell_follow_ups(&self) {
        let call = self.call.borrow();
        if call.direction == CallDirection::Outgoing
            && call.bridged_at.is_some()
            && let Some(about) = call.about
        {
            self.hotline.follow_ups.called_back(about);
        }
    }

    /// Changes the call, and tells the desk.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Call)) {
        self.call.send_modify(|call| {
            change(call);
            call.revision += 1;
        });
        self.announce();
    }

    pub(super) fn announce(&self) {
        announce(&*self.hotline.desk, &self.call.borrow());
    }

    /// Those that the hotline called.
    fn called(&self) -> impl Iterator<Item = &Agent> {
        let supervisor = self.supervisor.as_ref().map(|supervisor| &supervisor.side);
        self.agent.iter().chain(&self.third).chain(supervisor)
    }

    fn parties(&mut self) -> impl Iterator<Item = &mut Party> {
        let supervisor = self.supervisor.as_mut().map(|supervisor| &mut supervisor.side);
        let called = self.agent.iter_mut().chain(&mut self.third).chain(supervisor);
        std::iter::once(&mut self.caller).chain(called.map(|side| &mut side.party))
    }
}

fn announce(desk: &dyn Desk, call: &Call) {
    desk.record(Some(call.id), EventKind::Call { call: Box::new(call.clone()) });
}

/// What a side does next, if there is one.
async fn next_of(side: Option<&mut Agent>) -> Did {
    match side {
        Some(side) => side.party.next().await,
        None => std::future::pending().await,
    }
}

/// Whether a side wants to hear anything.
fn listens(party: &Party) -> bool {
    party.media.negotiated().is_some_and(|agreed| agreed.we_send)
}

/// Somebody that we called is not there, or not any more.
pub(super) fn gone(who: Person) -> Step {
    match who {
        Person::Third => Step::ThirdGone,
        Person::Supervisor => Step::SupervisorGone,
        Person::Caller | Person::Agent => Step::AgentGone,
    }
}
