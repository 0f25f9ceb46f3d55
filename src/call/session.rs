//! One call from its INVITE to its end. The session owns both sides by `&mut`, waits for what either does, and
//! is the only writer of its [`Call`]. Its stages, in order, are [`Session::stages`].

mod step;
mod waiting;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt;
use jiesu_sip::codec::Codec;
use jiesu_sip::endpoint::IncomingCall;
use jiesu_sip::sdp::{Direction, LocalMedia};
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::caller_id;
use super::clock::CallClock;
use super::exchange::Hotline;
use super::fan_out::FanOut;
use super::leg::MediaLeg;
use super::party::Party;
use super::seats::{ClaimedSeat, QueuePlace};
use crate::domain::{Call, CallId, CallState, EndCause, RecordingState};
use crate::gateway::{Leg, MediaPortsError};
use crate::pii::Pii;

/// Packet time that we ask for.
const PTIME_MS: u16 = 20;

/// A call's task.
pub(super) struct Session {
    hotline: Arc<Hotline>,
    call: watch::Sender<Call>,
    /// Its sample 0 is the moment the service answered.
    clock: CallClock,
    caller: Party,
    agent: Option<Agent>,
    /// Its place in the queue, while it waits.
    queue: Option<QueuePlace>,
    fan_out: FanOut,
    stop: watch::Receiver<bool>,
    /// Its place among the calls that may go on at once.
    place: OwnedSemaphorePermit,
}

/// The agent's side.
struct Agent {
    party: Party,
    seat: ClaimedSeat,
    called_at: Instant,
    answered: bool,
}

/// What a step brought that only the present stage can deal with.
enum Step {
    Nothing,
    /// The caller agreed to our offer, where its INVITE held none.
    CallerAgreed,
    AgentAnswered,
    AgentGone,
    /// It may be this caller's turn.
    SeatsChanged,
}

impl Session {
    /// Sees one call through, from its INVITE to its end.
    pub(super) async fn run(
        hotline: Arc<Hotline>,
        id: CallId,
        leg: Leg,
        invite: IncomingCall,
        stop: watch::Receiver<bool>,
        place: OwnedSemaphorePermit,
    ) {
        let media = match open_media(&hotline, None).await {
            Ok(media) => media,
            Err(error) => {
                tracing::error!(%error, "a call is refused: no port for its sound");
                return leg.reject(503, "Service Unavailable").await;
            }
        };
        let call = Call {
            id,
            state: CallState::Ringing,
            caller_number: caller_id::caller_number(&invite),
            called_number: caller_id::called_number(&invite),
            seat: None,
            agent: None,
            language: hotline.language.clone(),
            started_at: Timestamp::now(),
            answered_at: None,
            bridged_at: None,
            ended_at: None,
            end_cause: None,
            recording: RecordingState::None,
        };
        let mut session = Self {
            call: watch::Sender::new(call),
            clock: CallClock::starting_at(Instant::now()),
            caller: Party::new(leg, media),
            agent: None,
            queue: None,
            fan_out: FanOut::default(),
            stop,
            hotline,
            place,
        };
        // A fault of ours costs the call, and nothing else: it is over for the people in it and for the desk, and
        // its recording is closed. Every change of the session's parts is whole before the next thing is waited for.
        let stages = AssertUnwindSafe(session.stages(invite.offer)).catch_unwind().await;
        let cause = match stages {
            Ok(Err(cause)) => cause,
            Err(_) => {
                tracing::error!("a call's session failed by a fault of its own: the call is ended");
                EndCause::Failed
            }
        };
        session.close(cause).await;
    }

    /// The stages of a call, in order. It leaves them by an `Err` wherever it ends.
    async fn stages(&mut self, offer: Option<Vec<u8>>) -> Result<Infallible, EndCause> {
        self.ring().await;
        self.answer(offer).await?;
        self.greet_and_wait().await?;
        self.talk().await
    }

    /// Tells the caller that it rings, and the desk that there is a call.
    async fn ring(&mut self) {
        let call = self.call.borrow().clone();
        tracing::info!(caller = %Pii(&call.caller_number), called = %call.called_number, "a call");
        self.announce();
        if let Some(leg) = self.caller.leg() {
            leg.progress(180, None).await;
        }
    }

    /// Answers: agrees on the sound, starts the recording's clock, the recording and the ears.
    async fn answer(&mut self, offer: Option<Vec<u8>>) -> Result<(), EndCause> {
        let agreed = match &offer {
            Some(offer) => self.caller.media.answer(offer).map(|(body, agreed)| (body, Some(agreed))),
            None => Ok((self.caller.media.offer(), None)),
        };
        let Some(leg) = self.caller.leg() else { return Err(EndCause::Failed) };
        let (body, agreed) = match agreed {
            Ok(agreed) => agreed,
            Err(error) => {
                let (status, reason) = error.status();
                tracing::info!(status, %error, "a call is refused");
                leg.reject(status, reason).await;
                return Err(EndCause::Failed);
            }
        };
        leg.accept(body).await;
        let zero = Instant::now();
        self.clock = CallClock::starting_at(zero);
        if let Some(agreed) = agreed {
            self.caller.media.agree(zero, self.clock, agreed);
        } else {
            // The INVITE held no offer: the answer to ours comes with the ACK.
            while !matches!(self.step().await?, Step::CallerAgreed) {}
        }
        self.fan_out.open(&self.hotline, &self.call, self.clock);
        let recording = self.fan_out.recording().clone();
        self.change(|call| {
            call.state = CallState::Greeting;
            call.answered_at = Some(Timestamp::now());
            call.recording = recording;
        });
        Ok(())
    }

    /// Caller and agent hear each other, until one of them hangs up.
    async fn talk(&mut self) -> Result<Infallible, EndCause> {
        self.caller.media.stop_playing();
        let seat = self.agent.as_ref().map(|agent| agent.seat.seat().clone());
        self.change(|call| {
            call.state = CallState::Talking;
            call.bridged_at = Some(Timestamp::now());
            call.agent = seat.as_ref().and_then(|seat| seat.agent);
            call.seat = seat.map(|seat| seat.extension);
        });
        loop {
            if matches!(self.step().await?, Step::AgentGone) {
                return Err(EndCause::AgentHungUp);
            }
        }
    }
}

/// A leg's sound, on ports of its own; `first` is the codec offered first, so that nothing is transcoded where
/// both sides can have the same.
async fn open_media(hotline: &Hotline, first: Option<Codec>) -> Result<MediaLeg, MediaPortsError> {
    let first = first.unwrap_or(Codec::Pcma);
    let second = match first {
        Codec::Pcma => Codec::Pcmu,
        Codec::Pcmu => Codec::Pcma,
    };
    let ports = hotline.media_ports.bind().await?;
    let local = LocalMedia {
        address: hotline.media_ip,
        rtp_port: ports.rtp_port,
        codecs: vec![first, second],
        dtmf: true,
        ptime_ms: PTIME_MS,
        direction: Direction::SendRecv,
    };
    Ok(MediaLeg::new(ports, local))
}
