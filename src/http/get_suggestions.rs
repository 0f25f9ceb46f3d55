//! `GET /api/suggestions`: how often what the machine suggested was kept, per field.

use axum::Json;
use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::Parameters;
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::store::FieldSuggestions;

/// Days that are counted unless the request says otherwise.
const DAYS: u32 = 30;
/// Ten years: as good as all.
const MOST_DAYS: u32 = 3_650;

/// Which tickets.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SuggestionQuery {
    /// Only tickets confirmed in the last so many days; 30 unless said, 3650 at most.
    #[serde(default)]
    days: Option<u32>,
}

/// How often suggestions were kept.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SuggestionFigures {
    /// So many days are counted.
    pub days: u32,
    /// The fields that confirmed tickets of these days have, in the form's order.
    pub fields: Vec<FieldSuggestions>,
}

/// Counts what became of the machine's suggestions in confirmed tickets.
#[utoipa::path(
    get, path = "/api/suggestions", operation_id = "get_suggestions", tag = "status", params(SuggestionQuery),
    responses(
        (status = 200, description = "How often suggestions were kept", body = SuggestionFigures),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn get_suggestions(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Parameters(query): Parameters<SuggestionQuery>,
) -> Result<Json<SuggestionFigures>, Problem> {
    viewer_role::sees_metrics(&viewer)?;
    let days = query.days.unwrap_or(DAYS).min(MOST_DAYS);
    let since = Timestamp::now() - SignedDuration::from_hours(24 * i64::from(days));
    Ok(Json(SuggestionFigures { days, fields: desk.store.suggestions(&viewer, since).await? }))
}
