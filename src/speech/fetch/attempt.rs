//! One request for a file or the rest of it (RFC 9110, sections 13.1.5 and 14).

use std::io;

use ureq::http::{HeaderMap, StatusCode};
use ureq::{Agent, Error};

use super::super::manifest::PlacedFile;
use super::part::Part;
use super::{SourceError, Watcher};

/// What an answer gives: from where, and how long the whole is.
#[derive(Debug, PartialEq, Eq)]
struct Range {
    start: u64,
    total: Option<u64>,
}

/// Asks for what is missing of a file and takes it.
pub(super) fn attempt(
    agent: &Agent,
    address: &str,
    file: &PlacedFile,
    part: &mut Part,
    watcher: &mut dyn Watcher,
) -> Result<(), SourceError> {
    let mut request = agent.get(address).header("Accept-Encoding", "identity");
    let resuming = part.validator(address).map(str::to_owned);
    if let Some(validator) = &resuming {
        request = request.header("Range", format!("bytes={}-", part.length())).header("If-Range", validator);
    }
    let mut answer = request.call().map_err(Box::new)?;
    let body_length = answer.body().content_length();
    let total = match answer.status() {
        StatusCode::OK => {
            check_size(file, body_length)?;
            if resuming.is_some() {
                watcher.say(&format!("{address}: the server sends the whole file again, from its beginning"));
            }
            part.start_over(address, validator(answer.headers()).as_deref())?;
            body_length
        }
        StatusCode::PARTIAL_CONTENT => {
            let range = content_range(answer.headers()).filter(|range| range.start == part.length());
            let Some(range) = range.filter(|_| resuming.is_some()) else {
                part.start_over(address, None)?;
                return Err(SourceError::OtherPiece);
            };
            check_size(file, range.total)?;
            range.total.or(body_length.map(|rest| part.length() + rest))
        }
        StatusCode::RANGE_NOT_SATISFIABLE if resuming.is_some() => {
            let whole = content_range(answer.headers()).and_then(|range| range.total);
            if whole == Some(part.length()) {
                return Ok(());
            }
            part.start_over(address, None)?;
            return Err(SourceError::OtherPiece);
        }
        status => return Err(SourceError::Status { status: status.as_u16(), hint: meaning(status) }),
    };
    let total = total.or(file.file.size_bytes);
    watcher.begin(&file.name(), part.length(), total);
    part.append(&mut answer.body_mut().as_reader(), total, watcher)?;
    match total {
        Some(total) if part.length() < total => Err(SourceError::Short { at: part.length(), total }),
        _ => Ok(()),
    }
}

/// Whether it may go better the next time.
pub(super) fn may_pass(error: &SourceError) -> bool {
    match error {
        SourceError::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        SourceError::Http(error) => match error.as_ref() {
            // A certificate that is not trusted comes as invalid data.
            Error::Io(source) => {
                !matches!(source.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::InvalidData)
            }
            Error::Timeout(_) | Error::Protocol(_) | Error::ConnectionFailed => true,
            _ => false,
        },
        SourceError::Broken { .. } | SourceError::Short { .. } | SourceError::OtherPiece => true,
        SourceError::OtherSize { .. }
        | SourceError::Wrong(_)
        | SourceError::Proxy(_)
        | SourceError::NotThere
        | SourceError::Write { .. } => false,
    }
}

/// What to do about a failure, where that can be told.
pub(super) fn hint(error: &Error) -> &'static str {
    match error {
        Error::Io(source) if source.kind() == io::ErrorKind::InvalidData => {
            " (where a firewall opens HTTPS, its authority must be among this machine's certificates: \
             update-ca-certificates, or SSL_CERT_FILE)"
        }
        _ => "",
    }
}

fn check_size(file: &PlacedFile, found: Option<u64>) -> Result<(), SourceError> {
    match (found, file.file.size_bytes) {
        (Some(found), Some(expected)) if found != expected => Err(SourceError::OtherSize { found, expected }),
        _ => Ok(()),
    }
}

/// What says whether the file is still the same: a strong entity tag, else the date it was changed.
fn validator(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::to_owned);
    text("etag").filter(|tag| tag.starts_with('"')).or_else(|| text("last-modified"))
}

/// `bytes 5-9/10`, or `bytes */10`.
fn content_range(headers: &HeaderMap) -> Option<Range> {
    let text = headers.get("content-range")?.to_str().ok()?;
    let (span, total) = text.strip_prefix("bytes ")?.split_once('/')?;
    let start = if span == "*" { 0 } else { span.split_once('-')?.0.trim().parse().ok()? };
    Some(Range { start, total: total.trim().parse().ok() })
}

fn meaning(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => " (not allowed: a sign-in is needed, or a firewall forbids it)",
        404 | 410 => " (no such file there)",
        407 => " (the proxy wants a sign-in: http://USER:PASSWORD@HOST:PORT)",
        429 => " (too many requests)",
        500..=599 => " (it fails; perhaps only now)",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(ureq::http::HeaderName::from_static(name), value.parse().unwrap())])
    }

    #[test]
    fn ranges_are_read() {
        let read = |text| content_range(&headers("content-range", text));
        assert_eq!(read("bytes 5-9/10"), Some(Range { start: 5, total: Some(10) }));
        assert_eq!(read("bytes 5-9/*"), Some(Range { start: 5, total: None }));
        assert_eq!(read("bytes */10"), Some(Range { start: 0, total: Some(10) }));
        for wrong in ["5-9/10", "bytes 5/10", "bytes x-9/10", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_weak_entity_tag_does_not_join_parts() {
        assert_eq!(validator(&headers("etag", "\"v1\"")).unwrap(), "\"v1\"");
        assert_eq!(validator(&headers("etag", "W/\"v1\"")), None);
        assert!(validator(&headers("last-modified", "Sat, 21 Nov 2026 10:00:00 GMT")).is_some());
    }
}
