//! `GET /api/search`: the turns in which something was said.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::input::Parameters;
use super::{Desk, Problem, SignedIn, hide_identities, page, viewer_role};
use crate::store::WordHit;

/// What to look for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WordQuery {
    /// Words; all of them must stand in the turn.
    q: String,
    /// At most so many; 50 unless said, 200 at most.
    #[serde(default)]
    limit: Option<u32>,
}

/// Searches the words of all calls, newest call first.
#[utoipa::path(
    get, path = "/api/search", operation_id = "search_words", tag = "search", params(WordQuery),
    responses(
        (status = 200, description = "The turns found", body = Vec<WordHit>),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn search_words(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Parameters(query): Parameters<WordQuery>,
) -> Result<Json<Vec<WordHit>>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    desk.settle().await;
    let hits = desk.store.search(&viewer, &query.q, page::limit(query.limit)).await?;
    let mut shown = Vec::with_capacity(hits.len());
    for hit in hits {
        let turn = hide_identities::in_turn_of_call(&desk, &viewer, hit.turn).await;
        shown.push(WordHit { turn, ..hit });
    }
    Ok(Json(shown))
}
