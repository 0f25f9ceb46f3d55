//! `POST /api/taxonomy/reload`: the taxonomy and the gazetteer are read anew; wrong ones are refused.

use axum::Json;
use axum::extract::State;
use tokio::task::spawn_blocking;

use super::viewer_role::administers;
use super::{Desk, Problem, ProblemCode, SignedIn};
use crate::understanding::InForceState;

/// Reads the taxonomy anew. `refused` in the answer says what is wrong with it; then the one before stays in force.
#[utoipa::path(
    post, path = "/api/taxonomy/reload", operation_id = "reload_taxonomy", tag = "taxonomy",
    responses(
        (status = 200, description = "What is in force now, and what was refused", body = InForceState),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`: for administrators", body = Problem),
    ),
)]
pub(super) async fn reload_taxonomy(
    State(desk): State<Desk>,
    signed_in: SignedIn,
) -> Result<Json<InForceState>, Problem> {
    administers(&signed_in.viewer)?;
    let city = desk.city.clone();
    let state = spawn_blocking(move || city.reload()).await.map_err(|_| ProblemCode::Internal)?;
    Ok(Json(state))
}
