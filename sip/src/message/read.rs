//! The headers that every message must have (RFC 3261 §8.1.1), read once.

use std::fmt;

use super::{Defect, HeaderName, Headers, Method, NameAddr, Via, WireText, lexer};

/// CSeq (RFC 3261 §20.16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CSeq {
    /// Number, less than 2^31 (RFC 3261 §8.1.1.5).
    pub number: u32,
    /// Method.
    pub method: Method,
}

impl CSeq {
    fn parse(text: &WireText) -> Option<Self> {
        let bytes = text.as_bytes();
        let space = bytes.iter().position(u8::is_ascii_whitespace)?;
        let number = lexer::number(&bytes[..space]).filter(|&number| number < 1 << 31)?;
        let method = lexer::trim(&bytes[space..]);
        lexer::is_token(method).then(|| Self { number, method: Method::parse(&text.share(method)) })
    }
}

impl fmt::Display for CSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, String::from_utf8_lossy(self.method.as_bytes()))
    }
}

/// Via, From, To, Call-ID and CSeq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Essentials {
    /// The topmost Via.
    pub via: Via,
    /// From.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// Call-ID.
    pub call_id: WireText,
    /// CSeq.
    pub cseq: CSeq,
}

impl Essentials {
    /// Reads them.
    ///
    /// # Errors
    /// The first that is missing, double or unreadable.
    pub fn read(headers: &Headers) -> Result<Self, Defect> {
        let top = headers.members(&HeaderName::Via).next().ok_or(Defect::Missing("Via"))?;
        let via = Via::parse(&top)?;
        let from = address(headers, &HeaderName::From, "From")?;
        let to = address(headers, &HeaderName::To, "To")?;
        let call_id = only(headers, &HeaderName::CallId, "Call-ID")?;
        if call_id.is_empty() {
            return Err(Defect::Header("Call-ID"));
        }
        let cseq = only(headers, &HeaderName::CSeq, "CSeq")?;
        let cseq = CSeq::parse(cseq).ok_or(Defect::Header("CSeq"))?;
        Ok(Self { via, from, to, call_id: call_id.clone(), cseq })
    }
}

fn address(headers: &Headers, name: &HeaderName, words: &'static str) -> Result<NameAddr, Defect> {
    NameAddr::parse(only(headers, name, words)?).map_err(|_| Defect::Header(words))
}

/// The one value of a header that may stand once; the same line twice is let pass.
fn only<'a>(headers: &'a Headers, name: &HeaderName, words: &'static str) -> Result<&'a WireText, Defect> {
    let mut values = headers.all(name);
    let first = values.next().ok_or(Defect::Missing(words))?;
    if values.any(|other| other != first) {
        return Err(Defect::Several(words));
    }
    Ok(first)
}
