//! Turns to a draft: category, urgency, fields, places. In: a call's turns, so far. Out: a
//! [`Draft`] whose every field is a piece of what was said, or a named normalisation of one, with
//! its place in the words and in the sound. Pure: the same turns give the same draft.

mod against;
mod against_words;
mod asked_for;
mod call_back;
mod category;
pub mod classifier;
mod clauses;
mod confidential;
mod department;
mod earlier_ticket;
mod found;
mod gazetteer;
mod heard_by_model;
mod hesitation;
mod id_number;
mod in_force;
mod kind;
mod lexicon;
mod load_error;
mod model_file;
mod moment;
mod moment_words;
mod person;
mod phone;
mod phone_words;
mod place;
mod questions;
mod spans_by_model;
mod spelled;
mod subject;
mod summary;
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
mod moment_tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use in_force::{InForce, InForceState, Refused};
pub use load_error::{Fault, LoadError};
pub use model_file::ModelError;
pub(crate) use surnames::surname_of;
pub use taxonomy::{Category, Chapter, Class, Clocks, Department, Limit, Name, Taxonomy};

use jiff::tz::TimeZone;

use self::category::CategoryWords;
use self::classifier::Classifier;
use self::department::SpecialistWords;
use self::found::{Found, Reason};
use self::gazetteer::Gazetteer;
use self::kind::KindWords;
use self::spans_by_model::{RememberingTagger, Sought, SpansByModel};
use self::tagger::Tagger;
use self::transcript::{Span, Transcript};
use self::urgency::UrgencyWords;
use crate::domain::{Call, CategoryCode, Draft, Evidence, Field, FieldKey, FilledBy, Turn};

/// What the hotline knows of its city: matters, departments, places.
#[derive(Debug)]
pub struct Understanding {
    taxonomy: Taxonomy,
    gazetteer: Gazetteer,
    category_words: CategoryWords,
    classifier: Option<Classifier>,
    spans: Option<RememberingTagger>,
    /// Where the model of spans lies, or would.
    spans_path: PathBuf,
    kind_words: KindWords,
    urgency_words: UrgencyWords,
    /// Where the city is: what 昨天 counts from.
    zone: TimeZone,
    specialist_words: SpecialistWords,
}

/// Where the trained model of a taxonomy's categories lies, if there is one.
pub(crate) fn model_beside(taxonomy: &Path) -> PathBuf {
    taxonomy.with_extension("model")
}

/// Where the trained model of names, places and parties lies, if there is one: `models/spans/calls.model` where the
/// gazetteer is `models/places/NAME.toml`.
fn spans_near(gazetteer: &Path) -> PathBuf {
    let models = gazetteer.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    models.join("spans").join("calls.model")
}

impl Understanding {
    /// Reads a taxonomy (`models/categories/*.toml`) and a gazetteer (`models/places/*.toml`). Where a trained model
    /// lies beside the taxonomy (`dagang.model` beside `dagang.toml`), it has a say in the category; where one of
    /// spans lies in the folder `spans` beside the gazetteer's, it is asked for what the rules do not find.
    ///
    /// # Errors
    /// [`LoadError`] with file and line, where a file cannot be read, is not TOML, or contradicts itself.
    pub fn load(taxonomy: &Path, gazetteer: &Path) -> Result<Self, LoadError> {
        let taxonomy_path = taxonomy;
        let model = model_beside(taxonomy);
        let classifier = if model.exists() { Some(Classifier::read(&model)?) } else { None };
        let spans_path = spans_near(gazetteer);
        let spans = if spans_path.exists() { Some(Tagger::read(&spans_path)?) } else { None };
        let spans = spans.map(RememberingTagger::new);
        if classifier.is_some() || spans.is_some() {
            // Read here, and not while the first caller waits for a draft.
            tagger::sentence::dictionary();
        }
        let taxonomy = Taxonomy::load(taxonomy)?;
        let gazetteer = Gazetteer::load(gazetteer)?;
        let places: BTreeSet<&str> = gazetteer.names().collect();
        taxonomy.check_territories(taxonomy_path, |name| places.contains(name))?;
        Ok(Self {
            category_words: category::category_words(&taxonomy),
            classifier,
            spans,
            spans_path,
            kind_words: kind::kind_words(&taxonomy),
            urgency_words: urgency::urgency_words(&taxonomy),
            specialist_words: department::specialist_words(&taxonomy),
            taxonomy,
            gazetteer,
            zone: TimeZone::system(),
        })
    }

    /// The same, counting days as they are in `zone`; without it, as they are on this machine.
    #[must_use]
    pub fn in_zone(self, zone: TimeZone) -> Self {
        Self { zone, ..self }
    }

    /// The classes, kinds and departments.
    #[must_use]
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// The department of a draft whose category a person chose, and why: a specialist's that the machine heard, else
    /// the one of the place's territory, else the category's. Nothing for an unknown code.
    #[must_use]
    pub fn department(&self, code: &CategoryCode, draft: &Draft) -> Option<Field> {
        let category = self.taxonomy.category(code)?;
        let field = |value: &str, evidence: Vec<Evidence>, reason: String| Field {
            value: value.to_owned(),
            confidence: 1.0,
            filled_by: FilledBy::Machine,
            evidence,
            reason,
        };
        let heard = draft.fields.get(&FieldKey::Department);
        if let Some(heard) = heard.filter(|heard| department::is_specialist(&heard.reason)) {
            return Some(heard.clone());
        }
        let place = draft.fields.get(&FieldKey::Place);
        let of_place = place.and_then(|place| {
            let territory = department::territory(&self.taxonomy, category, &place.reason)?;
            let reason = Reason::Territory.of(&territory.place);
            Some(field(&territory.department.0, place.evidence.clone(), reason))
        });
        of_place.or_else(|| Some(field(&category.department.0, Vec::new(), Reason::Category.of(&code.0))))
    }

    /// The same with another model of categories, or with none.
    #[must_use]
    pub fn with_model(self, classifier: Option<Classifier>) -> Self {
        Self { classifier, ..self }
    }

    /// The same with another model of spans, or with none.
    #[must_use]
    pub fn with_spans(self, spans: Option<Tagger>) -> Self {
        Self { spans: spans.map(RememberingTagger::new), ..self }
    }

    /// Whether a trained model has a say in the category.
    #[must_use]
    pub fn has_model(&self) -> bool {
        self.classifier.is_some()
    }

    /// The files beside the taxonomy's and the gazetteer's that this was made from.
    pub(crate) fn other_files(&self) -> Vec<PathBuf> {
        self.taxonomy.other_files().map(Path::to_owned).chain([self.spans_path.clone()]).collect()
    }

    /// Every name of the city's places, in every form that the gazetteer has.
    pub fn place_names(&self) -> impl Iterator<Item = &str> {
        self.gazetteer.names()
    }

    /// Folds a call's turns into a draft; its revision is the number of turns.
    #[must_use]
    pub fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        let transcript = Transcript::new(turns);
        let by_model = SpansByModel::new(self.spans.as_ref(), &transcript);
        let spans_of = |found: Option<&Found>| found.map(|found| found.spans.clone()).unwrap_or_default();
        let place = place::place(&self.gazetteer, &transcript);
        let person = person::person(&transcript);
        let person = person
            .or_else(|| by_model.best(Sought::Person, &spans_of(place.as_ref().map(|place| &place.found))));
        let place = place.or_else(|| {
            let found = by_model.best(Sought::Place, &spans_of(person.as_ref()))?;
            place::named(&self.gazetteer, &transcript, found)
        });
        let quoted: Vec<Span> =
            [spans_of(place.as_ref().map(|place| &place.found)), spans_of(person.as_ref())].concat();
        let guesses = category::guesses(
            &self.taxonomy,
            &self.category_words,
            self.classifier.as_ref(),
            &transcript,
            &quoted,
        );
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
        let questions = questions::questions(&transcript, place.as_ref());
        let department = department::department(
            &self.taxonomy,
            &self.specialist_words,
            &transcript,
            category.as_ref(),
            place.as_ref().map(|place| &place.found),
        );
        let wish = wish::wish(&transcript);
        let subject = settled.and_then(|guess| subject::subject(&transcript, guess, wish.as_ref()));
        let id_number = id_number::id_number(&transcript);
        let (earlier_ticket, ticket_spans) = earlier_ticket::earlier_ticket(&transcript, &id_number.spans);
        let time = time::time(&transcript, call.started_at.to_zoned(self.zone.clone()).datetime());
        let against = against::against(&transcript, kind.as_ref()).or_else(|| {
            let found = || by_model.best(Sought::Against, &quoted);
            (!against::complains_of_nobody(kind.as_ref())).then(found).flatten()
        });
        let taken = [&id_number.spans[..], &ticket_spans].concat();
        let summary = summary::summary(
            &transcript,
            &summary::Pieces {
                kind: kind.as_ref(),
                time: time.as_ref(),
                place: place.as_ref().map(|place| &place.found),
                against: against.as_ref(),
                subject: subject.as_ref(),
                wish: wish.as_ref(),
                earlier_ticket: earlier_ticket.as_ref(),
            },
        );
        let found: [(FieldKey, Option<Found>); 18] = [
            (FieldKey::Title, settled.and_then(|guess| title::title(&transcript, guess, place.as_ref()))),
            (FieldKey::Subject, subject),
            (FieldKey::Department, department),
            (FieldKey::Category, category),
            (FieldKey::Kind, kind),
            (FieldKey::Urgency, urgency),
            (FieldKey::Place, place.map(|place| place.found)),
            (FieldKey::Against, against),
            (FieldKey::Person, person),
            (FieldKey::Phone, phone::phone(&transcript, &taken)),
            (FieldKey::IdNumber, id_number.found),
            (FieldKey::EarlierTicket, earlier_ticket),
            (FieldKey::Time, time),
            (FieldKey::Wish, wish),
            (FieldKey::Summary, summary),
            (FieldKey::Confidential, confidential::confidential(&transcript)),
            (FieldKey::Anonymous, confidential::anonymous(&transcript)),
            (FieldKey::CallBack, call_back::call_back(&transcript)),
        ];
        let mut fields: BTreeMap<_, _> =
            found.into_iter().filter_map(|(key, found)| Some((key, found?.field(&transcript)?))).collect();
        let secret = id_number::telling_words(&transcript, &id_number.spans);
        for (key, field) in &mut fields {
            id_number::hide(field, *key == FieldKey::IdNumber, &secret);
        }
        Draft {
            call_id: call.id,
            revision: turns.len() as u64,
            fields,
            categories: guesses.iter().map(|guess| category::as_shown(guess, &transcript)).collect(),
            questions,
        }
    }
}
