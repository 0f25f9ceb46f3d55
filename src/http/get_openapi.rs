//! `GET /api/openapi.json`: this interface, described.

use axum::Json;

/// Reads this description.
#[utoipa::path(
    get, path = "/api/openapi.json", operation_id = "get_openapi", tag = "status",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")),
)]
pub(super) async fn get_openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(super::document())
}
