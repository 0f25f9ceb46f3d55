//! `GET /api/tickets/{id}`: one ticket; for a clerk a confidential one comes redacted.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, ProblemCode};
use crate::domain::{Ticket, TicketId};

/// A ticket with what its page shows beside it.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TicketDetail {
    /// The ticket. For a department a confidential one holds neither name nor number nor the caller's words.
    pub ticket: Ticket,
    /// The name shown of who confirmed it.
    pub confirmed_by_name: String,
    /// Whether this viewer may hear the call (`/api/calls/{call_id}/recording`), and there is something to hear.
    pub has_recording: bool,
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
    State(_desk): State<Desk>,
    Path(_id): Path<TicketId>,
) -> Result<Json<TicketDetail>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
