//! A call's hold on a browser seat, in two halves: what the agent does ([`SeatLine`]) and the sound ([`SeatSound`]).
//! Dropping the line lets the seat go.

use std::future::pending;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::driver::Command;

/// Names a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LineId(pub(super) u64);

/// What happened at the seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatSignal {
    /// The agent took the call.
    Answered,
    /// The agent hung up, or would not take it.
    HungUp,
    /// The page is gone, or its network: no sound passes.
    Away,
    /// Sound passes again, maybe from a page that was opened anew.
    Back,
}

/// The driver's half of a hold.
#[derive(Debug)]
pub(super) struct LineEnd {
    pub(super) id: LineId,
    pub(super) signals: mpsc::Sender<SeatSignal>,
    /// Plain RTP.
    pub(super) heard: mpsc::Sender<Bytes>,
}

/// A seat held for one call.
#[derive(Debug)]
pub struct SeatLine {
    pub(super) id: LineId,
    pub(super) signals: mpsc::Receiver<SeatSignal>,
    pub(super) commands: mpsc::Sender<Command>,
    /// The driver let go; nothing follows.
    pub(super) over: bool,
}

/// The sound of a seat that is held, both ways.
#[derive(Debug)]
pub struct SeatSound {
    pub(super) id: LineId,
    pub(super) heard: mpsc::Receiver<Bytes>,
    pub(super) said: mpsc::Sender<(LineId, Bytes)>,
}

impl SeatLine {
    /// What the agent does next. Cancel-safe.
    pub async fn next(&mut self) -> SeatSignal {
        if self.over {
            return pending().await;
        }
        self.signals.recv().await.unwrap_or_else(|| {
            self.over = true;
            SeatSignal::Away
        })
    }
}

impl Drop for SeatLine {
    fn drop(&mut self) {
        // Where the queue is full, the driver finds that nobody takes the sound any more.
        let _ = self.commands.try_send(Command::Release { line: self.id });
    }
}

impl SeatSound {
    /// The next RTP datagram of the page. Cancel-safe.
    pub async fn next(&mut self) -> Bytes {
        match self.heard.recv().await {
            Some(datagram) => datagram,
            None => pending().await,
        }
    }

    /// Sends an RTP datagram to the page, or loses it: sound that waits is worth nothing.
    pub fn send(&self, datagram: Bytes) {
        let _ = self.said.try_send((self.id, datagram));
    }
}
