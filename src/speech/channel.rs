//! One channel's front end, without clock or I/O. Enters: 8 kHz samples with their place in the recording, gaps
//! and disorder included. Leaves: [`Heard`], the utterances to recognise, at 16 kHz.

use std::ops::Range;

use crate::audio::resample::Upsampler;
use crate::domain::{SAMPLE_RATE_HZ, SamplePosition, TurnId};

use super::pauses::Pauses;
use super::segmenter::{FRAME_MS, FRAME_SAMPLES, Segmenter, Span};
use super::voice::{FRAME_16K, VoiceDetector};

/// A gap up to this long is filled with silence; beyond it the turn is over: one second.
const LONGEST_FILLED_GAP: u64 = SAMPLE_RATE_HZ as u64;
/// So many pieces are held back for one that is late before it is given up: 100 ms of 20 ms packets.
const LATE_PIECES: usize = 5;
/// Silence that brings the last sound through the resampler and fills its frame.
const FLUSH_SAMPLES: usize = 2 * FRAME_SAMPLES as usize;
/// Less new voice than this is not worth a partial.
const LEAST_NEW_VOICE_FRAMES: u64 = 300 / 16;

/// Partials of the measured front end: every 0.8 s.
const MEASURED_PARTIAL_FRAMES: u64 = 800 / 16;

/// Sound to recognise: a turn, or a turn so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Utterance {
    /// The same from the first partial to the final.
    pub(super) turn_id: TurnId,
    pub(super) start: SamplePosition,
    pub(super) end: SamplePosition,
    pub(super) pcm_16k: Vec<i16>,
    /// Stretches of voice in it.
    pub(super) voiced: Vec<Range<SamplePosition>>,
}

/// What a channel gives.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Heard {
    /// A turn so far.
    Partial(Utterance),
    /// A whole turn.
    Final(Utterance),
}

/// The front end on its own, for measuring: what [`super::CallEars`] does with a channel's sound.
pub struct FrontEnd {
    front: ChannelFront,
    heard: Vec<Heard>,
}

/// A piece of sound that the front end gave to recognise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Its first sample.
    pub start: SamplePosition,
    /// One past its last.
    pub end: SamplePosition,
    /// False for a turn so far.
    pub is_final: bool,
}

impl FrontEnd {
    /// A channel that has not been heard yet; segments are at most `max_segment_ms` long.
    #[must_use]
    pub fn new(max_segment_ms: u32) -> Self {
        Self { front: ChannelFront::new(max_segment_ms), heard: Vec::new() }
    }

    /// Hears samples; tells what they gave to recognise.
    pub fn hear(&mut self, start: SamplePosition, pcm_8k: &[i16]) -> impl Iterator<Item = Piece> {
        self.front.hear(start, pcm_8k, Some(MEASURED_PARTIAL_FRAMES), &mut self.heard);
        self.heard.drain(..).map(Piece::of)
    }

    /// Nothing more is coming; tells what that gave to recognise.
    pub fn finish(&mut self) -> impl Iterator<Item = Piece> {
        self.front.finish(&mut self.heard);
        self.heard.drain(..).map(Piece::of)
    }
}

impl Piece {
    fn of(heard: Heard) -> Self {
        match heard {
            Heard::Partial(Utterance { start, end, .. }) => Self { start, end, is_final: false },
            Heard::Final(Utterance { start, end, .. }) => Self { start, end, is_final: true },
        }
    }
}

/// The front end: place → 16 kHz → frames → voice → segments.
pub(super) struct ChannelFront {
    max_segment_ms: u32,
    /// No partial of a turn that is shorter.
    first_partial_frames: u64,
    /// The next sample expected; nothing before the first.
    next: Option<SamplePosition>,
    /// Pieces that came before their turn, by their place.
    early: Vec<(SamplePosition, Vec<i16>)>,
    stream: Stream,
    turn_id: TurnId,
    /// Frames when the last partial was asked for, counted as the segmenter does.
    partial_at: u64,
}

/// An unbroken stretch of a channel, counted in frames from its origin.
struct Stream {
    origin: SamplePosition,
    upsampler: Upsampler,
    detector: VoiceDetector,
    segmenter: Segmenter,
    /// 16 kHz sound from frame `pcm_from` on.
    pcm: Vec<i16>,
    pcm_from: u64,
    /// Frames heard.
    frames: u64,
}

impl ChannelFront {
    /// A channel that has not been heard yet; segments are at most `max_segment_ms` long.
    pub(super) fn new(max_segment_ms: u32) -> Self {
        let stream = Stream::new(SamplePosition(0), max_segment_ms, Pauses::default());
        let turn_id = TurnId::new();
        Self {
            max_segment_ms,
            first_partial_frames: 0,
            next: None,
            early: Vec::new(),
            stream,
            turn_id,
            partial_at: 0,
        }
    }

    /// The same, with no partial of a turn before it has lasted so long.
    pub(super) fn with_first_partial(self, first_partial_ms: u32) -> Self {
        Self { first_partial_frames: u64::from(first_partial_ms / FRAME_MS), ..self }
    }

    /// Tells it that finals wait for recognisers, or no longer: pieces are then a little longer.
    pub(super) fn set_busy(&mut self, busy: bool) {
        self.stream.segmenter.pauses().set_busy(busy);
    }

    /// Hears samples. A partial is given after `partial_frames` of a turn's new sound, or never.
    pub(super) fn hear(
        &mut self,
        start: SamplePosition,
        pcm_8k: &[i16],
        partial_frames: Option<u64>,
        out: &mut Vec<Heard>,
    ) {
        let next = *self.next.get_or_insert_with(|| {
            self.stream = Stream::new(start, self.max_segment_ms, Pauses::default());
            start
        });
        if start <= next {
            self.take(start, pcm_8k, out);
            self.take_early(LATE_PIECES, out);
        } else {
            let place = self.early.partition_point(|(at, _)| *at <= start);
            self.early.insert(place, (start, pcm_8k.to_vec()));
            self.take_early(LATE_PIECES, out);
        }
        out.extend(self.partial(partial_frames));
    }

    /// Ends the turn being spoken: nothing more is coming, or nothing has come for long.
    pub(super) fn finish(&mut self, out: &mut Vec<Heard>) {
        self.take_early(0, out);
        if let Some(next) = self.next {
            self.end_stream(next, out);
        }
    }

    /// True where the turn being spoken has given a partial.
    pub(super) fn has_partial(&self) -> bool {
        self.partial_at > 0
    }

    /// True while a turn is or may be being spoken, or sound is held back.
    pub(super) fn is_busy(&self) -> bool {
        !self.early.is_empty() || self.stream.segmenter.is_open()
    }

    /// Takes what was early and now is in its turn. Once more than `most` pieces wait, what is missing is lost.
    fn take_early(&mut self, most: usize, out: &mut Vec<Heard>) {
        while let Some((start, _)) = self.early.first() {
            if self.next.is_some_and(|next| *start > next) && self.early.len() <= most {
                break;
            }
            let (start, pcm) = self.early.remove(0);
            self.take(start, &pcm, out);
        }
    }

    fn take(&mut self, start: SamplePosition, pcm_8k: &[i16], out: &mut Vec<Heard>) {
        let next = self.next.unwrap_or(start);
        let gap = start.0.saturating_sub(next.0);
        if gap > LONGEST_FILLED_GAP {
            self.end_stream(start, out);
        } else if gap > 0 {
            let silence = vec![0; usize::try_from(gap).unwrap_or(0)];
            self.listen(&silence, out);
        }
        let heard_before = usize::try_from(next.0.saturating_sub(start.0)).unwrap_or(usize::MAX);
        let new = pcm_8k.get(heard_before..).unwrap_or_default();
        self.next = Some(SamplePosition(next.0.max(start.0) + new.len() as u64));
        self.listen(new, out);
    }

    /// Ends the stretch of sound, its last part of a frame included; the next begins at `next`.
    fn end_stream(&mut self, next: SamplePosition, out: &mut Vec<Heard>) {
        self.listen(&[0; FLUSH_SAMPLES], out);
        let speech = self.stream.detector.sense_end();
        if let Some(span) = self.stream.segmenter.finish(speech) {
            self.give(&span, out);
        }
        let pauses = std::mem::take(self.stream.segmenter.pauses());
        self.stream = Stream::new(next, self.max_segment_ms, pauses);
    }

    fn listen(&mut self, pcm_8k: &[i16], out: &mut Vec<Heard>) {
        self.stream.upsampler.push(pcm_8k, &mut self.stream.pcm);
        while let Some(span) = self.stream.next_frame() {
            if let Some(span) = span {
                self.give(&span, out);
            }
            self.stream.forget();
        }
    }

    fn give(&mut self, span: &Span, out: &mut Vec<Heard>) {
        let turn_id = std::mem::replace(&mut self.turn_id, TurnId::new());
        self.partial_at = 0;
        out.push(Heard::Final(self.stream.utterance(turn_id, span)));
    }

    fn partial(&mut self, every_frames: Option<u64>) -> Option<Heard> {
        let every_frames = every_frames?;
        let now = self.stream.frames;
        let span = self.stream.segmenter.speaking()?;
        let since = self.partial_at.max(span.start);
        let voice = |run: &Range<u64>| run.end.saturating_sub(run.start.max(since));
        if now - span.start < self.first_partial_frames {
            return None;
        }
        if now - since < every_frames || span.voiced.iter().map(voice).sum::<u64>() < LEAST_NEW_VOICE_FRAMES {
            return None;
        }
        self.partial_at = now;
        Some(Heard::Partial(self.stream.utterance(self.turn_id, &span)))
    }
}

impl Stream {
    fn new(origin: SamplePosition, max_segment_ms: u32, pauses: Pauses) -> Self {
        Self {
            origin,
            upsampler: Upsampler::default(),
            detector: VoiceDetector::new(),
            segmenter: Segmenter::new(max_segment_ms, pauses),
            pcm: Vec::new(),
            pcm_from: 0,
            frames: 0,
        }
    }

    /// Senses the next whole frame; `None` where there is none yet.
    fn next_frame(&mut self) -> Option<Option<Span>> {
        let at = usize::try_from(self.frames - self.pcm_from).unwrap_or(usize::MAX) * FRAME_16K;
        let frame = self.pcm.get(at..at + FRAME_16K)?;
        let sense = self.detector.sense(frame);
        self.frames += 1;
        Some(self.segmenter.push(sense))
    }

    /// Lets go of sound that no segment can need any more.
    fn forget(&mut self) {
        let spare = usize::try_from(self.segmenter.needed_from() - self.pcm_from).unwrap_or(0);
        // In lumps of half a second, so that it costs little.
        if spare >= 32 {
            self.pcm.drain(..(spare * FRAME_16K).min(self.pcm.len()));
            self.pcm_from += spare as u64;
        }
    }

    fn utterance(&self, turn_id: TurnId, span: &Span) -> Utterance {
        let index = |frame: u64| {
            let frames = usize::try_from(frame.saturating_sub(self.pcm_from)).unwrap_or(usize::MAX);
            (frames * FRAME_16K).min(self.pcm.len())
        };
        Utterance {
            turn_id,
            start: self.place(span.start),
            end: self.place(span.end),
            pcm_16k: self.pcm[index(span.start)..index(span.end)].to_vec(),
            voiced: span.voiced.iter().map(|run| self.place(run.start)..self.place(run.end)).collect(),
        }
    }

    /// Where a frame begins in the recording.
    fn place(&self, frame: u64) -> SamplePosition {
        SamplePosition(self.origin.0 + frame * FRAME_SAMPLES)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::path::{Path, PathBuf};

    use super::*;
    use crate::audio::resample::Downsampler;
    use crate::audio::wav::Wav;

    const MAX_MS: u32 = 6_500;
    const PACKET: usize = 160;
    /// Set it to a folder of WAV files with real voices to try the detector on them, too.
    const REAL_VOICES: &str = "JIESU_TEST_VOICES";

    fn sentence(number: u32) -> Vec<i16> {
        let file = format!("audio_fixtures/sentences/sentence_{number}.wav");
        Wav::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap().channels.remove(0)
    }

    fn silence(seconds: usize) -> Vec<i16> {
        vec![0; seconds * SAMPLE_RATE_HZ as usize]
    }

    fn tone(hz: f64, seconds: usize) -> Vec<i16> {
        let angle = |at: usize| at as f64 * hz * std::f64::consts::TAU / f64::from(SAMPLE_RATE_HZ);
        (0..seconds * SAMPLE_RATE_HZ as usize).map(|at| (8_000.0 * angle(at).sin()) as i16).collect()
    }

    /// White noise by a linear congruential generator, about -40 dB.
    fn noise(seconds: usize) -> Vec<i16> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 16) as i16) / 64
        };
        (0..seconds * SAMPLE_RATE_HZ as usize).map(|_| next()).collect()
    }

    fn packets(pcm: &[i16]) -> Vec<(u64, Vec<i16>)> {
        pcm.chunks(PACKET)
            .enumerate()
            .map(|(index, chunk)| ((index * PACKET) as u64, chunk.to_vec()))
            .collect()
    }

    fn heard(packets: &[(u64, Vec<i16>)], partial_frames: Option<u64>) -> Vec<Heard> {
        let (mut front, mut heard) = (ChannelFront::new(MAX_MS), Vec::new());
        for (start, pcm) in packets {
            front.hear(SamplePosition(*start), pcm, partial_frames, &mut heard);
        }
        front.finish(&mut heard);
        heard
    }

    fn finals(packets: &[(u64, Vec<i16>)]) -> Vec<Utterance> {
        let whole = |heard| match heard {
            Heard::Final(utterance) => utterance,
            Heard::Partial(_) => panic!("a partial that nobody asked for"),
        };
        heard(packets, None).into_iter().map(whole).collect()
    }

    fn bounds(utterances: &[Utterance]) -> Vec<(u64, u64)> {
        utterances.iter().map(|utterance| (utterance.start.0, utterance.end.0)).collect()
    }

    #[test]
    fn silence_tones_and_noise_are_no_speech() {
        // Digital silence, a ringback tone, a busy tone's edge, a line's hiss.
        for sound in [silence(10), tone(450.0, 10), [tone(450.0, 1), silence(1)].concat(), noise(10)] {
            assert_eq!(finals(&packets(&sound)), []);
        }
    }

    #[test]
    fn a_sentence_is_one_utterance_in_its_place_with_all_its_sound() {
        let said = sentence(1);
        let utterances = finals(&packets(&[silence(2), said.clone(), silence(2)].concat()));
        let [utterance] = utterances.as_slice() else { panic!("{:?}", bounds(&utterances)) };
        // The file has 0.4 s of silence on each side of the words.
        let words = 16_000 + 3_200..16_000 + said.len() as u64 - 3_200;
        assert!(
            (words.start - 3_200..=words.start).contains(&utterance.start.0),
            "{:?}",
            bounds(&utterances)
        );
        assert!(
            (words.end - 2_000..=words.end + 3_200).contains(&utterance.end.0),
            "{:?}",
            bounds(&utterances)
        );
        assert_eq!(utterance.pcm_16k.len() as u64, 2 * (utterance.end.0 - utterance.start.0));
        // Every other 16 kHz sample is the 8 kHz one: the sound is at the place it says.
        let first = (utterance.start.0 - 16_000) as usize;
        let kept: Vec<_> = utterance.pcm_16k.iter().step_by(2).skip(1_000).take(8_000).copied().collect();
        assert_eq!(kept, said[first + 1_000..first + 9_000]);
        let (first, last) = (utterance.voiced.first().unwrap(), utterance.voiced.last().unwrap());
        assert!(utterance.start <= first.start && last.end <= utterance.end);
    }

    #[test]
    fn a_turn_shorter_than_the_recogniser_can_use_has_no_partial() {
        const FIRST_MS: u32 = 2_000;
        let (mut front, mut heard) = (ChannelFront::new(MAX_MS).with_first_partial(FIRST_MS), Vec::new());
        for (start, pcm) in packets(&[silence(2), sentence(1), silence(2)].concat()) {
            front.hear(SamplePosition(start), &pcm, Some(10), &mut heard);
        }
        let partials: Vec<_> = (heard.iter())
            .filter_map(|heard| match heard {
                Heard::Partial(partial) => Some(partial.end.as_ms() - partial.start.as_ms()),
                Heard::Final(_) => None,
            })
            .collect();
        assert!(!partials.is_empty() && partials.iter().all(|ms| *ms >= u64::from(FIRST_MS)), "{partials:?}");
    }

    #[test]
    fn partials_grow_and_keep_the_turn_and_its_beginning() {
        let heard = heard(&packets(&[sentence(1), silence(1), sentence(2)].concat()), Some(50));
        let mut open: Option<Utterance> = None;
        let (mut partials, mut finals) = (0, 0);
        for heard in heard {
            let (Heard::Partial(now) | Heard::Final(now)) = &heard;
            if let Some(before) = &open {
                assert_eq!((before.turn_id, before.start), (now.turn_id, now.start));
                assert!(
                    now.pcm_16k.starts_with(&before.pcm_16k[..before.pcm_16k.len().min(now.pcm_16k.len())])
                );
            }
            match heard {
                Heard::Partial(now) => (open, partials) = (Some(now), partials + 1),
                Heard::Final(_) => (open, finals) = (None, finals + 1),
            }
        }
        assert_eq!(finals, 2);
        assert!(partials >= 4, "{partials}");
    }

    #[test]
    fn disorder_doubles_and_small_gaps_change_nothing_else() {
        let sound = [silence(1), sentence(2), silence(1)].concat();
        let right = finals(&packets(&sound));
        let mut disorder = packets(&sound);
        for index in (10..disorder.len() - 3).step_by(7) {
            disorder.swap(index, index + 2);
            let again = disorder[index - 5].clone();
            disorder.insert(index, again);
        }
        let heard = finals(&disorder);
        assert_eq!(bounds(&heard), bounds(&right));
        assert!(heard.iter().zip(&right).all(|(heard, right)| heard.pcm_16k == right.pcm_16k));
        let lost: Vec<_> = packets(&sound).into_iter().filter(|(start, _)| *start != 16_000).collect();
        assert_eq!(finals(&lost).len(), right.len());
        assert_eq!(finals(&lost)[0].pcm_16k.len(), right[0].pcm_16k.len());
    }

    #[test]
    fn a_long_gap_ends_the_turn_and_the_next_is_in_its_place() {
        let said = sentence(2);
        let mut sound = packets(&said);
        let later = 10 * u64::from(SAMPLE_RATE_HZ);
        sound.extend(packets(&said).into_iter().map(|(start, pcm)| (start + later, pcm)));
        let heard = bounds(&finals(&sound));
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert_eq!((heard[0].0 + later, heard[0].1 + later), heard[1]);
    }

    #[test]
    fn speech_over_the_limit_is_cut_and_no_sound_of_it_is_lost() {
        // No pause: the sentences' own silence is taken off.
        let joined: Vec<i16> = (1..=6).flat_map(|n| sentence(n)[3_200..].to_vec()).collect();
        let utterances = finals(&packets(&joined));
        assert!(utterances.len() >= 4);
        for utterance in &utterances {
            let length = utterance.end.0 - utterance.start.0;
            assert!(length <= u64::from(MAX_MS) * 8, "{length}");
        }
        for pair in utterances.windows(2) {
            assert!(pair[0].end <= pair[1].start);
        }
    }

    #[test]
    fn real_voices_are_heard_where_they_are_given() {
        let Some(folder) = std::env::var_os(REAL_VOICES).map(PathBuf::from) else { return };
        let mut files = 0;
        for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            if file.extension().is_none_or(|ending| ending != "wav") {
                continue;
            }
            files += 1;
            let wav = Wav::read(&file).unwrap();
            let mut pcm = Vec::new();
            Downsampler::default().push(&wav.channels[0], &mut pcm);
            assert_eq!(wav.rate_hz, 16_000, "{}", file.display());
            let utterances = finals(&packets(&pcm));
            let voiced: u64 =
                utterances.iter().flat_map(|u| &u.voiced).map(|run| run.end.0 - run.start.0).sum();
            let share = voiced as f64 / pcm.len() as f64;
            println!("{}: {:?}, voice {share:.2}", file.display(), bounds(&utterances));
            assert!(share > 0.3, "{}: voice {share:.2}", file.display());
        }
        assert!(files > 0);
    }
}
