//! Hold music of several kinds, none of it anybody's: notes are drawn from scales and chords.

use super::{RATE, Random, Sine, at_level};

/// The kinds there are.
pub const KINDS: [Kind; 9] = [
    Kind::Waltz,
    Kind::Chords,
    Kind::Pads,
    Kind::Drums,
    Kind::Flute,
    Kind::Piano,
    Kind::Band,
    Kind::MusicBox,
    Kind::Strings,
];

/// How a stretch of music is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plucked, in three.
    Waltz,
    /// An organ's chords with vibrato.
    Chords,
    /// Sounds that swell slowly.
    Pads,
    /// A drum loop.
    Drums,
    /// One voice with breath and vibrato that slides a little from note to note.
    Flute,
    /// Struck strings, two hands.
    Piano,
    /// Drums, bass, chords and a tune.
    Band,
    /// High, bright, decaying.
    MusicBox,
    /// Bowed, several players out of tune with each other.
    Strings,
}

const SCALE: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
const CHORDS: [[i32; 3]; 5] = [[0, 4, 7], [5, 9, 12], [7, 11, 14], [9, 12, 16], [2, 5, 9]];

/// A note: where it starts and how long it is (s), how high (MIDI), how loud.
#[derive(Debug, Clone, Copy)]
struct Note {
    start_s: f32,
    length_s: f32,
    pitch: f32,
    loudness: f32,
}

/// How notes sound.
#[derive(Debug, Clone, Copy)]
struct Timbre {
    partials: usize,
    /// A partial is so much softer than the one below: k to the power of it.
    slope: f32,
    attack_s: f32,
    /// To 1/e; longer than the note for one that is held.
    decay_s: f32,
    /// Semitones, and times a second.
    vibrato: (f32, f32),
    breath: f32,
}

const PLUCK: Timbre =
    Timbre { partials: 4, slope: 1.6, attack_s: 0.003, decay_s: 0.35, vibrato: (0.0, 1.0), breath: 0.0 };
const ORGAN: Timbre =
    Timbre { partials: 5, slope: 0.9, attack_s: 0.03, decay_s: 60.0, vibrato: (0.25, 5.8), breath: 0.0 };
const PAD: Timbre =
    Timbre { partials: 4, slope: 1.3, attack_s: 0.8, decay_s: 60.0, vibrato: (0.1, 4.0), breath: 0.0 };
const FLUTE: Timbre =
    Timbre { partials: 4, slope: 1.2, attack_s: 0.06, decay_s: 60.0, vibrato: (0.4, 5.3), breath: 0.03 };
const HAMMER: Timbre =
    Timbre { partials: 8, slope: 1.1, attack_s: 0.004, decay_s: 0.7, vibrato: (0.0, 1.0), breath: 0.0 };
const BOX: Timbre =
    Timbre { partials: 3, slope: 0.8, attack_s: 0.002, decay_s: 0.5, vibrato: (0.0, 1.0), breath: 0.0 };
const BOW: Timbre =
    Timbre { partials: 10, slope: 0.8, attack_s: 0.15, decay_s: 60.0, vibrato: (0.25, 6.0), breath: 0.01 };
const BASS: Timbre =
    Timbre { partials: 5, slope: 1.2, attack_s: 0.01, decay_s: 0.5, vibrato: (0.0, 1.0), breath: 0.0 };

/// So many seconds of a kind of music at an RMS level, dB of full scale.
pub fn play(kind: Kind, seconds: usize, level_db: f32, seed: u64) -> Vec<i16> {
    let mut random = Random::new(seed);
    let mut sound = vec![0.0; seconds * RATE];
    let beat_s = random.between(0.3, 0.6);
    let key = random.between(57.0, 66.0).floor();
    match kind {
        Kind::Waltz => {
            for (bar, at) in bars(seconds, 3.0 * beat_s) {
                let chord = CHORDS[bar * 3 % 5];
                add(
                    &mut sound,
                    PLUCK,
                    &[note(at, 3.0 * beat_s, key - 24.0 + chord[0] as f32, 0.8)],
                    &mut random,
                );
                for beat in [1.0, 2.0] {
                    let high =
                        chord.map(|step| note(at + beat * beat_s, beat_s, key - 12.0 + step as f32, 0.25));
                    add(&mut sound, PLUCK, &high, &mut random);
                }
                let tune = melody(at, 3.0 * beat_s, beat_s, key, &mut random);
                add(&mut sound, PLUCK, &tune, &mut random);
            }
        }
        Kind::Chords | Kind::Pads | Kind::Strings => {
            let timbre = match kind {
                Kind::Chords => ORGAN,
                Kind::Pads => PAD,
                _ => BOW,
            };
            for (bar, at) in bars(seconds, 4.0 * beat_s) {
                let chord = CHORDS[bar * 2 % 5];
                let mut notes: Vec<Note> =
                    chord.iter().map(|step| note(at, 4.2 * beat_s, key + *step as f32, 0.5)).collect();
                if kind == Kind::Strings {
                    let beside: Vec<Note> =
                        notes.iter().map(|note| Note { pitch: note.pitch + 0.12, ..*note }).collect();
                    notes.extend(beside);
                }
                add(&mut sound, timbre, &notes, &mut random);
            }
        }
        Kind::Drums => drums(&mut sound, beat_s, 1.0, &mut random),
        Kind::Flute => {
            for (_, at) in bars(seconds, 4.0 * beat_s) {
                let tune = melody(at, 4.0 * beat_s, beat_s, key + 5.0, &mut random);
                add(&mut sound, FLUTE, &tune, &mut random);
            }
        }
        Kind::Piano => {
            for (bar, at) in bars(seconds, 4.0 * beat_s) {
                let chord = CHORDS[bar * 3 % 5];
                for (step, beat) in chord.iter().cycle().zip(0..8) {
                    let low = note(at + beat as f32 * beat_s / 2.0, beat_s, key - 12.0 + *step as f32, 0.4);
                    add(&mut sound, HAMMER, &[low], &mut random);
                }
                let tune = melody(at, 4.0 * beat_s, beat_s, key + 7.0, &mut random);
                add(&mut sound, HAMMER, &tune, &mut random);
            }
        }
        Kind::Band => {
            drums(&mut sound, beat_s, 0.5, &mut random);
            for (bar, at) in bars(seconds, 4.0 * beat_s) {
                let chord = CHORDS[bar * 2 % 5];
                for beat in 0..4 {
                    let low = note(at + beat as f32 * beat_s, beat_s, key - 24.0 + chord[0] as f32, 0.7);
                    add(&mut sound, BASS, &[low], &mut random);
                }
                let held = chord.map(|step| note(at, 4.0 * beat_s, key + step as f32, 0.2));
                add(&mut sound, PAD, &held, &mut random);
                let tune = melody(at, 4.0 * beat_s, beat_s / 2.0, key + 12.0, &mut random);
                add(&mut sound, HAMMER, &tune, &mut random);
            }
        }
        Kind::MusicBox => {
            for (_, at) in bars(seconds, 4.0 * beat_s) {
                let tune = melody(at, 4.0 * beat_s, beat_s / 2.0, key + 19.0, &mut random);
                add(&mut sound, BOX, &tune, &mut random);
            }
        }
    }
    at_level(&sound, level_db)
}

fn bars(seconds: usize, length_s: f32) -> impl Iterator<Item = (usize, f32)> {
    (0..(seconds as f32 / length_s) as usize).map(move |bar| (bar, bar as f32 * length_s))
}

fn note(start_s: f32, length_s: f32, pitch: f32, loudness: f32) -> Note {
    Note { start_s, length_s, pitch, loudness }
}

/// A tune of a bar: it walks up and down the scale, with rests.
fn melody(start_s: f32, bar_s: f32, beat_s: f32, key: f32, random: &mut Random) -> Vec<Note> {
    let (mut at, mut notes, mut step) = (0.0, Vec::new(), random.between(0.0, 7.0) as i32);
    while at < bar_s - 0.01 {
        let length = (random.pick(&[0.5, 1.0, 1.0, 1.5, 2.0]) * beat_s).min(bar_s - at);
        step = (step + random.between(-2.5, 3.5) as i32).clamp(-4, 10);
        let pitch = key + (12 * step.div_euclid(7) + SCALE[step.rem_euclid(7) as usize]) as f32;
        if random.unit() > 0.12 {
            notes.push(note(start_s + at, length, pitch, random.between(0.6, 1.0)));
        }
        at += length;
    }
    notes
}

fn add(sound: &mut [f32], timbre: Timbre, notes: &[Note], random: &mut Random) {
    for note in notes {
        let begin = (note.start_s * RATE as f32) as usize;
        let length = (note.length_s * RATE as f32) as usize;
        let hz = 440.0 * ((note.pitch - 69.0) / 12.0).exp2();
        let mut sines = vec![Sine { phase: random.unit() }; timbre.partials];
        let mut vibrato = Sine::default();
        let (mut fade, decay) = (1.0, (-1.0 / (timbre.decay_s * RATE as f32)).exp());
        for (at, out) in sound.iter_mut().skip(begin).take(length).enumerate() {
            let swell = (at as f32 / (timbre.attack_s * RATE as f32)).min(1.0);
            let ending = ((length - at) as f32 / 160.0).min(1.0);
            let bend = 1.0 + vibrato.next(timbre.vibrato.1) * timbre.vibrato.0 * 0.0594;
            fade *= decay;
            let mut sum = timbre.breath * random.signed();
            for (index, sine) in sines.iter_mut().enumerate() {
                let partial = hz * bend * (index + 1) as f32;
                if partial < 3_500.0 {
                    sum += sine.next(partial) / ((index + 1) as f32).powf(timbre.slope);
                }
            }
            *out += sum * note.loudness * swell * ending * fade;
        }
    }
}

/// Bass drum, snare and hi-hat, eighths.
fn drums(sound: &mut [f32], beat_s: f32, loudness: f32, random: &mut Random) {
    let seconds = sound.len() / RATE;
    for (eighth, at) in bars(seconds, beat_s / 2.0) {
        let begin = (at * RATE as f32) as usize;
        let mut low = Sine::default();
        for (n, out) in sound.iter_mut().skip(begin).take(RATE / 5).enumerate() {
            let t = n as f32 / RATE as f32;
            *out += 0.25 * loudness * random.signed() * (-t * 60.0).exp();
            match eighth % 8 {
                0 | 3 | 4 => {
                    *out += loudness * low.next(50.0 + 100.0 * (-t * 30.0).exp()) * (-t * 14.0).exp()
                }
                2 | 6 => {
                    *out += loudness * (0.5 * low.next(190.0) + 0.8 * random.signed()) * (-t * 18.0).exp();
                }
                _ => {}
            }
        }
    }
}
