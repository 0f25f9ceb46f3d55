//! `GET /metrics`: how the service is, counted, in Prometheus' text format (version 0.0.4). Nothing of any caller.

use std::fmt::{Display, Write};

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::{Desk, Problem, SignedIn, session_cookie, viewer_role};
use crate::domain::{Degradation, SeatState};
use crate::journal::EventCounts;
use crate::speech::{SpeechMetrics, WAIT_BOUNDS_MS, Waits};

/// What is answered: the format that Prometheus asks for by default.
const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Reads the counters; for supervisors, administrators, and whoever has the token of `[http] metrics_token`.
#[utoipa::path(
    get, path = "/metrics", operation_id = "get_metrics", tag = "status",
    params(("Authorization" = Option<String>, Header, description = "`Bearer` and the token of the settings")),
    responses(
        (status = 200, description = "Counters and gauges", body = String, content_type = "text/plain"),
        (status = 401, description = "`not_signed_in`: nor is it the token", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
    ),
)]
pub(super) async fn get_metrics(
    State(desk): State<Desk>,
    headers: HeaderMap,
    signed_in: Result<SignedIn, Problem>,
) -> Result<Response, Problem> {
    if !has_token(&desk, &headers) {
        viewer_role::sees_metrics(&signed_in?.viewer)?;
    }
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text(&desk)).into_response())
}

fn has_token(desk: &Desk, headers: &HeaderMap) -> bool {
    let given =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    // Hashes are compared, so that the time it takes tells nothing of the token.
    let given = given.map(|token| session_cookie::hash(token.trim()));
    given.is_some() && given == desk.metrics_token
}

fn text(desk: &Desk) -> String {
    let mut text = Metrics::default();
    text.head("jiesu_info", "gauge", "The version that runs.");
    text.value("jiesu_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    text.single("jiesu_calls_in_progress", "gauge", "Calls that are not over.", desk.journal.live_calls());
    text.head("jiesu_part_failing", "gauge", "1 where a part of the service fails; calls go on without it.");
    let degraded = desk.journal.degraded();
    for (part, name) in PARTS {
        text.value("jiesu_part_failing", &[("part", name)], u8::from(degraded.contains(&part)));
    }
    seats(&mut text, desk);
    text.head("jiesu_trunk_up", "gauge", "1 where the trunk answers.");
    for (name, up) in &desk.trunks_up {
        text.value("jiesu_trunk_up", &[("trunk", name)], u8::from(*up.borrow()));
    }
    events(&mut text, desk.journal.counts());
    let unwritten = desk.journal.last_seq().saturating_sub(desk.journal.written_seq());
    text.single("jiesu_events_unwritten", "gauge", "Events not yet in the database.", unwritten);
    speech(&mut text, &(desk.metrics)());
    text.0
}

const PARTS: [(Degradation, &str); 5] = [
    (Degradation::Recogniser, "recogniser"),
    (Degradation::RecogniserLag, "recogniser_lag"),
    (Degradation::Recorder, "recorder"),
    (Degradation::Database, "database"),
    (Degradation::Trunk, "trunk"),
];

const SEAT_STATES: [(SeatState, &str); 6] = [
    (SeatState::Offline, "offline"),
    (SeatState::Ready, "ready"),
    (SeatState::Ringing, "ringing"),
    (SeatState::Talking, "talking"),
    (SeatState::WrapUp, "wrap_up"),
    (SeatState::Break, "break"),
];

fn seats(text: &mut Metrics, desk: &Desk) {
    let statuses = desk.seats.statuses();
    text.head("jiesu_seats", "gauge", "Seats by their state.");
    for (state, name) in SEAT_STATES {
        let count = statuses.iter().filter(|seat| seat.state == state).count();
        text.value("jiesu_seats", &[("state", name)], count);
    }
    let queue = desk.seats.queue_figures();
    text.single("jiesu_callers_waiting", "gauge", "Callers for whom no seat is asked yet.", queue.callers);
    let longest =
        queue.longest_since.map_or(0.0, |since| Timestamp::now().duration_since(since).as_secs_f64());
    let help = "How long the caller waits who has waited longest.";
    text.single("jiesu_longest_wait_seconds", "gauge", help, longest.max(0.0));
}

fn events(text: &mut Metrics, counts: EventCounts) {
    let EventCounts {
        calls,
        partials,
        turns,
        drafts,
        tickets,
        recurring,
        seats,
        unrecorded,
        supervisions,
        follow_ups,
        degraded,
    } = counts;
    text.head("jiesu_events_total", "counter", "What happened, since the start.");
    for (kind, count) in [
        ("call", calls),
        ("partial", partials),
        ("turn", turns),
        ("draft", drafts),
        ("ticket", tickets),
        ("recurring", recurring),
        ("seat", seats),
        ("unrecorded", unrecorded),
        ("supervision", supervisions),
        ("follow_up", follow_ups),
        ("degraded", degraded),
    ] {
        text.value("jiesu_events_total", &[("kind", kind)], count);
    }
}

fn speech(text: &mut Metrics, now: &SpeechMetrics) {
    const WAIT: &str = "jiesu_recogniser_wait_seconds";
    text.head(WAIT, "histogram", "How long sound waited for a recogniser.");
    for (kind, waits) in
        [("final", &now.finals), ("first_partial", &now.first_partials), ("refresh", &now.refreshes)]
    {
        text.histogram(WAIT, kind, waits);
    }
    for (name, help, count) in [
        ("jiesu_recogniser_restarts_total", "Recognisers started in place of one that failed.", now.restarts),
        ("jiesu_recogniser_retries_total", "Turns that were tried a second time.", now.retries),
        ("jiesu_turns_unrecognised_total", "Turns that no recogniser gave words for.", now.unrecognised),
    ] {
        text.single(name, "counter", help, count);
    }
    let unheard = "Sound that came faster than it could be taken, and was not recognised.";
    text.single("jiesu_unheard_seconds_total", "counter", unheard, seconds(now.unheard_ms));
    let late = "How long ago the oldest turn still without its words was over.";
    text.single("jiesu_words_lag_seconds", "gauge", late, seconds(now.lag_ms));
    text.single("jiesu_turns_waiting", "gauge", "Turns that wait for a recogniser.", now.queue_length);
    text.single("jiesu_recognisers", "gauge", "Recogniser processes that work.", now.recognisers);
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}

/// The text as it grows. Writing to a string does not fail.
#[derive(Default)]
struct Metrics(String);

impl Metrics {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// One line. Names and values of labels are this program's own, or plain names of the
    /// settings, and need no escapes.
    fn value(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (index, (label, is)) in labels.iter().enumerate() {
            let _ = write!(self.0, "{}{label}=\"{is}\"", if index == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    fn single(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.value(name, &[], value);
    }

    fn histogram(&mut self, name: &str, kind: &str, waits: &Waits) {
        let bucket = format!("{name}_bucket");
        let mut below = 0;
        for (bound_ms, count) in WAIT_BOUNDS_MS.into_iter().zip(waits.counts) {
            below += count;
            self.value(&bucket, &[("kind", kind), ("le", &seconds(bound_ms).to_string())], below);
        }
        // The counters are read one after another; the whole is never less than its parts.
        let count = waits.count.max(below);
        self.value(&bucket, &[("kind", kind), ("le", "+Inf")], count);
        self.value(&format!("{name}_sum"), &[("kind", kind)], seconds(waits.sum_ms));
        self.value(&format!("{name}_count"), &[("kind", kind)], count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_is_written_with_rising_counts_and_all_of_them_at_the_end() {
        let mut waits = Waits { count: 5, sum_ms: 90_250, ..Waits::default() };
        waits.counts[0] = 1;
        waits.counts[6] = 3;
        let mut text = Metrics::default();
        text.histogram("wait_seconds", "final", &waits);
        let lines: Vec<_> = text.0.lines().collect();
        assert_eq!(lines.len(), WAIT_BOUNDS_MS.len() + 3);
        assert_eq!(lines[0], r#"wait_seconds_bucket{kind="final",le="0.01"} 1"#);
        assert_eq!(lines[6], r#"wait_seconds_bucket{kind="final",le="1"} 4"#);
        assert_eq!(lines[11], r#"wait_seconds_bucket{kind="final",le="60"} 4"#);
        assert_eq!(lines[12], r#"wait_seconds_bucket{kind="final",le="+Inf"} 5"#);
        assert_eq!(lines[13], r#"wait_seconds_sum{kind="final"} 90.25"#);
        assert_eq!(lines[14], r#"wait_seconds_count{kind="final"} 5"#);
    }
}
