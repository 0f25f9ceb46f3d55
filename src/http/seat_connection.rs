//! `POST /api/seat/connection`: the page of an agent with a browser seat connects its sound.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::Body;
use super::{Desk, Problem, ProblemCode, SignedIn};
use crate::seat::ConnectError;

/// What the page offers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SeatOffer {
    /// A session description (SDP) with sound both ways, PCMA among its codecs.
    pub offer: String,
}

/// What it is answered.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SeatAnswer {
    /// The seat's number.
    pub extension: String,
    /// The session description that answers the offer.
    pub answer: String,
}

/// Connects the page's sound to the seat of who is signed in, in place of the page that was connected before; a call
/// at the seat goes on with the new one.
#[utoipa::path(
    post, path = "/api/seat/connection", operation_id = "connect_seat", tag = "seat", request_body = SeatOffer,
    responses(
        (status = 200, description = "The answer to the offer", body = SeatAnswer),
        (status = 400, description = "`bad_request`: the offer cannot be answered", body = Problem),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 404, description = "`not_found`: this user has no browser seat", body = Problem),
        (status = 503, description = "`unavailable`: the service is stopping", body = Problem),
    ),
)]
pub(super) async fn connect_seat(
    State(desk): State<Desk>,
    SignedIn { user, .. }: SignedIn,
    Body(SeatOffer { offer }): Body<SeatOffer>,
) -> Result<Json<SeatAnswer>, Problem> {
    let extension = desk.browsers.of(user.id).ok_or(ProblemCode::NotFound)?;
    let answer = desk.browsers.connect(extension, offer).await.map_err(|error| {
        tracing::info!(seat = extension, %error, "a page is not connected");
        match error {
            ConnectError::Offer(_) | ConnectError::NoPcma => ProblemCode::BadRequest,
            ConnectError::Stopped => ProblemCode::Unavailable,
        }
    })?;
    Ok(Json(SeatAnswer { extension: extension.to_owned(), answer }))
}
