//! Was there speech in the last second? A fold over the frames that may be voice.

use std::collections::VecDeque;

use super::spectrum::Sketch;

/// The second that is looked at.
const FRAMES: usize = 64;
/// So many frames of it must be voice: 320 ms.
const LEAST_VOICED: usize = 20;
/// A word alone is shorter: 160 ms of voice.
const LEAST_VOICED_WORD: usize = 10;
/// What follows a word alone: 190 ms that are not voice.
const REST_FRAMES: usize = 12;
/// At least so periodic is a frame with a pitch.
const PERIODIC: f32 = 0.6;
/// A glide lasts so many steps of a frame and covers so many semitones, each step within these.
const GLIDE_STEPS: usize = 4;
const GLIDE_SEMITONES: f32 = 1.0;
const STEP_SEMITONES: std::ops::Range<f32> = 0.03..1.6;
/// A word over music glides through half of so many frames, 380 ms.
const GLIDING_FRAMES: usize = 24;
/// More of a second's voice need not glide.
const GLIDING_ENOUGH: f32 = 0.2;
/// How much it counts when so much glides; and a spread of the spectrum's centre of 1 kHz.
const GLIDING_WEIGHT: f32 = 45.0;
const SPREAD_WEIGHT_PER_KHZ: f32 = 15.0;
/// A second with this sum is speech. Half the voice of speech glides; of the seconds of hold music one in 300 reaches it.
const SPEECH: f32 = 7.5;
/// Where the line has carried sound for long without speech, it takes so much more.
const MORE_IN_MUSIC: f32 = 1.0;
/// Frames of sound without speech after which it does: 4 s.
const MUSIC_FRAMES: f32 = 250.0;
/// So much of it may have been heard where a word alone is believed for less: 1.5 s.
const QUIET_FRAMES: f32 = 94.0;
/// A frame with so much of its sound in its two strongest partials is of one or two tones; of a voice, no more than
/// so many frames are.
const PURE: f32 = 0.97;
const PURE_ENOUGH: f32 = 0.62;
/// A word alone is periodic to so much, and its spectrum moves or its pitch glides.
const WORD_PERIODIC: f32 = 0.4;
const WORD: f32 = 4.5;

/// The fold.
#[derive(Debug)]
pub(super) struct Evidence {
    second: VecDeque<Note>,
    sums: Sums,
    glide: Glide,
    /// Frames since the last that may be voice.
    rest: usize,
    /// Frames of sound since the last speech; silence takes half a frame off.
    unproven: f32,
}

/// What is remembered of a frame; the default for a silent one.
#[derive(Debug, Clone, Copy, Default)]
struct Note {
    /// True where there is sound at all, and where it is of tones.
    sounds: bool,
    pure: bool,
    voiced: bool,
    glides: bool,
    periodic: bool,
    centroid_khz: f32,
}

/// Sums over the second's frames.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    sounds: usize,
    pure: usize,
    voiced: usize,
    glides: usize,
    periodic: usize,
    centroid_khz: f32,
    centroid_squared: f32,
}

/// The pitch's way in one direction.
#[derive(Debug, Clone, Copy, Default)]
struct Glide {
    /// The pitch of the frame before, where it had one.
    pitch: Option<f32>,
    steps: usize,
    semitones: f32,
}

impl Evidence {
    pub(super) fn new() -> Self {
        let second = VecDeque::from(vec![Note::default(); FRAMES]);
        Self { second, sums: Sums::default(), glide: Glide::default(), rest: FRAMES, unproven: 0.0 }
    }

    /// Takes the next frame, described where it sounds, and whether it may be voice; true where the second that it
    /// ends held speech.
    pub(super) fn push(&mut self, frame: Option<&Sketch>, voiced: bool) -> bool {
        self.rest = if voiced { 0 } else { self.rest.saturating_add(1) };
        if self.rest > FRAMES {
            self.unproven = (self.unproven - 0.5).max(0.0);
            return false;
        }
        if let Some(gone) = self.second.pop_front() {
            self.sums.take(gone, false);
        }
        let note = frame.map_or_else(Note::default, |frame| Note::of(frame, voiced));
        self.sums.take(note, true);
        self.second.push_back(note);
        let pitch = frame.filter(|frame| voiced && frame.periodicity > PERIODIC).map(|frame| frame.pitch);
        self.mark_glide(pitch);
        let speech = self.is_speech();
        self.unproven = match (speech, voiced) {
            (true, _) => 0.0,
            (false, true) => (self.unproven + 1.0).min(MUSIC_FRAMES),
            (false, false) => (self.unproven - 0.5).max(0.0),
        };
        speech
    }

    /// True where the second's voice is a word that stands alone, if nothing follows it.
    pub(super) fn is_word(&self) -> bool {
        let Sums { voiced, periodic, .. } = self.sums;
        voiced >= LEAST_VOICED_WORD
            && self.unproven < QUIET_FRAMES
            && periodic as f32 >= WORD_PERIODIC * voiced as f32
            && !self.sums.is_tones()
            && self.sums.likeness() >= WORD
    }

    fn is_speech(&self) -> bool {
        let needed = SPEECH + MORE_IN_MUSIC * self.unproven / MUSIC_FRAMES;
        (self.sums.voiced >= LEAST_VOICED && self.sums.likeness() >= needed && !self.sums.is_tones())
            || self.is_gliding()
            || (self.rest == REST_FRAMES && self.is_word())
    }

    /// True where the pitch glides through most of the last third of a second: a word over music.
    fn is_gliding(&self) -> bool {
        let last = self.second.range(FRAMES - GLIDING_FRAMES..);
        self.sums.glides >= GLIDING_FRAMES / 2
            && last.filter(|note| note.glides).count() >= GLIDING_FRAMES / 2
    }

    /// Follows the pitch; once its way is a glide, so are the frames of it.
    fn mark_glide(&mut self, pitch: Option<f32>) {
        let (before, after) = (std::mem::replace(&mut self.glide.pitch, pitch), pitch);
        let step = before.zip(after).map_or(0.0, |(before, after)| after - before);
        if !STEP_SEMITONES.contains(&step.abs()) {
            self.glide = Glide { pitch, ..Glide::default() };
            return;
        }
        if step * self.glide.semitones < 0.0 {
            self.glide = Glide { pitch, ..Glide::default() };
        }
        self.glide.steps += 1;
        self.glide.semitones += step;
        if self.glide.steps >= GLIDE_STEPS && self.glide.semitones.abs() >= GLIDE_SEMITONES {
            for note in self.second.iter_mut().rev().take(self.glide.steps + 1) {
                if note.voiced && !note.glides {
                    note.glides = true;
                    self.sums.glides += 1;
                }
            }
        }
    }
}

impl Note {
    fn of(frame: &Sketch, voiced: bool) -> Self {
        Self {
            sounds: true,
            pure: frame.purity > PURE,
            voiced,
            glides: false,
            periodic: voiced && frame.periodicity > PERIODIC,
            centroid_khz: if voiced { frame.centroid_hz / 1_000.0 } else { 0.0 },
        }
    }
}

impl Sums {
    fn take(&mut self, note: Note, adding: bool) {
        let counted = |count: usize, by: bool| match (by, adding) {
            (false, _) => count,
            (true, true) => count + 1,
            (true, false) => count.saturating_sub(1),
        };
        self.sounds = counted(self.sounds, note.sounds);
        self.pure = counted(self.pure, note.pure);
        self.voiced = counted(self.voiced, note.voiced);
        self.glides = counted(self.glides, note.glides);
        self.periodic = counted(self.periodic, note.periodic);
        let sign = if adding { 1.0 } else { -1.0 };
        self.centroid_khz += sign * note.centroid_khz;
        self.centroid_squared += sign * note.centroid_khz * note.centroid_khz;
        if self.voiced == 0 {
            // What rounding leaves does not gather.
            (self.centroid_khz, self.centroid_squared) = (0.0, 0.0);
        }
    }

    /// True where mostly one tone sounds at a time, or two, as in dialled digits.
    fn is_tones(&self) -> bool {
        self.pure as f32 > PURE_ENOUGH * self.sounds as f32
    }

    /// How much the voice glides and its spectrum moves.
    fn likeness(&self) -> f32 {
        let count = self.voiced.max(1) as f32;
        let gliding = (self.glides as f32 / count).min(GLIDING_ENOUGH);
        let mean = self.centroid_khz / count;
        let spread = (self.centroid_squared / count - mean * mean).max(0.0).sqrt();
        GLIDING_WEIGHT * gliding + SPREAD_WEIGHT_PER_KHZ * spread
    }
}
