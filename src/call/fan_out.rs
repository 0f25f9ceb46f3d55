//! Where a call's sound goes besides the other side: to the recorder, and to the ears. Payloads in their place
//! on the call's clock enter. Neither one's failure reaches the call.

use std::fmt;
use std::sync::Arc;

use jiesu_sip::codec::Codec;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::clock::CallClock;
use super::desk::{Desk, Ears};
use super::exchange::Hotline;
use super::recording::{Closed, Recorder, RecorderEvent};
use crate::domain::{Call, CallDirection, Channel, EventKind, RecordingState, SamplePosition, TurnEvent};

/// The recorder and the ears of a call, once they are opened.
#[derive(Default)]
pub(super) struct FanOut {
    recording: Option<Recording>,
    /// What became of the recording, as far as it is known.
    state: RecordingState,
    ears: Option<Box<dyn Ears>>,
    listening: Option<JoinHandle<Option<String>>>,
    /// What the ears find to be spoken.
    language: Option<watch::Receiver<Option<String>>>,
    /// Where on the call's clock the recording begins.
    begin: SamplePosition,
    /// An agent asked that nothing be kept for now.
    paused: bool,
    /// A packet's samples; kept for the next packet's.
    samples: Vec<i16>,
}

struct Recording {
    recorder: Recorder,
    events: mpsc::Receiver<RecorderEvent>,
    failing: bool,
}

impl FanOut {
    /// Begins to record and to listen at this moment.
    pub(super) fn open(
        &mut self,
        hotline: &Hotline,
        call: &watch::Sender<Call>,
        clock: CallClock,
        begin: SamplePosition,
    ) {
        self.begin = begin;
        let (id, language) = {
            let call = call.borrow();
            (call.id, call.language.clone())
        };
        match Recorder::open(&hotline.recordings, id, clock.moment(begin)) {
            Ok((recorder, events)) => {
                self.recording = Some(Recording { recorder, events, failing: false });
                self.state = RecordingState::Open;
            }
            Err(error) => {
                tracing::error!(%error, "the call is not recorded");
                self.state = RecordingState::Failed;
                hotline.tell_recorder(true);
            }
        }
        if let Some((ears, turns)) = hotline.desk.open_ears(id, language.as_deref()) {
            self.ears = Some(ears);
            let (found, language) = watch::channel(None);
            self.language = Some(language);
            let listen = listen(hotline.desk.clone(), call.subscribe(), turns, found);
            self.listening = Some(tokio::spawn(listen.in_current_span()));
        }
    }

    /// The caller chose what is spoken.
    pub(super) fn speak(&mut self, language: &str) {
        if let Some(ears) = &mut self.ears {
            ears.speak(language);
        }
    }

    /// What the ears found to be spoken, once, as soon as they have found it.
    pub(super) fn language_found(&mut self) -> Option<String> {
        let found = self.language.as_ref()?.borrow().clone();
        if found.is_some() {
            self.language = None;
        }
        found
    }

    /// What became of the recording, as far as it is known.
    pub(super) fn recording(&self) -> &RecordingState {
        &self.state
    }

    /// Where in the recording a position of the call's clock is.
    pub(super) fn place(&self, at: SamplePosition) -> SamplePosition {
        SamplePosition(at.0.saturating_sub(self.begin.0))
    }

    /// From now on what is handed in is kept by nobody, or again by both.
    pub(super) fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// Hands a packet's sound on.
    pub(super) fn spread(&mut self, channel: Channel, at: SamplePosition, codec: Codec, payload: &[u8]) {
        let mut samples = std::mem::take(&mut self.samples);
        samples.clear();
        codec.decode(payload, &mut samples);
        self.spread_samples(channel, at, &samples);
        self.samples = samples;
    }

    /// Hands samples on.
    pub(super) fn spread_samples(&mut self, channel: Channel, at: SamplePosition, samples: &[i16]) {
        if self.paused || at < self.begin {
            return;
        }
        let at = self.place(at);
        if let Some(recording) = &mut self.recording {
            recording.recorder.record(channel, at, samples);
        }
        if let Some(ears) = &mut self.ears {
            ears.hear(channel, at, samples);
        }
    }

    /// Hears what the recorder has to say of itself. True where [`FanOut::recording`] changed by it.
    pub(super) fn look_after_recording(&mut self, hotline: &Hotline) -> bool {
        let Some(recording) = &mut self.recording else { return false };
        let before = recording.failing;
        while let Ok(event) = recording.events.try_recv() {
            recording.failing = match event {
                RecorderEvent::Failed(fault) => {
                    tracing::error!(error = %Chain(&fault), "the recording fails; the call goes on");
                    true
                }
                RecorderEvent::Resumed => {
                    tracing::info!("the recording goes on");
                    false
                }
            };
        }
        if recording.failing == before {
            return false;
        }
        hotline.tell_recorder(recording.failing);
        self.state = if recording.failing { RecordingState::Failed } else { RecordingState::Open };
        true
    }

    /// Ends the recording at `end`, and tells the ears that no more comes: what became of the recording, and
    /// the task that still waits for the last words and says what was found to be spoken.
    pub(super) async fn close(
        mut self,
        hotline: &Hotline,
        end: SamplePosition,
    ) -> (RecordingState, Option<JoinHandle<Option<String>>>) {
        let end = self.place(end);
        drop(self.ears.take());
        self.look_after_recording(hotline);
        if let Some(Recording { recorder, .. }) = self.recording.take() {
            self.state = match recorder.close(end).await {
                Ok(Closed { samples, sha256, lost_samples, .. }) => {
                    if lost_samples > 0 {
                        tracing::warn!(lost_samples, "the recording has gaps");
                    } else {
                        hotline.tell_recorder(false);
                    }
                    RecordingState::Closed { samples, sha256, recovered: false }
                }
                Err(error) => {
                    tracing::error!(error = %Chain(&error), "the recording could not be closed");
                    hotline.tell_recorder(true);
                    RecordingState::Failed
                }
            };
        }
        (self.state, self.listening)
    }
}

/// An error with its causes, in one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Tells the desk what the ears make of the sound, until after the last turn. The language, where it was found,
/// goes to `found` at once and is what is returned in the end.
async fn listen(
    desk: Arc<dyn Desk>,
    call: watch::Receiver<Call>,
    mut turns: mpsc::Receiver<TurnEvent>,
    found: watch::Sender<Option<String>>,
) -> Option<String> {
    let id = call.borrow().id;
    while let Some(event) = turns.recv().await {
        match event {
            TurnEvent::Partial(partial) => desk.record(Some(id), EventKind::Partial { partial }),
            TurnEvent::Final(turn) => {
                desk.record(Some(id), EventKind::Turn { turn: turn.clone() });
                let call = call.borrow().clone();
                // A call-back is about a ticket that is there.
                if call.direction == CallDirection::Incoming {
                    desk.draft(&call, &turn);
                }
            }
            TurnEvent::Language(language) => drop(found.send_replace(Some(language))),
        }
    }
    found.borrow().clone()
}
