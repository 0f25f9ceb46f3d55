//! `GET /api/taxonomy`: the categories and departments that the form offers.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, SignedIn};
use crate::domain::{CategoryCode, DepartmentCode, Urgency};
use crate::understanding::{self, Category, Class, Name, Taxonomy};

/// A name in the languages of the desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LocalName {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// The categories and departments of this hotline.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TaxonomyView {
    /// The classes, in the file's order.
    pub classes: Vec<CategoryClass>,
    /// The departments, in the file's order.
    pub departments: Vec<Department>,
}

/// A class of categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryClass {
    /// Its code, such as `04`.
    pub code: String,
    /// Its name.
    pub name: LocalName,
    /// Its categories.
    pub kinds: Vec<CategoryKind>,
}

/// A category a ticket can have.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryKind {
    /// Its code, such as `04-02`.
    pub code: CategoryCode,
    /// Its name.
    pub name: LocalName,
    /// Who works on such matters.
    pub department: DepartmentCode,
    /// How urgent such a matter is unless the words say otherwise.
    pub urgency: Urgency,
}

/// A department that tickets are sent to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Department {
    /// Its code.
    pub code: DepartmentCode,
    /// Its name.
    pub name: LocalName,
}

/// Reads the categories and departments.
#[utoipa::path(
    get, path = "/api/taxonomy", operation_id = "get_taxonomy", tag = "taxonomy",
    responses(
        (status = 200, description = "The categories and departments", body = TaxonomyView),
        (status = 401, description = "`not_signed_in`", body = Problem),
    ),
)]
pub(super) async fn get_taxonomy(State(desk): State<Desk>, _: SignedIn) -> Json<TaxonomyView> {
    Json(desk.taxonomy.as_ref().clone())
}

impl From<&Taxonomy> for TaxonomyView {
    fn from(taxonomy: &Taxonomy) -> Self {
        let class = |class: &Class| CategoryClass {
            code: class.code.0.clone(),
            name: (&class.name).into(),
            kinds: class.kinds.iter().map(CategoryKind::from).collect(),
        };
        Self {
            classes: taxonomy.classes.iter().map(class).collect(),
            departments: taxonomy.departments.iter().map(Department::from).collect(),
        }
    }
}

impl From<&Category> for CategoryKind {
    fn from(category: &Category) -> Self {
        Self {
            code: category.code.clone(),
            name: (&category.name).into(),
            department: category.department.clone(),
            urgency: category.urgency,
        }
    }
}

impl From<&understanding::Department> for Department {
    fn from(department: &understanding::Department) -> Self {
        Self { code: department.code.clone(), name: (&department.name).into() }
    }
}

impl From<&Name> for LocalName {
    fn from(name: &Name) -> Self {
        Self { zh: name.zh.clone(), en: name.en.clone() }
    }
}
