//! What may be speech at all, before the voice detector is believed: telephones ring, hold music plays, machines
//! whistle, lines hiss, and the detector takes most of it for voice. Enters: frames of 16 ms. Leaves: a [`Verdict`]
//! on each.
//!
//! Two questions. *Does this frame stand out?* Silence, a held tone and what does not rise above the line's own
//! background do not; they end turns. *Was there speech in the last second?* A voice glides: in most syllables its
//! pitch climbs or falls by a semitone and more, and its spectrum jumps between vowels and consonants. Notes stand
//! or step, drums and noise have no pitch. A turn counts only with such a second in it; until then it is doubtful.

mod background;
mod evidence;
mod spectrum;

use background::Background;
use evidence::Evidence;
use spectrum::{Sketch, Spectrum};

/// Nothing quieter than this can be understood: three steps of A-law.
const SILENT_PEAK: u16 = 24;
/// So much of a tone's sound lies in its two strongest partials, and was there 96 ms before.
const TONE_PURITY: f32 = 0.93;
const TONE_PERSISTENCE: f32 = 0.8;
/// A frame stands out that is so much louder than the background, decibels.
const STANDS_OUT_DB: f32 = 5.0;
/// A frame at least this likely to be voice is looked at for evidence.
const VOICE_SCORE: f32 = 0.3;

/// What is known of a frame before the voice detector hears it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sound {
    /// Nothing to hear.
    Silence,
    /// A held tone, or no louder than what is always there: no voice, whatever the detector says.
    Background,
    /// Possibly a voice.
    Open,
}

/// One channel's gate: some 10 kB, and about as much work as the voice detector.
pub(super) struct Gate {
    spectrum: Spectrum,
    background: Background,
    evidence: Evidence,
    sketch: Sketch,
    sound: Sound,
}

impl Gate {
    pub(super) fn new() -> Self {
        Self {
            spectrum: Spectrum::new(),
            background: Background::new(),
            evidence: Evidence::new(),
            sketch: Sketch::default(),
            sound: Sound::Silence,
        }
    }

    /// Hears the next frame, at 16 kHz, and how loud it is.
    pub(super) fn hear(&mut self, frame_16k: &[i16], level_db: f32) -> Sound {
        let above_db = self.background.above_db(level_db);
        self.sound = if frame_16k.iter().all(|sample| sample.unsigned_abs() <= SILENT_PEAK) {
            self.spectrum.rest();
            Sound::Silence
        } else {
            // Every other sample is the telephone's own.
            self.sketch = self.spectrum.hear(frame_16k.iter().step_by(2).copied());
            let tone = self.sketch.purity > TONE_PURITY && self.sketch.persistence > TONE_PERSISTENCE;
            if tone || above_db < STANDS_OUT_DB { Sound::Background } else { Sound::Open }
        };
        self.sound
    }

    /// Takes the detector's score of the frame just heard; true where the last second held speech.
    pub(super) fn judge(&mut self, score: f32) -> bool {
        let voiced = self.sound == Sound::Open && score >= VOICE_SCORE;
        let sounding = (self.sound != Sound::Silence).then_some(&self.sketch);
        self.evidence.push(sounding, voiced)
    }

    /// True where what was heard last is speech if nothing follows.
    pub(super) fn judge_end(&self) -> bool {
        self.evidence.is_word()
    }
}
