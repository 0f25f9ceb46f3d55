//! The desk's side of the service: sign-in, JSON routes, one stream of events, and the web page itself.
//! One file per action. `openapi()` describes all of it; the web's TypeScript client is made from that.

mod answer_seat;
mod byte_range;
mod call_back;
mod confirm_ticket;
mod control_talk;
mod desk;
mod edit_draft;
mod follow_ups;
mod get_call;
mod get_figures;
mod get_openapi;
mod get_recording;
mod get_seat;
mod get_session;
mod get_status;
mod get_suggestions;
mod get_taxonomy;
mod get_taxonomy_state;
mod get_ticket;
mod hang_up_seat;
mod hide_identities;
pub mod https;
mod input;
mod list_answers;
mod list_calls;
mod list_recurring;
mod list_repeats;
mod list_seats;
mod list_tickets;
mod metrics;
mod open_streams;
mod page;
mod passwords;
mod problem;
mod recording_file;
mod reload_taxonomy;
mod said_in_calls;
mod same_origin;
mod search_words;
mod seat_connection;
mod security_headers;
mod serve;
mod session_cookie;
mod set_seat_state;
mod sign_in;
mod sign_in_attempts;
mod sign_out;
mod signed_in;
mod stream_events;
mod supervise_call;
mod viewer_role;
mod web_page;

pub use call_back::PlacedCall;
pub use confirm_ticket::Confirmation;
pub use desk::{Desk, DeskParts};
pub use edit_draft::FieldEdit;
pub use follow_ups::{FollowUpChange, FollowUpList};
pub use get_call::CallDetail;
pub use get_figures::DayFigures;
pub use get_seat::BrowserSeat;
pub use get_status::{RecogniserStatus, ServiceStatus};
pub use get_suggestions::SuggestionFigures;
pub use get_taxonomy::{CategoryChapter, CategoryClass, CategoryKind, Department, LocalName, TaxonomyView};
pub use get_ticket::TicketDetail;
pub use list_answers::Answer;
pub use list_calls::CallList;
pub use list_seats::{QueueState, SeatList};
pub use list_tickets::TicketList;
pub use passwords::{PasswordError, hash_password};
pub use problem::{Problem, ProblemCode};
pub use seat_connection::{SeatAnswer, SeatOffer};
pub use serve::{ServeLimits, serve};
pub use set_seat_state::{SeatWish, WishedState};
pub use sign_in::SignIn;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use same_origin::same_origin;
use security_headers::security_headers;
use signed_in::SignedIn;
use web_page::{web_page, wrong_method};

/// The largest body of a request: an edit of one field, with room.
const MAX_BODY_BYTES: usize = 64 * 1_024;

#[derive(OpenApi)]
#[openapi(
    info(title = "Jiesu", description = "The desk's side of a city's hotline."),
    components(schemas(crate::domain::Event, crate::domain::EventKind, crate::domain::FieldKey))
)]
struct Document;

/// Everything that is served: the routes below `/api`, `/metrics`, and the web page at every other address.
pub fn router(desk: Desk) -> Router {
    let (api, _) = api().split_for_parts();
    api.fallback(web_page)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn(same_origin))
        .layer(from_fn_with_state(desk.clone(), security_headers))
        .with_state(desk)
}

fn api() -> OpenApiRouter<Desk> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(sign_in::sign_in, get_session::get_session, sign_out::sign_out))
        .routes(routes!(list_calls::list_calls))
        .routes(routes!(get_call::get_call))
        .routes(routes!(call_back::call_back))
        .routes(routes!(control_talk::control_talk))
        .routes(routes!(supervise_call::supervise_call))
        .routes(routes!(get_recording::get_recording))
        .routes(routes!(edit_draft::edit_draft))
        .routes(routes!(confirm_ticket::confirm_ticket))
        .routes(routes!(list_repeats::list_repeats))
        .routes(routes!(list_answers::list_answers))
        .routes(routes!(list_recurring::list_recurring))
        .routes(routes!(list_tickets::list_tickets))
        .routes(routes!(get_ticket::get_ticket))
        .routes(routes!(search_words::search_words))
        .routes(routes!(get_figures::get_figures))
        .routes(routes!(follow_ups::list_follow_ups))
        .routes(routes!(follow_ups::change_follow_up))
        .routes(routes!(list_seats::list_seats))
        .routes(routes!(set_seat_state::set_seat_state))
        .routes(routes!(get_taxonomy::get_taxonomy))
        .routes(routes!(get_taxonomy_state::get_taxonomy_state))
        .routes(routes!(reload_taxonomy::reload_taxonomy))
        .routes(routes!(get_status::get_status))
        .routes(routes!(get_suggestions::get_suggestions))
        .routes(routes!(get_seat::get_seat))
        .routes(routes!(seat_connection::connect_seat))
        .routes(routes!(answer_seat::answer_seat))
        .routes(routes!(hang_up_seat::hang_up_seat))
        .routes(routes!(metrics::get_metrics))
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
