//! The `;name=value` list behind a URI, an address or a Via (RFC 3261 §25.1 `generic-param`).

use super::{WireText, lexer};

/// Parameters in the order of the wire. Names compare without case; values are kept as they came, quotes and all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Params(Vec<(WireText, Option<WireText>)>);

impl Params {
    /// Reads what follows the first `;`. Empty pieces are left out; whatever else stands there is kept.
    pub(crate) fn parse(whole: &WireText, text: &[u8]) -> Self {
        let pieces = lexer::split(text, b';').map(lexer::trim).filter(|piece| !piece.is_empty());
        let pairs = pieces.map(|piece| match lexer::split_once(piece, b'=') {
            Some((name, value)) => (whole.share(lexer::trim(name)), Some(whole.share(lexer::trim(value)))),
            None => (whole.share(piece), None),
        });
        Self(pairs.collect())
    }

    /// The value of the first parameter of this name: `None` not there, `Some(None)` there without a value.
    pub fn get(&self, name: &str) -> Option<Option<&WireText>> {
        self.0.iter().find(|(known, _)| known.eq_ignore_case(name)).map(|(_, value)| value.as_ref())
    }

    /// The value of the first parameter of this name, where it has one.
    pub fn value(&self, name: &str) -> Option<&WireText> {
        self.get(name).flatten()
    }

    /// Sets the parameter, in place of the first of this name, or at the end.
    pub fn set(&mut self, name: &str, value: Option<WireText>) {
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_case(name)) {
            Some(pair) => pair.1 = value,
            None => self.0.push((name.into(), value)),
        }
    }

    /// Takes every parameter of this name away.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_case(name));
    }

    /// All parameters, in the order of the wire.
    pub fn iter(&self) -> impl Iterator<Item = (&WireText, Option<&WireText>)> {
        self.0.iter().map(|(name, value)| (name, value.as_ref()))
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for (name, value) in &self.0 {
            out.push(b';');
            out.extend(name.as_bytes());
            if let Some(value) = value {
                out.push(b'=');
                out.extend(value.as_bytes());
            }
        }
    }
}
