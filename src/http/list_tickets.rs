//! `GET /api/tickets`: tickets, newest first; for a clerk those delivered to the clerk's department.

use axum::Json;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{Desk, Problem, ProblemCode};
use crate::domain::{CallId, CategoryCode, DepartmentCode, RequestKind, TicketId, TicketState, Urgency};

/// Which tickets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TicketQuery {
    /// Only tickets in this state.
    #[serde(default)]
    pub state: Option<TicketState>,
    /// Only tickets sent to this department.
    #[serde(default)]
    pub department: Option<DepartmentCode>,
    /// Only tickets with this number or these words in their fields.
    #[serde(default)]
    pub q: Option<String>,
    /// Only tickets older than this one: `next` of the page before.
    #[serde(default)]
    pub before: Option<TicketId>,
    /// At most so many; 50 unless said, 200 at most.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A line of the ticket list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TicketSummary {
    /// Identity.
    pub id: TicketId,
    /// The number people say.
    pub number: String,
    /// The call it came from.
    pub call_id: CallId,
    /// Where it stands.
    pub state: TicketState,
    /// What the matter is, in a line.
    pub title: String,
    /// Where it is.
    pub place: Option<String>,
    /// What kind of request it is.
    pub kind: Option<RequestKind>,
    /// Its category.
    pub category: CategoryCode,
    /// The department it was sent to.
    pub department: DepartmentCode,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Whether the caller asked for confidentiality.
    pub confidential: bool,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
    /// The name shown of who confirmed it.
    pub confirmed_by_name: String,
    /// When the department had it.
    pub delivered_at: Option<Timestamp>,
}

/// A page of the ticket list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct TicketList {
    /// Newest first.
    pub items: Vec<TicketSummary>,
    /// `before` of the next page; nothing on the last.
    pub next: Option<TicketId>,
}

/// Lists tickets, newest first.
#[utoipa::path(
    get, path = "/api/tickets", operation_id = "list_tickets", tag = "tickets", params(TicketQuery),
    responses(
        (status = 200, description = "A page of tickets", body = TicketList),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn list_tickets(
    State(_desk): State<Desk>,
    Query(_query): Query<TicketQuery>,
) -> Result<Json<TicketList>, Problem> {
    Err(ProblemCode::Unavailable.into())
}
