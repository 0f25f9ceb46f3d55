//! From the file as it is written to a [`Taxonomy`] without contradictions. All that is wrong is found at once.

use std::collections::{BTreeMap, BTreeSet};

use super::clocks::{Clocks, ClocksByUrgency, Limit, OwnClocks};
use super::file::{ClocksEntry, File, KindEntry, LimitsEntry, Text, UrgencyEntry, Usual, Weighted};
use super::{
    Category, Chapter, Class, Department, Name, RequestRule, Specialist, Taxonomy, Territory, UrgencyRule,
};
use crate::domain::{CategoryCode, DepartmentCode, Urgency};
use crate::understanding::load_error::{Faults, LoadError, Source};

impl File {
    /// The taxonomy, or everything that is wrong with it.
    pub(super) fn check(self, source: &Source<'_>) -> Result<Taxonomy, LoadError> {
        let mut faults = source.faults();
        let (departments, territories) = self.departments(&mut faults);
        let known = Known { departments: departments.iter().map(|entry| entry.code.0.clone()).collect() };
        let (chapters, chapter_usuals) = self.chapters(&known, &mut faults);
        let (mut classes, class_usuals) = self.classes(&chapter_usuals, &known, &mut faults);
        let mut codes = BTreeSet::new();
        for kind in &self.kind {
            if !codes.insert(kind.code.get_ref()) {
                faults.add(kind.code.span().start, format!("kind {} is given twice", kind.code.get_ref()));
            }
            let class = kind.class.get_ref();
            let above = class_usuals.get(class.as_str());
            if above.is_none() {
                let message = format!(
                    "kind {} names class `{class}`, which is not listed; add it under [[class]]",
                    kind.code.get_ref()
                );
                faults.add(kind.class.span().start, message);
            }
            let category = category(kind, above, &known, &mut faults);
            if let (Some(category), Some(class)) =
                (category, classes.iter_mut().find(|known| known.code.0 == *class))
            {
                class.kinds.push(category);
            }
        }
        let request_rules = (self.request.iter())
            .map(|rule| RequestRule { kind: rule.kind, words: weighted("request", &rule.words, &mut faults) })
            .collect();
        let taxonomy = Taxonomy {
            chapters,
            classes,
            departments,
            request_rules,
            urgency_rules: self.urgency.iter().map(|rule| urgency(rule, &mut faults)).collect(),
            specialists: self.specialists(&known, &mut faults),
            territories,
            clocks: clocks(&self.clocks, &mut faults),
            rules_file: None,
        };
        faults.unless_any(taxonomy)
    }

    fn departments(&self, faults: &mut Faults<'_>) -> (Vec<Department>, Vec<Territory>) {
        let mut codes = BTreeSet::new();
        let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
        let mut departments = Vec::new();
        let mut territories = Vec::new();
        for entry in &self.department {
            let code = new_code("a department's code", &entry.code, &mut codes, faults, "department");
            named(&format!("department `{code}`"), &entry.name, &entry.code, faults);
            for place in &entry.territory {
                let name = text("a territory", place, faults);
                if let Some(owner) = owners.insert(name, code) {
                    let message = format!("`{name}` is a territory of `{owner}` already");
                    faults.add(place.span().start, message);
                }
                territories.push(Territory {
                    place: name.to_owned(),
                    department: code.into(),
                    offset: place.span().start,
                });
            }
            departments.push(Department { code: code.into(), name: entry.name.clone() });
        }
        (departments, territories)
    }

    fn chapters(&self, known: &Known, faults: &mut Faults<'_>) -> (Vec<Chapter>, BTreeMap<&str, Usual>) {
        let mut codes = BTreeSet::new();
        let mut chapters = Vec::new();
        let mut usuals = BTreeMap::new();
        for entry in &self.chapter {
            let code = new_code("a chapter's code", &entry.code, &mut codes, faults, "chapter");
            named(&format!("chapter {code}"), &entry.name, &entry.code, faults);
            let usual = entry.usual();
            known.department(&format!("chapter {code}"), usual.department.as_ref(), faults);
            usuals.insert(code, usual);
            chapters.push(Chapter { code: code.into(), name: entry.name.clone() });
        }
        (chapters, usuals)
    }

    fn classes(
        &self,
        chapters: &BTreeMap<&str, Usual>,
        known: &Known,
        faults: &mut Faults<'_>,
    ) -> (Vec<Class>, BTreeMap<&str, Usual>) {
        let mut codes = BTreeSet::new();
        let mut classes = Vec::new();
        let mut usuals = BTreeMap::new();
        for entry in &self.class {
            let code = new_code("a class's code", &entry.code, &mut codes, faults, "class");
            named(&format!("class {code}"), &entry.name, &entry.code, faults);
            let chapter = entry.chapter.as_ref();
            let above = chapter.and_then(|chapter| chapters.get(chapter.get_ref().as_str()));
            match chapter {
                Some(chapter) if above.is_none() => faults.add(
                    chapter.span().start,
                    format!(
                        "class {code} names chapter `{}`, which is not listed; add it under [[chapter]]",
                        chapter.get_ref()
                    ),
                ),
                None if !chapters.is_empty() => faults.add(
                    entry.code.span().start,
                    format!("class {code} names no chapter, and the file has chapters; give it `chapter`"),
                ),
                _ => {}
            }
            let usual = entry.usual();
            known.department(&format!("class {code}"), usual.department.as_ref(), faults);
            usuals.insert(code, usual.over(above.unwrap_or(&Usual::default())));
            classes.push(Class {
                code: code.into(),
                chapter: chapter.map(|chapter| CategoryCode(chapter.get_ref().clone())),
                name: entry.name.clone(),
                kinds: Vec::new(),
            });
        }
        (classes, usuals)
    }

    fn specialists(&self, known: &Known, faults: &mut Faults<'_>) -> Vec<Specialist> {
        let specialist = |entry: &super::file::SpecialistEntry| {
            known.department("a specialist rule", Some(&entry.department), faults);
            let what = format!("a word of the specialist rule for `{}`", entry.department.get_ref());
            Specialist {
                department: DepartmentCode(entry.department.get_ref().clone()),
                words: entry.words.iter().map(|word| text(&what, word, faults).to_owned()).collect(),
            }
        };
        self.specialist.iter().map(specialist).collect()
    }
}

/// What other entries may name.
struct Known {
    departments: BTreeSet<String>,
}

impl Known {
    /// Complains where a department is named that is not listed.
    fn department(&self, owner: &str, department: Option<&Text>, faults: &mut Faults<'_>) {
        if let Some(department) = department
            && !self.departments.contains(department.get_ref())
        {
            let message = format!(
                "{owner} names department `{}`, which is not listed; add it under [[department]]",
                department.get_ref()
            );
            faults.add(department.span().start, message);
        }
    }
}

fn category(
    kind: &KindEntry,
    above: Option<&Usual>,
    known: &Known,
    faults: &mut Faults<'_>,
) -> Option<Category> {
    let code = text("a kind's code", &kind.code, faults);
    let offset = kind.code.span().start;
    let owner = format!("kind {code}");
    named(&owner, &kind.name, &kind.code, faults);
    let own = kind.usual();
    known.department(&owner, own.department.as_ref(), faults);
    let usual = own.over(above.unwrap_or(&Usual::default()));
    if above.is_some() && usual.department.is_none() {
        faults.add(
            offset,
            format!("{owner} has no `department`, and neither has its class; give one of them one"),
        );
    }
    if above.is_some() && usual.request.is_none() {
        faults.add(
            offset,
            format!("{owner} has no `request`, and neither has its class; give one of them one"),
        );
    }
    let words = weighted(&owner, &kind.words, faults);
    if words.is_empty() {
        faults.add(offset, format!("{owner} has no words; no call could be filed under it"));
    }
    Some(Category {
        code: code.into(),
        name: kind.name.clone(),
        definition: kind.definition.clone(),
        department: DepartmentCode(usual.department?.into_inner()),
        local: usual.local.unwrap_or(true),
        urgency: usual.urgency.unwrap_or(Urgency::Ordinary),
        request: usual.request?,
        words,
        clocks: limits(&kind.clocks, faults),
    })
}

fn clocks(entry: &ClocksEntry, faults: &mut Faults<'_>) -> ClocksByUrgency {
    let mut of = |entry, urgency| limits(entry, faults).over(Clocks::usual(urgency), |own, _| own);
    ClocksByUrgency {
        ordinary: of(&entry.ordinary, Urgency::Ordinary),
        urgent: of(&entry.urgent, Urgency::Urgent),
        critical: of(&entry.critical, Urgency::Critical),
    }
}

fn limits(entry: &LimitsEntry, faults: &mut Faults<'_>) -> OwnClocks {
    let mut limit = |text: &Option<Text>| {
        let text = text.as_ref()?;
        text.get_ref().parse::<Limit>().map_err(|message| faults.add(text.span().start, message)).ok()
    };
    OwnClocks {
        dispatch: limit(&entry.dispatch),
        receipt: limit(&entry.receipt),
        first_contact: limit(&entry.first_contact),
        finish: limit(&entry.finish),
        call_back: limit(&entry.call_back),
    }
}

fn urgency(rule: &UrgencyEntry, faults: &mut Faults<'_>) -> UrgencyRule {
    let name = text("an urgency rule's name", &rule.name, faults).to_owned();
    let what = format!("a word of urgency rule `{name}`");
    let words = rule.words.iter().map(|word| text(&what, word, faults).to_owned()).collect();
    UrgencyRule { name, level: rule.level, words }
}

fn weighted(owner: &str, words: &Weighted, faults: &mut Faults<'_>) -> Vec<(String, f32)> {
    let mut seen = BTreeSet::new();
    let mut list = Vec::new();
    for (weight, words) in words {
        let value = weight.get_ref().parse::<f32>().ok().filter(|value| *value > 0.0 && *value <= 10.0);
        if value.is_none() {
            let message = format!(
                "{owner} has a weight `{}`; it must be a number above 0, at most 10",
                weight.get_ref()
            );
            faults.add(weight.span().start, message);
        }
        for word in words {
            let text = text(&format!("a word of {owner}"), word, faults);
            if !seen.insert(text) {
                faults.add(word.span().start, format!("{owner} lists the word `{text}` twice"));
            }
            list.push((text.to_owned(), value.unwrap_or(1.0)));
        }
    }
    list
}

/// A code that is neither empty nor given before.
fn new_code<'f>(
    what: &str,
    code: &'f Text,
    codes: &mut BTreeSet<&'f str>,
    faults: &mut Faults<'_>,
    owner: &str,
) -> &'f str {
    let text = text(what, code, faults);
    if !codes.insert(text) {
        let quoted = if owner == "department" { format!("`{text}`") } else { text.to_owned() };
        faults.add(code.span().start, format!("{owner} {quoted} is given twice"));
    }
    text
}

fn named(owner: &str, name: &Name, code: &Text, faults: &mut Faults<'_>) {
    if name.zh.trim().is_empty() || name.en.trim().is_empty() {
        faults.add(code.span().start, format!("{owner} has an empty name; give it one in both languages"));
    }
}

/// The text, complained about where it is empty or only spaces.
fn text<'f>(what: &str, text: &'f Text, faults: &mut Faults<'_>) -> &'f str {
    if text.get_ref().trim().is_empty() {
        faults.add(text.span().start, format!("{what} is empty"));
    }
    text.get_ref()
}

/// The text, unless it is empty or only spaces.
pub(in crate::understanding) fn filled<'a>(
    source: &Source<'_>,
    what: &str,
    text: &'a Text,
) -> Result<&'a str, LoadError> {
    if text.get_ref().trim().is_empty() {
        return Err(source.wrong(text.span().start, format!("{what} is empty")));
    }
    Ok(text.get_ref())
}
