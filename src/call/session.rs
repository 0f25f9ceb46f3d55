//! One call from its INVITE to its end. The session owns both sides by `&mut`, waits for what either does, and
//! is the only writer of its [`Call`]. Its stages, in order, are [`Session::stages`].

mod browser;
mod early;
mod message;
mod outgoing;
mod rating;
mod sound;
mod step;
mod supervision;
mod talk;
mod waiting;

use std::collections::VecDeque;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use jiesu_sip::codec::Codec;
use jiesu_sip::endpoint::IncomingCall;
use jiesu_sip::rtp::Digit;
use jiesu_sip::sdp::{Direction, LocalMedia};
use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, watch};

pub(super) use outgoing::Placing;
pub use rating::RatingPrompts;
use supervision::Supervisor;

use super::caller_id;
use super::clock::CallClock;
use super::exchange::Hotline;
use super::fan_out::FanOut;
use super::keyed::Keyed;
use super::leg::MediaLeg;
use super::mixer::Mixer;
use super::party::Party;
use super::seats::{ClaimedSeat, QueuePlace};
use super::talks::{Order, Orders};
use crate::domain::{
    Call, CallDirection, CallId, CallState, EndCause, RecordingPause, RecordingState, SamplePosition, Talk,
};
use crate::gateway::{Leg, MediaPortsError, Target};
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
    /// Whom the agent called during the talk.
    third: Option<Agent>,
    supervisor: Option<Supervisor>,
    /// What people hear of each other, where somebody hears several.
    mixer: Option<Mixer>,
    keyed: Keyed,
    /// What the caller pressed last before an agent answered, until a stage takes it.
    key: Option<Digit>,
    /// What the caller chose to speak.
    chosen_language: Option<String>,
    /// How much of a message the caller has spoken, samples.
    spoken: usize,
    /// The seat that is rung does not speak it, and another does.
    unsuited: bool,
    /// The pause of the recording that lasts, its end open.
    pause: Option<RecordingPause>,
    orders: Orders,
    fan_out: FanOut,
    stop: watch::Receiver<bool>,
    /// Its place among the calls that may go on at once.
    place: OwnedSemaphorePermit,
}

/// Somebody that the hotline called: the agent, or whom the agent called.
struct Agent {
    party: Party,
    /// The seat; an outside number has none.
    seat: Option<ClaimedSeat>,
    /// Other ways to the same number, if this one leads nowhere.
    further: VecDeque<Target>,
    called_at: Instant,
    /// It said that it rings, or is busy with it.
    rang: bool,
    answered: bool,
    /// Since when the page of a browser seat is away.
    away_since: Option<Instant>,
}

/// What a step brought that only the present stage can deal with.
enum Step {
    Nothing,
    /// The caller agreed to our offer, where its INVITE held none.
    CallerAgreed,
    AgentAnswered,
    /// It hung up, or would not answer.
    AgentGone,
    /// Its page did not come back: nobody hung up.
    AgentLost,
    /// It may be this caller's turn.
    SeatsChanged,
    /// Whom an outgoing call is for did not answer, and may be tried another way or not.
    CallerGone {
        refused: bool,
    },
    ThirdAnswered,
    ThirdGone,
    SupervisorAnswered,
    SupervisorGone,
    /// An agent asks for something.
    Ordered(Order),
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
            caller_number: caller_id::caller_number(&invite, &hotline.numbering),
            called_number: caller_id::called_number(&invite),
            seat: None,
            agent: None,
            language: hotline.language.clone(),
            started_at: Timestamp::now(),
            answered_at: None,
            queued_at: None,
            bridged_at: None,
            ended_at: None,
            end_cause: None,
            recording: RecordingState::None,
            talk: Talk::default(),
            revision: 0,
            direction: CallDirection::Incoming,
            about: None,
            rating: None,
        };
        let session = Self::new(hotline, call, Party::new(leg, media), stop, place);
        session.see_through(async |session| session.stages(invite.offer).await).await;
    }

    fn new(
        hotline: Arc<Hotline>,
        call: Call,
        caller: Party,
        stop: watch::Receiver<bool>,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            orders: hotline.talks.line(call.id),
            call: watch::Sender::new(call),
            clock: CallClock::starting_at(Instant::now()),
            caller,
            agent: None,
            queue: None,
            third: None,
            supervisor: None,
            mixer: None,
            keyed: Keyed::default(),
            key: None,
            chosen_language: None,
            spoken: 0,
            unsuited: false,
            pause: None,
            fan_out: FanOut::default(),
            stop,
            hotline,
            place,
        }
    }

    /// Sees the call through these stages, to its end.
    async fn see_through(mut self, stages: impl AsyncFnOnce(&mut Self) -> Result<Infallible, EndCause>) {
        // A fault of ours costs the call, and nothing else: it is over for the people in it and for the desk, and
        // its recording is closed. Every change of the session's parts is whole before the next thing is waited for.
        let cause = match AssertUnwindSafe(stages(&mut self)).catch_unwind().await {
            Ok(Err(cause)) => cause,
            Err(_) => {
                tracing::error!("a call's session failed by a fault of its own: the call is ended");
                EndCause::Failed
            }
        };
        self.close(cause).await;
    }

    /// The stages of a call, in order. It leaves them by an `Err` wherever it ends.
    async fn stages(&mut self, offer: Option<Vec<u8>>) -> Result<Infallible, EndCause> {
        self.ring().await;
        self.answer(offer).await?;
        self.is_open().await?;
        self.greet_and_wait(true).await?;
        self.talk_to_the_end().await
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
        self.record_from(SamplePosition(0));
        self.change(|call| call.state = CallState::Greeting);
        Ok(())
    }

    /// The caller is answered: everything is recorded and heard from here on, at the latest.
    fn record_from(&mut self, begin: SamplePosition) {
        self.open_recording(begin);
        let recording = self.fan_out.recording().clone();
        self.call.send_modify(|call| {
            call.answered_at = Some(Timestamp::now());
            call.recording = recording;
        });
    }

    /// Begins to record and to listen, if that was not begun.
    fn open_recording(&mut self, begin: SamplePosition) {
        if *self.fan_out.recording() == RecordingState::None {
            self.fan_out.open(&self.hotline, &self.call, self.clock, begin);
        }
    }

    /// Calls a phone, which shows `number` as who calls.
    async fn dial(&mut self, target: Target, number: &str) -> Result<Party, MediaPortsError> {
        let codec = self.caller.media.negotiated().map(|agreed| agreed.codec);
        let mut party = Party::idle(open_media(&self.hotline, codec).await?);
        let from = caller_id::shown(number, self.hotline.telephone.udp_addr());
        party.dial(&self.hotline.telephone, target, from);
        Ok(party)
    }
}

impl Agent {
    fn called(party: Party, seat: Option<ClaimedSeat>, further: VecDeque<Target>) -> Self {
        Self {
            party,
            seat,
            further,
            called_at: Instant::now(),
            rang: false,
            answered: false,
            away_since: None,
        }
    }

    fn rings_longer_than(&self, limit: Duration) -> bool {
        !self.answered && self.called_at.elapsed() >= limit
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
