//! The tones as a Chinese exchange plays them (GB/T 3380), all of 450 Hz: ringing, a second in five; busy, 350 ms in 700.

use std::f32::consts::TAU;
use std::sync::Arc;

use crate::domain::SAMPLE_RATE_HZ;

/// Its frequency.
const TONE_HZ: f32 = 450.0;
/// About −19 dBm0: well heard, and softer than a voice.
const AMPLITUDE: f32 = 3_600.0;
/// Samples over which a tone swells and fades, so that it does not click: 5 ms.
const RAMP: usize = 40;

/// One period of the ringing tone: 1 s of sound, 4 s of silence. To be repeated.
pub(super) fn ringing() -> Arc<[i16]> {
    let samples = |ms: u32| (ms * SAMPLE_RATE_HZ / 1_000) as usize;
    let (on, off) = (samples(1_000), samples(4_000));
    (0..on + off).map(|n| if n < on { tone(n, on) } else { 0 }).collect()
}

/// Five times the busy tone: as much as tells that nobody is reached.
pub(super) fn busy() -> Arc<[i16]> {
    let half = (350 * SAMPLE_RATE_HZ / 1_000) as usize;
    let period = (0..2 * half).map(|n| if n < half { tone(n, half) } else { 0 }).collect::<Vec<_>>();
    period.repeat(5).into()
}

/// After it a caller may speak: half a second.
pub(super) fn beep() -> Arc<[i16]> {
    let length = (SAMPLE_RATE_HZ / 2) as usize;
    (0..length).map(|n| tone(n, length)).collect()
}

fn tone(n: usize, length: usize) -> i16 {
    let ramp = (n.min(length - 1 - n) as f32 / RAMP as f32).min(1.0);
    let phase = TAU * TONE_HZ * n as f32 / SAMPLE_RATE_HZ as f32;
    (AMPLITUDE * ramp * phase.sin()) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crossings(samples: &[i16]) -> usize {
        samples.windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count()
    }

    #[test]
    fn ringing_sounds_a_second_of_five_at_450_hz() {
        let period = ringing();
        assert_eq!(period.len(), 40_000);
        assert!((448..=451).contains(&crossings(&period[..8_000])));
        assert!(period[8_000..].iter().all(|&sample| sample == 0));
    }

    #[test]
    fn busy_sounds_half_of_the_time() {
        let sound = busy();
        assert_eq!(sound.len(), 5 * 5_600);
        assert!((156..=158).contains(&crossings(&sound[5_600..5_600 + 2_800])));
        assert!(sound[2_800..5_600].iter().all(|&sample| sample == 0));
    }
}
