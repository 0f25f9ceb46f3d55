//! One call's ears: a task that takes the call's sound through its two front ends, has the segments recognised,
//! and sends the turns. Enters: [`Sound`]. Leaves: [`TurnEvent`]s. Waits, with its sound, while the queue of
//! finals is full; never makes the call or a recogniser wait.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{AcquireError, OwnedSemaphorePermit, mpsc};
use tokio::time::Instant;

use crate::domain::{CallId, Channel, Partial, SamplePosition, TurnEvent, TurnId};

use super::bias::NameIndex;
use super::channel::{ChannelFront, Heard, Utterance};
use super::hints::Hints;
use super::language::CallLanguage;
use super::manifest::Entry;
use super::pace::{partial_interval, refresh_interval};
use super::pool::Pool;
use super::protocol::RequestKind;
use super::queue::{Done, Job, LIVE_DUE, Priority};
use super::segmenter::FRAME_MS;
use super::so_far::SoFar;
use super::turn;

/// A channel from which nothing has come for so long has fallen silent: a phone that sends nothing in pauses.
/// Longer than a busy machine or network holds packets back, for this splits what is being said.
const QUIET_TIMEOUT: Duration = Duration::from_millis(1_500);
/// A final of a finished recording gives way to live calls for so long.
const RECORDED_DUE: Duration = Duration::from_secs(120);
/// Finals of a finished recording that are asked for at a time: enough to keep recognisers busy, and few, so that
/// live calls find places.
const RECORDED_AT_ONCE: usize = 2;

/// Samples of a channel on their way to the ears.
#[derive(Debug)]
pub(super) struct Sound {
    pub(super) channel: Channel,
    pub(super) start: SamplePosition,
    pub(super) pcm_8k: Vec<i16>,
    /// Where sound began to be lost that should have come before this: the ears were too far behind.
    pub(super) lost_from: Option<SamplePosition>,
}

/// Whether a call is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listening {
    /// Now: partials, and finals soon.
    Live,
    /// A recording: finals only, when there is time.
    Recorded,
}

type Place = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send>>;

/// The task's state.
pub(super) struct Ears {
    call_id: CallId,
    listening: Listening,
    language: CallLanguage,
    /// Names of the city for the finals.
    hints: Hints,
    pool: Arc<Pool>,
    fronts: [ChannelFront; 2],
    heard_at: [Instant; 2],
    events: mpsc::Sender<TurnEvent>,
    results: (mpsc::UnboundedSender<Done>, mpsc::UnboundedReceiver<Done>),
    /// Finals without a place in the queue yet, and since when; while there are any, no more sound is taken.
    waiting: VecDeque<(Channel, Utterance, Instant)>,
    place: Option<Place>,
    /// Finals in the queue or with a recogniser.
    finals_out: usize,
    /// The turns that have no final yet but a partial, at least asked for.
    so_far: HashMap<TurnId, SoFar>,
    /// The recogniser can use no shorter sound.
    shortest_ms: u32,
}

impl Ears {
    pub(super) fn new(
        call_id: CallId,
        listening: Listening,
        (language, names): (CallLanguage, Arc<NameIndex>),
        limits: &Entry,
        pool: Arc<Pool>,
        events: mpsc::Sender<TurnEvent>,
    ) -> Self {
        Self {
            call_id,
            listening,
            language,
            hints: Hints::new(names),
            pool,
            fronts: Channel::BOTH.map(|_| {
                ChannelFront::new(limits.max_segment_ms).with_first_partial(limits.first_partial_ms)
            }),
            heard_at: [Instant::now(); 2],
            events,
            results: mpsc::unbounded_channel(),
            waiting: VecDeque::new(),
            place: None,
            finals_out: 0,
            so_far: HashMap::new(),
            shortest_ms: limits.first_partial_ms,
        }
    }

    /// Listens until the sound ends and every final has come back, or nobody wants the turns any more.
    pub(super) async fn listen(mut self, mut sound: mpsc::Receiver<Sound>) {
        let mut ended = false;
        while !(ended && self.waiting.is_empty() && self.finals_out == 0) {
            let quiet_at = self.quiet_at().filter(|_| !ended);
            let may_hear = !ended && self.waiting.is_empty();
            let heard = tokio::select! {
                biased;
                Some(done) = self.results.1.recv() => self.deliver(done).await,
                place = next_place(&mut self.place) => {
                    self.submit(place);
                    Ok(())
                }
                piece = sound.recv(), if may_hear => {
                    ended = piece.is_none();
                    self.hear(piece).await
                }
                () = sleep_until(quiet_at), if may_hear => {
                    self.fall_silent();
                    Ok(())
                }
            };
            if heard.is_err() {
                return;
            }
            self.want_place();
        }
    }

    /// Sound, or its end.
    async fn hear(&mut self, piece: Option<Sound>) -> Result<(), Gone> {
        let mut heard = Vec::new();
        let Some(piece) = piece else {
            for channel in Channel::BOTH {
                self.fronts[channel.index()].finish(&mut heard);
                self.take(channel, &mut heard);
            }
            return Ok(());
        };
        let Sound { channel, start, pcm_8k, lost_from } = piece;
        if let Some(lost_from) = lost_from {
            self.fronts[channel.index()].finish(&mut heard);
            self.take(channel, &mut heard);
            let lost = turn::unheard(self.call_id, channel, lost_from, start);
            self.events.send(TurnEvent::Final(lost)).await.map_err(|_| Gone)?;
        }
        self.heard_at[channel.index()] = Instant::now();
        let partial_frames = self.partial_frames(channel);
        let busy = self.listening == Listening::Live && self.pool.queue().finals() > 0;
        self.fronts[channel.index()].set_busy(busy);
        self.fronts[channel.index()].hear(start, &pcm_8k, partial_frames, &mut heard);
        self.take(channel, &mut heard);
        Ok(())
    }

    /// Nothing has come from a channel for a while: what was being said there is over.
    fn fall_silent(&mut self) {
        let mut heard = Vec::new();
        for channel in Channel::BOTH {
            let quiet = self.heard_at[channel.index()].elapsed() >= QUIET_TIMEOUT;
            if quiet && self.fronts[channel.index()].is_busy() {
                self.fronts[channel.index()].finish(&mut heard);
                self.take(channel, &mut heard);
            }
        }
    }

    fn quiet_at(&self) -> Option<Instant> {
        let busy = Channel::BOTH.into_iter().filter(|channel| self.fronts[channel.index()].is_busy());
        busy.map(|channel| self.heard_at[channel.index()] + QUIET_TIMEOUT).min()
    }

    /// How much new sound of a channel a partial needs now; nothing where there are to be none.
    fn partial_frames(&self, channel: Channel) -> Option<u64> {
        match self.listening {
            Listening::Live => {
                let load = self.pool.load();
                let interval = if self.fronts[channel.index()].has_partial() {
                    refresh_interval(load, self.pool.partial_cost())?
                } else {
                    partial_interval(load)?
                };
                Some(u64::try_from(interval.as_millis()).unwrap_or(u64::MAX) / u64::from(FRAME_MS))
            }
            Listening::Recorded => None,
        }
    }

    fn take(&mut self, channel: Channel, heard: &mut Vec<Heard>) {
        for heard in heard.drain(..) {
            match heard {
                Heard::Final(utterance) => self.waiting.push_back((channel, utterance, Instant::now())),
                Heard::Partial(utterance) => {
                    let so_far =
                        self.so_far.entry(utterance.turn_id).or_insert_with(|| SoFar::of(&utterance));
                    let priority = if so_far.shown { Priority::Refresh } else { Priority::FirstPartial };
                    let tail = so_far.tail(utterance, self.shortest_ms);
                    self.pool.queue().put(self.job(channel, tail, priority));
                }
            }
        }
    }

    /// Stands in line for a place in the queue where a final needs one.
    fn want_place(&mut self) {
        let may_ask = match self.listening {
            Listening::Live => true,
            Listening::Recorded => self.finals_out < RECORDED_AT_ONCE,
        };
        if !self.waiting.is_empty() && self.place.is_none() && may_ask {
            self.place = Some(Box::pin(self.pool.places().acquire_owned()));
        }
    }

    fn submit(&mut self, place: Result<OwnedSemaphorePermit, AcquireError>) {
        self.place = None;
        let Some((channel, utterance, since)) = self.waiting.pop_front() else { return };
        self.finals_out += 1;
        let bias = self.hints.for_final(utterance.turn_id);
        let priority = self.final_priority(since);
        // The semaphore is never closed.
        let job = Job { bias, since, place: place.ok(), ..self.job(channel, utterance, priority) };
        self.pool.queue().put(job);
    }

    /// Of a final whose turn was over at `since`.
    fn final_priority(&self, since: Instant) -> Priority {
        let (wait, live) = match self.listening {
            Listening::Live => (LIVE_DUE, true),
            Listening::Recorded => (RECORDED_DUE, false),
        };
        Priority::Final { due: since + wait, live }
    }

    /// A job of this call, put into the queue now, without names to prefer.
    fn job(&self, channel: Channel, utterance: Utterance, priority: Priority) -> Job {
        Job {
            call_id: self.call_id,
            channel,
            utterance,
            priority,
            language: self.language.now(),
            bias: Vec::new(),
            since: Instant::now(),
            failures: 0,
            reply: self.results.0.clone(),
            place: None,
        }
    }

    async fn deliver(&mut self, done: Done) -> Result<(), Gone> {
        let Done { channel, kind, utterance, transcript } = done;
        match kind {
            RequestKind::Final => {
                // Once more, with the names it suggests; while others wait there is no time for that.
                let turn_id = utterance.turn_id;
                let may_repeat = self.listening == Listening::Recorded || self.pool.queue().finals() == 0;
                if let Some(names) = self.hints.again(turn_id, transcript.as_ref(), may_repeat) {
                    let priority = self.final_priority(Instant::now());
                    let job = Job { bias: names, ..self.job(channel, utterance, priority) };
                    self.pool.queue().put(job);
                    return Ok(());
                }
                let transcript = self.hints.settled(turn_id, transcript);
                self.finals_out -= 1;
                let spoken = transcript.as_ref().and_then(|heard| heard.language.clone());
                let shown = self.so_far.remove(&utterance.turn_id).is_some_and(|so_far| so_far.shown);
                let event = match turn::of(self.call_id, channel, &utterance, transcript) {
                    Some(turn) => TurnEvent::Final(turn),
                    // It was a noise after all: what the desk shows of it goes away.
                    None if shown => TurnEvent::Partial(nothing(channel, &utterance)),
                    None => return Ok(()),
                };
                if let TurnEvent::Final(turn) = &event
                    && let Some(language) = self.language.heard(turn, spoken)
                {
                    self.events.send(TurnEvent::Language(language)).await.map_err(|_| Gone)?;
                }
                self.events.send(event).await.map_err(|_| Gone)
            }
            RequestKind::Partial => {
                // One that comes after its final is old news.
                let so_far = self.so_far.get_mut(&utterance.turn_id);
                let Some((so_far, transcript)) = so_far.zip(transcript) else { return Ok(()) };
                let words = turn::words_so_far(&utterance, transcript);
                let Some(partial) = so_far.hear(channel, &utterance, &words) else { return Ok(()) };
                self.hints.partial(utterance.turn_id, &partial.text);
                match self.events.try_send(TurnEvent::Partial(partial)) {
                    Ok(()) => so_far.shown = true,
                    // The next one replaces it.
                    Err(mpsc::error::TrySendError::Full(_)) => {}
                    Err(mpsc::error::TrySendError::Closed(_)) => return Err(Gone),
                }
                Ok(())
            }
        }
    }
}

/// The partial that takes back what was shown of a turn.
fn nothing(channel: Channel, utterance: &Utterance) -> Partial {
    let (turn_id, start_sample) = (utterance.turn_id, utterance.start);
    Partial { turn_id, channel, start_sample, text: String::new(), committed: 0 }
}

/// Nobody wants the turns any more.
struct Gone;

async fn next_place(place: &mut Option<Place>) -> Result<OwnedSemaphorePermit, AcquireError> {
    match place {
        Some(place) => place.await,
        None => std::future::pending().await,
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
