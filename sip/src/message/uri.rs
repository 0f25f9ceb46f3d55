//! SIP, SIPS and tel URIs (RFC 3261 §19.1, RFC 3966). Any other scheme is kept whole.

use std::{fmt, net::IpAddr, str::FromStr};

use super::{Defect, Params, WireText, lexer};

/// Scheme of a URI.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// `sip:`
    Sip,
    /// `sips:`
    Sips,
    /// `tel:`; the number stands in `user`, `host` is empty.
    Tel,
    /// Any other; the text behind the colon stands in `user`.
    Other(WireText),
}

/// A URI, its pieces as they came: escapes are not undone, bytes that are not UTF-8 are kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Uri {
    /// Scheme.
    pub scheme: Scheme,
    /// What stands before the `@`, a password included.
    pub user: Option<WireText>,
    /// Name or address, IPv6 in its brackets.
    pub host: WireText,
    /// Port, where one is written.
    pub port: Option<u16>,
    /// Parameters behind `;`.
    pub params: Params,
    /// What stands behind `?`.
    pub headers: Option<WireText>,
}

impl Uri {
    /// `sip:user@host:port`.
    pub fn sip(user: Option<&str>, addr: std::net::SocketAddr) -> Self {
        let host = match addr.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Self {
            scheme: Scheme::Sip,
            user: user.map(WireText::from),
            host: host.into(),
            port: Some(addr.port()),
            params: Params::default(),
            headers: None,
        }
    }

    /// Reads a URI.
    ///
    /// # Errors
    /// No scheme, no host, a port that is no port, or white space and control characters inside.
    pub fn parse(text: &WireText) -> Result<Self, Defect> {
        let bytes = lexer::trim(text.as_bytes());
        if bytes.iter().any(|&byte| byte <= b' ' || byte == 0x7f || b"<>\"".contains(&byte)) {
            return Err(Defect::Uri);
        }
        let (scheme, rest) = lexer::split_once(bytes, b':').ok_or(Defect::Uri)?;
        if !lexer::is_token(scheme) || rest.is_empty() {
            return Err(Defect::Uri);
        }
        match scheme.to_ascii_lowercase().as_slice() {
            b"sip" => Self::parse_sip(Scheme::Sip, text, rest),
            b"sips" => Self::parse_sip(Scheme::Sips, text, rest),
            b"tel" => {
                let (number, params) = lexer::split_once(rest, b';').unwrap_or((rest, b""));
                Ok(Self {
                    params: Params::parse(text, params),
                    ..Self::opaque(Scheme::Tel, text.share(number))
                })
            }
            _ => Ok(Self::opaque(Scheme::Other(text.share(scheme)), text.share(rest))),
        }
    }

    fn opaque(scheme: Scheme, user: WireText) -> Self {
        Self {
            scheme,
            user: Some(user),
            host: WireText::default(),
            port: None,
            params: Params::default(),
            headers: None,
        }
    }

    fn parse_sip(scheme: Scheme, text: &WireText, rest: &[u8]) -> Result<Self, Defect> {
        // The user part may hold `;` and `?` (RFC 3261 §25.1), so the `@` is looked for first.
        let (user, rest) = match lexer::split_once(rest, b'@') {
            Some((user, rest)) => (Some(text.share(user)), rest),
            None => (None, rest),
        };
        let (rest, headers) = match lexer::split_once(rest, b'?') {
            Some((rest, headers)) => (rest, Some(text.share(headers))),
            None => (rest, None),
        };
        let (host_port, params) = lexer::split_once(rest, b';').unwrap_or((rest, b""));
        let (host, port) = host_port_of(host_port).ok_or(Defect::Uri)?;
        Ok(Self { scheme, user, host: text.share(host), port, params: Params::parse(text, params), headers })
    }

    /// `sip:` or `sips:`.
    pub fn is_sip(&self) -> bool {
        matches!(self.scheme, Scheme::Sip | Scheme::Sips)
    }

    /// The host where it is an IP address.
    pub fn ip(&self) -> Option<IpAddr> {
        let host = self.host.as_str()?;
        host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).parse().ok()
    }

    /// The user part without a password or parameters, escapes undone: mostly a telephone number or extension.
    pub fn user_name(&self) -> Option<String> {
        let user = self.user.as_ref()?.as_bytes();
        let end = user.iter().position(|byte| b":;".contains(byte)).unwrap_or(user.len());
        Some(String::from_utf8_lossy(&unescape(&user[..end])).into_owned())
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let scheme = match &self.scheme {
            Scheme::Sip => b"sip".as_slice(),
            Scheme::Sips => b"sips",
            Scheme::Tel => b"tel",
            Scheme::Other(scheme) => scheme.as_bytes(),
        };
        out.extend(scheme);
        out.push(b':');
        if let Some(user) = &self.user {
            out.extend(user.as_bytes());
            if !self.host.is_empty() {
                out.push(b'@');
            }
        }
        out.extend(self.host.as_bytes());
        if let Some(port) = self.port {
            out.extend(format!(":{port}").as_bytes());
        }
        self.params.write(out);
        if let Some(headers) = &self.headers {
            out.push(b'?');
            out.extend(headers.as_bytes());
        }
    }
}

impl FromStr for Uri {
    type Err = Defect;

    fn from_str(text: &str) -> Result<Self, Defect> {
        Self::parse(&text.into())
    }
}

impl fmt::Display for Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::new();
        self.write(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}

/// `host`, `host:port`, `[v6]` or `[v6]:port`. A colon without a port behind it is let pass.
pub(crate) fn host_port_of(bytes: &[u8]) -> Option<(&[u8], Option<u16>)> {
    let bytes = lexer::trim(bytes);
    let host_end = match bytes.first()? {
        b'[' => bytes.iter().position(|&byte| byte == b']')? + 1,
        _ => bytes.iter().position(|&byte| byte == b':').unwrap_or(bytes.len()),
    };
    let (host, rest) = bytes.split_at(host_end);
    let host = lexer::trim(host);
    let sane = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._[]:%~".contains(byte) || *byte >= 0x80;
    if host.is_empty() || !host.iter().all(sane) {
        return None;
    }
    match lexer::trim(rest) {
        [] | [b':'] => Some((host, None)),
        [b':', port @ ..] => Some((host, Some(u16::try_from(lexer::number(port)?).ok()?))),
        _ => None,
    }
}

/// The bytes with `%` escapes undone; one that is none is kept.
pub(crate) fn unescape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(nibble(*high) << 4 | nibble(*low));
                rest = after;
            }
            _ => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    out
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20).wrapping_sub(b'a' - 10),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_uri_is_written_as_it_was_read() {
        for text in [
            "sip:8001@10.0.0.1",
            "sip:10.0.0.1:5060",
            "sips:a:secret@[2001:db8::9]:5061;transport=tcp;lr",
            "sip:user;par=u%40h@example.com;method=INVITE?subject=x&priority=y",
            "tel:+86-22-12345;phone-context=+86",
            "urn:service:sos",
        ] {
            assert_eq!(text.parse::<Uri>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_uri_is_refused() {
        for text in
            ["", "sip:", "8001@host", "sip:a@", "sip:a b@h", "sip:h:99999", "sip:[::1", "<sip:h>", ":x"]
        {
            assert_eq!(text.parse::<Uri>(), Err(Defect::Uri), "{text}");
        }
    }

    #[test]
    fn a_user_name_is_unescaped_and_without_its_password() {
        let name = |text: &str| text.parse::<Uri>().unwrap().user_name();
        assert_eq!(name("sip:%31234%@h").unwrap(), "1234%");
        assert_eq!(name("sip:13800000000;isub=1@h").unwrap(), "13800000000");
        assert_eq!(name("sip:h"), None);
    }
}
