//! 8 kHz to 16 kHz for the recogniser, and 16 kHz to 8 kHz for sound files, by one half-band filter in its
//! polyphase forms: 63 taps, of which every second is zero. Flat to 3.4 kHz, 70 dB down from 4.6 kHz.
//!
//! Output sample 2m of [`Upsampler`] lies at input sample m, and output m of [`Downsampler`] at input 2m:
//! no delay, but the last few outputs come only with further input, or with `finish`.

/// Taps on one side of the centre that are not zero: those at the odd offsets 1, 3, … 31.
const SIDE_TAPS: usize = 16;
/// Inputs that an output between two inputs is made of.
const UP_WINDOW: usize = 2 * SIDE_TAPS;
/// Inputs that a kept output is made of, and how many stand on either side of its centre.
const DOWN_WINDOW: usize = 4 * SIDE_TAPS - 1;
const DOWN_SIDE: usize = DOWN_WINDOW / 2;
/// Kaiser's window shape for 75 dB.
const KAISER_BETA: f64 = 7.2;

/// The filter's side taps, times two: their sum is one half.
fn side_taps() -> [f32; SIDE_TAPS] {
    let mut taps = [0.0; SIDE_TAPS];
    for (index, tap) in (0_u32..).zip(&mut taps) {
        let offset = f64::from(2 * index + 1);
        let sign = if index % 2 == 0 { 1.0 } else { -1.0 };
        let inside = 1.0 - (offset / (2.0 * SIDE_TAPS as f64)).powi(2);
        let window = bessel_i0(KAISER_BETA * inside.sqrt()) / bessel_i0(KAISER_BETA);
        *tap = 2.0 * sign / (std::f64::consts::PI * offset) * window;
    }
    // The window takes a little of the gain; 0 Hz must pass as it is.
    let sum: f64 = taps.iter().sum();
    taps.map(|tap| (tap * 0.5 / sum) as f32)
}

/// The modified Bessel function of the first kind, order 0, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..40_u32 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

fn rounded(sample: f32) -> i16 {
    // The cast saturates: a filter's overshoot at full scale is clipped.
    sample.round() as i16
}

/// Doubles the sample rate of a stream.
#[derive(Debug, Clone)]
pub struct Upsampler {
    taps: [f32; SIDE_TAPS],
    /// Inputs that outputs to come are made of.
    waiting: Vec<i16>,
}

impl Default for Upsampler {
    fn default() -> Self {
        Self { taps: side_taps(), waiting: vec![0; SIDE_TAPS - 1] }
    }
}

impl Upsampler {
    /// Takes input of any length; appends the output that is ready, two samples for one.
    pub fn push(&mut self, input: &[i16], output: &mut Vec<i16>) {
        self.waiting.extend_from_slice(input);
        let windows = self.waiting.windows(UP_WINDOW);
        let ready = windows.len();
        output.reserve(2 * ready);
        for window in windows {
            let (before, after) = window.split_at(SIDE_TAPS);
            let pairs = before.iter().rev().zip(after).zip(&self.taps);
            let between: f32 =
                pairs.map(|((before, after), tap)| (f32::from(*before) + f32::from(*after)) * tap).sum();
            output.extend([before[SIDE_TAPS - 1], rounded(between)]);
        }
        self.waiting.drain(..ready);
    }

    /// Appends the rest of the output; silence follows the input. Ready for another stream.
    pub fn finish(&mut self, output: &mut Vec<i16>) {
        self.push(&[0; SIDE_TAPS], output);
        *self = Self::default();
    }
}

/// Halves the sample rate of a stream.
#[derive(Debug, Clone)]
pub struct Downsampler {
    taps: [f32; SIDE_TAPS],
    /// Inputs that outputs to come are made of.
    waiting: Vec<i16>,
}

impl Default for Downsampler {
    fn default() -> Self {
        Self { taps: side_taps(), waiting: vec![0; DOWN_SIDE] }
    }
}

impl Downsampler {
    /// Takes input of any length; appends the output that is ready, one sample for two.
    pub fn push(&mut self, input: &[i16], output: &mut Vec<i16>) {
        self.waiting.extend_from_slice(input);
        let mut used = 0;
        for window in self.waiting.windows(DOWN_WINDOW).step_by(2) {
            let (before, from_centre) = window.split_at(DOWN_SIDE);
            let (centre, after) = (from_centre[0], &from_centre[1..]);
            let pairs = before.iter().rev().step_by(2).zip(after.iter().step_by(2)).zip(&self.taps);
            let sides: f32 =
                pairs.map(|((before, after), tap)| (f32::from(*before) + f32::from(*after)) * tap).sum();
            output.push(rounded(0.5 * (f32::from(centre) + sides)));
            used += 2;
        }
        self.waiting.drain(..used);
    }

    /// Appends the rest of the output; silence follows the input. Ready for another stream.
    pub fn finish(&mut self, output: &mut Vec<i16>) {
        self.push(&[0; DOWN_SIDE], output);
        *self = Self::default();
    }
}

/// A whole sound at twice its rate, twice as long.
#[must_use]
pub fn doubled(input: &[i16]) -> Vec<i16> {
    let (mut resampler, mut output) = (Upsampler::default(), Vec::with_capacity(2 * input.len()));
    resampler.push(input, &mut output);
    resampler.finish(&mut output);
    output
}

/// A whole sound at half its rate, half as long, rounded up.
#[must_use]
pub fn halved(input: &[i16]) -> Vec<i16> {
    let (mut resampler, mut output) = (Downsampler::default(), Vec::with_capacity(input.len() / 2 + 1));
    resampler.push(input, &mut output);
    resampler.finish(&mut output);
    output
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;

    use super::*;

    const AMPLITUDE: f64 = 16_000.0;

    fn tone(hz: f64, rate_hz: f64, samples: usize) -> Vec<i16> {
        (0..samples).map(|n| (AMPLITUDE * (TAU * hz * n as f64 / rate_hz).sin()).round() as i16).collect()
    }

    /// Amplitude of one frequency in the middle of a sound, by correlation over whole periods.
    fn amplitude(sound: &[i16], hz: f64, rate_hz: f64) -> f64 {
        let middle = &sound[sound.len() / 2 - rate_hz as usize / 4..][..rate_hz as usize / 2];
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in middle.iter().enumerate() {
            let angle = TAU * hz * n as f64 / rate_hz;
            re += f64::from(*sample) * angle.cos();
            im += f64::from(*sample) * angle.sin();
        }
        2.0 * re.hypot(im) / middle.len() as f64
    }

    fn db(amplitude: f64) -> f64 {
        20.0 * (amplitude / AMPLITUDE).log10()
    }

    #[test]
    fn speech_passes_and_its_images_do_not_when_the_rate_is_doubled() {
        for hz in [100.0, 300.0, 1_000.0, 2_000.0, 3_000.0, 3_400.0] {
            let sound = doubled(&tone(hz, 8_000.0, 8_000));
            assert_eq!(sound.len(), 16_000);
            let (gain, image) =
                (db(amplitude(&sound, hz, 16_000.0)), db(amplitude(&sound, 8_000.0 - hz, 16_000.0)));
            assert!(gain.abs() < 0.05, "{hz} Hz: {gain} dB");
            assert!(image < -65.0, "image of {hz} Hz: {image} dB");
        }
    }

    #[test]
    fn speech_passes_and_nothing_folds_back_when_the_rate_is_halved() {
        for hz in [100.0, 1_000.0, 3_400.0] {
            let gain = db(amplitude(&halved(&tone(hz, 16_000.0, 16_000)), hz, 8_000.0));
            assert!(gain.abs() < 0.05, "{hz} Hz: {gain} dB");
        }
        for hz in [4_600.0, 5_000.0, 6_000.0, 7_900.0] {
            let sound = halved(&tone(hz, 16_000.0, 16_000));
            assert_eq!(sound.len(), 8_000);
            let alias = db(amplitude(&sound, 8_000.0 - hz, 8_000.0));
            assert!(alias < -65.0, "alias of {hz} Hz: {alias} dB");
        }
    }

    #[test]
    fn a_sound_stays_where_it_is() {
        let mut click = vec![0; 400];
        click[200] = 10_000;
        assert_eq!(doubled(&click)[400], 10_000);
        let loudest = |sound: &[i16]| (0..sound.len()).max_by_key(|n| sound[*n].abs()).unwrap();
        assert_eq!(loudest(&halved(&click)), 100);
    }

    #[test]
    fn full_scale_is_clipped_and_not_turned_over() {
        let square: Vec<i16> = (0..800).map(|n| if n / 8 % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
        let (sound, halves) = (doubled(&square), square.chunks(8));
        for (half, around) in halves.zip(sound.chunks(16)) {
            // All but the step to the next half, whose middle is about zero.
            assert!(around[..15].iter().all(|sample| sample.signum() == half[0].signum()), "{around:?}");
            assert!(around.iter().filter(|sample| sample.unsigned_abs() >= 32_767).count() > 8);
        }
        assert_eq!(doubled(&[i16::MAX; 100])[100..120], [i16::MAX; 20]);
    }

    proptest! {
        #[test]
        fn in_pieces_is_the_same_as_whole(
            sound in prop::collection::vec(any::<i16>(), 0..600), piece in 1..100_usize,
        ) {
            let (mut up, mut down) = (Upsampler::default(), Downsampler::default());
            let (mut higher, mut lower) = (Vec::new(), Vec::new());
            for part in sound.chunks(piece) {
                up.push(part, &mut higher);
                down.push(part, &mut lower);
            }
            up.finish(&mut higher);
            down.finish(&mut lower);
            prop_assert_eq!(&higher, &doubled(&sound));
            prop_assert_eq!(&lower, &halved(&sound));
            prop_assert_eq!(higher.len(), 2 * sound.len());
            prop_assert_eq!(lower.len(), sound.len().div_ceil(2));
        }
    }
}
