//! `GET /api/tickets`: tickets, newest first; for a clerk those delivered to the clerk's department.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::Parameters;
use super::{Desk, Problem, SignedIn, page, viewer_role};
use crate::domain::{DepartmentCode, TicketId, TicketState};
use crate::store::{TicketFilter, TicketSummary};

/// Which tickets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TicketQuery {
    /// Only tickets in this state.
    #[serde(default)]
    state: Option<TicketState>,
    /// Only tickets sent to this department.
    #[serde(default)]
    department: Option<DepartmentCode>,
    /// Only tickets with this number or these words in their fields.
    #[serde(default)]
    q: Option<String>,
    /// Only tickets older than this one: `next` of the page before.
    #[serde(default)]
    before: Option<TicketId>,
    /// At most so many; 50 unless said, 200 at most.
    #[serde(default)]
    limit: Option<u32>,
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
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Parameters(query): Parameters<TicketQuery>,
) -> Result<Json<TicketList>, Problem> {
    viewer_role::sees_tickets(&viewer)?;
    let limit = page::limit(query.limit);
    let filter = TicketFilter {
        state: query.state,
        department: query.department,
        words: query.q,
        before: query.before,
        limit: page::one_more(limit),
    };
    let (items, next) = page::cut(desk.store.tickets(&viewer, &filter).await?, limit, |item| item.id);
    Ok(Json(TicketList { items, next }))
}
