//! What drafts ask of the understanding: a fold of turns, and what a category implies. A trait, so that
//! the order of turns and edits is tested without a city's words.

use crate::domain::{Call, CategoryCode, DepartmentCode, Draft, Field, FilledBy, Turn, Urgency};
use crate::understanding::{InForce, Understanding};

/// The knowledge that drafts are written with.
pub trait Rules: Send + Sync {
    /// What the machine reads from a call's turns; pure.
    fn draft(&self, call: &Call, turns: &[Turn]) -> Draft;
    /// Who answers for a category, and how urgent it is by itself; nothing for an unknown code.
    fn category(&self, code: &CategoryCode) -> Option<(DepartmentCode, Urgency)>;
    /// Whether there is such a department.
    fn has_department(&self, code: &DepartmentCode) -> bool;
    /// The department of a draft, edits laid over it, for a category: the category's, where nothing else is known.
    fn department(&self, code: &CategoryCode, _draft: &Draft) -> Option<Field> {
        self.category(code).map(|(department, _)| Field {
            value: department.0,
            confidence: 1.0,
            filled_by: FilledBy::Machine,
            evidence: Vec::new(),
            reason: format!("category:{code}"),
        })
    }
}

impl Rules for Understanding {
    fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        Self::draft(self, call, turns)
    }

    fn category(&self, code: &CategoryCode) -> Option<(DepartmentCode, Urgency)> {
        self.taxonomy().category(code).map(|category| (category.department.clone(), category.urgency))
    }

    fn has_department(&self, code: &DepartmentCode) -> bool {
        self.taxonomy().department(code).is_some()
    }

    fn department(&self, code: &CategoryCode, draft: &Draft) -> Option<Field> {
        Self::department(self, code, draft)
    }
}

impl Rules for InForce {
    fn draft(&self, call: &Call, turns: &[Turn]) -> Draft {
        self.now().draft(call, turns)
    }

    fn category(&self, code: &CategoryCode) -> Option<(DepartmentCode, Urgency)> {
        Rules::category(self.now().as_ref(), code)
    }

    fn has_department(&self, code: &DepartmentCode) -> bool {
        self.now().has_department(code)
    }

    fn department(&self, code: &CategoryCode, draft: &Draft) -> Option<Field> {
        self.now().department(code, draft)
    }
}
