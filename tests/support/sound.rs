//! The sound of a recorded call, read by the few rules that the fixtures keep to (two channels, 8 kHz, A-law
//! or 16-bit PCM), apart from the service's own reader that the tests try.

use std::fs;
use std::path::Path;

use jiesu::domain::{Channel, SAMPLE_RATE_HZ};

const FORMAT_PCM: u16 = 1;
const FORMAT_ALAW: u16 = 6;

/// Two channels of samples.
pub struct Recording {
    channels: [Vec<i16>; 2],
}

impl Recording {
    /// Reads a file; panics where it is not what a fixture or a recording of the service must be.
    pub fn load(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WAVE", "{}: not a WAV file", path.display());
        let format = chunk(&bytes, b"fmt ").unwrap_or_else(|| panic!("{}: no format", path.display()));
        let number = |at: usize| u16::from_le_bytes([format[at], format[at + 1]]);
        assert_eq!(number(2), 2, "{}: channels", path.display());
        assert_eq!(number(4), 8_000, "{}: samples in a second", path.display());
        let sound = chunk(&bytes, b"data").unwrap_or_else(|| panic!("{}: no sound", path.display()));
        let samples: Vec<i16> = match number(0) {
            FORMAT_ALAW => sound.iter().map(|&byte| alaw(byte)).collect(),
            FORMAT_PCM => sound.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect(),
            other => panic!("{}: format {other}", path.display()),
        };
        let channel = |index: usize| samples.iter().skip(index).step_by(2).copied().collect();
        Self { channels: [channel(0), channel(1)] }
    }

    /// The samples of a channel.
    pub fn channel(&self, channel: Channel) -> &[i16] {
        &self.channels[channel.index()]
    }

    /// How long it is.
    pub fn duration_ms(&self) -> u64 {
        self.channels[0].len() as u64 * 1_000 / u64::from(SAMPLE_RATE_HZ)
    }

    /// How long a channel sounds like this tone, ms, by pieces of a tenth of a second.
    pub fn tone_ms(&self, channel: Channel, hz: f64) -> u64 {
        let pieces = self.channels[channel.index()].chunks_exact(800);
        pieces.filter(|piece| share_of(piece, hz) > 0.5).count() as u64 * 100
    }

    /// RMS between two moments, in dB of full scale; −90 for silence and where there is nothing.
    pub fn level_db(&self, channel: Channel, from_ms: u64, to_ms: u64) -> f64 {
        let at = |ms: u64| (ms * u64::from(SAMPLE_RATE_HZ) / 1_000) as usize;
        let all = &self.channels[channel.index()];
        let part = &all[at(from_ms).min(all.len())..at(to_ms).min(all.len())];
        let energy: f64 = part.iter().map(|&sample| f64::from(sample).powi(2)).sum();
        let rms = (energy / part.len().max(1) as f64).sqrt() / 32_768.0;
        20.0 * rms.max(10f64.powf(-4.5)).log10()
    }
}

/// How much of a sound's power is at one frequency, 0 to 1 (Goertzel).
fn share_of(sound: &[i16], hz: f64) -> f64 {
    let coefficient = 2.0 * (std::f64::consts::TAU * hz / f64::from(SAMPLE_RATE_HZ)).cos();
    let (mut before, mut last, mut power) = (0.0, 0.0, 0.0);
    for &sample in sound {
        let next = f64::from(sample) + coefficient * last - before;
        (before, last) = (last, next);
        power += f64::from(sample).powi(2);
    }
    let at_hz = before * before + last * last - coefficient * before * last;
    if power < 1e6 { 0.0 } else { 2.0 * at_hz / (power * sound.len() as f64) }
}

/// The body of a RIFF file's first chunk of a name.
fn chunk<'a>(bytes: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut at = 12;
    while at + 8 <= bytes.len() {
        let length =
            u32::from_le_bytes([bytes[at + 4], bytes[at + 5], bytes[at + 6], bytes[at + 7]]) as usize;
        if &bytes[at..at + 4] == name {
            return bytes.get(at + 8..at + 8 + length);
        }
        at += 8 + length + length % 2;
    }
    None
}

/// One sample by ITU-T G.711's table 1a.
fn alaw(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let (segment, step) = (u32::from(code >> 4 & 7), i16::from(code & 0x0F));
    let magnitude = match segment {
        0 => step * 16 + 8,
        _ => (step * 16 + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}
