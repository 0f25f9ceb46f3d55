//! What one frame sounds like: its spectrum, its pitch, and how much of it was there a moment ago. Enters: 16 ms of
//! sound at 8 kHz, with the 32 ms before it. Leaves: a [`Sketch`].

/// New samples of a frame.
pub(super) const HOP: usize = 128;
/// Samples that are looked at: 48 ms, three periods of the lowest voice.
const WINDOW: usize = 384;
/// The window with zeros after it, so that the autocorrelation below does not wrap.
const TRANSFORM: usize = 512;
/// Bins of [`HZ_PER_BIN`] up to half the sample rate.
const BINS: usize = TRANSFORM / 2;
const HZ_PER_BIN: f32 = 8_000.0 / TRANSFORM as f32;
/// A telephone's band: 250 to 3400 Hz.
const BAND: std::ops::Range<usize> = 16..218;
/// Below it there is hum, and no voice: 78 Hz.
const LOWEST_BIN: usize = 5;
/// Periods of a voice's pitch, in samples: 69 to 444 Hz.
const PERIODS: std::ops::Range<usize> = 18..117;
/// A longer period must fit better by so much: every multiple of the true one fits as well.
const LONGER_PERIOD_GAIN: f32 = 0.03;
/// What is compared with the frame so many before: 96 ms, longer than a window, shorter than most syllables.
const PERSISTENCE_LAG: usize = 6;
/// A partial that grew by less than this (3 dB) was there.
const PERSISTENCE_GROWTH: f32 = 2.0;
/// Bins on each side of a peak that belong to it.
const PEAK_SIDE: usize = 3;

/// A frame, described.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Sketch {
    /// How well the sound repeats itself after one period, up to 1.
    pub(super) periodicity: f32,
    /// The pitch, semitones above 1 Hz; means nothing where little repeats.
    pub(super) pitch: f32,
    /// Share of the sound that was there 96 ms before, at the same frequencies, 0 to 1.
    pub(super) persistence: f32,
    /// Centre of the spectrum in the telephone's band.
    pub(super) centroid_hz: f32,
    /// Share of the sound in its two strongest tones, 0 to 1.
    pub(super) purity: f32,
}

/// The fold: sound in, sketches out.
pub(super) struct Spectrum {
    /// The last [`WINDOW`] samples.
    sound: [f32; WINDOW],
    hann: [f32; WINDOW],
    /// 1 / the window's own autocorrelation, for each period.
    window_gain: [f32; PERIODS.end],
    /// Power spectra of the frames before, the oldest at `next`.
    before: Box<[[f32; BINS]; PERSISTENCE_LAG]>,
    next: usize,
    /// Silent frames since the last sound.
    resting: usize,
}

impl Spectrum {
    pub(super) fn new() -> Self {
        let hann: [f32; WINDOW] = std::array::from_fn(|n| {
            0.5 - 0.5 * (std::f32::consts::TAU * (n as f32 + 0.5) / WINDOW as f32).cos()
        });
        let overlap = |lag: usize| hann.iter().zip(&hann[lag..]).map(|(a, b)| a * b).sum::<f32>();
        let whole = overlap(0);
        Self {
            sound: [0.0; WINDOW],
            hann,
            window_gain: std::array::from_fn(|lag| whole / overlap(lag)),
            before: Box::new([[0.0; BINS]; PERSISTENCE_LAG]),
            next: 0,
            resting: 0,
        }
    }

    /// Hears a silent frame, which has no sketch: nothing is done once all before it was silent.
    pub(super) fn rest(&mut self) {
        self.resting = self.resting.saturating_add(1);
        if self.resting <= PERSISTENCE_LAG + WINDOW / HOP {
            self.sound.copy_within(HOP.., 0);
            self.sound[WINDOW - HOP..].fill(0.0);
            self.before[self.next].fill(0.0);
            self.next = (self.next + 1) % PERSISTENCE_LAG;
        }
    }

    /// Hears [`HOP`] samples.
    pub(super) fn hear(&mut self, samples: impl Iterator<Item = i16>) -> Sketch {
        self.resting = 0;
        self.sound.copy_within(HOP.., 0);
        for (kept, sample) in self.sound[WINDOW - HOP..].iter_mut().zip(samples) {
            *kept = f32::from(sample) / 32_768.0;
        }
        let power = self.power();
        let (periodicity, period) = self.period(&power);
        let band: f32 = power[BAND].iter().sum::<f32>() + f32::MIN_POSITIVE;
        let centre: f32 = BAND.zip(&power[BAND]).map(|(bin, power)| bin as f32 * power).sum();
        let sketch = Sketch {
            periodicity,
            pitch: 12.0 * (8_000.0 / period).log2(),
            persistence: self.persistent(&power) / band,
            centroid_hz: HZ_PER_BIN * centre / band,
            purity: pure(&power) / power[LOWEST_BIN..].iter().sum::<f32>().max(f32::MIN_POSITIVE),
        };
        self.before[self.next] = power;
        self.next = (self.next + 1) % PERSISTENCE_LAG;
        sketch
    }

    fn power(&self) -> [f32; BINS] {
        let mut padded = [0.0; TRANSFORM];
        for ((out, sample), hann) in padded.iter_mut().zip(&self.sound).zip(&self.hann) {
            *out = sample * hann;
        }
        let bins = microfft::real::rfft_512(&mut padded);
        // The first holds the transform's last in its imaginary part; both lie outside every band.
        bins[0] *= 0.0;
        let mut power = [0.0; BINS];
        for (out, bin) in power.iter_mut().zip(bins) {
            *out = bin.re * bin.re + bin.im * bin.im;
        }
        power
    }

    /// How well the best period fits, and how long it is, samples. Autocorrelation over the window's own: P. Boersma,
    /// "Accurate short-term analysis of the fundamental frequency", 1993.
    fn period(&self, power: &[f32; BINS]) -> (f32, f32) {
        let mut even = [0.0; TRANSFORM];
        even[LOWEST_BIN..BINS].copy_from_slice(&power[LOWEST_BIN..]);
        even[TRANSFORM - BINS + 1..]
            .iter_mut()
            .rev()
            .zip(&power[1..])
            .skip(LOWEST_BIN - 1)
            .for_each(|(to, power)| *to = *power);
        let lags = microfft::real::rfft_512(&mut even);
        let scale = 1.0 / lags[0].re.max(f32::MIN_POSITIVE);
        let fit = |lag: usize| lags[lag].re * scale * self.window_gain[lag];
        let mut best = PERIODS.start + 1;
        let mut best_fit = fit(best);
        let (mut before, mut here) = (fit(PERIODS.start), best_fit);
        for lag in PERIODS.start + 2..PERIODS.end {
            let after = fit(lag);
            if here >= before && here >= after && here > best_fit + LONGER_PERIOD_GAIN {
                (best, best_fit) = (lag - 1, here);
            }
            (before, here) = (here, after);
        }
        let (left, right) = (fit(best - 1), fit((best + 1).min(PERIODS.end - 1)));
        let bend = left - 2.0 * best_fit + right;
        let off = if bend < -1e-6 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
        (best_fit.clamp(0.0, 1.0), best as f32 + off)
    }

    /// Power that was there before, a bin higher or lower at most.
    fn persistent(&self, power: &[f32; BINS]) -> f32 {
        let before = &self.before[self.next];
        let mut sum = 0.0;
        for bin in BAND {
            let was = before[bin - 1].max(before[bin]).max(before[bin + 1]);
            sum += power[bin].min(PERSISTENCE_GROWTH * was);
        }
        sum
    }
}

/// Power of the two strongest peaks.
fn pure(power: &[f32; BINS]) -> f32 {
    let first = strongest(power, BINS);
    let second = strongest(power, first);
    let around = |peak: usize| power[peak - PEAK_SIDE..(peak + PEAK_SIDE + 1).min(BINS)].iter().sum::<f32>();
    // Two tones closer than a peak is wide share it.
    let shared = if first.abs_diff(second) <= 2 * PEAK_SIDE { 0.5 } else { 1.0 };
    around(first) + shared * around(second)
}

fn strongest(power: &[f32; BINS], but_around: usize) -> usize {
    let mut best = LOWEST_BIN;
    for bin in LOWEST_BIN..BINS {
        if power[bin] > power[best] && bin.abs_diff(but_around) > PEAK_SIDE
            || best.abs_diff(but_around) <= PEAK_SIDE
        {
            best = bin;
        }
    }
    best
}
