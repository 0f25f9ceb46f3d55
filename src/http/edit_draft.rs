//! `PATCH /api/calls/{id}/draft`: a person changes one field; the machine never overwrites it again.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{Body, Segment};
use super::{Desk, Problem, SignedIn};
use crate::domain::{CallId, Draft, Edit, EditId, FieldKey};

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
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(call_id): Segment<CallId>,
    Body(edit): Body<FieldEdit>,
) -> Result<Json<Draft>, Problem> {
    desk.store.may_write(&viewer, call_id).await?;
    let FieldEdit { id, on_revision, field, value } = edit;
    let value = value.trim().to_owned();
    let edit = Edit { id, call_id, on_revision, field, value, by: viewer.user, at: Timestamp::now() };
    Ok(Json(desk.drafting.edit(&viewer, edit).await?))
}
