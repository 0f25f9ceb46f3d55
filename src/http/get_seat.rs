//! `GET /api/seat`: the browser seat of who is signed in.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, Problem, ProblemCode, SignedIn};

/// The seat of an agent who talks in the page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct BrowserSeat {
    /// Its number.
    pub extension: String,
}

/// Says which seat's sound this user's page is to connect.
#[utoipa::path(
    get, path = "/api/seat", operation_id = "get_seat", tag = "seat",
    responses(
        (status = 200, description = "The seat", body = BrowserSeat),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 404, description = "`not_found`: this user has no browser seat", body = Problem),
    ),
)]
pub(super) async fn get_seat(
    State(desk): State<Desk>,
    SignedIn { user, .. }: SignedIn,
) -> Result<Json<BrowserSeat>, Problem> {
    let extension = desk.browsers.of(user.id).ok_or(ProblemCode::NotFound)?;
    Ok(Json(BrowserSeat { extension: extension.to_owned() }))
}
