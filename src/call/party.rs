//! One side of a call: its SIP leg, or the hold on a browser seat; and its sound. The agent's side begins while its
//! phone is still being looked up.

use std::time::Instant;

use jiesu_sip::endpoint::LegEnd;
use jiesu_sip::message::NameAddr;
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::clock::CallClock;
use super::leg::{Heard, MediaLeg};
use crate::gateway::{Leg, LegEvent, OutgoingCall, Target, Telephone, TelephoneError};
use crate::seat::{SeatLine, SeatSignal};

/// What one side did.
#[derive(Debug)]
pub(super) enum Did {
    /// Something in SIP.
    Signalled(LegEvent),
    /// Something at a browser seat.
    Seat(SeatSignal),
    /// It was heard.
    Heard(Heard),
}

/// One side of a call.
#[derive(Debug)]
pub(super) struct Party {
    line: Line,
    pub(super) media: MediaLeg,
    /// Its sound comes before it is answered: a network's announcement, or its own ringing.
    early: bool,
    /// The description that came before the answer: there may be no other (RFC 6337 §3.1).
    described: Option<Vec<u8>>,
}

#[derive(Debug)]
enum Line {
    /// The phone's address is looked up, and its INVITE sent.
    Dialling(JoinHandle<Result<Leg, TelephoneError>>),
    Up(Leg),
    Browser(SeatLine),
    /// It is not called yet, or could not be.
    Idle,
}

impl Party {
    /// The side of a leg that is there.
    pub(super) fn new(leg: Leg, media: MediaLeg) -> Self {
        Self { line: Line::Up(leg), media, early: false, described: None }
    }

    /// A side that is not called yet.
    pub(super) fn idle(media: MediaLeg) -> Self {
        Self { line: Line::Idle, media, early: false, described: None }
    }

    /// Calls it. In a task of its own, because a name server may be slow, and the other side must not fall silent
    /// meanwhile.
    pub(super) fn dial(&mut self, telephone: &Telephone, target: Target, from: NameAddr) {
        (self.early, self.described) = (false, None);
        let telephone = telephone.clone();
        let call = OutgoingCall { target, from, offer: self.media.offer() };
        let dial = async move { telephone.dial(call).await };
        self.line = Line::Dialling(tokio::spawn(dial.in_current_span()));
    }

    /// The side of a browser seat that is held.
    pub(super) fn of_browser(line: SeatLine, media: MediaLeg) -> Self {
        Self { line: Line::Browser(line), media, early: false, described: None }
    }

    /// What it does next. Cancel-safe.
    pub(super) async fn next(&mut self) -> Did {
        loop {
            match &mut self.line {
                Line::Up(leg) => {
                    return tokio::select! {
                        event = leg.next() => Did::Signalled(event),
                        heard = self.media.next() => Did::Heard(heard),
                    };
                }
                Line::Browser(line) => {
                    return tokio::select! {
                        signal = line.next() => Did::Seat(signal),
                        heard = self.media.next() => Did::Heard(heard),
                    };
                }
                Line::Dialling(task) => {
                    self.line = match task.await {
                        Ok(Ok(leg)) => Line::Up(leg),
                        Ok(Err(error)) => {
                            tracing::warn!(%error, "a phone could not be dialled");
                            Line::Idle
                        }
                        Err(error) => {
                            tracing::error!(%error, "dialling a phone failed");
                            Line::Idle
                        }
                    };
                    if matches!(self.line, Line::Idle) {
                        return Did::Signalled(LegEvent::Ended(LegEnd::TransportFailure));
                    }
                }
                Line::Idle => return std::future::pending().await,
            }
        }
    }

    /// Its leg, once it is there.
    pub(super) fn leg(&self) -> Option<&Leg> {
        match &self.line {
            Line::Up(leg) => Some(leg),
            Line::Dialling(_) | Line::Browser(_) | Line::Idle => None,
        }
    }

    /// Answers a change of the session that it asks for: a hold, another address, other codecs.
    pub(super) async fn answer_change(&mut self, clock: CallClock, offer: Option<&[u8]>) {
        let Line::Up(leg) = &self.line else { return };
        let Some(offer) = offer else { return leg.accept(self.media.offer()).await };
        match self.media.answer(offer) {
            Ok((answer, negotiated)) => {
                tracing::info!(
                    sends = negotiated.we_receive,
                    listens = negotiated.we_send,
                    "session changed"
                );
                self.media.agree(Instant::now(), clock, negotiated);
                leg.accept(answer).await;
            }
            Err(error) => {
                let (status, reason) = error.status();
                tracing::info!(%error, "a change of the session is refused; it stays as it was");
                leg.reject(status, reason).await;
            }
        }
    }

    /// Whether its sound comes before it is answered.
    pub(super) fn is_early(&self) -> bool {
        self.early
    }

    /// Keeps the description that came before its answer.
    pub(super) fn note_description(&mut self, description: Vec<u8>) {
        self.described = Some(description);
    }

    /// Takes the description that came before its answer, where one did: its sound may be heard from now on.
    pub(super) fn begin_early(&mut self, clock: CallClock) -> bool {
        let Some(described) = self.described.clone() else { return false };
        self.early |= self.take_answer(clock, Some(&described));
        self.early
    }

    /// Takes the description of its final answer, or the one before. False where it agrees to nothing.
    pub(super) fn take_final_answer(&mut self, clock: CallClock, answer: Option<Vec<u8>>) -> bool {
        self.early = false;
        let answer = answer.or(self.described.take());
        self.take_answer(clock, answer.as_deref())
    }

    /// Takes its answer to our offer. False where it agrees to nothing.
    pub(super) fn take_answer(&mut self, clock: CallClock, answer: Option<&[u8]>) -> bool {
        match self.media.accept_answer(answer.unwrap_or_default()) {
            Ok(negotiated) => {
                self.media.agree(Instant::now(), clock, negotiated);
                true
            }
            Err(error) => {
                tracing::warn!(%error, "the answer to our offer is of no use");
                false
            }
        }
    }

    /// Ends it: says so on both ways.
    pub(super) async fn hang_up(&mut self) {
        self.media.goodbye();
        if matches!(self.line, Line::Browser(_)) {
            // Dropped, the hold lets the seat go.
            self.line = Line::Idle;
        }
        if let Some(leg) = self.leg().filter(|leg| !leg.is_over()) {
            leg.hang_up().await;
        }
    }
}
