//! Noise of lines and of the places that people call from.

use super::{RATE, Random, Sine, at_level};

/// The kinds there are.
pub const KINDS: [Kind; 8] =
    [Kind::White, Kind::Pink, Kind::Street, Kind::Hum, Kind::Crackle, Kind::Wind, Kind::Engine, Kind::Rain];

/// A kind of noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line's hiss.
    White,
    /// As loud in each octave.
    Pink,
    /// Rumble that swells and falls, cars that pass.
    Street,
    /// The mains with its overtones, and hiss.
    Hum,
    /// Clicks at random on a soft hiss.
    Crackle,
    /// Gusts.
    Wind,
    /// A motor: a low buzz that changes its speed slowly.
    Engine,
    /// Many small drops.
    Rain,
}

/// So many seconds of a kind of noise at an RMS level, dB of full scale.
pub fn make(kind: Kind, seconds: usize, level_db: f32, seed: u64) -> Vec<i16> {
    let mut random = Random::new(seed);
    let mut pink = Pink::default();
    let count = seconds * RATE;
    let sound: Vec<f32> = match kind {
        Kind::White => (0..count).map(|_| random.signed()).collect(),
        Kind::Pink => (0..count).map(|_| pink.next(&mut random)).collect(),
        Kind::Street => street(count, &mut random),
        Kind::Hum => {
            let mut sines = vec![Sine::default(); 7];
            let overtones = [1.0, 0.5, 0.6, 0.2, 0.3, 0.15, 0.1];
            let hum = |sines: &mut Vec<Sine>| -> f32 {
                let each = sines.iter_mut().zip(overtones).enumerate();
                each.map(|(index, (sine, loud))| loud * sine.next(50.0 * (index + 1) as f32)).sum()
            };
            (0..count).map(|_| hum(&mut sines) + 0.1 * random.signed()).collect()
        }
        Kind::Crackle => {
            let (mut left, mut rate) = (0.0, 0.0);
            (0..count)
                .map(|at| {
                    if at.is_multiple_of(RATE) {
                        rate = random.between(3.0, 40.0) / RATE as f32;
                    }
                    if random.unit() < rate {
                        left = random.between(0.3, 1.0) * random.signed().signum();
                    }
                    left *= -0.6;
                    left + 0.004 * random.signed()
                })
                .collect()
        }
        Kind::Wind => {
            let (mut low, mut gust, mut aim) = (0.0, 0.3, 0.3);
            (0..count)
                .map(|at| {
                    if at.is_multiple_of(RATE / 2) {
                        aim = random.between(0.05, 1.0);
                    }
                    gust += (aim - gust) / RATE as f32;
                    low += 0.12 * (random.signed() - low);
                    low * gust
                })
                .collect()
        }
        Kind::Engine => {
            let (mut speed, mut aim, mut sines) = (40.0, 40.0, vec![Sine::default(); 12]);
            (0..count)
                .map(|at| {
                    if at.is_multiple_of(3 * RATE) {
                        aim = random.between(25.0, 60.0);
                    }
                    speed += (aim - speed) / (2 * RATE) as f32;
                    let each = sines.iter_mut().enumerate();
                    let buzz: f32 = each
                        .map(|(index, sine)| sine.next(speed * (index + 1) as f32) / (index + 1) as f32)
                        .sum();
                    buzz + 0.6 * pink.next(&mut random)
                })
                .collect()
        }
        Kind::Rain => {
            let mut low = 0.0;
            (0..count)
                .map(|_| {
                    let drop = if random.unit() < 0.02 { random.signed() } else { 0.0 };
                    low += 0.5 * (drop - low);
                    low + 0.1 * random.signed()
                })
                .collect()
        }
    };
    at_level(&sound, level_db)
}

/// Pink noise by Paul Kellet's filter of three poles.
#[derive(Debug, Default)]
struct Pink([f32; 3]);

impl Pink {
    fn next(&mut self, random: &mut Random) -> f32 {
        let white = random.signed();
        let [a, b, c] = &mut self.0;
        *a = 0.997_65 * *a + white * 0.099_046;
        *b = 0.963 * *b + white * 0.296_516_4;
        *c = 0.57 * *c + white * 1.052_691_3;
        (*a + *b + *c + white * 0.1848) / 4.0
    }
}

/// Rumble, and every few seconds a car: a band of noise that swells, falls in pitch and goes.
fn street(count: usize, random: &mut Random) -> Vec<f32> {
    let mut pink = Pink::default();
    let (mut low, mut swell, mut aim) = (0.0, 0.5, 0.5);
    let (mut car_at, mut car_length) = (0_usize, 4 * RATE);
    let (mut band, mut edge) = ([0.0_f32; 2], 0.0);
    (0..count)
        .map(|at| {
            if at.is_multiple_of(RATE) {
                aim = random.between(0.3, 1.0);
            }
            swell += (aim - swell) / RATE as f32;
            low += 0.35 * (pink.next(random) - low);
            if at >= car_at + car_length {
                car_at = at + (random.between(0.0, 4.0) * RATE as f32) as usize;
                car_length = (random.between(2.0, 5.0) * RATE as f32) as usize;
                edge = random.between(0.3, 0.6);
            }
            let part = at.saturating_sub(car_at) as f32 / car_length as f32;
            let loud = (std::f32::consts::PI * part.min(1.0)).sin().max(0.0).powi(3);
            let f = edge * (1.2 - 0.4 * part);
            band[0] += f * (random.signed() - band[0] - band[1]);
            band[1] += f * band[0];
            low * swell + 0.25 * loud * band[0]
        })
        .collect()
}
