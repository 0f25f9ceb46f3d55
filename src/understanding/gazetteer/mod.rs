//! The gazetteer: the city's units, roads, estates and landmarks, with the other ways to say them.
//! In: a TOML file. Out: a [`Gazetteer`] that finds them in a line by their characters or their sound, or an error
//! with file and line.

mod sounds;

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use self::sounds::SoundIndex;
pub(super) use self::sounds::{Sounding, sounds};
use super::lexicon::{Hit, Lexicon};
use super::load_error::{LoadError, Source, read};
use super::taxonomy::filled;
use super::transcript::Line;
use crate::pinyin::Sound;

/// What a name of the gazetteer is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlaceKind {
    /// A district of the city.
    District,
    /// A street office, a town, a zone.
    Unit,
    /// What a residents' committee looks after.
    Community,
    Road,
    Estate,
    Landmark,
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownPlace {
    pub(super) kind: PlaceKind,
    /// Its first name in the file.
    pub(super) name: String,
}

/// The places of a city, to be found in a line.
#[derive(Debug, Default)]
pub(super) struct Gazetteer {
    lexicon: Lexicon<KnownPlace>,
    by_sound: SoundIndex,
    /// Every name, as the file has it.
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    unit: Vec<UnitEntry>,
    #[serde(default)]
    district: Vec<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    community: Vec<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    road: Vec<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    estate: Vec<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    landmark: Vec<Spanned<Vec<Spanned<String>>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitEntry {
    code: Spanned<String>,
    name: Spanned<String>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
    /// Names of units that were merged into it, and what it was called before.
    #[serde(default)]
    former: Vec<Spanned<String>>,
}

impl Gazetteer {
    /// Reads and checks a gazetteer file.
    pub(super) fn load(path: &Path) -> Result<Self, LoadError> {
        Self::parse(path, &read(path)?)
    }

    /// Checks a gazetteer's text; `path` is for messages.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, LoadError> {
        let source = Source { path, text };
        let file: File = source.parse()?;
        let mut known = Checked { source, seen: BTreeSet::new(), gazetteer: Self::default() };
        let mut codes = BTreeSet::new();
        for unit in &file.unit {
            let code = filled(&known.source, "a unit's code", &unit.code)?;
            if !codes.insert(code.to_owned()) {
                return Err(known
                    .source
                    .wrong(unit.code.span().start, format!("unit {code} is given twice")));
            }
            let names: Vec<&Spanned<String>> =
                std::iter::once(&unit.name).chain(&unit.aliases).chain(&unit.former).collect();
            known.add(PlaceKind::Unit, &names)?;
        }
        let lists = [
            (PlaceKind::District, &file.district),
            (PlaceKind::Community, &file.community),
            (PlaceKind::Road, &file.road),
            (PlaceKind::Estate, &file.estate),
            (PlaceKind::Landmark, &file.landmark),
        ];
        for (kind, places) in lists {
            for place in places {
                if place.get_ref().is_empty() {
                    return Err(known.source.wrong(place.span().start, "a place has no name".to_owned()));
                }
                known.add(kind, &place.get_ref().iter().collect::<Vec<_>>())?;
            }
        }
        Ok(known.gazetteer)
    }

    /// Every name of every place, in every form the file has.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The longest place name that starts at a character of a line.
    pub(super) fn longest_at<'g>(&'g self, line: &Line<'_>, start: usize) -> Option<Hit<'g, KnownPlace>> {
        self.lexicon.longest_at(line, start)
    }

    /// The names that a line sounds like from a character, written otherwise; `sounds` are those of the line.
    pub(super) fn sounding_at<'g>(
        &'g self,
        line: &Line<'_>,
        sounds: &[Option<Sound>],
        start: usize,
    ) -> Vec<Sounding<'g>> {
        self.by_sound.at(line, sounds, start)
    }
}

/// The gazetteer while its file is checked.
struct Checked<'a> {
    source: Source<'a>,
    seen: BTreeSet<String>,
    gazetteer: Gazetteer,
}

impl Checked<'_> {
    fn add(&mut self, kind: PlaceKind, names: &[&Spanned<String>]) -> Result<(), LoadError> {
        let Some(first) = names.first() else { return Ok(()) };
        for name in names {
            let text = filled(&self.source, "a place's name", name)?;
            if !self.seen.insert(text.to_owned()) {
                return Err(self.source.wrong(
                    name.span().start,
                    format!("`{text}` names two places; a caller's word could mean either"),
                ));
            }
            self.gazetteer.names.push(text.to_owned());
            let place = KnownPlace { kind, name: first.get_ref().clone() };
            self.gazetteer.by_sound.add(text, &place);
            self.gazetteer.lexicon.add(text, place);
        }
        Ok(())
    }
}
