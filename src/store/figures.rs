//! How days went: the times of calls, and what each seat's time was spent on. Written by the journal only.

use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::columns::{from_ns, from_optional_text, from_text, to_ns, to_text};
use super::{Store, StoreError, access};
use crate::domain::{CallTimes, Figures, SeatSpan, SeatStatus, Viewer};

/// A seat is not in one state for longer; what began earlier is not looked for.
const LONGEST_SPAN: SignedDuration = SignedDuration::from_hours(48);

impl Store {
    /// The figures of the time from `begin` to `end`, in parts of `interval`, as they are known `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forbidden`] for agents and departments, or where the database fails.
    pub async fn figures(
        &self,
        viewer: &Viewer,
        (begin, end): (Timestamp, Timestamp),
        interval: SignedDuration,
        now: Timestamp,
    ) -> Result<Figures, StoreError> {
        access::figures(viewer)?;
        let calls = sqlx::query(
            "select queued_at_ns, bridged_at_ns, ended_at_ns, end_cause, agent, rating from calls
             where queued_at_ns >= $1 and queued_at_ns < $2",
        )
        .bind(to_ns(begin))
        .bind(to_ns(end))
        .fetch_all(&self.readers)
        .await?;
        // Supervisors are reached by their own numbers only, and their time is none of the queue's.
        let spans = sqlx::query(
            "select since_ns, until_ns, agent, agent_name, state from seat_spans
             where since_ns >= $1 and since_ns < $2 and (until_ns is null or until_ns > $3)
             and agent is not null and agent not in (select id from users where role = 'supervisor')",
        )
        .bind(to_ns(begin.checked_sub(LONGEST_SPAN).unwrap_or(Timestamp::MIN)))
        .bind(to_ns(end))
        .bind(to_ns(begin))
        .fetch_all(&self.readers)
        .await?;
        let calls = calls.iter().map(call_times).collect::<Result<Vec<_>, _>>()?;
        let spans = spans.iter().map(seat_span).collect::<Result<Vec<_>, _>>()?;
        Ok(Figures::of(&calls, &spans, (begin, end), interval, now))
    }

    /// Ends the states that lasted when the service stopped, at the last moment that is known.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn end_seat_spans(&self) -> Result<(), StoreError> {
        let last: Option<i64> =
            sqlx::query_scalar("select max(at_ns) from events").fetch_one(&self.readers).await?;
        sqlx::query(
            "update seat_spans set until_ns = case when since_ns > $1 then since_ns else $1 end where until_ns is null",
        )
        .bind(last.unwrap_or(i64::MIN))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn call_times(row: &SqliteRow) -> Result<CallTimes, StoreError> {
    let moment = |column| row.try_get::<Option<i64>, _>(column).map(|ns| ns.map(from_ns));
    Ok(CallTimes {
        queued_at: from_ns(row.try_get("queued_at_ns")?),
        bridged_at: moment("bridged_at_ns")?,
        ended_at: moment("ended_at_ns")?,
        end_cause: from_optional_text("calls.end_cause", row.try_get("end_cause")?)?,
        agent: from_optional_text("calls.agent", row.try_get("agent")?)?,
        rating: row.try_get("rating")?,
    })
}

fn seat_span(row: &SqliteRow) -> Result<SeatSpan, StoreError> {
    Ok(SeatSpan {
        agent: from_text("seat_spans.agent", row.try_get("agent")?)?,
        agent_name: row.try_get("agent_name")?,
        state: from_text("seat_spans.state", row.try_get("state")?)?,
        since: from_ns(row.try_get("since_ns")?),
        until: row.try_get::<Option<i64>, _>("until_ns")?.map(from_ns),
    })
}

/// Ends the state that a seat was in, and begins the one it is in; written again it changes nothing.
pub(super) async fn put_seat_span(
    connection: &mut SqliteConnection,
    seat: &SeatStatus,
) -> Result<(), StoreError> {
    sqlx::query(
        "update seat_spans set until_ns = $2 where extension = $1 and until_ns is null and since_ns < $2",
    )
    .bind(&seat.extension)
    .bind(to_ns(seat.since))
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "insert into seat_spans (extension, since_ns, agent, agent_name, state) values ($1, $2, $3, $4, $5)
         on conflict (extension, since_ns) do nothing",
    )
    .bind(&seat.extension)
    .bind(to_ns(seat.since))
    .bind(seat.agent.map(|agent| agent.to_string()))
    .bind(&seat.agent_name)
    .bind(to_text("seat_spans.state", &seat.state)?)
    .execute(connection)
    .await?;
    Ok(())
}
