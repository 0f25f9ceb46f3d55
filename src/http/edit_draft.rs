//! `PATCH /api/calls/{id}/draft`: a person changes one field; the machine never overwrites it again.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, ProblemCode};
use crate::domain::{CallId, Draft, EditId, FieldKey};

/// One change of one field.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FieldEdit {
    /// Made by the client, so that the same request sent twice is one edit.
    pub id: EditId,
    /// The revision of the draft that the person saw.
    pub on_revision: u64,
    /// The field.
    pub field: FieldKey,
    /// Its new value; empty clears it.
    #[schema(max_length = 4000)]
    pub value: String,
}

/// Changes one field of a call's draft.
#[utoipa::path(
    patch, path = "/api/calls/{id}/draft", operation_id = "edit_draft", tag = "drafts",
    params(("id" = CallId, Path, description = "The call")), request_body = FieldEdit,
    responses(
        (status = 200, description = "The draft with the edit", body = Draft),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_confirmed` or `edit_conflict`", body = Problem),
        (status = 422, description = "`bad_value`", body = Problem),
    ),
)]
pub(super) async fn edit_draft(
    State(_desk): State<Desk>,
    Path(_id): Path<CallId>,
    Json(_edit): Json<FieldEdit>,
) -> Result<Json<Draft>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
