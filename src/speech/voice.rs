//! Is this speech? The gate, and behind it the voice detector, one frame of 16 ms at a time.

use super::gate::{Gate, Sound};
use super::segmenter::FrameSense;

/// Samples of a frame at 16 kHz.
pub(super) const FRAME_16K: usize = 256;
/// Level of digital silence, decibels of full scale.
const SILENCE_DB: f32 = -100.0;
/// Silent frames that the detector still hears, so that it knows of the silence: 160 ms.
const HEARD_SILENCE: u32 = 10;

/// `earshot`'s detector behind the gate, for one channel: about 20 kB of state, some 0.1 % of a core; in silence
/// next to nothing.
pub(super) struct VoiceDetector {
    gate: Gate,
    earshot: Box<earshot::Detector>,
    /// Silent frames since the last sound.
    silent: u32,
}

impl VoiceDetector {
    pub(super) fn new() -> Self {
        Self { gate: Gate::new(), earshot: Box::default(), silent: 0 }
    }

    /// Hears the next frame of the channel: exactly [`FRAME_16K`] samples.
    pub(super) fn sense(&mut self, frame: &[i16]) -> FrameSense {
        let level_db = level_db(frame);
        let sound = self.gate.hear(frame, level_db);
        self.silent = if sound == Sound::Silence { self.silent.saturating_add(1) } else { 0 };
        let heard = if self.silent > HEARD_SILENCE { 0.0 } else { self.earshot.predict_i16(frame) };
        let score = if sound == Sound::Open { heard } else { 0.0 };
        FrameSense { score, level_db, speech: self.gate.judge(score) }
    }

    /// True where what was heard last is speech if nothing follows.
    pub(super) fn sense_end(&self) -> bool {
        self.gate.judge_end()
    }
}

fn level_db(frame: &[i16]) -> f32 {
    let energy: i64 = frame.iter().map(|sample| i64::from(*sample) * i64::from(*sample)).sum();
    let mean = energy as f32 / frame.len().max(1) as f32 / (32_768.0 * 32_768.0);
    if mean > 0.0 { (10.0 * mean.log10()).max(SILENCE_DB) } else { SILENCE_DB }
}
