//! An address with a name: From, To, Contact, Route, P-Asserted-Identity (RFC 3261 §20.10, §25.1).

use std::{fmt, str::FromStr};

use super::{Defect, Params, Uri, WireText, lexer};

/// `"display" <uri>;params`, or the bare form `uri;params`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NameAddr {
    /// The name, its quotes taken away; perhaps GBK.
    pub display: Option<WireText>,
    /// The address.
    pub uri: Uri,
    /// Parameters of the header, not of the URI: `tag`, `expires`, …
    pub params: Params,
}

impl NameAddr {
    /// An address without a name or parameters.
    pub fn new(uri: Uri) -> Self {
        Self { display: None, uri, params: Params::default() }
    }

    /// The same with this name.
    #[must_use]
    pub fn with_display(mut self, display: &str) -> Self {
        self.display = Some(display.into());
        self
    }

    /// The `tag` parameter.
    pub fn tag(&self) -> Option<&WireText> {
        self.params.value("tag")
    }

    /// Reads one address.
    ///
    /// # Errors
    /// A quoted string or `<` that does not end, or no URI.
    pub fn parse(text: &WireText) -> Result<Self, Defect> {
        let bytes = lexer::trim(text.as_bytes());
        match find_angle(bytes) {
            Some(open) => {
                let inner = &bytes[open + 1..];
                let close = inner.iter().position(|&byte| byte == b'>').ok_or(Defect::Address)?;
                let after = lexer::trim(&inner[close + 1..]);
                let params = match after {
                    [] => Params::default(),
                    [b';', params @ ..] => Params::parse(text, params),
                    _ => return Err(Defect::Address),
                };
                let uri = Uri::parse(&text.share(&inner[..close]))?;
                Ok(Self { display: display_of(text, &bytes[..open])?, uri, params })
            }
            None => {
                if bytes.starts_with(b"\"") {
                    return Err(Defect::Address);
                }
                // Without angle brackets, what follows `;` belongs to the header (RFC 3261 §20.10).
                let (uri, params) = lexer::split_once(bytes, b';').unwrap_or((bytes, b""));
                let uri = Uri::parse(&text.share(lexer::trim(uri)))?;
                Ok(Self { display: None, uri, params: Params::parse(text, params) })
            }
        }
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        if let Some(display) = &self.display {
            lexer::quote(display.as_bytes(), out);
            out.push(b' ');
        }
        out.push(b'<');
        self.uri.write(out);
        out.push(b'>');
        self.params.write(out);
    }

    pub(crate) fn to_text(&self) -> WireText {
        let mut out = Vec::new();
        self.write(&mut out);
        out.into()
    }
}

impl FromStr for NameAddr {
    type Err = Defect;

    fn from_str(text: &str) -> Result<Self, Defect> {
        Self::parse(&text.into())
    }
}

impl fmt::Display for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.to_text(), f)
    }
}

fn find_angle(bytes: &[u8]) -> Option<usize> {
    lexer::find_outside_quotes(bytes, |byte| byte == b'<')
}

fn display_of(text: &WireText, bytes: &[u8]) -> Result<Option<WireText>, Defect> {
    match lexer::trim(bytes) {
        [] => Ok(None),
        name @ [b'"', ..] => lexer::unquote(name).map(|said| Some(said.into())).ok_or(Defect::Address),
        name => Ok(Some(text.share(name))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_gbk_name_is_kept_byte_by_byte() {
        // 张 in GBK.
        let wire = WireText::from(b"\"\xd5\xc5\" <sip:1@h>;tag=x".to_vec());
        let addr = NameAddr::parse(&wire).unwrap();
        assert_eq!(addr.display.as_ref().unwrap().as_bytes(), b"\xd5\xc5");
        assert_eq!(addr.tag().unwrap(), &"x".into());
        assert_eq!(addr.to_text(), wire);
    }

    #[test]
    fn parameters_of_a_bare_address_belong_to_the_header() {
        let addr: NameAddr = "sip:1@h;tag=a;x".parse().unwrap();
        assert_eq!(addr.tag().unwrap(), &"a".into());
        assert!(addr.uri.params.get("tag").is_none());
        let addr: NameAddr = "<sip:1@h;lr>;tag=a".parse().unwrap();
        assert!(addr.uri.params.get("lr").is_some() && addr.params.get("lr").is_none());
    }

    #[test]
    fn a_name_without_quotes_may_have_several_words() {
        let addr: NameAddr = "Chen Wei  <sip:1@h>".parse().unwrap();
        assert_eq!(addr.display.unwrap(), "Chen Wei".into());
    }

    #[test]
    fn an_address_that_does_not_end_is_refused() {
        for text in ["<sip:1@h", "\"Chen <sip:1@h>", "\"Chen\"", "", "<sip:1@h> x", "\"a\" b <sip:1@h>"] {
            assert!(text.parse::<NameAddr>().is_err(), "{text}");
        }
    }
}
