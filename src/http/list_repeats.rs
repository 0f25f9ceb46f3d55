//! `GET /api/calls/{id}/repeats`: earlier tickets that may be on the matter of a call.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;

use super::input::Segment;
use super::{Desk, Problem, SignedIn, viewer_role};
use crate::domain::{CallId, Repeat};
use crate::ticket::repeat::{candidates, matter_of};

/// An agent only glances.
const SHOWN: usize = 3;

/// Earlier tickets on the same matter as the call's draft, the likeliest first, with the reasons; at most three.
#[utoipa::path(
    get, path = "/api/calls/{id}/repeats", operation_id = "list_repeats", tag = "calls",
    params(("id" = CallId, Path, description = "The call")),
    responses(
        (status = 200, description = "Earlier tickets", body = Vec<Repeat>),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`", body = Problem),
    ),
)]
pub(super) async fn list_repeats(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(id): Segment<CallId>,
) -> Result<Json<Vec<Repeat>>, Problem> {
    viewer_role::sees_calls(&viewer)?;
    desk.settle().await;
    let draft = desk.drafting.draft(&viewer, id).await?;
    let call = desk.store.call(&viewer, id).await?.call;
    let matter = matter_of(&draft, &call.caller_number);
    Ok(Json(candidates(&desk.store, &viewer, id, &matter, Timestamp::now(), SHOWN).await?))
}
