//! Where a call's sound goes besides the other side: to the recorder, and to the ears. Payloads in their place
//! on the call's clock enter. Neither one's failure reaches the call.

use std::sync::Arc;

use jiesu_sip::codec::Codec;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::desk::{Desk, Ears};
use super::exchange::Hotline;
use crate::domain::{Call, Channel, EventKind, RecordingState, SamplePosition, TurnEvent};

/// The recorder and the ears of a call, once they are opened.
#[derive(Default)]
pub(super) struct FanOut {
    ears: Option<Box<dyn Ears>>,
    listening: Option<JoinHandle<()>>,
    /// A packet's samples; kept for the next packet's.
    samples: Vec<i16>,
}

impl FanOut {
    /// Begins to record and to listen.
    pub(super) fn open(&mut self, hotline: &Hotline, call: &watch::Sender<Call>) {
        let id = call.borrow().id;
        if let Some((ears, turns)) = hotline.desk.open_ears(id) {
            self.ears = Some(ears);
            let listen = listen(hotline.desk.clone(), call.subscribe(), turns);
            self.listening = Some(tokio::spawn(listen.in_current_span()));
        }
    }

    /// Hands a packet's sound on.
    pub(super) fn spread(&mut self, channel: Channel, at: SamplePosition, codec: Codec, payload: &[u8]) {
        self.samples.clear();
        codec.decode(payload, &mut self.samples);
        if let Some(ears) = &mut self.ears {
            ears.hear(channel, at, &self.samples);
        }
    }

    /// Ends the recording, and tells the ears that no more comes: what became of the recording, and the task
    /// that still waits for the last words.
    pub(super) async fn close(self, desk: &dyn Desk) -> (RecordingState, Option<JoinHandle<()>>) {
        drop(self.ears);
        (RecordingState::None, self.listening)
    }
}

/// Tells the desk what the ears make of the sound, until after the last turn.
async fn listen(desk: Arc<dyn Desk>, call: watch::Receiver<Call>, mut turns: mpsc::Receiver<TurnEvent>) {
    let id = call.borrow().id;
    while let Some(event) = turns.recv().await {
        match event {
            TurnEvent::Partial(partial) => desk.record(Some(id), EventKind::Partial { partial }),
            TurnEvent::Final(turn) => {
                desk.record(Some(id), EventKind::Turn { turn: turn.clone() });
                let call = call.borrow().clone();
                desk.draft(&call, &turn);
            }
        }
    }
}
