//! What callers who wait, or come outside the opening hours, are told: a folder of sentences for each language, of
//! which what is said at a moment is put together. Read whole at start, so that no call finds one missing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;

use super::outgoing::Sound;
use super::prompts::{self, PromptError};

/// Up to so many callers before one are counted.
const COUNTED: usize = 9;
/// The waits that are told, minutes; the next longer one is said.
const MINUTES: [i64; 8] = [1, 2, 3, 5, 10, 15, 20, 30];

/// The sentences in one language.
#[derive(Debug, Clone)]
pub struct Phrases {
    next: Sound,
    /// One caller before, two, …
    ahead: Vec<Sound>,
    ahead_many: Sound,
    waits: Vec<Sound>,
    wait_long: Sound,
    call_back: Sound,
    call_back_noted: Sound,
    closed: Sound,
    call_again: Sound,
    busy: Sound,
    leave_message: Sound,
    message_kept: Sound,
}

impl Phrases {
    /// Reads the sentences of a folder: `next.wav`, `ahead_1.wav`, … as `models/prompts/zh` has them.
    ///
    /// # Errors
    /// The file that is not there, or is no prompt.
    pub fn load(folder: &Path) -> Result<Self, PromptError> {
        let sound = |name: &str| prompts::load(&folder.join(name).with_extension("wav"));
        Ok(Self {
            next: sound("next")?,
            ahead: (1..=COUNTED).map(|count| sound(&format!("ahead_{count}"))).collect::<Result<_, _>>()?,
            ahead_many: sound("ahead_many")?,
            waits: MINUTES
                .iter()
                .map(|minutes| sound(&format!("wait_{minutes}")))
                .collect::<Result<_, _>>()?,
            wait_long: sound("wait_long")?,
            call_back: sound("call_back")?,
            call_back_noted: sound("call_back_noted")?,
            closed: sound("closed")?,
            call_again: sound("call_again")?,
            busy: sound("busy")?,
            leave_message: sound("leave_message")?,
            message_kept: sound("message_kept")?,
        })
    }

    /// How many are before the caller, how long it will most likely wait where that can be told, and that it may be
    /// called back where it may.
    #[must_use]
    pub fn waiting(&self, ahead: usize, expected: Option<SignedDuration>, call_back: bool) -> Sound {
        let place = match ahead {
            0 => &self.next,
            ahead => self.ahead.get(ahead - 1).unwrap_or(&self.ahead_many),
        };
        let wait = expected.map(|expected| self.wait(expected));
        let call_back = call_back.then_some(&self.call_back);
        one_after_another([Some(place), wait, call_back])
    }

    fn wait(&self, expected: SignedDuration) -> &Sound {
        let told = MINUTES.iter().position(|minutes| expected <= SignedDuration::from_mins(*minutes));
        told.and_then(|at| self.waits.get(at)).unwrap_or(&self.wait_long)
    }

    /// The answer to who wants to be called back.
    #[must_use]
    pub fn call_back_noted(&self) -> Sound {
        self.call_back_noted.clone()
    }

    /// Nobody is there at this time; what the caller may do.
    #[must_use]
    pub fn closed(&self, may_leave_message: bool) -> Sound {
        let then = if may_leave_message { &self.leave_message } else { &self.call_again };
        one_after_another([Some(&self.closed), Some(then), None])
    }

    /// No agent could be reached, and a message is taken.
    #[must_use]
    pub fn busy(&self) -> Sound {
        one_after_another([Some(&self.busy), Some(&self.leave_message), None])
    }

    /// The answer to a message.
    #[must_use]
    pub fn message_kept(&self) -> Sound {
        self.message_kept.clone()
    }
}

fn one_after_another(sounds: [Option<&Sound>; 3]) -> Sound {
    sounds.into_iter().flatten().flat_map(|sound| sound.iter().copied()).collect()
}

/// The sentences of every language that the hotline has them in.
#[derive(Debug, Clone, Default)]
pub struct PhraseBook(BTreeMap<String, Phrases>);

impl PhraseBook {
    /// Reads a folder for each language, named in two letters.
    ///
    /// # Errors
    /// The file that is not there, or is no prompt.
    pub fn load(folders: &BTreeMap<String, PathBuf>) -> Result<Self, PromptError> {
        let read = |(language, folder): (&String, &PathBuf)| Ok((language.clone(), Phrases::load(folder)?));
        folders.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Those in a caller's language; where it has none, in the hotline's own, or in any.
    #[must_use]
    pub fn of(&self, language: Option<&str>, own: Option<&str>) -> Option<&Phrases> {
        let known = |language: Option<&str>| language.and_then(|language| self.0.get(language));
        known(language).or_else(|| known(own)).or_else(|| self.0.values().next())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::domain::SAMPLE_RATE_HZ;

    fn shipped(language: &str) -> Phrases {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models/prompts")).join(language);
        Phrases::load(&folder).unwrap()
    }

    #[test]
    fn what_ships_is_whole_in_both_languages_and_short() {
        for phrases in ["zh", "en"].map(shipped) {
            let longest = phrases.waiting(10, Some(SignedDuration::from_hours(1)), true);
            assert!(longest.len() < 12 * SAMPLE_RATE_HZ as usize);
            assert!(phrases.closed(true).len() < 12 * SAMPLE_RATE_HZ as usize);
        }
    }

    #[test]
    fn a_caller_hears_its_place_and_the_next_longer_wait() {
        let phrases = shipped("zh");
        let minutes = |minutes| Some(SignedDuration::from_mins(minutes));
        let said = |sounds: &[&Sound]| -> Vec<i16> {
            sounds.iter().flat_map(|sound| sound.iter().copied()).collect()
        };
        assert_eq!(phrases.waiting(0, None, false)[..], phrases.next[..]);
        assert_eq!(phrases.waiting(9, minutes(0), false)[..], said(&[&phrases.ahead[8], &phrases.waits[0]]));
        assert_eq!(
            phrases.waiting(10, minutes(6), true)[..],
            said(&[&phrases.ahead_many, &phrases.waits[4], &phrases.call_back]),
        );
        assert_eq!(
            phrases.waiting(1, minutes(31), false)[..],
            said(&[&phrases.ahead[0], &phrases.wait_long])
        );
    }

    #[test]
    fn a_caller_is_spoken_to_in_its_language_or_in_one_there_is() {
        let shipped = |language: &str| {
            (
                language.to_owned(),
                Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/models/prompts")).join(language),
            )
        };
        let book = PhraseBook::load(&["zh", "en"].map(shipped).into()).unwrap();
        let next = |language, own| book.of(language, own).unwrap().next.clone();
        assert_eq!(next(Some("en"), Some("zh")), shipped_next("en"));
        assert_eq!(next(Some("fr"), Some("zh")), shipped_next("zh"));
        assert_eq!(next(None, None), shipped_next("en"));
        assert!(PhraseBook::default().of(Some("zh"), None).is_none());
    }

    fn shipped_next(language: &str) -> Sound {
        shipped(language).next
    }

    #[test]
    fn a_sentence_that_is_missing_is_named() {
        let empty = tempfile::tempdir().unwrap();
        let error = Phrases::load(empty.path()).unwrap_err().to_string();
        assert!(error.contains("next.wav"), "{error}");
    }
}
