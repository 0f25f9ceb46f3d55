//! The handle that a session holds, and the writer behind it: one thread per call, so that a disk that hangs
//! hangs nobody else. The session never waits: a full queue costs sound, and is told. Nor does a packet wake the
//! writer, which would be most of what a call costs: it looks every [`APPEND_EVERY`], and when the recording ends.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::Thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::error::{TryRecvError, TrySendError};
use tokio::sync::{mpsc, oneshot};

use super::file::RecordingFile;
use super::{Closed, RecordingError, closed_path, open_path};
use crate::call::window::Window;
use crate::domain::{CallId, Channel, SAMPLE_RATE_HZ, SamplePosition};

/// Packets that may wait for the writer: ten seconds of both channels, longer than an fsync ever should take.
const QUEUED_PACKETS: usize = 1_024;
/// How often what is older than the window goes to the file.
const APPEND_EVERY: Duration = Duration::from_millis(100);
/// How often the file goes to the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);
/// How long a packet may be late and cost nothing; a later one is still placed, by rewriting the file.
const WINDOW_SAMPLES: u64 = SAMPLE_RATE_HZ as u64 * 400 / 1_000;
/// Sound kept while the disk refuses it: a short failure costs nothing.
const BACKLOG_SAMPLES: u64 = SAMPLE_RATE_HZ as u64 * 30;
/// A position further ahead of the clock than this is a fault, and would fill the disk with silence. A test
/// caller in quick motion is ahead by minutes.
const AHEAD_SAMPLES: u64 = SAMPLE_RATE_HZ as u64 * 600;

/// A recording in the making. Dropped without [`Self::close`], it is closed where its sound ends.
#[derive(Debug)]
pub struct Recorder {
    packets: Packets,
    shared: Arc<Shared>,
    closed: oneshot::Receiver<Result<Closed, RecordingError>>,
    events: mpsc::Sender<RecorderEvent>,
    overrun: bool,
}

/// The queue to the writer. Dropped, it wakes the writer to close the file.
#[derive(Debug)]
struct Packets {
    // Of tokio, which takes memory for what waits only, not for all that may.
    queue: Option<mpsc::Sender<Packet>>,
    writer: Thread,
}

impl Drop for Packets {
    fn drop(&mut self) {
        // The queue ends first: the writer that wakes must see that.
        drop(self.queue.take());
        self.writer.unpark();
    }
}

/// What the session should tell the desk.
#[derive(Debug)]
pub enum RecorderEvent {
    /// Sound is being lost, or will be if this lasts.
    Failed(RecorderFault),
    /// All is written again; what was lost is silence.
    Resumed,
}

/// Why sound is not being written.
#[derive(Debug, thiserror::Error)]
pub enum RecorderFault {
    /// The file refuses.
    #[error(transparent)]
    File(#[from] RecordingError),
    /// The disk is slower than speech.
    #[error("the disk does not keep up")]
    Overrun,
}

#[derive(Debug, Default)]
struct Shared {
    /// Where the recording is to end, once it is known.
    end: AtomicU64,
    /// Samples that the queue had no room for.
    overrun_samples: AtomicU64,
}

#[derive(Debug)]
struct Packet {
    channel: Channel,
    start: SamplePosition,
    samples: Vec<i16>,
}

impl Recorder {
    /// Begins the recording of a call whose sample 0 is `answered_at`; the file is made by the writer.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn open(
        directory: &Path,
        call_id: CallId,
        answered_at: Instant,
    ) -> Result<(Self, mpsc::Receiver<RecorderEvent>), RecordingError> {
        let (packets, mut incoming) = mpsc::channel(QUEUED_PACKETS);
        let (reply, closed) = oneshot::channel();
        // Only changes are told, so there are never many.
        let (events, told) = mpsc::channel(64);
        let shared = Arc::new(Shared::default());
        let writer = Writer {
            open: open_path(directory, call_id),
            closed: closed_path(directory, call_id),
            answered_at,
            file: None,
            window: Window::starting_at(0),
            late: Vec::new(),
            lost_samples: 0,
            failing: false,
            synced_at: answered_at,
            events: events.clone(),
            shared: Arc::clone(&shared),
        };
        let thread = std::thread::Builder::new()
            .name("recording".into())
            .spawn(move || {
                // The session may be gone; the file is closed all the same.
                let _ = reply.send(writer.run(&mut incoming));
            })
            .map_err(RecordingError::Thread)?;
        let packets = Packets { queue: Some(packets), writer: thread.thread().clone() };
        Ok((Self { packets, shared, closed, events, overrun: false }, told))
    }

    /// Takes a channel's samples, in any order. Never waits.
    pub fn record(&mut self, channel: Channel, start: SamplePosition, samples: &[i16]) {
        let Some(queue) = &self.packets.queue else { return };
        match queue.try_send(Packet { channel, start, samples: samples.to_vec() }) {
            Ok(()) => {
                if std::mem::take(&mut self.overrun) {
                    let _ = self.events.try_send(RecorderEvent::Resumed);
                }
            }
            Err(TrySendError::Full(_) | TrySendError::Closed(_)) => {
                self.shared.overrun_samples.fetch_add(samples.len() as u64, Ordering::Relaxed);
                if !std::mem::replace(&mut self.overrun, true) {
                    let _ = self.events.try_send(RecorderEvent::Failed(RecorderFault::Overrun));
                }
            }
        }
    }

    /// Ends the recording at `end`, with silence up to there; gives the file once it is complete.
    ///
    /// # Errors
    /// Where the file refuses to the last. It then stays open, valid up to where it was written, for
    /// [`recover`](super::recover).
    pub async fn close(self, end: SamplePosition) -> Result<Closed, RecordingError> {
        self.shared.end.store(end.0, Ordering::Release);
        // Without a sender the writer takes what is queued and closes.
        drop(self.packets);
        self.closed.await.map_err(|_| RecordingError::WriterGone)?
    }
}

/// The thread's state.
struct Writer {
    open: PathBuf,
    closed: PathBuf,
    answered_at: Instant,
    file: Option<RecordingFile>,
    window: Window<2>,
    /// Packets from before the window that the file refused.
    late: Vec<Packet>,
    lost_samples: u64,
    failing: bool,
    synced_at: Instant,
    events: mpsc::Sender<RecorderEvent>,
    shared: Arc<Shared>,
}

impl Writer {
    fn run(mut self, incoming: &mut mpsc::Receiver<Packet>) -> Result<Closed, RecordingError> {
        loop {
            let appended_at = Instant::now();
            loop {
                match incoming.try_recv() {
                    Ok(packet) => self.place(packet),
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return self.finish(),
                }
            }
            let reached = self.clock().max(self.window.end()).saturating_sub(WINDOW_SAMPLES);
            let outcome = self.append(reached).and_then(|()| self.sync());
            self.tell(outcome);
            std::thread::park_timeout(APPEND_EVERY.saturating_sub(appended_at.elapsed()));
        }
    }

    fn place(&mut self, packet: Packet) {
        if packet.start.0 > self.clock() + AHEAD_SAMPLES {
            self.lost_samples += packet.samples.len() as u64;
            return;
        }
        let late = self.window.place(packet.channel.index(), packet.start.0, &packet.samples).len();
        if late > 0 {
            self.late.push(Packet { samples: packet.samples[..late].to_vec(), ..packet });
        }
    }

    /// Writes all frames before `end`. What the file refuses is kept as long as there is room.
    fn append(&mut self, end: u64) -> Result<(), RecordingError> {
        self.window.reach(end);
        let outcome = self.try_append(end);
        if outcome.is_err() {
            let too_old = self.window.end().saturating_sub(BACKLOG_SAMPLES);
            self.lost_samples += too_old.saturating_sub(self.window.start());
            self.window.forget(too_old);
            let most = self.late.len().saturating_sub(QUEUED_PACKETS);
            self.lost_samples +=
                self.late.drain(..most).map(|packet| packet.samples.len() as u64).sum::<u64>();
        }
        outcome
    }

    fn try_append(&mut self, end: u64) -> Result<(), RecordingError> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(RecordingFile::create(self.open.clone())?),
        };
        let from = self.window.start();
        let (written, outcome) = file.write(from, &bytes(&self.window, end));
        self.window.forget(from + written);
        outcome?;
        while let Some(packet) = self.late.last() {
            file.patch(packet.channel, packet.start.0, &packet.samples)?;
            self.late.pop();
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), RecordingError> {
        if self.synced_at.elapsed() >= SYNC_EVERY {
            self.synced_at = Instant::now();
            self.file.as_mut().map_or(Ok(()), RecordingFile::sync)?;
        }
        Ok(())
    }

    /// Tells of a change only: a full disk is one event, not ten a second.
    fn tell(&mut self, outcome: Result<(), RecordingError>) {
        let event = match outcome {
            Err(error) if !self.failing => RecorderEvent::Failed(error.into()),
            Ok(()) if self.failing => RecorderEvent::Resumed,
            Ok(()) | Err(_) => return,
        };
        self.failing = matches!(event, RecorderEvent::Failed(_));
        let _ = self.events.try_send(event);
    }

    fn finish(mut self) -> Result<Closed, RecordingError> {
        let end = self.shared.end.load(Ordering::Acquire).min(self.clock() + AHEAD_SAMPLES);
        self.append(end.max(self.window.end()))?;
        let lost = self.lost_samples + self.shared.overrun_samples.load(Ordering::Relaxed);
        let file = self.file.ok_or(RecordingError::WriterGone)?;
        file.close(&self.closed, lost)
    }

    /// Samples since the call was answered.
    fn clock(&self) -> u64 {
        let elapsed = self.answered_at.elapsed();
        elapsed.as_secs() * u64::from(SAMPLE_RATE_HZ)
            + u64::from(elapsed.subsec_micros()) * u64::from(SAMPLE_RATE_HZ) / 1_000_000
    }
}

/// The frames before `end`, as the file holds them.
pub(super) fn bytes(window: &Window<2>, end: u64) -> Vec<u8> {
    window.before(end).flatten().flat_map(|sample| sample.to_le_bytes()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_that_is_full_costs_sound_and_is_told_once_and_never_waits() {
        // A writer that stands still: nobody takes from the queue.
        let (packets, mut stalled) = mpsc::channel(2);
        let (_reply, closed) = oneshot::channel();
        let (events, mut told) = mpsc::channel(8);
        let shared = Arc::new(Shared::default());
        let packets = Packets { queue: Some(packets), writer: std::thread::current() };
        let mut recorder = Recorder { packets, shared: Arc::clone(&shared), closed, events, overrun: false };
        let mut record = || recorder.record(Channel::Caller, SamplePosition(0), &[0; 160]);
        for _ in 0..5 {
            record();
        }
        assert_eq!(shared.overrun_samples.load(Ordering::Relaxed), 3 * 160);
        let event = told.try_recv().unwrap();
        assert!(matches!(event, RecorderEvent::Failed(RecorderFault::Overrun)));
        assert!(told.try_recv().is_err());
        // It moves again.
        stalled.try_recv().unwrap();
        record();
        assert!(matches!(told.try_recv().unwrap(), RecorderEvent::Resumed));
        assert_eq!(shared.overrun_samples.load(Ordering::Relaxed), 3 * 160);
    }
}
