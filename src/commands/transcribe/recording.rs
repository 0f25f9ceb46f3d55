//! A recording read a second at a time: what is held of it is one piece, however long it is.

use std::path::Path;

use anyhow::{bail, ensure};

use crate::audio::resample::Downsampler;
use crate::audio::wav::{WavError, WavPieces};
use crate::domain::{Channel, SAMPLE_RATE_HZ, SamplePosition};

/// Samples given to the ears at a time: one second.
const PIECE_SAMPLES: usize = SAMPLE_RATE_HZ as usize;

/// A WAV file as a source of 8 kHz sound.
pub(super) struct Recording {
    pieces: WavPieces,
    /// For each channel of a 16 kHz file.
    halving: Vec<Downsampler>,
    /// Where the next piece begins.
    at: SamplePosition,
    ended: bool,
    failed: Option<WavError>,
}

/// A second of every channel, and where it ends.
type Second = (SamplePosition, Vec<(Channel, SamplePosition, Vec<i16>)>);

impl Recording {
    /// Opens a file of one or two channels, 8 or 16 kHz.
    ///
    /// # Errors
    /// Another number of channels, another rate, no sound.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let pieces = WavPieces::open(path)?;
        let (channels, rate_hz) = (pieces.channels(), pieces.rate_hz());
        ensure!(
            (1..=Channel::BOTH.len()).contains(&channels),
            "{channels} channels where one or two are read"
        );
        let halving = match rate_hz {
            SAMPLE_RATE_HZ => Vec::new(),
            16_000 => vec![Downsampler::default(); channels],
            other => {
                bail!("{other} Hz where 8000 or 16000 are read; `sox IN.wav -r 8000 OUT.wav` makes it so")
            }
        };
        Ok(Self { pieces, halving, at: SamplePosition(0), ended: false, failed: None })
    }

    /// One or two.
    pub(super) fn channels(&self) -> usize {
        self.pieces.channels()
    }

    /// Its length at the recording's rate, where the file tells it.
    pub(super) fn samples_8k(&self) -> Option<u64> {
        let frames = self.pieces.frames()?;
        Some(if self.halving.is_empty() { frames } else { frames.div_ceil(2) })
    }

    /// # Errors
    /// Where the sound broke off before its end.
    pub(super) fn ended_well(&mut self) -> Result<(), WavError> {
        self.failed.take().map_or(Ok(()), Err)
    }

    fn next_sound(&mut self) -> Result<Option<Vec<Vec<i16>>>, WavError> {
        if self.halving.is_empty() {
            return self.pieces.next_piece(PIECE_SAMPLES);
        }
        let piece = self.pieces.next_piece(2 * PIECE_SAMPLES)?;
        if piece.is_none() && self.ended {
            return Ok(None);
        }
        self.ended = piece.is_none();
        let mut halved = vec![Vec::new(); self.halving.len()];
        for (index, (resampler, halved)) in self.halving.iter_mut().zip(&mut halved).enumerate() {
            match piece.as_ref().and_then(|channels| channels.get(index)) {
                Some(pcm_16k) => resampler.push(pcm_16k, halved),
                None => resampler.finish(halved),
            }
        }
        Ok(Some(halved))
    }
}

impl Iterator for Recording {
    type Item = Second;

    fn next(&mut self) -> Option<Second> {
        let sound = self.next_sound().unwrap_or_else(|error| {
            self.failed = Some(error);
            None
        })?;
        let start = self.at;
        self.at = SamplePosition(start.0 + sound.first().map_or(0, Vec::len) as u64);
        let pieces = Channel::BOTH.into_iter().zip(sound).map(|(channel, pcm)| (channel, start, pcm));
        Some((self.at, pieces.filter(|(_, _, pcm)| !pcm.is_empty()).collect()))
    }
}
