//! The taxonomy: classes of matters, their kinds, the departments that answer for them, and the words by
//! which callers name them. In: a TOML file. Out: a checked [`Taxonomy`], or an error with file and line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use super::load_error::{LoadError, Source, read};
use crate::domain::{CategoryCode, DepartmentCode, RequestKind, Urgency};

/// What a hotline's matters are sorted into.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Taxonomy {
    /// The classes, in the file's order.
    pub classes: Vec<Class>,
    /// Who matters are sent to, in the file's order.
    pub departments: Vec<Department>,
    /// By which words a kind of request is known.
    #[serde(skip)]
    pub(super) request_rules: Vec<RequestRule>,
    /// By which words an urgency is known.
    #[serde(skip)]
    pub(super) urgency_rules: Vec<UrgencyRule>,
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

/// A class of matters.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Class {
    /// Its code, such as `04`.
    pub code: CategoryCode,
    /// Its name.
    pub name: Name,
    /// Its kinds, in the file's order.
    pub kinds: Vec<Category>,
}

/// A kind of matter: what a ticket is filed under.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Category {
    /// Its code, such as `04-02`.
    pub code: CategoryCode,
    /// Its name.
    pub name: Name,
    /// Who answers for it.
    pub department: DepartmentCode,
    /// How urgent it is where no rule says otherwise.
    pub urgency: Urgency,
    /// What kind of request it mostly is, where the caller does not say.
    pub request: RequestKind,
    /// What callers say, and how much each word speaks for this kind.
    #[serde(skip)]
    pub(super) words: Vec<(String, f32)>,
}

/// Who a ticket is sent to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
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

impl Taxonomy {
    /// Reads and checks a taxonomy file.
    pub(super) fn load(path: &Path) -> Result<Self, LoadError> {
        Self::parse(path, &read(path)?)
    }

    /// Checks a taxonomy's text; `path` is for messages.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, LoadError> {
        let source = Source { path, text };
        File::check(source.parse()?, &source)
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
}

type Text = Spanned<String>;
/// Weight (a number, as a TOML key) to words.
type Weighted = BTreeMap<Text, Vec<Text>>;

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    department: Vec<DepartmentEntry>,
    class: Vec<ClassEntry>,
    kind: Vec<KindEntry>,
    #[serde(default)]
    request: Vec<RequestEntry>,
    #[serde(default)]
    urgency: Vec<UrgencyEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentEntry {
    code: Text,
    name: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassEntry {
    code: Text,
    name: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindEntry {
    code: Text,
    class: Text,
    name: Name,
    department: Text,
    urgency: Urgency,
    request: RequestKind,
    words: Weighted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestEntry {
    kind: RequestKind,
    words: Weighted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UrgencyEntry {
    name: Text,
    level: Urgency,
    words: Vec<Text>,
}

impl File {
    fn check(self, source: &Source<'_>) -> Result<Taxonomy, LoadError> {
        let departments = self.departments(source)?;
        let mut classes = self.classes(source)?;
        let mut codes = BTreeSet::new();
        for kind in self.kind {
            let code = kind.code.get_ref();
            if !codes.insert(code.clone()) {
                return Err(source.wrong(kind.code.span().start, format!("kind {code} is given twice")));
            }
            let department = kind.department.get_ref();
            if !departments.iter().any(|known| known.code.0 == *department) {
                return Err(source.wrong(
                    kind.department.span().start,
                    format!(
                        "kind {code} names department `{department}`, which is not listed; add it under \
                         [[department]]"
                    ),
                ));
            }
            let words = weighted(source, &format!("kind {code}"), &kind.words)?;
            if words.is_empty() {
                return Err(source.wrong(
                    kind.code.span().start,
                    format!("kind {code} has no words; no call could be filed under it"),
                ));
            }
            let class = kind.class.get_ref();
            let Some(class) = classes.iter_mut().find(|known| known.code.0 == *class) else {
                return Err(source.wrong(
                    kind.class.span().start,
                    format!("kind {code} names class `{class}`, which is not listed; add it under [[class]]"),
                ));
            };
            class.kinds.push(Category {
                code: CategoryCode(code.clone()),
                name: kind.name,
                department: DepartmentCode(department.clone()),
                urgency: kind.urgency,
                request: kind.request,
                words,
            });
        }
        let request_rules = (self.request.iter())
            .map(|rule| Ok(RequestRule { kind: rule.kind, words: weighted(source, "request", &rule.words)? }))
            .collect::<Result<_, LoadError>>()?;
        let urgency_rules =
            self.urgency.iter().map(|rule| urgency(source, rule)).collect::<Result<_, LoadError>>()?;
        Ok(Taxonomy { classes, departments, request_rules, urgency_rules })
    }

    fn departments(&self, source: &Source<'_>) -> Result<Vec<Department>, LoadError> {
        let mut codes = BTreeSet::new();
        let mut departments = Vec::new();
        for entry in &self.department {
            let code = filled(source, "a department's code", &entry.code)?;
            if !codes.insert(code) {
                return Err(
                    source.wrong(entry.code.span().start, format!("department `{code}` is given twice"))
                );
            }
            departments.push(Department { code: code.into(), name: entry.name.clone() });
        }
        Ok(departments)
    }

    fn classes(&self, source: &Source<'_>) -> Result<Vec<Class>, LoadError> {
        let mut codes = BTreeSet::new();
        let mut classes = Vec::new();
        for entry in &self.class {
            let code = filled(source, "a class's code", &entry.code)?;
            if !codes.insert(code) {
                return Err(source.wrong(entry.code.span().start, format!("class {code} is given twice")));
            }
            classes.push(Class { code: code.into(), name: entry.name.clone(), kinds: Vec::new() });
        }
        Ok(classes)
    }
}

fn urgency(source: &Source<'_>, rule: &UrgencyEntry) -> Result<UrgencyRule, LoadError> {
    let name = filled(source, "an urgency rule's name", &rule.name)?.to_owned();
    let what = format!("a word of urgency rule `{name}`");
    let words = (rule.words.iter())
        .map(|word| filled(source, &what, word).map(str::to_owned))
        .collect::<Result<_, LoadError>>()?;
    Ok(UrgencyRule { name, level: rule.level, words })
}

fn weighted(source: &Source<'_>, owner: &str, words: &Weighted) -> Result<Vec<(String, f32)>, LoadError> {
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for (weight, words) in words {
        let value = weight.get_ref().parse::<f32>().ok().filter(|value| *value > 0.0 && *value <= 10.0);
        let Some(value) = value else {
            return Err(source.wrong(
                weight.span().start,
                format!(
                    "{owner} has a weight `{}`; it must be a number above 0, at most 10",
                    weight.get_ref()
                ),
            ));
        };
        for word in words {
            let text = filled(source, &format!("a word of {owner}"), word)?;
            if !seen.insert(text) {
                return Err(source.wrong(word.span().start, format!("{owner} lists the word `{text}` twice")));
            }
            list.push((text.to_owned(), value));
        }
    }
    Ok(list)
}

/// The text, unless it is empty or only spaces.
pub(super) fn filled<'a>(source: &Source<'_>, what: &str, text: &'a Text) -> Result<&'a str, LoadError> {
    if text.get_ref().trim().is_empty() {
        return Err(source.wrong(text.span().start, format!("{what} is empty")));
    }
    Ok(text.get_ref())
}
