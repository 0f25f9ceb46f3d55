//! Reads one message (RFC 3261 §7). Only a first line that says nothing makes it fail; any other fault is noted as
//! the message's defect, so that a request can still be answered 400 with the reason.

use bytes::Bytes;

use super::{
    Defect, Header, HeaderName, Headers, Message, Method, StartLine, WireText, lexer, stream::header_end,
};

/// Header lines that are read; a message with more has a defect.
const MAX_HEADER_LINES: usize = 256;

pub(super) fn parse(bytes: &Bytes) -> Result<Message, Defect> {
    // Empty lines before the start line are let pass (RFC 3261 §7.5).
    let blank = bytes.iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
    let whole = WireText::from(bytes.slice(blank..));
    let bytes = whole.as_bytes();

    let (line, rest) = next_line(bytes);
    let mut defect = None;
    let start = parse_start_line(&whole, line, &mut defect)?;
    let (header_bytes, body) = match header_end(bytes, 0) {
        Some(end) => (&bytes[line_end(bytes)..end], &bytes[end..]),
        None => {
            // The meaning is still clear where only the empty line is missing.
            if !rest.is_empty() && !rest.ends_with(b"\n") {
                defect.get_or_insert(Defect::Truncated);
            }
            (rest, &b""[..])
        }
    };
    let headers = parse_headers(&whole, header_bytes, &mut defect);
    let body = whole.share(body_of(&headers, body, &mut defect)).into_bytes();
    Ok(Message { start, headers, body, defect })
}

fn line_end(bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| at + 1)
}

/// The first line without its end, and the rest.
fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = bytes.split_at(line_end(bytes));
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

fn parse_start_line(whole: &WireText, line: &[u8], defect: &mut Option<Defect>) -> Result<StartLine, Defect> {
    // A carriage return that ends no line is an end of line to some and not to others: two would read two messages.
    if line.contains(&b'\r') {
        return Err(Defect::StartLine);
    }
    if line.len() >= 8 && line[..4].eq_ignore_ascii_case(b"SIP/") {
        return parse_status_line(whole, line);
    }
    let (method, rest) = lexer::split_once(line, b' ').ok_or(Defect::StartLine)?;
    let rest = lexer::trim(rest);
    let version_at = rest.iter().rposition(|&byte| byte == b' ').ok_or(Defect::StartLine)?;
    let (uri, version) = (lexer::trim(&rest[..version_at]), &rest[version_at + 1..]);
    if !lexer::is_token(method) || version.len() < 5 || !version[..4].eq_ignore_ascii_case(b"SIP/") {
        return Err(Defect::StartLine);
    }
    if &version[4..] != b"2.0" {
        defect.get_or_insert(Defect::Version);
    }
    Ok(StartLine::Request { method: Method::parse(&whole.share(method)), uri: whole.share(uri) })
}

fn parse_status_line(whole: &WireText, line: &[u8]) -> Result<StartLine, Defect> {
    let (version, rest) = lexer::split_once(line, b' ').ok_or(Defect::StartLine)?;
    let (status, reason) = lexer::split_once(rest, b' ').unwrap_or((rest, b""));
    let status = lexer::number(status).and_then(|status| u16::try_from(status).ok());
    let status = status.filter(|status| (100..700).contains(status)).ok_or(Defect::StartLine)?;
    if &version[4..] != b"2.0" {
        return Err(Defect::Version);
    }
    Ok(StartLine::Response { status, reason: whole.share(reason) })
}

fn parse_headers(whole: &WireText, bytes: &[u8], defect: &mut Option<Defect>) -> Headers {
    let mut headers = Headers::default();
    let mut rest = bytes;
    while !rest.is_empty() {
        let (lines, after) = folded_line(rest);
        rest = after;
        if lexer::trim(lines).is_empty() {
            continue;
        }
        if headers.len() == MAX_HEADER_LINES {
            defect.get_or_insert(Defect::TooManyHeaders);
            break;
        }
        match parse_header(whole, lines) {
            Some(Header { name, value }) => headers.push(name, value),
            None => {
                defect.get_or_insert(Defect::HeaderLine);
            }
        }
    }
    headers
}

/// The first line with those that continue it (RFC 3261 §7.3.1), and the rest.
fn folded_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut end = line_end(bytes);
    while matches!(bytes.get(end), Some(b' ' | b'\t')) {
        end += line_end(&bytes[end..]);
    }
    bytes.split_at(end)
}

fn parse_header(whole: &WireText, lines: &[u8]) -> Option<Header> {
    let (name, value) = lexer::split_once(lines, b':')?;
    let name = lexer::trim(name);
    if !lexer::is_token(name) {
        return None;
    }
    let value = lexer::trim(value);
    let value = if value.contains(&b'\n') { unfold(value) } else { whole.share(value) };
    if value.as_bytes().contains(&b'\r') {
        return None;
    }
    Some(Header { name: HeaderName::parse(&whole.share(name)), value })
}

/// A folded value on one line: each fold becomes one space.
fn unfold(value: &[u8]) -> WireText {
    let lines: Vec<&[u8]> = value.split(|&byte| byte == b'\n').map(lexer::trim).collect();
    lines.join(&b' ').into()
}

/// The body as Content-Length bounds it; without one it is all that is left (RFC 3261 §18.3).
fn body_of<'a>(headers: &Headers, left: &'a [u8], defect: &mut Option<Defect>) -> &'a [u8] {
    let mut length = None;
    for value in headers.all(&HeaderName::ContentLength) {
        match lexer::number(value.as_bytes()) {
            None => {
                defect.get_or_insert(Defect::Header("Content-Length"));
            }
            Some(this) if length.is_some_and(|known| known != this) => {
                defect.get_or_insert(Defect::Several("Content-Length"));
            }
            Some(this) => length = Some(this),
        }
    }
    match length {
        None => left,
        Some(length) => left.get(..length as usize).unwrap_or_else(|| {
            defect.get_or_insert(Defect::ContentLength);
            left
        }),
    }
}
