//! Places of the gazetteer found by their sound: a name whose characters a recogniser wrote otherwise, each by one
//! of the same syllable or of one that a telephone does not tell from it. In: a line. Out: [`Sounding`]s.

use std::collections::HashMap;

use super::KnownPlace;
use crate::pinyin::{Reading, Sound};
use crate::understanding::transcript::{Line, is_chinese};

/// The Chinese names of a gazetteer by the classes of their first two syllables.
#[derive(Debug, Default)]
pub(super) struct SoundIndex {
    names: Vec<SoundName>,
    by_start: HashMap<(Reading, Reading), Vec<usize>>,
}

#[derive(Debug)]
struct SoundName {
    text: String,
    chars: Vec<(char, Sound)>,
    place: KnownPlace,
}

/// A name that a stretch of a line sounds like.
#[derive(Debug, Clone, Copy)]
pub(in crate::understanding) struct Sounding<'g> {
    /// One past the stretch's last folded character.
    pub(in crate::understanding) end: usize,
    /// The name as the gazetteer writes it.
    pub(in crate::understanding) name: &'g str,
    /// What it is the name of.
    pub(in crate::understanding) place: &'g KnownPlace,
    /// So many characters are the name's own.
    pub(in crate::understanding) same: usize,
    /// So many of the others are of another syllable that is confused with the name's.
    pub(in crate::understanding) confused: usize,
    /// Whether the last character is the name's own.
    pub(in crate::understanding) same_end: bool,
}

impl SoundIndex {
    /// Takes a name in; one that is not all Chinese, or of one character, is left out.
    pub(super) fn add(&mut self, text: &str, place: &KnownPlace) {
        let sound = |char| Sound::of(char).filter(|_| is_chinese(char)).map(|sound| (char, sound));
        let Some(chars) = text.chars().map(sound).collect::<Option<Vec<_>>>() else { return };
        let [(_, first), (_, second), ..] = chars.as_slice() else { return };
        for first in first.classes() {
            for second in second.classes() {
                self.by_start.entry((first, second)).or_default().push(self.names.len());
            }
        }
        self.names.push(SoundName { text: text.to_owned(), chars, place: place.clone() });
    }

    /// The names that the line sounds like from `start`; those that stand there as they are written are not among
    /// them. `sounds` are the line's, one a folded character.
    pub(super) fn at<'g>(
        &'g self,
        line: &Line<'_>,
        sounds: &[Option<Sound>],
        start: usize,
    ) -> Vec<Sounding<'g>> {
        let [Some(first), Some(second), ..] = sounds.get(start..).unwrap_or_default() else {
            return Vec::new();
        };
        let mut near: Vec<usize> = Vec::new();
        for first in first.classes() {
            for second in second.classes() {
                near.extend(self.by_start.get(&(first, second)).into_iter().flatten());
            }
        }
        near.sort_unstable();
        near.dedup();
        near.into_iter().filter_map(|name| self.compare(self.names.get(name)?, line, sounds, start)).collect()
    }

    fn compare<'g>(
        &self,
        name: &'g SoundName,
        line: &Line<'_>,
        sounds: &[Option<Sound>],
        start: usize,
    ) -> Option<Sounding<'g>> {
        let end = start + name.chars.len();
        let heard = line.chars.get(start..end)?.iter().zip(sounds.get(start..end)?);
        let (mut same, mut confused, mut same_end) = (0, 0, false);
        for ((written, sound), (char, heard)) in name.chars.iter().zip(heard) {
            same_end = char == written;
            if same_end {
                same += 1;
                continue;
            }
            match sound.distance(heard.as_ref()?) {
                0 => {}
                1 => confused += 1,
                _ => return None,
            }
        }
        (same < name.chars.len()).then_some(Sounding {
            end,
            name: &name.text,
            place: &name.place,
            same,
            confused,
            same_end,
        })
    }
}

/// The sound of each folded character of a line, in its usual reading: a recogniser writes what it heard by that.
pub(in crate::understanding) fn sounds(line: &Line<'_>) -> Vec<Option<Sound>> {
    let sound = |char: &char| Sound::of(*char).filter(|sound| !sound.is_letter()).map(Sound::usual);
    line.chars.iter().map(sound).collect()
}
