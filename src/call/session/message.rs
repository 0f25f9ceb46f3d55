//! A caller for whom nobody is there: the hotline is closed, or no agent can be reached. It may leave a message, or has
//! asked to be called back; either is left to do.

use std::time::Instant;

use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::Digit;
use jiff::Timestamp;

use super::Session;
use crate::call::outgoing::Sound;
use crate::call::seats::QueuePlace;
use crate::call::tones;
use crate::domain::{CallState, EndCause, FollowUp, FollowUpKind, FollowUpState, SAMPLE_RATE_HZ};

/// Who speaks for less, samples, has left no message: a second.
const SHORTEST: usize = SAMPLE_RATE_HZ as usize;
/// The peak from which on a packet is speech and not the line's noise: -30 dB.
const LOUD: u16 = 1_036;
/// The key that ends a message.
const END_KEY: char = '#';

impl Session {
    /// Outside the opening hours the caller is told so, and may leave a message. A seat's own number is always rung.
    pub(super) async fn is_open(&mut self) -> Result<(), EndCause> {
        let open = self.hotline.reception.hours.are_open(Timestamp::now())
            || self.hotline.seats.has(&self.call.borrow().called_number);
        if open {
            return Ok(());
        }
        let limit = self.hotline.reception.message_limit;
        let Some(sound) = self.phrases().map(|phrases| phrases.closed(limit.is_some())) else {
            return self.apologise(EndCause::Closed).await;
        };
        self.take_message_after(sound, EndCause::Closed).await
    }

    /// No agent can be reached: the caller may leave a message, or is told to call again.
    pub(super) async fn nobody_reached(&mut self) -> Result<(), EndCause> {
        tracing::info!("no agent is reached");
        self.part_from_agent().await;
        match self.phrases().filter(|_| self.hotline.reception.message_limit.is_some()) {
            Some(phrases) => {
                let sound = phrases.busy();
                self.take_message_after(sound, EndCause::NoAgent).await
            }
            None => self.apologise(EndCause::NoAgent).await,
        }
    }

    async fn apologise(&mut self, cause: EndCause) -> Result<(), EndCause> {
        self.tell_of(self.hotline.apology.clone(), cause).await?;
        Err(cause)
    }

    /// Tells the caller why its call leads to nobody. Who hangs up at that has not given up by itself.
    async fn tell_of(&mut self, sound: Sound, cause: EndCause) -> Result<(), EndCause> {
        let told = self.tell(sound).await;
        told.map_err(|ended| if ended == EndCause::Abandoned { cause } else { ended })
    }

    /// Plays a sound to its end.
    async fn tell(&mut self, sound: Sound) -> Result<(), EndCause> {
        self.caller.media.play(Instant::now(), sound, false);
        while self.caller.media.is_playing() {
            self.idle_step().await?;
        }
        Ok(())
    }

    /// Tells the caller how things are and, where messages are taken, takes one; else the call ends for `cause`.
    async fn take_message_after(&mut self, sound: Sound, cause: EndCause) -> Result<(), EndCause> {
        self.tell_of(sound, cause).await?;
        let Some(limit) = self.hotline.reception.message_limit else { return Err(cause) };
        self.tell_of(tones::beep(), cause).await?;
        self.change(|call| call.state = CallState::Message);
        let began = Instant::now();
        self.key = None;
        let ended = loop {
            if began.elapsed() >= limit || self.key.take() == Digit::from_key(END_KEY) {
                break None;
            }
            match self.idle_step().await {
                Ok(_) => {}
                Err(cause) => break Some(cause),
            }
        };
        // Who hangs up after a message has left one, however the call ended.
        if self.spoken < SHORTEST {
            return Err(ended.filter(|ended| *ended != EndCause::Abandoned).unwrap_or(cause));
        }
        self.leave(FollowUpKind::Message, None);
        if ended.is_none()
            && let Some(sound) = self.phrases().map(|phrases| phrases.message_kept())
        {
            let _ = self.tell(sound).await;
        }
        Err(EndCause::MessageLeft)
    }

    /// A packet of a message.
    pub(super) fn hear_message(&mut self, codec: Codec, payload: &[u8]) {
        let mut samples = Vec::with_capacity(payload.len());
        codec.decode(payload, &mut samples);
        if samples.iter().any(|sample| sample.unsigned_abs() >= LOUD) {
            self.spoken += samples.len();
        }
    }

    /// The caller is called back when its turn comes.
    pub(super) async fn note_call_back(&mut self, place: Option<QueuePlace>) -> Result<(), EndCause> {
        self.leave(FollowUpKind::CallBack, place);
        if let Some(sound) = self.phrases().map(|phrases| phrases.call_back_noted()) {
            // It is noted, whether the caller hears that out or not.
            let _ = self.tell(sound).await;
        }
        Err(EndCause::CallBackWished)
    }

    fn leave(&mut self, kind: FollowUpKind, place: Option<QueuePlace>) {
        tracing::info!(?kind, "the call leaves something to do");
        let follow_up = {
            let call = self.call.borrow();
            FollowUp {
                call_id: call.id,
                kind,
                caller_number: call.caller_number.clone(),
                called_number: call.called_number.clone(),
                language: call.language.clone(),
                since: Timestamp::now(),
                state: FollowUpState::Open,
                by: None,
                by_name: None,
                attempts: 0,
            }
        };
        self.hotline.follow_ups.add(follow_up, place);
    }
}
