//! `POST /api/calls/{id}/confirm`: the draft becomes a ticket on its way to its department.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{Body, Segment};
use super::{Desk, Problem, SignedIn};
use crate::domain::{CallId, Ticket};

/// What is confirmed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Confirmation {
    /// The revision of the draft that the person saw; confirming another one is refused.
    pub on_revision: u64,
}

/// Confirms a call's draft.
#[utoipa::path(
    post, path = "/api/calls/{id}/confirm", operation_id = "confirm_ticket", tag = "drafts",
    params(("id" = CallId, Path, description = "The call")), request_body = Confirmation,
    responses(
        (status = 200, description = "The ticket", body = Ticket),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`already_confirmed` or `draft_changed`", body = Problem),
        (status = 422, description = "`ticket_incomplete`, with `fields`", body = Problem),
    ),
)]
pub(super) async fn confirm_ticket(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(call_id): Segment<CallId>,
    Body(Confirmation { on_revision }): Body<Confirmation>,
) -> Result<Json<Ticket>, Problem> {
    desk.store.may_write(&viewer, call_id).await?;
    let ticket = desk.drafting.confirm(&viewer, call_id, on_revision).await?;
    // A message that became a ticket is seen to; most calls left none.
    let _ = desk.follow_ups.finish(call_id, None);
    Ok(Json(ticket))
}
