//! Telephone sound at the rate that detectors and recognisers hear: 8 kHz to 16 kHz, streaming. A half-band
//! windowed sinc: every other output sample is an input sample, those between come from twenty around them.

use std::collections::VecDeque;

/// Input samples on each side of the place between two.
const SIDE: usize = 10;
/// Kaiser window: stop band below -50 dB, which is under telephone noise.
const KAISER_BETA: f64 = 5.0;

/// Doubles the rate of a stream. What goes in comes out `DELAY_SAMPLES` input samples later.
#[derive(Debug, Clone)]
pub(super) struct Upsampler {
    taps: [f32; 2 * SIDE],
    recent: VecDeque<f32>,
}

impl Upsampler {
    /// Input samples that an input sample's place in the output lags behind: 1.25 ms.
    pub(super) const DELAY_SAMPLES: usize = SIDE;

    /// A stream that was silent before.
    pub(super) fn new() -> Self {
        let mut taps = [0.0; 2 * SIDE];
        for (index, tap) in taps.iter_mut().enumerate() {
            // Distance from the place between two samples, in input samples: -9.5 … 9.5.
            let distance = index as f64 - (SIDE as f64 - 0.5);
            let angle = std::f64::consts::PI * distance;
            let width = distance / (SIDE as f64 + 0.5);
            let window = bessel_i0(KAISER_BETA * (1.0 - width * width).sqrt()) / bessel_i0(KAISER_BETA);
            *tap = (angle.sin() / angle * window) as f32;
        }
        let gain: f32 = taps.iter().sum();
        taps.iter_mut().for_each(|tap| *tap /= gain);
        Self { taps, recent: std::iter::repeat_n(0.0, 2 * SIDE).collect() }
    }

    /// Gives two samples for each that goes in.
    pub(super) fn push(&mut self, pcm_8k: &[i16], out: &mut Vec<i16>) {
        out.reserve(pcm_8k.len() * 2);
        for sample in pcm_8k {
            self.recent.pop_front();
            self.recent.push_back(f32::from(*sample));
            let recent = self.recent.make_contiguous();
            let between: f32 = recent.iter().zip(&self.taps).map(|(sample, tap)| sample * tap).sum();
            // A cast from a float saturates.
            out.push(recent[SIDE - 1] as i16);
            out.push(between.round() as i16);
        }
    }
}

/// The modified Bessel function of the first kind and order zero, by its power series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let mut term = 1.0;
    let mut sum = 1.0;
    for step in 1..32 {
        term *= quarter / f64::from(step * step);
        sum += term;
    }
    sum
}
