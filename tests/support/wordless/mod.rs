//! Sound without words, as it stands on telephone lines: the tones of exchanges, digits, hold music, noise. Each
//! is made from a seed, 8 kHz.

pub mod music;
pub mod noise;
pub mod tones;

use std::f32::consts::TAU;

/// Samples in a second.
pub const RATE: usize = 8_000;

/// Numbers that look random: a linear congruential generator, always the same from the same seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1)
    }

    /// From 0 to 1.
    pub fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// From −1 to 1.
    pub fn signed(&mut self) -> f32 {
        2.0 * self.unit() - 1.0
    }

    /// Between two numbers.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// One of a list.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[((self.unit() * of.len() as f32) as usize).min(of.len() - 1)]
    }
}

/// A sine that may change its pitch.
#[derive(Debug, Clone, Default)]
pub struct Sine {
    phase: f32,
}

impl Sine {
    /// The next sample at a frequency.
    pub fn next(&mut self, hz: f32) -> f32 {
        self.phase = (self.phase + hz / RATE as f32).fract();
        (TAU * self.phase).sin()
    }
}

/// The loudness of a full-scale sound at a level, dB.
pub fn gain(level_db: f32) -> f32 {
    10_f32.powf(level_db / 20.0)
}

/// Sound within −1..1 brought to an RMS level, dB of full scale; what would be louder than full scale is clipped.
pub fn at_level(sound: &[f32], level_db: f32) -> Vec<i16> {
    let energy: f64 = sound.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let rms = (energy / sound.len().max(1) as f64).sqrt().max(1e-9) as f32;
    let scale = 32_767.0 * gain(level_db) / rms;
    sound.iter().map(|sample| (sample * scale) as i16).collect()
}

/// A sound repeated to a length of seconds.
pub fn looped(sound: &[i16], seconds: usize) -> impl Iterator<Item = i16> + '_ {
    sound.iter().copied().cycle().take(seconds * RATE)
}
