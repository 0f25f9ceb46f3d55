//! A piece of sound recognised as it is: no search for voice, no partials. What streaming is measured against.

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::audio::resample;
use crate::domain::{CallId, Channel, SamplePosition, Turn, TurnId};

use super::channel::Utterance;
use super::queue::{Job, Priority};
use super::turn;
use super::{LanguageChoice, Speech};

impl Speech {
    /// Recognises 8 kHz sound in one piece, at most the model's `max_segment_ms`, on the way that a call's finals
    /// take. Nothing where no word was heard.
    pub async fn recognise_whole(
        &self,
        call_id: CallId,
        channel: Channel,
        start: SamplePosition,
        pcm_8k: &[i16],
        language: &LanguageChoice,
    ) -> Option<Turn> {
        let end = SamplePosition(start.0 + pcm_8k.len() as u64);
        let utterance = Utterance {
            turn_id: TurnId::new(),
            start,
            end,
            pcm_16k: resample::doubled(pcm_8k),
            voiced: std::iter::once(start..end).collect(),
        };
        let (reply, mut done) = mpsc::unbounded_channel();
        let pool = &self.inner.pool;
        let place = pool.places().acquire_owned().await.ok();
        pool.queue().put(Job {
            call_id,
            channel,
            utterance,
            priority: Priority::Final { due: Instant::now(), live: false },
            language: language.fixed().map(str::to_owned),
            bias: Vec::new(),
            since: Instant::now(),
            failures: 0,
            reply,
            place,
        });
        let done = done.recv().await?;
        turn::of(call_id, channel, &done.utterance, done.transcript)
    }
}
