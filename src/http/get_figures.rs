//! `GET /api/figures`: how a day went, in parts, for supervisors and administrators. The day is the city's.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::input::Parameters;
use super::{Desk, Problem, ProblemCode, SignedIn, viewer_role};
use crate::domain::Figures;

/// The parts that a day may be cut into, minutes.
const INTERVALS_MIN: [u32; 3] = [15, 30, 60];

/// Which day.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FiguresQuery {
    /// Such as `2026-11-23`; today unless said.
    #[serde(default)]
    day: Option<String>,
    /// 15, 30 or 60 minutes; 30 unless said.
    #[serde(default)]
    interval_min: Option<u32>,
}

/// A day's figures.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DayFigures {
    /// Which day, such as `2026-11-23`.
    pub day: String,
    /// How long its parts are, minutes.
    pub interval_min: u32,
    /// How it went.
    pub figures: Figures,
}

/// How a day went.
#[utoipa::path(
    get, path = "/api/figures", operation_id = "get_figures", tag = "service", params(FiguresQuery),
    responses(
        (status = 200, description = "The day's figures", body = DayFigures),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 422, description = "`bad_value`: no day, or another interval", body = Problem),
    ),
)]
pub(super) async fn get_figures(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Parameters(query): Parameters<FiguresQuery>,
) -> Result<Json<DayFigures>, Problem> {
    viewer_role::sees_figures(&viewer)?;
    desk.settle().await;
    let now = Timestamp::now();
    let interval_min = query.interval_min.unwrap_or(30);
    let zone = TimeZone::system();
    let day = match &query.day {
        Some(day) => day.parse().ok(),
        None => Some(zone.to_datetime(now).date()),
    };
    let bounds = day.and_then(|day| bounds(day, &zone)).filter(|_| INTERVALS_MIN.contains(&interval_min));
    let (Some(day), Some(bounds)) = (day, bounds) else { return Err(ProblemCode::BadValue.into()) };
    let interval = SignedDuration::from_mins(interval_min.into());
    let figures = desk.store.figures(&viewer, bounds, interval, now).await?;
    Ok(Json(DayFigures { day: day.to_string(), interval_min, figures }))
}

/// The first moment of a day and of the next.
fn bounds(day: Date, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
    let begins = |day: Date| Some(day.to_zoned(zone.clone()).ok()?.timestamp());
    Some((begins(day)?, begins(day.tomorrow().ok()?)?))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use jiff::tz::offset;

    use super::*;

    #[test]
    fn a_day_is_the_citys() {
        let (begin, end) = bounds("2026-11-23".parse().unwrap(), &TimeZone::fixed(offset(8))).unwrap();
        assert_eq!(begin.to_string(), "2026-11-22T16:00:00Z");
        assert_eq!(end.to_string(), "2026-11-23T16:00:00Z");
        assert_eq!(bounds(Date::MAX, &TimeZone::UTC), None);
    }
}
