//! `GET /api/calls/{id}/answers`: the entries of the knowledge base that fit what is said.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Segment;
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{CallId, FieldKey, TurnStatus};
use crate::knowledge::{Found, Question};

/// An agent only glances.
const SHOWN: usize = 3;

/// An entry of the knowledge base.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// Its file's name without `.md`.
    pub id: String,
    /// Its title, Chinese.
    pub title: String,
    /// Its title, English.
    pub title_en: String,
    /// Where its content is from.
    pub source: String,
    /// Its text, Markdown.
    pub text: String,
    /// Whether it holds values that the city has not filled in yet, marked 【本市填写：…】.
    pub to_fill: bool,
}

impl From<Found<'_>> for Answer {
    fn from(Found { entry, .. }: Found<'_>) -> Self {
        Self {
            id: entry.id.clone(),
            title: entry.title.clone(),
            title_en: entry.title_en.clone(),
            source: entry.source.clone(),
            text: entry.text.clone(),
            to_fill: entry.to_fill,
        }
    }
}

/// The entries that fit what was said so far, the best first; at most three.
#[utoipa::path(
    get, path = "/api/calls/{id}/answers", operation_id = "list_answers", tag = "calls",
    params(("id" = CallId, Path, description = "The call")),
    responses(
        (status = 200, description = "The entries", body = Vec<Answer>),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub(super) async fn list_answers(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(id): Segment<CallId>,
) -> Result<Json<Vec<Answer>>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    desk.settle().await;
    let turns = desk.store.turns(&viewer, id).await?;
    let draft = desk.drafting.draft(&viewer, id).await?;
    let said =
        turns.iter().filter(|turn| turn.status != TurnStatus::Suppressed).map(|turn| turn.text.as_str());
    let written = draft.fields.get(&FieldKey::Category).map(|field| field.value.clone());
    let question = Question {
        words: said.collect::<Vec<_>>().join("\n"),
        categories: written
            .or_else(|| draft.categories.first().map(|guess| guess.code.0.clone()))
            .into_iter()
            .collect(),
    };
    Ok(Json(desk.knowledge.index().find(&question, SHOWN).into_iter().map(Answer::from).collect()))
}
