//! Turns to a draft: category, urgency, fields, places. In: a call's turns, so far. Out: a
//! [`Draft`] whose every field is a piece of what was said, or a named normalisation of one, with
//! its place in the words and in the sound. Pure: the same turns give the same draft.

mod category;
mod clauses;
mod confidential;
mod found;
mod gazetteer;
mod hesitation;
mod kind;
mod lexicon;
mod load_error;
mod person;
mod phone;
mod phone_words;
mod place;
mod place_parts;
mod place_words;
mod subject;
mod surnames;
pub mod tagger;
mod taxonomy;
mod time;
mod title;
mod transcript;
mod urgency;
mod wish;
mod words;

#[cfg(test)]
mod taxonomy_tests;

use std::collections::BTreeMap;
use std::path::Path;

pub use load_error::LoadError;
pub use taxonomy::{Category, Class, Department, Name, Taxonomy};

use self::category::CategoryWords;
use self::found::Found;
use self::gazetteer::Gazetteer;
use self::kind::KindWords;
use self::transcript::Transcript;
use self::urgency::UrgencyWords;
use crate::domain::{Call, Draft, FieldKey, Turn};

/// What the hotline knows of its city: matters, departments, places.
#[derive(Debug)]
pub struct Understanding {
    taxonomy: Taxonomy,
    gazetteer: Gazetteer,
    category_words: CategoryWords,
    kind_words: KindWords,
    urgency_words: UrgencyWords,
}

impl Understanding {
    /// Reads a taxonomy (`models/categories/*.toml`) and a gazetteer (`models/places/*.toml`).
    ///
    /// # Errors
    /// [`LoadError`] with file and line, where a file cannot be read, is not TOML, or contradicts itself.
    pub fn load(taxonomy: &Path, gazetteer: &Path) -> Result<Self, LoadError> {
        let taxonomy = Taxonomy::load(taxonomy)?;
        let gazetteer = Gazetteer::load(gazetteer)?;
        Ok(Self {
            category_words: category::category_words(&taxonomy),
            kind_words: kind::kind_words(&taxonomy),
            urgency_words: urgency::urgency_words(&taxonomy),
            taxonomy,
            gazetteer,
        })
    }

    /// The classes, kinds and departments.
    #[must_use]
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// Every name of the city's places, in every form that the gazetteer has.
    pub fn place_names(&self) -> impl Iterator<Item = &str> {
        self.gazetteer.names()
    }

    /// Folds a call's turns into a draft; its revision is the number of turns.
    #[must_use]
    pub fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        let transcript = Transcript::new(turns);
        let guesses = category::guesses(&self.taxonomy, &self.category_words, &transcript);
        let category = category::category(&guesses, &transcript);
        // A title and a subject are taken from the words that settled the category.
        let settled = guesses.first().filter(|_| category.is_some());
        let kind = kind::kind(&self.taxonomy, &self.kind_words, &transcript, category.as_ref());
        let urgency = urgency::urgency(
            &self.taxonomy,
            &self.urgency_words,
            &transcript,
            category.as_ref(),
            kind.as_ref(),
        );
        let place = place::place(&self.gazetteer, &transcript);
        let wish = wish::wish(&transcript);
        let found: [(FieldKey, Option<Found>); 12] = [
            (FieldKey::Title, settled.and_then(|guess| title::title(&transcript, guess, place.as_ref()))),
            (
                FieldKey::Subject,
                settled.and_then(|guess| subject::subject(&transcript, guess, wish.as_ref())),
            ),
            (
                FieldKey::Department,
                category.as_ref().and_then(|found| category::department(&self.taxonomy, found)),
            ),
            (FieldKey::Category, category),
            (FieldKey::Kind, kind),
            (FieldKey::Urgency, urgency),
            (FieldKey::Place, place.map(|place| place.found)),
            (FieldKey::Person, person::person(&transcript)),
            (FieldKey::Phone, phone::phone(&transcript)),
            (FieldKey::Time, time::time(&transcript)),
            (FieldKey::Wish, wish),
            (FieldKey::Confidential, confidential::confidential(&transcript)),
        ];
        let fields: BTreeMap<_, _> =
            found.into_iter().filter_map(|(key, found)| Some((key, found?.field(&transcript)?))).collect();
        Draft {
            call_id: call.id,
            revision: turns.len() as u64,
            fields,
            categories: guesses.iter().map(|guess| category::as_shown(guess, &transcript)).collect(),
        }
    }
}
