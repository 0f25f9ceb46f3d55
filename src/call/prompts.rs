//! The sentences that the service itself speaks: a WAV file of the city, or one of `models/prompts/`, enters;
//! samples at 8 kHz leave, checked once at start so that no call finds out.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::audio::resample::halved;
use crate::audio::wav::{Wav, WavError};
use crate::domain::SAMPLE_RATE_HZ;

/// The longest prompt. Beyond it somebody has named the wrong file, and a caller would not wait.
const LONGEST_S: usize = 120;
/// The quietest peak that can be heard on a telephone: -40 dB.
const QUIETEST_PEAK: u16 = 328;

/// Why a file is no prompt.
#[derive(Debug, thiserror::Error)]
#[error("the prompt {}: {fault}", path.display())]
pub struct PromptError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it; told with the file, so it is no separate source.
    pub fault: PromptFault,
}

/// What is wrong with a prompt's file.
#[derive(Debug, thiserror::Error)]
pub enum PromptFault {
    /// It cannot be read as a WAV file.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// Another sample rate than a telephone's or twice that.
    #[error("{rate_hz} samples a second; 8000 and 16000 are played")]
    Rate {
        /// Its rate.
        rate_hz: u32,
    },
    /// Nothing to hear.
    #[error("it is silent")]
    Silent,
    /// Too long to be a prompt.
    #[error("it lasts {seconds} s; at most {LONGEST_S} s are played")]
    Long {
        /// Its length.
        seconds: usize,
    },
}

/// Reads a prompt: mono or more channels (mixed), at 8 or 16 kHz. Samples of 1/8000 s.
///
/// # Errors
/// Where it is no WAV file, or one that no caller should hear.
pub fn load(path: &Path) -> Result<Arc<[i16]>, PromptError> {
    let read = || checked(Wav::read(path)?);
    read().map_err(|fault| PromptError { path: path.to_owned(), fault })
}

fn checked(wav: Wav) -> Result<Arc<[i16]>, PromptFault> {
    let seconds = wav.samples().div_ceil(wav.rate_hz as usize);
    if seconds > LONGEST_S {
        return Err(PromptFault::Long { seconds });
    }
    let mixed = mixed(&wav.channels);
    let sound = match wav.rate_hz {
        SAMPLE_RATE_HZ => mixed,
        rate_hz if rate_hz == 2 * SAMPLE_RATE_HZ => halved(&mixed),
        rate_hz => return Err(PromptFault::Rate { rate_hz }),
    };
    if sound.iter().all(|sample| sample.unsigned_abs() < QUIETEST_PEAK) {
        return Err(PromptFault::Silent);
    }
    Ok(sound.into())
}

/// The mean of the channels.
fn mixed(channels: &[Vec<i16>]) -> Vec<i16> {
    let samples = channels.first().map_or(0, Vec::len);
    let count = i32::try_from(channels.len()).unwrap_or(i32::MAX).max(1);
    let mean = |at: usize| {
        let sum: i32 =
            channels.iter().filter_map(|channel| channel.get(at)).map(|sample| i32::from(*sample)).sum();
        (sum / count) as i16
    };
    (0..samples).map(mean).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    const PROMPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/prompts");

    fn wav(rate_hz: u32, channels: Vec<Vec<i16>>) -> Wav {
        Wav { rate_hz, channels }
    }

    #[test]
    fn the_prompts_that_ship_are_heard_and_end_before_a_caller_tires() {
        let names = ["greeting", "greeting_en", "no_agent", "no_agent_en", "thanks", "thanks_en"];
        let (short, long) = (names.map(|name| (name, 6)), ["rating", "rating_en"].map(|name| (name, 11)));
        for (name, longest_s) in short.into_iter().chain(long) {
            let sound = load(&Path::new(PROMPTS).join(name).with_extension("wav")).unwrap();
            // What is spoken, and not a click: more than a second of it is loud.
            let loud =
                sound.chunks(160).filter(|frame| frame.iter().any(|sample| sample.abs() > 3_000)).count();
            assert!(loud > 50, "{name}: {loud} frames");
            assert!(sound.len() < longest_s * SAMPLE_RATE_HZ as usize, "{name}");
            // No clipping.
            assert!(sound.iter().all(|sample| sample.unsigned_abs() < 20_000), "{name}");
        }
    }

    #[test]
    fn the_music_is_softer_than_a_voice_and_never_stops() {
        let sound = load(&Path::new(PROMPTS).join("music.wav")).unwrap();
        assert!(sound.iter().all(|sample| sample.unsigned_abs() < 8_000));
        // Any half second of it, round its end too, can be heard.
        let round: Vec<i16> = sound.iter().chain(&sound[..4_000]).copied().collect();
        for (at, piece) in round.chunks(4_000).enumerate() {
            assert!(piece.iter().any(|sample| sample.abs() > 1_000), "{at}");
        }
    }

    #[test]
    fn channels_are_mixed_and_16_khz_is_brought_to_8() {
        let stereo = checked(wav(8_000, vec![vec![3_000; 80], vec![-400; 80]])).unwrap();
        assert_eq!(stereo[..], [1_300; 80]);
        let wide = checked(wav(16_000, vec![vec![1_000; 800]])).unwrap();
        assert_eq!(wide.len(), 400);
        assert_eq!(wide[100..300], [1_000; 200]);
    }

    #[test]
    fn what_no_caller_should_hear_is_refused_with_its_reason() {
        for (bad, reason) in [
            (wav(44_100, vec![vec![9_999; 80]]), "44100 samples a second"),
            (wav(8_000, vec![vec![3; 8_000]]), "silent"),
            (wav(8_000, vec![Vec::new()]), "silent"),
            (wav(8_000, vec![vec![9_999; 121 * 8_000]]), "it lasts 121 s"),
        ] {
            let fault = checked(bad).unwrap_err();
            assert!(fault.to_string().contains(reason), "{fault}");
        }
    }

    #[test]
    fn a_file_that_is_missing_or_damaged_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("greeting.wav");
        let missing = load(&path).unwrap_err();
        assert!(missing.to_string().starts_with(&format!("the prompt {}: ", path.display())), "{missing}");
        let whole = std::fs::read(Path::new(PROMPTS).join("greeting.wav")).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 100]).unwrap();
        let cut = load(&path).unwrap_err().to_string();
        assert!(cut.ends_with("truncated: 100 bytes are missing"), "{cut}");
    }
}
