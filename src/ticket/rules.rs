//! What drafts ask of the understanding: a fold of turns, and what a category implies. A trait, so that
//! the order of turns and edits is tested without a city's words.

use crate::domain::{Call, CategoryCode, DepartmentCode, Draft, Turn, Urgency};
use crate::understanding::Understanding;

/// The knowledge that drafts are written with.
pub trait Rules: Send + Sync {
    /// What the machine reads from a call's turns; pure.
    fn draft(&self, call: &Call, turns: &[Turn]) -> Draft;
    /// Who answers for a category, and how urgent it is by itself; nothing for an unknown code.
    fn category(&self, code: &CategoryCode) -> Option<(DepartmentCode, Urgency)>;
    /// Whether there is such a department.
    fn has_department(&self, code: &DepartmentCode) -> bool;
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
}
