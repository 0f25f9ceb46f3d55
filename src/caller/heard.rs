//! What one side heard: its sound in its place, and what can be said of it without understanding it.

use jiesu_sip::codec::Codec;
use jiesu_sip::rtp::{Digit, ReceiverStats};
use serde::Serialize;

use crate::domain::{SAMPLE_RATE_HZ, SamplePosition};

/// The longest sound that is kept: an hour, 58 MB.
const MAX_SAMPLES: usize = 3_600 * SAMPLE_RATE_HZ as usize;
/// Samples of the frames that are voiced or not: 20 ms.
const FRAME: usize = 160;
/// A frame louder than this, dBFS, is voiced: well above a line's noise, below a soft voice.
const VOICED_DBFS: f64 = -45.0;
/// Samples of the blocks in which a tone is looked for: 100 ms.
const TONE_BLOCK: usize = 800;
/// Periods of a tone differ by less than this part of their mean; those of speech by much more.
const TONE_DEVIATION: f64 = 0.04;
/// Tones closer than this, Hz, are one.
const SAME_TONE_HZ: f64 = 10.0;
/// A tone shorter than this, ms, is a vowel held long.
const MIN_TONE_MS: u64 = 300;

/// One side's ears.
#[derive(Debug, Default)]
pub(super) struct Ear {
    sound: Vec<i16>,
    heard_samples: u64,
    keys: String,
}

/// What one side heard and sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideReport {
    /// Packets taken.
    pub packets: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Packets that came too late, twice, or from strangers.
    pub dropped: u64,
    /// Mean deviation of the packets' spacing, ms.
    pub jitter_ms: f64,
    /// Packets sent, sound and keys.
    pub sent_packets: u32,
    /// How much sound came, ms.
    pub heard_ms: u64,
    /// How much of it was louder than a line's noise, ms.
    pub voiced_ms: u64,
    /// How loud the voiced part was, dB below full scale; nothing where there was none.
    pub voiced_dbfs: Option<f64>,
    /// Steady tones in it, the longest first.
    pub tones: Vec<Tone>,
    /// The keys that came.
    pub keys: String,
}

/// A steady tone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tone {
    /// Its frequency.
    pub hz: u32,
    /// How long it sounded, all together.
    pub ms: u64,
}

impl Ear {
    /// Hears a packet.
    pub(super) fn hear(&mut self, at: SamplePosition, codec: Codec, payload: &[u8]) {
        let start = usize::try_from(at.0).unwrap_or(usize::MAX);
        let end = start.saturating_add(codec.samples_in(payload));
        if end > MAX_SAMPLES {
            return;
        }
        let mut samples = Vec::with_capacity(payload.len());
        codec.decode(payload, &mut samples);
        if self.sound.len() < end {
            self.sound.resize(end, 0);
        }
        self.sound[start..end].copy_from_slice(&samples);
        self.heard_samples += samples.len() as u64;
    }

    /// Hears a key.
    pub(super) fn press(&mut self, digit: Digit) {
        self.keys.push(digit.key());
    }

    /// Everything heard, from the call's sample 0 on, silence where nothing came.
    pub(super) fn sound(&self) -> &[i16] {
        &self.sound
    }

    /// What can be said of it.
    pub(super) fn report(&self, stats: ReceiverStats, sent_packets: u32) -> SideReport {
        let voiced: Vec<&[i16]> =
            self.sound.chunks_exact(FRAME).filter(|frame| dbfs(frame) > VOICED_DBFS).collect();
        SideReport {
            packets: stats.received,
            lost: stats.lost,
            dropped: stats.late + stats.duplicates + stats.strangers,
            jitter_ms: f64::from(stats.jitter_samples) * 1_000.0 / f64::from(SAMPLE_RATE_HZ),
            sent_packets,
            heard_ms: ms(self.heard_samples),
            voiced_ms: ms((voiced.len() * FRAME) as u64),
            voiced_dbfs: (!voiced.is_empty()).then(|| (dbfs(&voiced.concat()) * 10.0).round() / 10.0),
            tones: tones(&self.sound),
            keys: self.keys.clone(),
        }
    }
}

fn ms(samples: u64) -> u64 {
    samples * 1_000 / u64::from(SAMPLE_RATE_HZ)
}

/// Mean power, dB below that of a full-scale sine's peak.
fn dbfs(samples: &[i16]) -> f64 {
    let power: f64 = samples.iter().map(|&sample| f64::from(sample).powi(2)).sum();
    10.0 * (power / samples.len().max(1) as f64 / f64::from(i16::MAX).powi(2)).max(1e-12).log10()
}

/// The steady tones of a sound, the longest first.
fn tones(sound: &[i16]) -> Vec<Tone> {
    let mut found: Vec<(f64, u64)> = Vec::new();
    for hz in sound.chunks_exact(TONE_BLOCK).filter_map(tone_of) {
        match found.iter_mut().find(|(known, _)| (hz - *known).abs() < SAME_TONE_HZ) {
            Some((mean, blocks)) => {
                *blocks += 1;
                *mean += (hz - *mean) / *blocks as f64;
            }
            None => found.push((hz, 1)),
        }
    }
    found.sort_by_key(|&(_, blocks)| std::cmp::Reverse(blocks));
    let tone = |(hz, blocks): (f64, u64)| Tone { hz: hz.round() as u32, ms: blocks * ms(TONE_BLOCK as u64) };
    found.into_iter().map(tone).filter(|tone| tone.ms >= MIN_TONE_MS).collect()
}

/// The frequency of a block that is one steady tone: the moments at which it rises through zero are evenly
/// spaced.
fn tone_of(block: &[i16]) -> Option<f64> {
    if dbfs(block) < VOICED_DBFS {
        return None;
    }
    let rises: Vec<f64> = block
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] < 0 && pair[1] >= 0)
        .map(|(n, pair)| n as f64 + f64::from(pair[0]) / (f64::from(pair[0]) - f64::from(pair[1])))
        .collect();
    let periods: Vec<f64> = rises.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if periods.len() < 4 {
        return None;
    }
    let mean = periods.iter().sum::<f64>() / periods.len() as f64;
    let deviation =
        (periods.iter().map(|period| (period - mean).powi(2)).sum::<f64>() / periods.len() as f64).sqrt();
    (deviation < TONE_DEVIATION * mean).then(|| f64::from(SAMPLE_RATE_HZ) / mean)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::f64::consts::TAU;

    use super::*;

    fn ear_that_hears(sound: &[i16]) -> Ear {
        let mut ear = Ear::default();
        for (n, frame) in sound.chunks(FRAME).enumerate() {
            let mut payload = Vec::new();
            Codec::Pcma.encode(frame, &mut payload);
            ear.hear(SamplePosition((n * FRAME) as u64), Codec::Pcma, &payload);
        }
        ear
    }

    fn tone(hz: f64, samples: usize) -> impl Iterator<Item = i16> {
        (0..samples).map(move |n| (8_000.0 * (TAU * hz * n as f64 / 8_000.0).sin()) as i16)
    }

    fn report(sound: &[i16]) -> SideReport {
        ear_that_hears(sound).report(ReceiverStats::default(), 0)
    }

    #[test]
    fn tones_are_told_by_frequency_and_length() {
        let sound: Vec<i16> =
            tone(440.0, 8_000).chain(std::iter::repeat_n(0, 4_000)).chain(tone(1_000.0, 4_000)).collect();
        let report = report(&sound);
        let tones: Vec<_> = report.tones.iter().map(|tone| (tone.hz, tone.ms)).collect();
        assert_eq!(tones, [(440, 1_000), (1_000, 500)]);
        assert_eq!((report.heard_ms, report.voiced_ms), (2_000, 1_500));
        assert!((report.voiced_dbfs.unwrap() + 15.3).abs() < 0.5, "{report:?}");
    }

    #[test]
    fn noise_is_no_tone_and_silence_is_not_voiced() {
        let mut state = 1_u32;
        let noise: Vec<i16> = (0..8_000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 18) as i16 - 8_192
            })
            .collect();
        assert_eq!(report(&noise).tones, []);
        let silent = report(&[0; 8_000]);
        assert_eq!((silent.heard_ms, silent.voiced_ms, silent.voiced_dbfs), (1_000, 0, None));
    }

    #[test]
    fn sound_stands_where_it_was_said() {
        let mut ear = Ear::default();
        ear.hear(SamplePosition(320), Codec::Pcmu, &[0x80; 160]);
        assert_eq!(ear.sound().len(), 480);
        assert!(ear.sound()[..320].iter().all(|&sample| sample == 0));
        assert!(ear.sound()[320..].iter().all(|&sample| sample > 30_000));
        ear.hear(SamplePosition(u64::MAX - 5), Codec::Pcmu, &[0x80; 160]);
        assert_eq!(ear.sound().len(), 480, "beyond an hour nothing is kept");
    }
}
