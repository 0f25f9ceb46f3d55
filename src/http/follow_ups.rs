//! `GET /api/follow_ups`, `POST /api/follow_ups/{id}`: what calls left to do, messages and call-backs, and who does it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{Body, Segment};
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{CallId, FollowUp, FollowUpAction};

/// What is left to do.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FollowUpList {
    /// The oldest first.
    pub items: Vec<FollowUp>,
}

/// What is done with a follow-up.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct FollowUpChange {
    /// Take it, give it back, or finish it.
    pub action: FollowUpAction,
}

/// Lists what is left to do.
#[utoipa::path(
    get, path = "/api/follow_ups", operation_id = "list_follow_ups", tag = "calls",
    responses(
        (status = 200, description = "What is not done yet", body = FollowUpList),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn list_follow_ups(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
) -> Result<Json<FollowUpList>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    Ok(Json(FollowUpList { items: desk.follow_ups.all() }))
}

/// Takes a follow-up, gives it back, or finishes it. Only who takes care of it, or a supervisor, may do the latter two.
#[utoipa::path(
    post, path = "/api/follow_ups/{id}", operation_id = "change_follow_up", tag = "calls",
    params(("id" = CallId, Path, description = "The call that left it")), request_body = FollowUpChange,
    responses(
        (status = 200, description = "As it now is", body = FollowUp),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: there is none, or it is done", body = Problem),
        (status = 409, description = "`follow_up_taken`: somebody else takes care of it", body = Problem),
    ),
)]
pub(super) async fn change_follow_up(
    State(desk): State<Desk>,
    SignedIn { viewer, user, .. }: SignedIn,
    Segment(call_id): Segment<CallId>,
    Body(FollowUpChange { action }): Body<FollowUpChange>,
) -> Result<Json<FollowUp>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    let owner = viewer_role::supervises(&viewer).is_err().then_some(viewer.user);
    Ok(Json(match action {
        FollowUpAction::Take => desk.follow_ups.take(call_id, Some(viewer.user), Some(user.display_name))?,
        FollowUpAction::GiveBack => desk.follow_ups.give_back(call_id, owner)?,
        FollowUpAction::Finish => desk.follow_ups.finish(call_id, owner)?,
    }))
}
