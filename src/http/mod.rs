//! The desk's side of the service: sign-in, JSON routes, one stream of events, and the web page itself.
//! One file per action. `openapi()` describes all of it; the web's TypeScript client is made from that.

mod confirm_ticket;
mod edit_draft;
mod get_call;
mod get_openapi;
mod get_recording;
mod get_session;
mod get_status;
mod get_taxonomy;
mod get_ticket;
mod list_calls;
mod list_tickets;
mod problem;
mod search_words;
mod sign_in;
mod sign_out;
mod stream_events;

pub use problem::{Problem, ProblemCode};

use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What the routes work with.
#[derive(Clone)]
pub struct Desk {}

#[derive(OpenApi)]
#[openapi(
    info(title = "Jiesu", description = "The desk's side of a city's hotline."),
    components(schemas(crate::domain::Event, crate::domain::EventKind, crate::domain::FieldKey))
)]
struct Document;

fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(sign_in::sign_in, get_session::get_session, sign_out::sign_out))
        .routes(routes!(list_calls::list_calls))
        .routes(routes!(get_call::get_call))
        .routes(routes!(get_recording::get_recording))
        .routes(routes!(edit_draft::edit_draft))
        .routes(routes!(confirm_ticket::confirm_ticket))
        .routes(routes!(list_tickets::list_tickets))
        .routes(routes!(get_ticket::get_ticket))
        .routes(routes!(search_words::search_words))
        .routes(routes!(get_taxonomy::get_taxonomy))
        .routes(routes!(get_status::get_status))
        .routes(routes!(stream_events::stream_events))
        .routes(routes!(get_openapi::get_openapi))
}

fn document() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// The description of all routes: OpenAPI 3.1, pretty JSON.
///
/// # Errors
///
/// Only where the description cannot be written as JSON, which would be a fault of this build.
pub fn openapi() -> Result<String, serde_json::Error> {
    document().to_pretty_json().map(|mut text| {
        text.push('\n');
        text
    })
}
