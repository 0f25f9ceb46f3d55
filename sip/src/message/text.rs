//! Text as it came over the wire: bytes, mostly UTF-8, sometimes GBK, kept as they are.

use std::{borrow::Cow, fmt};

use bytes::Bytes;

/// Bytes that stand for text. Comparison is byte by byte; [`fmt::Display`] shows U+FFFD for what is not UTF-8.
#[derive(Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct WireText(Bytes);

impl WireText {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text where it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text, with U+FFFD in place of bytes that are not UTF-8.
    pub fn to_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// No bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Equal but for the case of ASCII letters.
    pub fn eq_ignore_case(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other.as_bytes())
    }

    /// The same in memory of its own: what is kept shall not hold the whole message that it stood in.
    pub(crate) fn detached(&self) -> Self {
        Self(Bytes::copy_from_slice(&self.0))
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }

    /// The part of `self` that `part` is, sharing its memory. `part` must be a slice of `self.as_bytes()`.
    pub(crate) fn share(&self, part: &[u8]) -> Self {
        Self(self.0.slice_ref(part))
    }
}

impl From<Bytes> for WireText {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for WireText {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<String> for WireText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for WireText {
    fn from(text: &str) -> Self {
        Self(Bytes::copy_from_slice(text.as_bytes()))
    }
}

impl fmt::Display for WireText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_lossy())
    }
}

impl fmt::Debug for WireText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_lossy())
    }
}
