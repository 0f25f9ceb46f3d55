//! `GET /api/status`: what works, what does not, and which recogniser writes the words.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Desk, LocalName, Problem, SignedIn};
use crate::domain::Degradation;

/// How the service is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ServiceStatus {
    /// The version of the service.
    pub version: String,
    /// Who writes the words.
    pub recogniser: RecogniserStatus,
    /// The parts that fail at the moment; calls go on without them.
    pub degraded: Vec<Degradation>,
    /// Calls that are not over.
    pub live_calls: u32,
}

/// The recogniser in use.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct RecogniserStatus {
    /// Its name in the models' manifest.
    pub name: String,
    /// True for the small one that ships with the service and knows few sentences.
    pub bundled: bool,
    /// What people must know of it.
    pub notice: Option<LocalName>,
    /// How late words are now, milliseconds.
    pub lag_ms: u64,
}

/// Reads how the service is.
#[utoipa::path(
    get, path = "/api/status", operation_id = "get_status", tag = "status",
    responses(
        (status = 200, description = "How the service is", body = ServiceStatus),
        (status = 401, description = "`not_signed_in`", body = Problem),
    ),
)]
pub(super) async fn get_status(State(desk): State<Desk>, _: SignedIn) -> Json<ServiceStatus> {
    Json(ServiceStatus {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        recogniser: (desk.recogniser)(),
        degraded: desk.journal.degraded(),
        live_calls: u32::try_from(desk.journal.live_calls()).unwrap_or(u32::MAX),
    })
}
