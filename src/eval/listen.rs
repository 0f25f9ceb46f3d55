//! The real pipeline hears a recording as it would hear the call: packets of 20 ms in call order, partials and finals
//! as they come. Enters: the channels. Leaves: what was shown, when, and what each request to a recogniser cost.
//!
//! Paced by the sound, packets follow one another as fast as they are dealt with: the clock is the sound's, and stands
//! still at a packet until the recogniser has answered what that packet led to; the answer's own time is added. So
//! a recogniser is never late for the next packet, latency is that of an idle machine, and nothing waits in the queue
//! but behind the call's other side. In real time the clock is the wall's, and all of that counts.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::domain::{CallId, Channel, SAMPLE_RATE_HZ, SamplePosition, TurnEvent};
use crate::speech::{CallEars, LanguageChoice, Speech, Watched};

/// Samples of a packet: 20 ms.
const PACKET_SAMPLES: usize = 160;
/// A line goes on after the last word: longer than any end of a turn is waited for.
const SILENCE_AFTER_SAMPLES: usize = 3 * SAMPLE_RATE_HZ as usize / 2;
/// Turns given to the pipeline's tasks after a packet; more than its stages, so that what a packet leads to is asked.
const TASK_TURNS: usize = 6;
/// The ears take a channel that says nothing for 1.5 s for silent; while the clock stands they hear nothing this often.
const STANDING_STILL: Duration = Duration::from_millis(400);

/// Which clock a recording is heard by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// The sound's own, as fast as it goes.
    Sound,
    /// The wall's.
    RealTime,
}

/// What came out, and when it did.
#[derive(Debug)]
pub struct Shown {
    /// On the recording's clock, milliseconds.
    pub at_ms: f64,
    /// What was shown.
    pub event: TurnEvent,
}

/// A request to a recogniser.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// The moment a recogniser took it.
    pub taken: Watched,
    /// How long it took.
    pub took: Duration,
}

/// What a recording gave.
#[derive(Debug, Default)]
pub struct Heard {
    /// In the order of their coming.
    pub shown: Vec<Shown>,
    /// In the order of their taking.
    pub asked: Vec<Asked>,
}

/// Hears one recording at a time. The runtime must be of one thread: the pipeline's tasks then are done with a packet
/// when they have had their turns. `speech` was started with the other end of `watched`.
pub struct Listener {
    speech: Speech,
    watched: mpsc::UnboundedReceiver<Watched>,
    /// Requests taken and not answered.
    waiting_for: Vec<Watched>,
    heard: Heard,
}

impl Listener {
    /// A listener to these recognisers.
    #[must_use]
    pub fn new(speech: Speech, watched: mpsc::UnboundedReceiver<Watched>) -> Self {
        Self { speech, watched, waiting_for: Vec::new(), heard: Heard::default() }
    }

    /// The recognisers.
    #[must_use]
    pub fn speech(&self) -> &Speech {
        &self.speech
    }

    /// Hears a recording of one or two channels, 8 kHz. What others asked the recognisers before is not told.
    pub async fn hear(&mut self, channels: &[Vec<i16>], language: LanguageChoice, pace: Pace) -> Heard {
        while self.watched.try_recv().is_ok() {}
        self.waiting_for.clear();
        let (mut ears, mut events) = self.speech.open(CallId::new(), language);
        let length = channels.iter().map(Vec::len).max().unwrap_or(0) + SILENCE_AFTER_SAMPLES;
        let begun = Instant::now();
        for at in (0..length).step_by(PACKET_SAMPLES) {
            let end = at + PACKET_SAMPLES;
            match pace {
                Pace::RealTime => {
                    let due = begun + Duration::from_secs_f64(end as f64 / f64::from(SAMPLE_RATE_HZ));
                    self.until(due, &mut events, begun).await;
                    push(&mut ears, channels, at);
                }
                Pace::Sound => {
                    let pushed = Clock { from: Instant::now(), from_ms: ms(end) };
                    push(&mut ears, channels, at);
                    self.settle(&mut ears, channels.len(), end, &mut events, pushed).await;
                }
            }
        }
        let clock = match pace {
            Pace::RealTime => Clock { from: begun, from_ms: 0.0 },
            Pace::Sound => Clock { from: Instant::now(), from_ms: ms(length) },
        };
        drop(ears);
        while let Some(event) = events.recv().await {
            self.heard.shown.push(Shown { at_ms: clock.now_ms(), event });
        }
        self.take_watched();
        std::mem::take(&mut self.heard)
    }

    /// Takes what comes until a moment.
    async fn until(&mut self, due: Instant, events: &mut mpsc::Receiver<TurnEvent>, begun: Instant) {
        let clock = Clock { from: begun, from_ms: 0.0 };
        loop {
            tokio::select! {
                biased;
                Some(event) = events.recv() => {
                    self.heard.shown.push(Shown { at_ms: clock.now_ms(), event });
                }
                () = tokio::time::sleep_until(due) => return,
            }
        }
    }

    /// Lets the pipeline deal with what was pushed.
    async fn settle(
        &mut self,
        ears: &mut CallEars,
        channels: usize,
        end: usize,
        events: &mut mpsc::Receiver<TurnEvent>,
        clock: Clock,
    ) {
        loop {
            for _ in 0..TASK_TURNS {
                tokio::task::yield_now().await;
            }
            self.take_watched();
            while let Ok(event) = events.try_recv() {
                self.heard.shown.push(Shown { at_ms: clock.now_ms(), event });
            }
            if self.waiting_for.is_empty() {
                return;
            }
            match tokio::time::timeout(STANDING_STILL, self.watched.recv()).await {
                Ok(Some(moment)) => self.take(moment),
                Ok(None) => return,
                Err(_) => {
                    for channel in Channel::BOTH.into_iter().take(channels) {
                        ears.push(channel, SamplePosition(end as u64), &[]);
                    }
                }
            }
        }
    }

    fn take_watched(&mut self) {
        while let Ok(moment) = self.watched.try_recv() {
            self.take(moment);
        }
    }

    fn take(&mut self, moment: Watched) {
        match moment {
            Watched::Taken { .. } => self.waiting_for.push(moment),
            // Of several at once it does not matter which is which: their times are added up.
            Watched::Answered { took } if !self.waiting_for.is_empty() => {
                let taken = self.waiting_for.remove(0);
                self.heard.asked.push(Asked { taken, took });
            }
            Watched::Answered { .. } => {}
        }
    }
}

/// A packet of every channel; silence after its end.
fn push(ears: &mut CallEars, channels: &[Vec<i16>], at: usize) {
    for (channel, pcm) in Channel::BOTH.into_iter().zip(channels) {
        let mut packet = pcm.get(at..).unwrap_or_default().to_vec();
        packet.resize(PACKET_SAMPLES, 0);
        ears.push(channel, SamplePosition(at as u64), &packet);
    }
}

fn ms(samples: usize) -> f64 {
    samples as f64 * 1_000.0 / f64::from(SAMPLE_RATE_HZ)
}

/// The recording's clock, from a moment on.
#[derive(Clone, Copy)]
struct Clock {
    from: Instant,
    from_ms: f64,
}

impl Clock {
    fn now_ms(self) -> f64 {
        self.from_ms + self.from.elapsed().as_secs_f64() * 1_000.0
    }
}
