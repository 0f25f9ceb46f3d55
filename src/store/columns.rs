//! How the domain's values stand in columns: moments as nanoseconds, enums and identities as text, the rest
//! as JSON. Each function goes one way and names the column it fails on.

use jiff::Timestamp;
use serde::Serialize;
use serde::de::{DeserializeOwned, Error};

use super::StoreError;

/// Nanoseconds since 1970. A clock beyond the year 2262 is held at its end.
pub(super) fn to_ns(at: Timestamp) -> i64 {
    i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX)
}

pub(super) fn from_ns(ns: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(ns)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A count or a position. Columns are signed; ours stay far below the limit.
pub(super) fn to_integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(super) fn from_integer(column: i64) -> u64 {
    u64::try_from(column).unwrap_or_default()
}

pub(super) fn to_json<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|source| StoreError::Damaged { what, source })
}

pub(super) fn from_json<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Damaged { what, source })
}

/// An identity or a plain enum as the bare text that it is in JSON.
pub(super) fn to_text<T: Serialize>(what: &'static str, value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        Ok(_) => Err(StoreError::Damaged { what, source: serde_json::Error::custom("not a text") }),
        Err(source) => Err(StoreError::Damaged { what, source }),
    }
}

pub(super) fn from_text<T: DeserializeOwned>(what: &'static str, text: String) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(text))
        .map_err(|source| StoreError::Damaged { what, source })
}

pub(super) fn from_optional_text<T: DeserializeOwned>(
    what: &'static str,
    text: Option<String>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| from_text(what, text)).transpose()
}

/// A pattern for `like … escape '\'` that finds `words` anywhere.
pub(super) fn like_pattern(words: &str) -> String {
    let mut pattern = String::with_capacity(words.len() + 2);
    pattern.push('%');
    for character in words.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
