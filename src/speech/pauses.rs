//! How long a silence ends a turn: between 350 and 700 ms, by the speaker's own pauses. One for each channel, kept
//! for the whole call.
//!
//! The rule. Of the speaker's last twelve pauses within turns the third longest is what they may well make again;
//! half as much again and a tenth of a second ends a turn. Nobody has paused yet: 300 ms, a comma in read speech, so
//! 560 ms. A turn that goes on within 200 ms of its end was ended too early: its pause counts as one, too. Then
//! - 100 ms less after a stretch of a second and more whose loudness has fallen by 6 dB: a sentence that is complete;
//! - 100 ms more where the turn's last stretch is short, under 400 ms after a pause: a word that is being looked for;
//! - 100 ms more while finals wait for recognisers: a long piece costs them less than two short ones, and nobody
//!   sees the difference.

use std::collections::VecDeque;

use super::segmenter::frames;

/// The bounds.
const SHORTEST: u64 = frames(352);
const LONGEST: u64 = frames(700);
/// Before anything is known of the speaker.
const USUAL: u64 = frames(304);
/// A shorter silence is the closure of a consonant.
const LEAST_PAUSE: u64 = frames(96);
/// Pauses that are remembered, and the one that counts, from the longest.
const REMEMBERED: usize = 12;
const COUNTED: usize = 3;
/// What a pause is multiplied by, and what is added, before it ends a turn.
const MARGIN: (u64, u64) = (3, 2);
const MARGIN_FRAMES: u64 = frames(112);
/// A turn that goes on so soon was ended too early.
const TOO_EARLY: u64 = frames(200);
/// What a complete sentence takes off, and a hesitation or a load adds.
const LESS: u64 = frames(100);
const MORE: u64 = frames(100);
/// A complete sentence is at least so long and ends so much softer than its loudest part, decibels.
const SENTENCE: u64 = frames(1_000);
const FADED_DB: f32 = 6.0;
/// A stretch so short after a pause is a hesitation.
const FRAGMENT: u64 = frames(400);
/// Loudness is smoothed over some five frames.
const SMOOTHING: f32 = 0.2;

/// What is known of a speaker's pauses.
#[derive(Debug, Clone, Default)]
pub(super) struct Pauses {
    /// Frames of the last pauses within turns.
    recent: VecDeque<u64>,
    stretch: Stretch,
    busy: bool,
}

/// Voice since the last pause.
#[derive(Debug, Clone, Copy, Default)]
struct Stretch {
    frames: u64,
    /// True where there was voice before it in the turn.
    after_pause: bool,
    level_db: f32,
    loudest_db: f32,
}

impl Pauses {
    /// A turn begins, so many frames after the voice of the last.
    pub(super) fn begin(&mut self, silence: u64) {
        self.stretch = Stretch::default();
        if silence < self.hang_over() + TOO_EARLY {
            self.remember(silence);
        }
    }

    /// The turn has voice, so many frames after its last.
    pub(super) fn voice(&mut self, silence: u64, level_db: f32) {
        if silence >= LEAST_PAUSE {
            self.remember(silence);
            self.stretch = Stretch { after_pause: true, ..Stretch::default() };
        }
        let stretch = &mut self.stretch;
        if stretch.frames == 0 {
            (stretch.level_db, stretch.loudest_db) = (level_db, level_db);
        }
        stretch.frames += if silence < LEAST_PAUSE { 1 + silence } else { 1 };
        stretch.level_db += SMOOTHING * (level_db - stretch.level_db);
        stretch.loudest_db = stretch.loudest_db.max(stretch.level_db);
    }

    /// Finals wait for recognisers, or no longer.
    pub(super) fn set_busy(&mut self, busy: bool) {
        self.busy = busy;
    }

    /// Frames of silence that end the turn now.
    pub(super) fn hang_over(&self) -> u64 {
        let mut recent: Vec<u64> = self.recent.iter().copied().collect();
        recent.sort_unstable_by(|a, b| b.cmp(a));
        // The speaker is taken to pause as others do until enough is known.
        let known = recent.get(COUNTED - 1).copied().unwrap_or(USUAL);
        let mut frames = known * MARGIN.0 / MARGIN.1 + MARGIN_FRAMES;
        let Stretch { frames: length, after_pause, level_db, loudest_db } = self.stretch;
        if length >= SENTENCE && loudest_db - level_db >= FADED_DB {
            frames = frames.saturating_sub(LESS);
        }
        if after_pause && length < FRAGMENT {
            frames += MORE;
        }
        if self.busy {
            frames += MORE;
        }
        frames.clamp(SHORTEST, LONGEST)
    }

    fn remember(&mut self, silence: u64) {
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(silence);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::segmenter::FRAME_MS;
    use super::*;

    const LOUD_DB: f32 = -25.0;

    fn ms(frames: u64) -> u64 {
        frames * u64::from(FRAME_MS)
    }

    /// A speaker who has made pauses of so many milliseconds, and then spoken for a while.
    fn speaker(pause_ms: u32) -> Pauses {
        let mut pauses = Pauses::default();
        for _ in 0..REMEMBERED {
            speak(&mut pauses, pause_ms, 800);
        }
        pauses
    }

    fn speak(pauses: &mut Pauses, pause_ms: u32, voice_ms: u32) {
        pauses.voice(frames(pause_ms), LOUD_DB);
        (1..frames(voice_ms)).for_each(|_| pauses.voice(0, LOUD_DB));
    }

    #[test]
    fn an_unknown_speaker_is_waited_for_as_long_as_a_reader() {
        assert_eq!(ms(Pauses::default().hang_over()), 560);
    }

    #[test]
    fn the_wait_follows_the_speaker() {
        assert_eq!(ms(speaker(100).hang_over()), 352);
        let usual = ms(speaker(304).hang_over());
        assert!((540..=580).contains(&usual), "{usual}");
        assert!(ms(speaker(480).hang_over()) >= 688);
        // Quick again after a slow beginning.
        let mut pauses = speaker(480);
        (0..REMEMBERED).for_each(|_| speak(&mut pauses, 112, 800));
        assert_eq!(ms(pauses.hang_over()), 352);
    }

    #[test]
    fn a_sentence_that_fades_ends_sooner_and_a_word_looked_for_later() {
        let mut sentence = Pauses::default();
        speak(&mut sentence, 0, 1_600);
        let level = sentence.hang_over();
        (0..12).for_each(|_| sentence.voice(0, LOUD_DB - 9.0));
        assert_eq!(level - sentence.hang_over(), LESS);
        let mut word = Pauses::default();
        speak(&mut word, 0, 800);
        let before = word.hang_over();
        speak(&mut word, 200, 208);
        assert_eq!(word.hang_over() - before, MORE);
        speak(&mut word, 0, 400);
        assert_eq!(word.hang_over(), before);
    }

    #[test]
    fn turns_ended_too_early_make_the_wait_longer_and_those_ended_in_time_do_not() {
        let (mut early, mut right) = (Pauses::default(), Pauses::default());
        for _ in 0..COUNTED {
            early.begin(frames(640));
            right.begin(frames(1_600));
        }
        assert_eq!(early.hang_over(), LONGEST);
        assert_eq!(right.hang_over(), Pauses::default().hang_over());
    }

    #[test]
    fn while_recognisers_are_behind_pieces_are_longer() {
        let mut pauses = Pauses::default();
        let before = pauses.hang_over();
        pauses.set_busy(true);
        assert_eq!(pauses.hang_over() - before, MORE);
    }

    proptest! {
        #[test]
        fn it_never_leaves_its_bounds(
            voices in proptest::collection::vec((0_u64..400, -90.0_f32..0.0, any::<bool>()), 0..200),
        ) {
            let mut pauses = Pauses::default();
            for (silence, level_db, begins) in voices {
                if begins { pauses.begin(silence) } else { pauses.voice(silence, level_db) }
                prop_assert!((350..=700).contains(&ms(pauses.hang_over())));
            }
        }
    }
}
