//! The small parts that all header grammars of RFC 3261 §25 are made of: white space, tokens, quoted strings,
//! lists, parameters. Slices in, slices out; nothing here allocates by a length that the wire names.

/// RFC 3261 §25.1 `token`.
pub(crate) fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(byte))
}

/// Without spaces, tabs and line ends on either side.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

/// Up to the first `separator`, and what follows it.
pub(crate) fn split_once(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|&byte| byte == separator)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}

/// The place of the first byte that `wanted` names and that stands outside quoted strings and `<…>`.
pub(crate) fn find_outside_quotes(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (mut quoted, mut angled, mut escaped) = (false, false, false);
    for (at, &byte) in bytes.iter().enumerate() {
        if escaped {
            escaped = false;
            continue;
        }
        match byte {
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'>' => angled = false,
            _ if angled => {}
            _ if wanted(byte) => return Some(at),
            b'<' => angled = true,
            _ => {}
        }
    }
    None
}

/// The members of a comma-separated header value, trimmed, empty ones left out.
pub(crate) fn list(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    split(bytes, b',').map(trim).filter(|member| !member.is_empty())
}

/// The pieces between `separator`s that stand outside quoted strings and `<…>`.
pub(crate) fn split(bytes: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let whole = rest?;
        match find_outside_quotes(whole, |byte| byte == separator) {
            Some(at) => {
                rest = Some(&whole[at + 1..]);
                Some(&whole[..at])
            }
            None => {
                rest = None;
                Some(whole)
            }
        }
    })
}

/// A decimal number of at most nine digits' worth of `u32`; anything else is `None`.
pub(crate) fn number(bytes: &[u8]) -> Option<u32> {
    let bytes = trim(bytes);
    if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    bytes.iter().try_fold(0u32, |sum, digit| sum.checked_mul(10)?.checked_add(u32::from(digit - b'0')))
}

/// What a quoted string says, its quotes and backslashes taken away; `None` where it does not end.
pub(crate) fn unquote(bytes: &[u8]) -> Option<Vec<u8>> {
    let inner = bytes.strip_prefix(b"\"")?;
    let mut said = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for (at, &byte) in inner.iter().enumerate() {
        match byte {
            _ if escaped => {
                said.push(byte);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => return (at + 1 == inner.len()).then_some(said),
            _ => said.push(byte),
        }
    }
    None
}

/// A quoted string that says `text`; line ends become spaces, so that nothing can leave the header.
pub(crate) fn quote(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\r' | b'\n' | 0 => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn commas_inside_quotes_and_angles_do_not_split_a_list() {
        let value = br#""Chen, Wei" <sip:a,b@h>, <sip:c@h> ,, "x\",y" <sip:d@h>"#;
        let members: Vec<_> = list(value).collect();
        assert_eq!(members, [&br#""Chen, Wei" <sip:a,b@h>"#[..], b"<sip:c@h>", br#""x\",y" <sip:d@h>"#]);
    }

    #[test]
    fn a_number_beyond_32_bits_is_no_number() {
        assert_eq!(number(b" 4294967295 "), Some(u32::MAX));
        assert_eq!(number(b"4294967296"), None);
        assert_eq!(number(b"99999999999999999999999999"), None);
        assert_eq!(number(b"-1"), None);
    }

    #[test]
    fn quoting_and_unquoting_give_the_text_back() {
        let mut quoted = Vec::new();
        quote(b"a \"b\" \\ c", &mut quoted);
        assert_eq!(unquote(&quoted).unwrap(), b"a \"b\" \\ c");
        assert_eq!(unquote(b"\"never ends"), None);
    }

    #[test]
    fn a_quoted_line_end_cannot_leave_the_header() {
        let mut quoted = Vec::new();
        quote(b"a\r\nEvil: 1", &mut quoted);
        assert_eq!(quoted, b"\"a  Evil: 1\"");
    }
}
