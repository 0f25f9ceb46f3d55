//! `GET /api/taxonomy`: the categories and departments that the form offers.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, SignedIn};
use crate::domain::{CategoryCode, DepartmentCode, Urgency};
use crate::understanding::{self, Category, Chapter, Class, Clocks, Name, Taxonomy};

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
    /// The chapters of the classes, in the file's order; none where the taxonomy has two levels.
    pub chapters: Vec<CategoryChapter>,
    /// The classes, in the file's order.
    pub classes: Vec<CategoryClass>,
    /// The departments, in the file's order.
    pub departments: Vec<Department>,
}

/// A chapter of classes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryChapter {
    /// Its code, such as `03`.
    pub code: String,
    /// Its name.
    pub name: LocalName,
}

/// A class of categories.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryClass {
    /// Its code, such as `04`.
    pub code: String,
    /// The code of the chapter that it stands in.
    pub chapter: Option<String>,
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
    /// What belongs to it, in a sentence; may be empty.
    pub definition: String,
    /// What callers say of it, the weightiest first.
    pub keywords: Vec<String>,
    /// Who works on such matters.
    pub department: DepartmentCode,
    /// How urgent such a matter is unless the words say otherwise.
    pub urgency: Urgency,
    /// How long each step of the work may take at that urgency.
    pub clocks: Option<Clocks>,
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
    Json(desk.city.now().taxonomy().into())
}

impl From<&Taxonomy> for TaxonomyView {
    fn from(taxonomy: &Taxonomy) -> Self {
        let class = |class: &Class| CategoryClass {
            code: class.code.0.clone(),
            chapter: class.chapter.as_ref().map(|code| code.0.clone()),
            name: (&class.name).into(),
            kinds: class.kinds.iter().map(|category| kind(taxonomy, category)).collect(),
        };
        let chapter =
            |Chapter { code, name }: &Chapter| CategoryChapter { code: code.0.clone(), name: name.into() };
        Self {
            chapters: taxonomy.chapters.iter().map(chapter).collect(),
            classes: taxonomy.classes.iter().map(class).collect(),
            departments: taxonomy.departments.iter().map(Department::from).collect(),
        }
    }
}

fn kind(taxonomy: &Taxonomy, category: &Category) -> CategoryKind {
    CategoryKind {
        code: category.code.clone(),
        name: (&category.name).into(),
        definition: category.definition.clone(),
        keywords: category.keywords().into_iter().map(str::to_owned).collect(),
        department: category.department.clone(),
        urgency: category.urgency,
        clocks: taxonomy.clocks(&category.code, category.urgency),
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
