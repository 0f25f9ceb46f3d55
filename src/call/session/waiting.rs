//! The wait for an agent: the greeting, the queue and what the caller hears in it, and the phones of the seats that are
//! asked one after another.

use std::collections::VecDeque;
use std::time::Instant;

use jiesu_sip::endpoint::LegEnd;
use jiff::Timestamp;

use super::{Agent, Session, Step};
use crate::call::hearing::Person;
use crate::call::outgoing::Sound;
use crate::call::phrases::Phrases;
use crate::call::seats::{Claim, Missed, QueuePlace};
use crate::call::tones;
use crate::domain::{CallDirection, CallState, EndCause};

/// How a wait ended.
enum Waited {
    /// An agent answered.
    Reached,
    /// None can be reached.
    Unreached,
    /// The caller would rather be called back.
    CallBackWished,
}

/// What a waiting caller hears.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hears {
    Nothing,
    Greeting,
    Ringing,
    Music,
    /// Its place in the queue.
    Announcement,
}

impl Session {
    /// Plays the greeting, where it is `new`, and, meanwhile, asks for a seat; then the caller hears music in the queue
    /// and ringing while a seat's phone rings, until an agent answers. Who has talked already goes first. Where none can
    /// be reached the caller is told so.
    pub(super) async fn greet_and_wait(&mut self, new: bool) -> Result<(), EndCause> {
        let place = {
            let call = self.call.borrow();
            let first =
                self.hotline.first_numbers.iter().any(|number| call.caller_number.starts_with(number));
            let topic = self.hotline.reception.topics.get(&call.called_number);
            let wants = topic.into_iter().chain(&self.chosen_language).cloned().collect();
            self.hotline.seats.queue(call.id, &call.called_number, first || !new, wants)
        };
        self.queue = Some(place);
        if new {
            self.call.send_modify(|call| call.queued_at = Some(Timestamp::now()));
        }
        let waited = self.wait(new).await;
        let place = self.queue.take();
        match waited? {
            Waited::Reached => Ok(()),
            Waited::Unreached => {
                drop(place);
                self.nobody_reached().await
            }
            Waited::CallBackWished => self.note_call_back(place).await,
        }
    }

    async fn wait(&mut self, new: bool) -> Result<Waited, EndCause> {
        let began = Instant::now();
        let mut tell_at = began;
        let mut hears = Hears::Nothing;
        if new {
            self.caller.media.play(began, self.hotline.greeting.clone(), false);
            hears = Hears::Greeting;
        }
        let (mut may_be_its_turn, mut nobody) = (true, false);
        loop {
            if may_be_its_turn && self.agent.is_none() {
                nobody = !self.call_a_seat().await;
            }
            let greeting = hears == Hears::Greeting && self.caller.media.is_playing();
            if !greeting {
                if self.agent.as_ref().is_some_and(|agent| agent.answered) {
                    return Ok(Waited::Reached);
                }
                if nobody || began.elapsed() >= self.hotline.wait_limit {
                    return Ok(Waited::Unreached);
                }
                if self.wishes_call_back() {
                    return Ok(Waited::CallBackWished);
                }
                if matches!(hears, Hears::Greeting | Hears::Nothing) {
                    self.change(|call| call.state = CallState::Waiting);
                }
                hears = self.entertain(hears, &mut tell_at);
            }
            let step = self.idle_step().await?;
            let late = self.give_up_ringing();
            let answered = self.agent.as_ref().is_some_and(|agent| agent.answered);
            let unsuited = std::mem::take(&mut self.unsuited) && !answered;
            let alone = late || unsuited || matches!(step, Step::AgentGone);
            if alone {
                self.part_from_agent().await;
            }
            may_be_its_turn = alone || matches!(step, Step::SeatsChanged);
        }
    }

    /// What the caller hears from now on: ringing where a seat is asked, else its place in the queue from time to time,
    /// and music.
    fn entertain(&mut self, heard: Hears, tell_at: &mut Instant) -> Hears {
        let now = Instant::now();
        let told = heard == Hears::Announcement && self.caller.media.is_playing();
        let announcement =
            if self.agent.is_some() || told || now < *tell_at { None } else { self.announcement() };
        let (hears, sound) = match announcement {
            Some(sentences) => {
                *tell_at = now + self.hotline.reception.announce_every.unwrap_or_default();
                (Hears::Announcement, sentences)
            }
            None if self.agent.is_some() => (Hears::Ringing, tones::ringing()),
            None if told => return heard,
            None => (Hears::Music, self.hotline.music.clone()),
        };
        if hears != heard || hears == Hears::Announcement {
            self.caller.media.play(now, sound, hears != Hears::Announcement);
        }
        hears
    }

    /// The caller's place in the queue, in its language.
    fn announcement(&self) -> Option<Sound> {
        let place = self.queue.as_ref()?;
        self.hotline.reception.announce_every?;
        let call_back = self.may_be_called_back();
        Some(self.phrases()?.waiting(place.ahead(), place.expected_wait(), call_back))
    }

    /// The sentences in the caller's language.
    pub(super) fn phrases(&self) -> Option<&Phrases> {
        let call = self.call.borrow();
        self.hotline.reception.phrases.of(call.language.as_deref(), self.hotline.language.as_deref())
    }

    /// Whether the caller is offered to be called back: on the hotline's number, and where it has a number that may be
    /// called.
    fn may_be_called_back(&self) -> bool {
        let call = self.call.borrow();
        self.hotline.reception.call_back_key.is_some()
            && call.direction == CallDirection::Incoming
            && !self.hotline.seats.has(&call.called_number)
            && self.hotline.outside.ways(&call.caller_number).is_ok()
    }

    /// Whether the caller pressed the key, and no phone rings for it yet.
    fn wishes_call_back(&mut self) -> bool {
        let key = self.key.take();
        key.is_some()
            && key == self.hotline.reception.call_back_key
            && self.agent.is_none()
            && self.phrases().is_some()
            && self.may_be_called_back()
    }

    /// True where a phone has rung for as long as it may: the next is asked.
    pub(super) fn give_up_ringing(&mut self) -> bool {
        let limit = self.hotline.ring_limit;
        let Some(agent) = self.agent.as_ref().filter(|agent| agent.rings_longer_than(limit)) else {
            return false;
        };
        let missed = if agent.rang { Missed::NoAnswer } else { Missed::Unreachable };
        tracing::info!(?missed, "a seat does not answer: the next is asked");
        self.missed(Person::Agent, missed);
        true
    }

    /// Calls the seat whose turn it is. False where no seat is left to ask.
    async fn call_a_seat(&mut self) -> bool {
        let Some(place) = &self.queue else { return false };
        let seat = match place.claim() {
            Claim::Seat(seat) => seat,
            Claim::Busy => return true,
            Claim::None => return false,
        };
        let caller = self.call.borrow().caller_number.clone();
        match self.ring_seat(&seat, &caller).await {
            Ok(party) => self.agent = Some(Agent::called(party, Some(seat), VecDeque::new())),
            Err(error) => tracing::error!(%error, "a seat cannot be called: no port for its sound"),
        }
        true
    }

    /// A seat whose turn it was did not take the call.
    pub(super) fn missed(&mut self, who: Person, missed: Missed) {
        if who == Person::Agent
            && self.queue.is_some()
            && let Some(seat) = self.agent.as_mut().and_then(|agent| agent.seat.as_mut())
        {
            seat.missed(missed);
        }
    }
}

/// A change of a seat or of the queue, while the caller is in it.
pub(super) async fn news_of(queue: Option<&mut QueuePlace>) {
    match queue {
        Some(place) => place.news().await,
        None => std::future::pending().await,
    }
}

/// Why a seat's phone, which ended before it was answered, did not take the call.
pub(super) fn missed_by(end: &LegEnd) -> Missed {
    match end {
        // Temporarily unavailable is what phones say that are set not to be disturbed.
        LegEnd::Rejected { status: 480 | 486 | 600 | 603, .. } => Missed::Declined,
        LegEnd::Bye
        | LegEnd::Cancelled
        | LegEnd::Rejected { .. }
        | LegEnd::Timeout
        | LegEnd::SessionExpired
        | LegEnd::TransportFailure
        | LegEnd::LocalHangup => Missed::Unreachable,
    }
}
