//! Where a turn begins and ends: a pure fold of one voice score per frame into spans. Enters: [`FrameSense`], one
//! for every frame, in order. Leaves: [`Span`]s that never overlap, are never longer than the limit, and hold
//! every voiced frame of a turn.

use std::collections::VecDeque;

use super::pauses::Pauses;

/// Samples of 1/8000 s in a frame: 16 ms, what the voice detector hears at a time.
pub(super) const FRAME_SAMPLES: u64 = 128;
/// The same in milliseconds.
pub(super) const FRAME_MS: u32 = 16;
/// Whole frames of so many milliseconds.
pub(super) const fn frames(ms: u32) -> u64 {
    (ms / FRAME_MS) as u64
}

/// A frame at least this likely to be voice may begin a turn.
const BEGIN_SCORE: f32 = 0.5;
/// A frame at least this likely to be voice continues one: lower, so that a turn does not flicker.
const CONTINUE_SCORE: f32 = 0.3;
/// So many such frames begin a turn: 48 ms, longer than a click.
const BEGIN_FRAMES: usize = 3;
/// Kept from before the first voiced frame, for unvoiced consonants that the detector misses: 300 ms.
const PRE_ROLL_FRAMES: u64 = 300 / FRAME_MS as u64;
/// Kept after the last voiced frame, for the end of a word that fades: 200 ms, less than any silence that ends a turn.
const POST_ROLL_FRAMES: u64 = 200 / FRAME_MS as u64;
/// A turn with less voice than this is a cough or a click: 160 ms.
const MIN_VOICED_FRAMES: usize = 160 / FRAME_MS as usize;
/// So long a turn may go on without evidence of speech, and so much of what was before it the evidence brings back:
/// 2 s, twice the second in which it is looked for.
const DOUBT_FRAMES: u64 = 2_000 / FRAME_MS as u64;
/// Frames on each side over which a place to cut is judged: a dip of one frame is not a pause.
const CUT_CONTEXT_FRAMES: usize = 2;
/// How many decibels of loudness a voice score of one weighs when a place to cut is chosen.
const CUT_SCORE_DB: f32 = 20.0;

/// What was sensed of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FrameSense {
    /// How likely it is voice, 0 to 1.
    pub(super) score: f32,
    /// How loud it is, decibels of full scale.
    pub(super) level_db: f32,
    /// True where the second that it ends held speech, by the gate.
    pub(super) speech: bool,
}

/// Frames of a turn, counted from the segmenter's first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// The first frame.
    pub(super) start: u64,
    /// One past the last frame.
    pub(super) end: u64,
    /// Runs of voiced frames in it.
    pub(super) voiced: Vec<std::ops::Range<u64>>,
}

/// The fold. Holds the frames of the turn being spoken, or those that may become its pre-roll.
#[derive(Debug)]
pub(super) struct Segmenter {
    max_frames: usize,
    /// The frames from `kept_from` on.
    kept: VecDeque<FrameSense>,
    kept_from: u64,
    /// Where the last span ended: nothing before it is used again.
    floor: u64,
    open: Option<Open>,
    pauses: Pauses,
    /// One past the last voice of the last turn.
    last_voice: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    /// One past the last voiced frame.
    voice_end: u64,
    voiced_frames: usize,
    /// One past the last frame with evidence of speech; nothing where there was none: the turn is doubtful.
    proven: Option<u64>,
    /// True for what follows a cut: however short, it is the rest of something said.
    continues: bool,
}

impl Segmenter {
    /// A segmenter whose spans are at most `max_ms` long, for a speaker whose pauses are known.
    pub(super) fn new(max_ms: u32, pauses: Pauses) -> Self {
        let max_frames = ((max_ms / FRAME_MS) as usize).max(2 * PRE_ROLL_FRAMES as usize);
        let kept = VecDeque::new();
        Self { max_frames, kept, kept_from: 0, floor: 0, open: None, pauses, last_voice: None }
    }

    /// Hears the next frame; gives a span when one is complete.
    pub(super) fn push(&mut self, frame: FrameSense) -> Option<Span> {
        self.kept.push_back(frame);
        let now = self.now();
        match &mut self.open {
            None => {
                self.begin_if_voiced();
                None
            }
            Some(open) => {
                if frame.score >= CONTINUE_SCORE {
                    self.pauses.voice(now - 1 - open.voice_end, frame.level_db);
                    open.voice_end = now;
                    open.voiced_frames += 1;
                }
                if frame.speech {
                    open.proven = Some(now);
                }
                let silence = now - open.voice_end;
                let proven = open.proven;
                if silence >= self.pauses.hang_over() {
                    self.close()
                } else {
                    match proven {
                        None => {
                            self.forget_before(now.saturating_sub(DOUBT_FRAMES));
                            None
                        }
                        Some(proven) if now - proven >= DOUBT_FRAMES => Some(self.part(proven)),
                        Some(_) => self.limit(silence),
                    }
                }
            }
        }
    }

    /// Keeps the turn within its longest length.
    fn limit(&mut self, silence: u64) -> Option<Span> {
        if self.kept.len() < self.max_frames {
            None
        } else if silence == 0 {
            self.cut()
        } else if silence >= POST_ROLL_FRAMES {
            // A pause, and no room for more: the turn is over rather than cut somewhere before.
            self.close()
        } else {
            None
        }
    }

    /// Ends the turn where speech was last; what has gone on since is doubtful.
    fn part(&mut self, proven: u64) -> Span {
        let span = self.span(proven);
        self.floor = proven;
        self.forget_before(proven);
        self.open = self.reopened(None);
        if self.open.is_none() {
            self.keep_pre_roll();
        }
        span
    }

    /// The turn that the kept frames are, after one was taken off their front.
    fn reopened(&self, proven: Option<u64>) -> Option<Open> {
        let voiced_frames = self.kept.iter().filter(|frame| frame.score >= CONTINUE_SCORE).count();
        let last_voiced = self.kept.iter().rposition(|frame| frame.score >= CONTINUE_SCORE);
        last_voiced.map(|index| Open {
            voice_end: self.kept_from + index as u64 + 1,
            voiced_frames,
            proven,
            continues: proven.is_some(),
        })
    }

    /// Ends what is being said, as when the sound ends; `speech` where its end makes it speech.
    pub(super) fn finish(&mut self, speech: bool) -> Option<Span> {
        let now = self.now();
        if let Some(open) = self.open.as_mut().filter(|_| speech) {
            open.proven = Some(now);
        }
        self.close()
    }

    /// The turn being spoken, up to now; nothing while it is doubtful.
    pub(super) fn speaking(&self) -> Option<Span> {
        self.open?.proven?;
        Some(self.span(self.now().min(self.latest_end())))
    }

    /// True while something goes on that is, or may become, a turn.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// What is known of the speaker's pauses.
    pub(super) fn pauses(&mut self) -> &mut Pauses {
        &mut self.pauses
    }

    /// The first frame whose sound may still be asked for.
    pub(super) fn needed_from(&self) -> u64 {
        self.kept_from
    }

    /// One past the last frame heard.
    fn now(&self) -> u64 {
        self.kept_from + self.kept.len() as u64
    }

    /// One past the last frame that a span may have now.
    fn latest_end(&self) -> u64 {
        self.kept_from + self.max_frames as u64
    }

    fn begin_if_voiced(&mut self) {
        let recent = self.kept.iter().rev().take(BEGIN_FRAMES);
        let run = recent.take_while(|frame| frame.score >= BEGIN_SCORE).count();
        if run == BEGIN_FRAMES {
            let start = (self.now() - run as u64).saturating_sub(PRE_ROLL_FRAMES).max(self.floor);
            self.forget_before(start);
            let proven = None;
            let silence = self.last_voice.map_or(u64::MAX, |last| self.now() - run as u64 - last);
            self.pauses.begin(silence);
            self.open = Some(Open { voice_end: self.now(), voiced_frames: run, proven, continues: false });
        } else {
            self.keep_pre_roll();
        }
    }

    fn close(&mut self) -> Option<Span> {
        let open = self.open.take()?;
        let end = (open.voice_end + POST_ROLL_FRAMES).min(self.latest_end());
        let span = self.span(end.min(self.now()));
        let kept = open.proven.is_some() && (open.continues || open.voiced_frames >= MIN_VOICED_FRAMES);
        if kept {
            self.floor = span.end;
            self.last_voice = Some(open.voice_end);
        }
        self.keep_pre_roll();
        kept.then_some(span)
    }

    /// Ends the span at the quietest place of its last part; what comes after is the beginning of the next.
    fn cut(&mut self) -> Option<Span> {
        let open = self.open?;
        let at = self.kept_from + self.cut_place() as u64;
        let span = self.span(at);
        self.floor = at;
        self.forget_before(at);
        self.open = self.reopened(open.proven.map(|proven| proven.max(at)));
        if self.open.is_none() {
            self.keep_pre_roll();
        }
        Some(span)
    }

    /// The index in `kept` where a cut hurts least: little voice and little sound around it, in the last two
    /// fifths.
    fn cut_place(&self) -> usize {
        let first = self.max_frames * 3 / 5;
        let last = self.max_frames - CUT_CONTEXT_FRAMES;
        let cost = |index: usize| {
            let around = self.kept.range(index - CUT_CONTEXT_FRAMES..index + CUT_CONTEXT_FRAMES);
            around.map(|frame| frame.level_db + CUT_SCORE_DB * frame.score).sum::<f32>()
        };
        // Of equal places the last, so that pieces are long.
        let best = (first..=last).map(|index| (index, cost(index))).rev().min_by(|a, b| a.1.total_cmp(&b.1));
        best.map_or(last, |(index, _)| index)
    }

    fn span(&self, end: u64) -> Span {
        let mut voiced: Vec<std::ops::Range<u64>> = Vec::new();
        let frames = (self.kept_from..end).zip(&self.kept);
        for (index, _) in frames.filter(|(_, frame)| frame.score >= CONTINUE_SCORE) {
            match voiced.last_mut() {
                Some(run) if run.end == index => run.end = index + 1,
                _ => voiced.push(index..index + 1),
            }
        }
        Span { start: self.kept_from, end, voiced }
    }

    fn keep_pre_roll(&mut self) {
        let longest = PRE_ROLL_FRAMES + BEGIN_FRAMES as u64;
        self.forget_before(self.now().saturating_sub(longest).max(self.floor));
    }

    fn forget_before(&mut self, frame: u64) {
        let count = usize::try_from(frame.saturating_sub(self.kept_from)).unwrap_or(usize::MAX);
        self.kept.drain(..count.min(self.kept.len()));
        self.kept_from = self.kept_from.max(frame);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    const MAX_MS: u32 = 6_500;
    const MAX_FRAMES: u64 = (MAX_MS / FRAME_MS) as u64;

    fn frame(voiced: bool) -> FrameSense {
        let (score, level_db) = if voiced { (0.95, -25.0) } else { (0.02, -70.0) };
        FrameSense { score, level_db, speech: voiced }
    }

    fn spans_of(frames: impl IntoIterator<Item = FrameSense>) -> Vec<Span> {
        let mut segmenter = Segmenter::new(MAX_MS, Pauses::default());
        let mut spans: Vec<_> = frames.into_iter().filter_map(|frame| segmenter.push(frame)).collect();
        spans.extend(segmenter.finish(false));
        spans
    }

    /// Runs of `(voiced, frames)`.
    fn pattern(runs: &[(bool, usize)]) -> Vec<FrameSense> {
        runs.iter().flat_map(|(voiced, frames)| std::iter::repeat_n(frame(*voiced), *frames)).collect()
    }

    #[test]
    fn a_turn_has_its_pre_roll_and_its_fading_end() {
        let spans = spans_of(pattern(&[(false, 100), (true, 60), (false, 100)]));
        let [span] = spans.as_slice() else { panic!("{spans:?}") };
        assert_eq!((span.start, span.end), (100 - PRE_ROLL_FRAMES, 160 + POST_ROLL_FRAMES));
        assert!(span.voiced.iter().cloned().eq(std::iter::once(100..160)), "{spans:?}");
    }

    #[test]
    fn a_pause_of_a_comma_does_not_split_and_one_of_a_second_does() {
        let comma = spans_of(pattern(&[(true, 60), (false, 20), (true, 60), (false, 60)]));
        assert_eq!(comma.len(), 1);
        let second = spans_of(pattern(&[(true, 60), (false, 62), (true, 60), (false, 60)]));
        assert_eq!(second.len(), 2);
    }

    #[test]
    fn clicks_and_coughs_are_no_turn() {
        assert_eq!(spans_of(pattern(&[(false, 50), (true, 2), (false, 50), (true, 2), (false, 50)])), []);
        assert_eq!(spans_of(pattern(&[(false, 50), (true, MIN_VOICED_FRAMES - 1), (false, 50)])), []);
        assert_eq!(spans_of(pattern(&[(false, 50), (true, MIN_VOICED_FRAMES), (false, 50)])).len(), 1);
    }

    #[test]
    fn long_speech_is_cut_at_its_quietest_place_and_goes_on_without_loss() {
        let mut frames = pattern(&[(true, 700), (false, 60)]);
        for dip in &mut frames[330..340] {
            *dip = FrameSense { score: 0.6, level_db: -40.0, speech: true };
        }
        let spans = spans_of(frames);
        assert_eq!(spans.len(), 2, "{spans:?}");
        assert!((331..340).contains(&spans[0].end), "{spans:?}");
        assert_eq!(spans[1].start, spans[0].end);
        assert_eq!(spans[1].end, 700 + POST_ROLL_FRAMES);
    }

    #[test]
    fn speech_that_ends_just_before_the_limit_is_one_turn() {
        let voiced = (MAX_FRAMES - PRE_ROLL_FRAMES - 5) as usize;
        let spans = spans_of(pattern(&[(false, 50), (true, voiced), (false, 60)]));
        assert_eq!(spans.len(), 1, "{spans:?}");
        assert_eq!(spans[0].end - spans[0].start, MAX_FRAMES);
    }

    #[test]
    fn a_word_that_ends_just_after_a_cut_is_kept_however_short() {
        let frames = pattern(&[(true, MAX_FRAMES as usize + 1), (false, 60)]);
        let spans = spans_of(frames);
        assert_eq!(spans.last().unwrap().end, MAX_FRAMES + 1 + POST_ROLL_FRAMES);
        assert_eq!(spans[1].start, spans[0].end);
    }

    proptest! {
        #[test]
        fn spans_never_overlap_never_exceed_the_limit_and_cover_all_voice(
            runs in proptest::collection::vec((any::<bool>(), 1_usize..500, 0.0_f32..1.0), 1..24),
        ) {
            let frames: Vec<_> = runs
                .iter()
                .flat_map(|(voiced, frames, wobble)| {
                    let score = if *voiced { BEGIN_SCORE + wobble / 2.0 } else { wobble * CONTINUE_SCORE * 0.99 };
                    (0..*frames).map(move |index| FrameSense { score, level_db: -30.0 - (index % 7) as f32, speech: *voiced })
                })
                .collect();
            let spans = spans_of(frames.clone());
            for span in &spans {
                prop_assert!(span.start < span.end && span.end <= frames.len() as u64);
                prop_assert!(span.end - span.start <= MAX_FRAMES, "{} frames", span.end - span.start);
            }
            for pair in spans.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start, "{pair:?}");
            }
            let mut at = 0;
            for run in frames.chunk_by(|a, b| (a.score >= BEGIN_SCORE) == (b.score >= BEGIN_SCORE)) {
                let (start, end) = (at, at + run.len() as u64);
                at = end;
                if run[0].score >= BEGIN_SCORE && run.len() >= MIN_VOICED_FRAMES {
                    let lost = (start..end).find(|f| !spans.iter().any(|s| (s.start..s.end).contains(f)));
                    prop_assert_eq!(lost, None, "run {}..{} of {:?}", start, end, spans);
                }
            }
        }

        #[test]
        fn voiced_runs_of_a_span_lie_in_it_and_are_the_voiced_frames(
            scores in proptest::collection::vec(0.0_f32..1.0, 1..1_500),
        ) {
            let frames = scores.iter().map(|score| FrameSense { score: *score, level_db: -30.0, speech: true });
            for span in spans_of(frames) {
                for index in span.start..span.end {
                    let voiced = scores[index as usize] >= CONTINUE_SCORE;
                    prop_assert_eq!(voiced, span.voiced.iter().any(|run| run.contains(&index)));
                }
            }
        }
    }
}
