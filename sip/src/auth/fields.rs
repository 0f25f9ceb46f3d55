//! The `Digest name="value", …` form that challenges and credentials share (RFC 3261 §25.1).

use crate::message::{WireText, is_token, list, quote, split_once, trim, unquote};

const SCHEME: &[u8] = b"Digest";

/// The fields of a header with the scheme Digest, quotes taken away.
#[derive(Debug)]
pub(super) struct Fields(Vec<(Vec<u8>, Vec<u8>)>);

impl Fields {
    /// `None`: another scheme, a piece that is no `name=value`, or a name that comes twice.
    pub(super) fn parse(value: &WireText) -> Option<Self> {
        let bytes = trim(value.as_bytes());
        let space = bytes.iter().position(u8::is_ascii_whitespace)?;
        if !bytes[..space].eq_ignore_ascii_case(SCHEME) {
            return None;
        }
        let mut fields = Self(Vec::new());
        for piece in list(&bytes[space..]) {
            let (name, said) = split_once(piece, b'=')?;
            let (name, said) = (trim(name).to_ascii_lowercase(), trim(said));
            let said = if said.starts_with(b"\"") { unquote(said)? } else { said.to_vec() };
            if !is_token(&name) || fields.get(&name).is_some() {
                return None;
            }
            fields.0.push((name, said));
        }
        Some(fields)
    }

    /// The value of the field of this lower-case name.
    pub(super) fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, said)| said.as_slice())
    }

    /// The same, to keep.
    pub(super) fn owned(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.get(name).map(<[u8]>::to_vec)
    }
}

/// Writes such a header.
#[derive(Debug)]
pub(super) struct FieldWriter(Vec<u8>);

impl FieldWriter {
    pub(super) fn new() -> Self {
        Self(SCHEME.to_vec())
    }

    pub(super) fn quoted(mut self, name: &str, value: &[u8]) -> Self {
        self.name(name);
        quote(value, &mut self.0);
        self
    }

    /// `value` must be a token.
    pub(super) fn token(mut self, name: &str, value: &str) -> Self {
        self.name(name);
        self.0.extend(value.as_bytes());
        self
    }

    pub(super) fn finish(self) -> WireText {
        self.0.into()
    }

    fn name(&mut self, name: &str) {
        let first = self.0.len() == SCHEME.len();
        self.0.extend(if first { b" ".as_slice() } else { b", " });
        self.0.extend(name.as_bytes());
        self.0.push(b'=');
    }
}
