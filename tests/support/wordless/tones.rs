//! The tones of exchanges and machines, and dialled digits.

use super::{RATE, Random, Sine, at_level, gain};

/// What sounds, and for how long: frequencies (none is silence) and milliseconds.
pub type Cadence = &'static [(&'static [f32], usize)];

/// Ringing: China's 450 Hz; Europe's 425 Hz; North America's; Britain's; Japan's warble.
pub const RINGING: [Cadence; 5] = [
    &[(&[450.0], 1_000), (&[], 4_000)],
    &[(&[425.0], 1_000), (&[], 4_000)],
    &[(&[440.0, 480.0], 2_000), (&[], 4_000)],
    &[(&[400.0, 450.0], 400), (&[], 200), (&[400.0, 450.0], 400), (&[], 2_000)],
    &[(&[384.0, 416.0], 1_000), (&[], 2_000)],
];

/// Busy, congestion, out of order (SIT), dialling, waiting, a hotel's stutter; calling and called fax.
pub const SIGNALS: [Cadence; 13] = [
    &[(&[450.0], 350), (&[], 350)],
    &[(&[450.0], 700), (&[], 700)],
    &[(&[480.0, 620.0], 500), (&[], 500)],
    &[(&[480.0, 620.0], 250), (&[], 250)],
    &[(&[425.0], 200), (&[], 200)],
    &[(&[950.0], 330), (&[1_400.0], 330), (&[1_800.0], 330), (&[], 1_000)],
    &[(&[913.8], 274), (&[1_370.6], 274), (&[1_776.7], 380), (&[], 3_000)],
    &[(&[450.0], 10_000)],
    &[(&[350.0, 440.0], 10_000)],
    &[(&[440.0], 400), (&[], 4_000)],
    &[(&[1_100.0], 500), (&[], 3_000)],
    &[(&[2_100.0], 3_300), (&[], 1_000)],
    &[(&[450.0], 100), (&[], 100), (&[450.0], 100), (&[], 100), (&[450.0], 400), (&[], 400)],
];

/// A cadence once, each of its tones within `peak_db` of full scale.
pub fn cadence(steps: Cadence, peak_db: f32) -> Vec<i16> {
    let mut sound = Vec::new();
    for (tones, ms) in steps {
        let length = ms * RATE / 1_000;
        let mut sines = vec![Sine::default(); tones.len()];
        for at in 0..length {
            let ramp = (at.min(length - 1 - at) as f32 / 40.0).min(1.0);
            let sum: f32 = sines.iter_mut().zip(*tones).map(|(sine, hz)| sine.next(*hz)).sum();
            sound.push((32_767.0 * gain(peak_db) * ramp * sum / tones.len().max(1) as f32) as i16);
        }
    }
    sound
}

/// Dialled digits: of a machine or of fingers, loud and soft, with twist.
pub fn dtmf(seconds: usize, seed: u64) -> Vec<i16> {
    const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
    const COLUMNS: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
    let mut random = Random::new(seed);
    let mut sound = Vec::with_capacity(seconds * RATE);
    let level = random.between(-24.0, -6.0);
    while sound.len() < seconds * RATE {
        let (low, high) = (random.pick(&ROWS), random.pick(&COLUMNS));
        let (on, off) = (random.between(0.045, 0.4), random.between(0.045, 0.5));
        let twist = gain(random.between(-6.0, 3.0));
        let (mut one, mut other) = (Sine::default(), Sine::default());
        let loud = 32_767.0 * gain(level) / (1.0 + twist);
        sound.extend(
            (0..(on * RATE as f32) as usize)
                .map(|_| (loud * (one.next(low) + twist * other.next(high))) as i16),
        );
        sound.extend((0..(off * RATE as f32) as usize).map(|_| random.signed() as i16 * 8));
        if random.unit() < 0.1 {
            sound.extend(std::iter::repeat_n(0, 2 * RATE));
        }
    }
    sound.truncate(seconds * RATE);
    sound
}

/// A fax machine that answers: 2100 Hz turned over every 450 ms, its beat of 15 Hz, then the flags of its
/// 300 bit/s modem.
pub fn answering_modem(level_db: f32) -> Vec<i16> {
    let mut sound = Vec::new();
    let (mut carrier, mut beat) = (Sine::default(), Sine::default());
    for at in 0..RATE * 33 / 10 {
        let turned = if (at / (RATE * 45 / 100)).is_multiple_of(2) { 1.0 } else { -1.0 };
        sound.push(turned * carrier.next(2_100.0) * (1.0 + 0.2 * beat.next(15.0)));
    }
    sound.extend(std::iter::repeat_n(0.0, RATE * 75 / 1_000));
    for bit in (0..300).map(|at| u8::from(matches!(at % 8, 0 | 7))) {
        let hz = if bit == 0 { 1_850.0 } else { 1_650.0 };
        sound.extend((0..RATE / 300).map(|_| carrier.next(hz)));
    }
    sound.extend(std::iter::repeat_n(0.0, RATE * 3));
    at_level(&sound, level_db)
}
