//! Writes one message. Content-Length is always ours; a line end in a value becomes a space, so that no text from
//! elsewhere can begin a header of its own.

use bytes::Bytes;

use super::{HeaderName, Message, StartLine};

pub(super) fn write(message: &Message) -> Bytes {
    let mut out = Vec::with_capacity(512 + message.body.len());
    match &message.start {
        StartLine::Request { method, uri } => {
            out.extend(method.as_bytes());
            out.push(b' ');
            push_line_text(&mut out, uri.as_bytes());
            out.extend(b" SIP/2.0\r\n");
        }
        StartLine::Response { status, reason } => {
            out.extend(format!("SIP/2.0 {status:03} ").as_bytes());
            push_line_text(&mut out, reason.as_bytes());
            out.extend(b"\r\n");
        }
    }
    for header in message.headers.iter().filter(|header| header.name != HeaderName::ContentLength) {
        out.extend(header.name.as_bytes());
        out.extend(b": ");
        push_line_text(&mut out, header.value.as_bytes());
        out.extend(b"\r\n");
    }
    out.extend(format!("Content-Length: {}\r\n\r\n", message.body.len()).as_bytes());
    out.extend(&message.body);
    out.into()
}

fn push_line_text(out: &mut Vec<u8>, text: &[u8]) {
    if text.iter().any(|byte| b"\r\n".contains(byte)) {
        out.extend(text.iter().map(|&byte| if b"\r\n".contains(&byte) { b' ' } else { byte }));
    } else {
        out.extend(text);
    }
}
