//! The taxonomy: chapters and classes of matters, their kinds, the departments that answer for them, the words by
//! which callers name them, the clocks. In: a TOML file. Out: a checked [`Taxonomy`], or an error with file and lines.

mod check;
mod clocks;
mod file;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) use self::check::filled;
pub use self::clocks::{Clocks, Limit};
use self::clocks::{ClocksByUrgency, OwnClocks};
use self::file::File;
use super::load_error::{LoadError, Source, read};
use crate::domain::{CategoryCode, DepartmentCode, RequestKind, Urgency};

/// What a hotline's matters are sorted into.
#[derive(Debug, Clone, PartialEq)]
pub struct Taxonomy {
    /// The chapters that classes stand in, in the file's order; none in a file of two levels.
    pub chapters: Vec<Chapter>,
    /// The classes, in the file's order.
    pub classes: Vec<Class>,
    /// Who matters are sent to, in the file's order.
    pub departments: Vec<Department>,
    /// By which words a kind of request is known.
    pub(super) request_rules: Vec<RequestRule>,
    /// By which words an urgency is known.
    pub(super) urgency_rules: Vec<UrgencyRule>,
    /// By which words a matter is one department's, whatever its category.
    pub(super) specialists: Vec<Specialist>,
    /// The names of places, and whose territory each is.
    pub(super) territories: Vec<Territory>,
    clocks: ClocksByUrgency,
    /// The file that the rules were taken from, where it is another.
    rules_file: Option<PathBuf>,
}

/// A name in the languages of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A chapter of classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// Its code, such as `03`.
    pub code: CategoryCode,
    /// Its name.
    pub name: Name,
}

/// A class of matters.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its code, such as `04`.
    pub code: CategoryCode,
    /// The chapter that it stands in.
    pub chapter: Option<CategoryCode>,
    /// Its name.
    pub name: Name,
    /// Its kinds, in the file's order.
    pub kinds: Vec<Category>,
}

/// A kind of matter: what a ticket is filed under.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    /// Its code, such as `04-02`.
    pub code: CategoryCode,
    /// Its name.
    pub name: Name,
    /// What belongs to it, in a sentence; may be empty.
    pub definition: String,
    /// Who answers for it.
    pub department: DepartmentCode,
    /// Whether the department of the place's territory works on it, where there is one.
    pub local: bool,
    /// How urgent it is where no rule says otherwise.
    pub urgency: Urgency,
    /// What kind of request it mostly is, where the caller does not say.
    pub request: RequestKind,
    /// What callers say, and how much each word speaks for this kind.
    pub(super) words: Vec<(String, f32)>,
    clocks: OwnClocks,
}

impl Category {
    /// What callers say, the weightiest first.
    #[must_use]
    pub fn keywords(&self) -> Vec<&str> {
        let mut words: Vec<&(String, f32)> = self.words.iter().collect();
        words.sort_by(|one, other| other.1.total_cmp(&one.1));
        words.into_iter().map(|(word, _)| word.as_str()).collect()
    }
}

/// Who a ticket is sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its code, such as `construction`.
    pub code: DepartmentCode,
    /// Its name.
    pub name: Name,
}

/// Words by which a kind of request is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RequestRule {
    pub(super) kind: RequestKind,
    pub(super) words: Vec<(String, f32)>,
}

/// Words by which an urgency is known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UrgencyRule {
    /// The rule's name, shown as the reason.
    pub(super) name: String,
    pub(super) level: Urgency,
    pub(super) words: Vec<String>,
}

/// Words by which a matter is one department's.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Specialist {
    pub(super) department: DepartmentCode,
    pub(super) words: Vec<String>,
}

/// A place that a department is responsible for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Territory {
    /// The place's first name in the gazetteer.
    pub(super) place: String,
    pub(super) department: DepartmentCode,
    /// The byte of the file where it stands, for messages.
    offset: usize,
}

impl Taxonomy {
    /// Reads and checks a taxonomy file, and the file that it takes its rules from.
    pub(super) fn load(path: &Path) -> Result<Self, LoadError> {
        Self::parse(path, &read(path)?)
    }

    /// Checks a taxonomy's text; `path` is for messages, and where the file of the rules is looked for.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, LoadError> {
        let source = Source { path, text };
        let file: File = source.parse()?;
        let rules = file.rules.clone();
        let mut taxonomy = file.check(&source)?;
        if let Some(name) = rules {
            let other = path.with_file_name(name.get_ref());
            if other == path {
                return Err(
                    source.wrong(name.span().start, "the file cannot take its rules from itself".into())
                );
            }
            let from = Self::rules_of(&other)?;
            if taxonomy.request_rules.is_empty() {
                taxonomy.request_rules = from.request_rules;
            }
            if taxonomy.urgency_rules.is_empty() {
                taxonomy.urgency_rules = from.urgency_rules;
            }
            taxonomy.rules_file = Some(other);
        }
        Ok(taxonomy)
    }

    /// The taxonomy of a file that must have its own rules: two files cannot take them from each other.
    fn rules_of(path: &Path) -> Result<Self, LoadError> {
        let text = read(path)?;
        let source = Source { path, text: &text };
        source.parse::<File>()?.check(&source)
    }

    /// Whether each territory is a place of the gazetteer.
    pub(super) fn check_territories(
        &self,
        path: &Path,
        is_place: impl Fn(&str) -> bool,
    ) -> Result<(), LoadError> {
        let unknown: Vec<&Territory> =
            self.territories.iter().filter(|territory| !is_place(&territory.place)).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let text = read(path)?;
        let source = Source { path, text: &text };
        let mut faults = source.faults();
        for Territory { place, department, offset } in unknown {
            faults.add(
                *offset,
                format!(
                    "`{place}`, a territory of `{department}`, is no place of the gazetteer; add it there"
                ),
            );
        }
        faults.unless_any(())
    }

    /// The files beside its own that it is made from.
    pub(super) fn other_files(&self) -> impl Iterator<Item = &Path> {
        self.rules_file.as_deref().into_iter()
    }

    /// Every kind of matter.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.classes.iter().flat_map(|class| &class.kinds)
    }

    /// The kind of matter with this code.
    #[must_use]
    pub fn category(&self, code: &CategoryCode) -> Option<&Category> {
        self.categories().find(|category| category.code == *code)
    }

    /// The department with this code.
    #[must_use]
    pub fn department(&self, code: &DepartmentCode) -> Option<&Department> {
        self.departments.iter().find(|department| department.code == *code)
    }

    /// The clocks of a ticket: its category's own, else its urgency's. Where it is graver than such matters usually
    /// are, the shorter of the two.
    #[must_use]
    pub fn clocks(&self, code: &CategoryCode, urgency: Urgency) -> Option<Clocks> {
        let category = self.category(code)?;
        let choose = if urgency > category.urgency { Ord::min } else { |own, _| own };
        Some(category.clocks.over(self.clocks.of(urgency), choose))
    }
}
