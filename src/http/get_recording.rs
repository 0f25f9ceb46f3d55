//! `GET /api/calls/{id}/recording`: the call's sound as WAV, whole or in part, also while it is being written.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::byte_range::ByteRange;
use super::input::Segment;
use super::recording_file::RecordingFile;
use super::{Desk, Problem, ProblemCode, SignedIn, viewer_role};
use crate::call::recording;
use crate::domain::{CallId, RecordingState};

/// Reads a call's recording: stereo 16-bit PCM at 8 kHz, the caller left, the agent right.
#[utoipa::path(
    get, path = "/api/calls/{id}/recording", operation_id = "get_recording", tag = "calls",
    params(
        ("id" = CallId, Path, description = "The call"),
        ("Range" = Option<String>, Header, description = "One range of bytes, RFC 9110 §14"),
    ),
    responses(
        (status = 200, description = "The recording so far", content_type = "audio/wav"),
        (status = 206, description = "The part asked for", content_type = "audio/wav"),
        (status = 401, description = "`not_signed_in`", body = Problem),
        (status = 403, description = "`forbidden`", body = Problem),
        (status = 404, description = "`not_found`: no such call, or nothing was recorded", body = Problem),
        (status = 416, description = "`range_not_satisfiable`", body = Problem),
    ),
)]
pub(super) async fn get_recording(
    State(desk): State<Desk>,
    SignedIn { viewer, .. }: SignedIn,
    Segment(id): Segment<CallId>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    viewer_role::sees_tickets(&viewer)?;
    let call = desk.store.hearable_call(&viewer, id).await?;
    let path = recording::locate(&desk.recordings, id).ok_or(ProblemCode::NotFound)?;
    let opened = match call.recording {
        RecordingState::None => return Err(ProblemCode::NotFound.into()),
        RecordingState::Closed { .. } => RecordingFile::open_closed(&path).await,
        RecordingState::Open | RecordingState::Failed => RecordingFile::open_growing(&path).await,
    };
    let recording = opened.map_err(|error| unreadable(id, &error))?;
    let len = recording.len();
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, first, count) = match ByteRange::parse(range, len) {
        ByteRange::Whole => (StatusCode::OK, 0, len),
        ByteRange::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        ByteRange::Outside => {
            let content_range = [(header::CONTENT_RANGE, format!("bytes */{len}"))];
            return Ok((content_range, Problem::new(ProblemCode::RangeNotSatisfiable)).into_response());
        }
    };
    let body = recording.body(first, count).await.map_err(|error| unreadable(id, &error))?;
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/wav"));
    answer.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    answer.insert(header::CONTENT_LENGTH, HeaderValue::from(count));
    if status == StatusCode::PARTIAL_CONTENT {
        let content_range = format!("bytes {first}-{}/{len}", first + count - 1);
        let content_range = HeaderValue::try_from(content_range).map_err(|_| ProblemCode::Internal)?;
        answer.insert(header::CONTENT_RANGE, content_range);
    }
    Ok(response)
}

fn unreadable(id: CallId, error: &std::io::Error) -> Problem {
    if error.kind() == std::io::ErrorKind::NotFound {
        return ProblemCode::NotFound.into();
    }
    tracing::error!(call.id = %id, error = error as &dyn std::error::Error, "a recording cannot be read");
    ProblemCode::Internal.into()
}
