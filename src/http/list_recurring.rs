//! `GET /api/recurring`: matters on which several tickets came in within days.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;

use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::Recurring;
use crate::ticket::repeat::RECURRING_WITHIN;

/// Lists the matters with three or more tickets of the last days, the newest first.
#[utoipa::path(
    get, path = "/api/recurring", operation_id = "list_recurring", tag = "tickets",
    responses(
        (status = 200, description = "The matters", body = Vec<Recurring>),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn list_recurring(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
) -> Result<Json<Vec<Recurring>>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    let since = Timestamp::now().checked_sub(RECURRING_WITHIN).unwrap_or(Timestamp::MIN);
    Ok(Json(desk.store.recurring(&viewer, since).await?))
}
