//! Turns to a draft: category, urgency, fields, places. In: a call's turns, so far. Out: a
//! [`Draft`] whose every field is a piece of what was said, or a named normalisation of one, with
//! its place in the words and in the sound. Pure: the same turns give the same draft.

mod load_error;
mod taxonomy;

use std::collections::BTreeMap;
use std::path::Path;

pub use load_error::LoadError;
pub use taxonomy::{Category, Class, Department, Name, Taxonomy};

use crate::domain::{Call, Draft, Turn};

/// What the hotline knows of its city: matters, departments, places.
#[derive(Debug)]
pub struct Understanding {
    taxonomy: Taxonomy,
}

impl Understanding {
    /// Reads a taxonomy (`models/categories/*.toml`) and a gazetteer (`models/places/*.toml`).
    ///
    /// # Errors
    /// [`LoadError`] with file and line, where a file cannot be read, is not TOML, or contradicts itself.
    pub fn load(taxonomy: &Path, gazetteer: &Path) -> Result<Self, LoadError> {
        let _ = gazetteer;
        Ok(Self { taxonomy: Taxonomy::load(taxonomy)? })
    }

    /// The classes, kinds and departments.
    #[must_use]
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.taxonomy
    }

    /// Folds a call's turns into a draft; its revision is the number of turns.
    #[must_use]
    pub fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        Draft {
            call_id: call.id,
            revision: turns.len() as u64,
            fields: BTreeMap::new(),
            categories: Vec::new(),
        }
    }
}
