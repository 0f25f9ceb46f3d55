//! Cuts a TCP byte stream into messages (RFC 3261 §18.3). Bytes as they come in; one whole message at a time out.

use bytes::{Bytes, BytesMut};

use super::lexer;

/// The longest header section that is waited for, in bytes.
pub const MAX_HEADER_BYTES: usize = 16 * 1024;
/// The longest message, as long as the longest datagram, in bytes.
pub const MAX_MESSAGE_BYTES: usize = 65_535;

/// The stream is not SIP, or more than we hold; where it goes on is unknown, so the connection must be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// The header section does not end within [`MAX_HEADER_BYTES`].
    #[error("header section longer than {MAX_HEADER_BYTES} bytes")]
    HeaderTooLong,
    /// Content-Length names more than [`MAX_MESSAGE_BYTES`].
    #[error("message longer than {MAX_MESSAGE_BYTES} bytes")]
    MessageTooLong,
    /// No Content-Length, two that differ, or one that is no number: RFC 3261 §18.3 requires it on a stream.
    #[error("no usable Content-Length")]
    NoContentLength,
}

/// The bytes of one connection that are not yet a whole message.
#[derive(Debug, Default)]
pub struct StreamFramer {
    /// Received and not yet handed out. Never longer than one message and one `push`.
    held: BytesMut,
    /// Bytes at the start of `held` that are known not to contain the end of the headers, so that a message that
    /// comes byte by byte is not searched anew each time.
    searched: usize,
}

impl StreamFramer {
    /// A framer for a new connection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what was read. Call [`next`](Self::next) until it has no more before reading on.
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next whole message; `None`: more bytes are needed. Empty lines between messages (keep-alives, RFC 5626
    /// §3.5.1) are taken away.
    ///
    /// # Errors
    /// See [`StreamError`]. After an error the framer is of no more use.
    #[allow(clippy::should_implement_trait, reason = "an iterator could not say `not yet`")]
    pub fn next(&mut self) -> Result<Option<Bytes>, StreamError> {
        self.skip_empty_lines();
        let Some(header_end) = self.find_header_end()? else { return Ok(None) };
        let body_bytes = content_length(&self.held[..header_end])?;
        let message_bytes = header_end + body_bytes;
        if message_bytes > MAX_MESSAGE_BYTES {
            return Err(StreamError::MessageTooLong);
        }
        if self.held.len() < message_bytes {
            return Ok(None);
        }
        self.searched = 0;
        Ok(Some(self.held.split_to(message_bytes).freeze()))
    }

    fn skip_empty_lines(&mut self) {
        let blank = self.held.iter().take_while(|&&byte| byte == b'\r' || byte == b'\n').count();
        if blank > 0 {
            let _ = self.held.split_to(blank);
            self.searched = 0;
        }
    }

    fn find_header_end(&mut self) -> Result<Option<usize>, StreamError> {
        let found = header_end(&self.held, self.searched);
        // The end may begin in the last three bytes seen so far.
        self.searched = self.held.len().saturating_sub(3);
        match found {
            Some(end) if end > MAX_HEADER_BYTES => Err(StreamError::HeaderTooLong),
            Some(end) => {
                self.searched = end.saturating_sub(4);
                Ok(Some(end))
            }
            None if self.held.len() > MAX_HEADER_BYTES => Err(StreamError::HeaderTooLong),
            None => Ok(None),
        }
    }
}

/// The place behind the empty line that ends the headers; bare line feeds are let pass.
pub(super) fn header_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(line_feed) = bytes.get(at..)?.iter().position(|&byte| byte == b'\n') {
        at += line_feed + 1;
        match bytes.get(at..)? {
            [b'\n', ..] => return Some(at + 1),
            [b'\r', b'\n', ..] => return Some(at + 2),
            _ => {}
        }
    }
    None
}

fn content_length(headers: &[u8]) -> Result<usize, StreamError> {
    let mut length = None;
    for line in headers.split(|&byte| byte == b'\n') {
        let Some((name, value)) = lexer::split_once(line, b':') else { continue };
        let name = lexer::trim(name);
        if line.starts_with(b" ")
            || !(name.eq_ignore_ascii_case(b"content-length") || name.eq_ignore_ascii_case(b"l"))
        {
            continue;
        }
        let this = lexer::number(value).ok_or(StreamError::NoContentLength)?;
        if length.is_some_and(|known| known != this) {
            return Err(StreamError::NoContentLength);
        }
        length = Some(this);
    }
    length.map(|bytes| bytes as usize).ok_or(StreamError::NoContentLength)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const PING: &[u8] = b"OPTIONS sip:h SIP/2.0\r\nl: 3\r\n\r\nabc";

    #[test]
    fn a_message_that_comes_byte_by_byte_is_whole_in_the_end() {
        let mut framer = StreamFramer::new();
        for byte in &PING[..PING.len() - 1] {
            framer.push(&[*byte]);
            assert_eq!(framer.next(), Ok(None));
        }
        framer.push(b"c");
        assert_eq!(framer.next().unwrap().unwrap(), PING);
        assert_eq!(framer.next(), Ok(None));
    }

    #[test]
    fn keep_alives_between_two_messages_are_taken_away() {
        let mut framer = StreamFramer::new();
        framer.push(&[b"\r\n\r\n", PING, b"\r\n\r\n", PING, b"\r\n"].concat());
        assert_eq!(framer.next().unwrap().unwrap(), PING);
        assert_eq!(framer.next().unwrap().unwrap(), PING);
        assert_eq!(framer.next(), Ok(None));
    }

    #[test]
    fn headers_without_end_are_not_held_without_end() {
        let mut framer = StreamFramer::new();
        framer.push(&vec![b'a'; MAX_HEADER_BYTES + 1]);
        assert_eq!(framer.next(), Err(StreamError::HeaderTooLong));
    }

    #[test]
    fn a_length_that_is_too_long_missing_or_doubtful_ends_the_stream() {
        for (headers, error) in [
            ("l: 65535\r\n", StreamError::MessageTooLong),
            ("Content-Length: 99999999999\r\n", StreamError::NoContentLength),
            ("Content-Length: -1\r\n", StreamError::NoContentLength),
            ("l: 3\r\nContent-Length: 4\r\n", StreamError::NoContentLength),
            ("To: x\r\n", StreamError::NoContentLength),
        ] {
            let mut framer = StreamFramer::new();
            framer.push(format!("OPTIONS sip:h SIP/2.0\r\n{headers}\r\n").as_bytes());
            assert_eq!(framer.next(), Err(error), "{headers}");
        }
    }
}
