//! `GET /api/tickets/{id}`: one ticket; for a clerk a confidential one comes redacted.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Segment;
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{Call, RecordingState, Ticket, TicketId};
use crate::store::StoreError;

/// A ticket with what its page shows beside it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TicketDetail {
    /// The ticket. For a department a confidential one holds neither name nor number nor the caller's words.
    pub ticket: Ticket,
    /// The name shown of who confirmed it.
    pub confirmed_by_name: String,
    /// Whether this viewer may hear the call (`/api/calls/{call_id}/recording`), and there is something to hear.
    pub has_recording: bool,
    /// The calls by which the hotline called back about it, oldest first; none for a department.
    pub call_backs: Vec<Call>,
}

/// Reads one ticket.
#[utoipa::path(
    get, path = "/api/tickets/{id}", operation_id = "get_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket")),
    responses(
        (status = 200, description = "The ticket", body = TicketDetail),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub(super) async fn get_ticket(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(id): Segment<TicketId>,
) -> Result<Json<TicketDetail>, Problem> {
    viewer_role::sees_tickets(&viewer)?;
    let (ticket, confirmed_by_name) = desk.store.ticket(&viewer, id).await?;
    let has_recording = match desk.store.hearable_call(&viewer, ticket.call_id).await {
        Ok(call) => call.recording != RecordingState::None,
        Err(StoreError::NotFound | StoreError::Forbidden) => false,
        Err(error) => return Err(error.into()),
    };
    let call_backs = match viewer_role::sees_calls(&viewer) {
        Ok(()) => desk.store.call_backs(&viewer, ticket.call_id).await?,
        Err(_) => Vec::new(),
    };
    Ok(Json(TicketDetail { ticket, confirmed_by_name, has_recording, call_backs }))
}
