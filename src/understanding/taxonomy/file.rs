//! The taxonomy file as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Name;
use crate::domain::{RequestKind, Urgency};

pub(super) type Text = Spanned<String>;
/// Weight (a number, as a TOML key) to words.
pub(super) type Weighted = BTreeMap<Text, Vec<Text>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// The file beside this one that `[[request]]` and `[[urgency]]` are taken from, where this one has none.
    pub(super) rules: Option<Text>,
    #[serde(default)]
    pub(super) clocks: ClocksEntry,
    pub(super) department: Vec<DepartmentEntry>,
    #[serde(default)]
    pub(super) chapter: Vec<ChapterEntry>,
    pub(super) class: Vec<ClassEntry>,
    pub(super) kind: Vec<KindEntry>,
    #[serde(default)]
    pub(super) specialist: Vec<SpecialistEntry>,
    #[serde(default)]
    pub(super) request: Vec<RequestEntry>,
    #[serde(default)]
    pub(super) urgency: Vec<UrgencyEntry>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ClocksEntry {
    pub(super) ordinary: LimitsEntry,
    pub(super) urgent: LimitsEntry,
    pub(super) critical: LimitsEntry,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsEntry {
    pub(super) dispatch: Option<Text>,
    pub(super) receipt: Option<Text>,
    pub(super) first_contact: Option<Text>,
    pub(super) finish: Option<Text>,
    pub(super) call_back: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DepartmentEntry {
    pub(super) code: Text,
    pub(super) name: Name,
    #[serde(default)]
    pub(super) territory: Vec<Text>,
}

/// What the kinds of a chapter or a class have where they say nothing; written beside its code and name.
#[derive(Clone, Default)]
pub(super) struct Usual {
    pub(super) department: Option<Text>,
    pub(super) urgency: Option<Urgency>,
    pub(super) request: Option<RequestKind>,
    pub(super) local: Option<bool>,
}

impl Usual {
    /// What holds below, where this is said over what is said above.
    pub(super) fn over(self, above: &Self) -> Self {
        Self {
            department: self.department.or_else(|| above.department.clone()),
            urgency: self.urgency.or(above.urgency),
            request: self.request.or(above.request),
            local: self.local.or(above.local),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChapterEntry {
    pub(super) code: Text,
    pub(super) name: Name,
    department: Option<Text>,
    urgency: Option<Urgency>,
    request: Option<RequestKind>,
    local: Option<bool>,
}

impl ChapterEntry {
    pub(super) fn usual(&self) -> Usual {
        let Self { department, urgency, request, local, .. } = self;
        Usual { department: department.clone(), urgency: *urgency, request: *request, local: *local }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClassEntry {
    pub(super) code: Text,
    pub(super) chapter: Option<Text>,
    pub(super) name: Name,
    department: Option<Text>,
    urgency: Option<Urgency>,
    request: Option<RequestKind>,
    local: Option<bool>,
}

impl ClassEntry {
    pub(super) fn usual(&self) -> Usual {
        let Self { department, urgency, request, local, .. } = self;
        Usual { department: department.clone(), urgency: *urgency, request: *request, local: *local }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindEntry {
    pub(super) code: Text,
    pub(super) class: Text,
    pub(super) name: Name,
    #[serde(default)]
    pub(super) definition: String,
    department: Option<Text>,
    urgency: Option<Urgency>,
    request: Option<RequestKind>,
    local: Option<bool>,
    #[serde(default)]
    pub(super) clocks: LimitsEntry,
    pub(super) words: Weighted,
}

impl KindEntry {
    pub(super) fn usual(&self) -> Usual {
        let Self { department, urgency, request, local, .. } = self;
        Usual { department: department.clone(), urgency: *urgency, request: *request, local: *local }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecialistEntry {
    pub(super) department: Text,
    pub(super) words: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestEntry {
    pub(super) kind: RequestKind,
    pub(super) words: Weighted,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UrgencyEntry {
    pub(super) name: Text,
    pub(super) level: Urgency,
    pub(super) words: Vec<Text>,
}
