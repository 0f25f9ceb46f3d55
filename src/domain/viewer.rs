//! Who looks. Every read of the store takes a `Viewer`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ids::{DepartmentCode, UserId};

/// A person who signs in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// The name typed at sign-in.
    pub username: String,
    /// The name shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// A clerk's department; nothing for the other roles.
    pub department: Option<DepartmentCode>,
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Answers calls, corrects drafts, confirms tickets.
    Agent,
    /// Sees, searches and hears every call.
    Supervisor,
    /// Works on the tickets sent to one department; sees no others, and no calls.
    Department,
    /// Keeps users and settings; sees no caller's data.
    Admin,
}

/// For whom the store reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewer {
    /// Who.
    pub user: UserId,
    /// In which role.
    pub role: Role,
    /// A clerk's department.
    pub department: Option<DepartmentCode>,
}

impl From<&User> for Viewer {
    fn from(user: &User) -> Self {
        Self { user: user.id, role: user.role, department: user.department.clone() }
    }
}
