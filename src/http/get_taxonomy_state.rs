//! `GET /api/taxonomy/state`: what is in force, and what is wrong with a newer file, for administrators.

use axum::Json;
use axum::extract::State;

use super::viewer_role::administers;
use super::{Desk, Problem, SignedIn};
use crate::understanding::InForceState;

/// Reads which taxonomy is in force.
#[utoipa::path(
    get, path = "/api/taxonomy/state", operation_id = "get_taxonomy_state", tag = "taxonomy",
    responses(
        (status = 200, description = "What is in force, and what was refused", body = InForceState),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`: for administrators", body = Problem),
    ),
)]
pub(super) async fn get_taxonomy_state(
    State(desk): State<Desk>,
    signed_in: SignedIn,
) -> Result<Json<InForceState>, Problem> {
    administers(&signed_in.viewer)?;
    Ok(Json(desk.city.state()))
}
