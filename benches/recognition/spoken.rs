//! Some seconds of recorded speech with the time of every character: the callers' turns of recorded calls, one after
//! another.

use std::path::Path;

use jiesu::domain::{Channel, SAMPLE_RATE_HZ};
use jiesu::eval::set::{Part, Recording, Said};

use super::local_agreement::Character;

/// Calls whose caller talks at length, in Mandarin.
const CALLS: [&str; 3] = ["demo_1", "sewer_overflow", "restaurant_fumes"];
/// Sound kept around a turn: with it, turns are 0.9 s apart, and the service ends each.
const BEFORE_MS: u64 = 300;
const AFTER_MS: u64 = 600;

/// Speech.
#[derive(Default)]
pub(crate) struct Spoken {
    pub(crate) pcm_8k: Vec<i16>,
    pub(crate) said: Vec<Character>,
    /// Ends of its phrases.
    pub(crate) segments: Vec<u64>,
    pub(crate) voiced_ms: u64,
}

impl Spoken {
    /// Turns with at least so much voice together.
    pub(crate) fn of(least_voiced_ms: u64) -> Result<Self, Box<dyn std::error::Error>> {
        let mut spoken = Self::default();
        for call in CALLS {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("audio_fixtures/{call}.wav"));
            let recording = Recording::read(&path)?;
            let caller = recording.turns.iter().filter(|turn| turn.channel == Channel::Caller);
            for turn in caller {
                if spoken.voiced_ms >= least_voiced_ms {
                    return Ok(spoken);
                }
                spoken.add(turn, &recording.channels[Channel::Caller.index()]);
            }
        }
        Ok(spoken)
    }

    pub(crate) fn length_ms(&self) -> u64 {
        self.pcm_8k.len() as u64 * 1_000 / u64::from(SAMPLE_RATE_HZ)
    }

    /// Characters wholly inside a stretch.
    pub(crate) fn between(
        said: &[Character],
        start_ms: u64,
        end_ms: u64,
    ) -> impl Iterator<Item = &Character> {
        said.iter().filter(move |one| one.start_ms >= start_ms && one.end_ms <= end_ms)
    }

    fn add(&mut self, turn: &Said, pcm_8k: &[i16]) {
        let from_ms = turn.start_ms.saturating_sub(BEFORE_MS);
        let sample = |ms: u64| ms as usize * SAMPLE_RATE_HZ as usize / 1_000;
        let moved = self.length_ms() as i64 - from_ms as i64;
        let place = |ms: u64| (ms as i64 + moved) as u64;
        self.pcm_8k
            .extend_from_slice(&pcm_8k[sample(from_ms)..sample(turn.end_ms + AFTER_MS).min(pcm_8k.len())]);
        self.voiced_ms += turn.voiced_ms();
        // Characters are spread evenly over the voiced parts of their turn.
        let letters: Vec<char> = turn.text.chars().filter(|one| one.is_alphanumeric()).collect();
        let after =
            |part: u64| place(voiced_after(&turn.parts, turn.voiced_ms() * part / letters.len() as u64));
        self.said.extend(letters.iter().enumerate().map(|(index, character)| Character {
            start_ms: after(index as u64),
            end_ms: after(index as u64 + 1),
            character: *character,
        }));
        self.segments.extend(turn.parts.iter().map(|part| place(part.end_ms)));
    }
}

/// The moment after so much voice.
fn voiced_after(parts: &[Part], voiced_ms: u64) -> u64 {
    let mut left = voiced_ms;
    for part in parts {
        let length = part.end_ms - part.start_ms;
        if left <= length {
            return part.start_ms + left;
        }
        left -= length;
    }
    parts.last().map_or(0, |part| part.end_ms)
}
