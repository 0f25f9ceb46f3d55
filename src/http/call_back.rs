//! `POST /api/calls/{id}/call_back`: the hotline calls the citizen of an earlier call, for the agent who asks.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Segment;
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{CallId, FieldKey};

/// A call that was placed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PlacedCall {
    /// The new call. The agent's phone rings first.
    pub call_id: CallId,
}

/// Calls the number of a call's ticket, or the one that the call came from where the ticket has none.
#[utoipa::path(
    post, path = "/api/calls/{id}/call_back", operation_id = "call_back", tag = "calls",
    params(("id" = CallId, Path, description = "The earlier call")),
    responses(
        (status = 200, description = "The agent's phone rings", body = PlacedCall),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
        (status = 409, description = "`no_seat`, `seat_busy` or `not_now`", body = Problem),
        (status = 422, description = "`no_such_number` (withheld) or `number_not_allowed`", body = Problem),
    ),
)]
pub(super) async fn call_back(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(call_id): Segment<CallId>,
) -> Result<Json<PlacedCall>, Problem> {
    viewer_role::places_calls(&viewer)?;
    let call = desk.store.call(&viewer, call_id).await?.call;
    let ticket = desk.store.ticket_of_call(&viewer, call_id).await?;
    let given =
        ticket.and_then(|mut ticket| ticket.draft.fields.remove(&FieldKey::Phone)).map(|phone| phone.value);
    let number = given.filter(|number| !number.is_empty()).unwrap_or(call.caller_number);
    let call_id = desk.talks.place(viewer.user, number, Some(call_id)).await?;
    Ok(Json(PlacedCall { call_id }))
}
